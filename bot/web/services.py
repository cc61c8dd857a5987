"""What page and commands may call. Both call the same functions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.business.calendar import BusinessCalendar
from bot.choices import Choices
from bot.domain.environment import Variable
from bot.domain.people import Person
from bot.followups.agenda import Agenda
from bot.followups.edits import Edits
from bot.followups.receivers import Receivers
from bot.followups.service import FollowUps
from bot.handover.service import HandOvers
from bot.inbox.arrivals import Arrivals
from bot.inbox.platforms import Platforms
from bot.inbox.talk import Talk
from bot.language.sentences import Phrasebook
from bot.llm.availability import Availability
from bot.llm.gate import Gate
from bot.llm.hosts import Hosts
from bot.llm.model import ChatModel, InstalledModel, ModelLibrary
from bot.llm.offers import Offer
from bot.llm.pace import Pace
from bot.questions.correcting import Correcting
from bot.questions.service import OpenQuestions
from bot.skills.service import Skills
from bot.storage.actions import ActionRows
from bot.storage.answers import AnswerRows
from bot.storage.backlog import BacklogRows
from bot.storage.changes import ChangeRows
from bot.storage.conversations import ConversationRows
from bot.storage.conversed import ConversedRows
from bot.storage.entrance import Entrance
from bot.storage.outbox import OutboxRows
from bot.storage.ratings import RatingRows
from bot.storage.troubles import TroubleRows
from bot.storage.turns import TurnRows
from bot.tools.registry import Registry
from bot.upkeep.approval import EmbedderApproval
from bot.upkeep.backup.service import Backups
from bot.upkeep.disk import Disk
from bot.upkeep.endings import Endings
from bot.upkeep.evaluation import Evaluation
from bot.upkeep.figures import AnswerFigures
from bot.upkeep.folder import WatchedFolder
from bot.upkeep.health import Health
from bot.upkeep.import_approval import ImportApproval
from bot.upkeep.measures import Measures
from bot.upkeep.own_questions import OwnQuestions
from bot.upkeep.persons import Persons
from bot.upkeep.retention import Retention
from bot.upkeep.roles import Roles
from bot.upkeep.set_up import SettingUp
from bot.upkeep.transfer import Transfer
from bot.upkeep.trials import Trials
from bot.upkeep.way_out import WayOut
from bot.wishes.typed import TypedWishes
from knowledge.base import KnowledgeBase
from knowledge.fetching import Fetcher


@dataclass(frozen=True, slots=True)
class Services:
    """Every part of the running app that page and commands use.

    Attributes:
        calendar: Makes the calendar of the business facts now in force.
        evaluation_with: Makes an evaluation that answers by another model; "" by none.
        model_called: Returns a model by its name, whichever is chosen.
        offers: Returns the models to choose from at set-up; OffersError.
        model_memory: Returns how many bytes of memory a model may take.
        measure: Measures this box by a model that is on it, and keeps its pace; ModelError.
        try_model: Has a model answer one token and returns the seconds it took; ModelError when
            it does not.
        try_embedder: Has an embedder read one question; EmbeddingUnavailableError when it does not.
        keep_token: Stores a platform's token by its name, "" forgets it; `platforms.change` then
            takes it up.
        fixed_tokens: Names of the tokens that the environment gives; the page cannot change them.
        variables: What the environment has set, as people may see it.
        typed: Understands and promises what the owner types in plain words.
        owner: Returns the terminal's and the page's own person, whose follow-ups they add.
    """

    talk: Talk
    knowledge: KnowledgeBase
    fetcher: Fetcher
    folder: WatchedFolder
    answers: AnswerRows
    actions: ActionRows
    conversations: ConversationRows
    conversed: ConversedRows
    ratings: RatingRows
    arrivals: Arrivals
    questions: OpenQuestions
    correcting: Correcting
    hand_overs: HandOvers
    follow_ups: FollowUps
    agenda: Agenda
    edits: Edits
    typed: TypedWishes
    receivers: Receivers
    endings: Endings
    tools: Registry
    skills: Skills
    choices: Choices
    hosts: Hosts
    library: ModelLibrary
    model: Availability
    gate: Gate
    evaluation: Evaluation
    evaluation_with: Callable[[str], Evaluation]
    own_questions: OwnQuestions
    trials: Trials
    approval: EmbedderApproval
    model_called: Callable[[str], ChatModel]
    offers: Callable[[], tuple[Offer, ...]]
    model_memory: Callable[[], int]
    measure: Callable[[InstalledModel], Awaitable[Pace]]
    try_model: Callable[[str], Awaitable[float]]
    try_embedder: Callable[[str], Awaitable[None]]
    import_approval: ImportApproval
    transfer: Transfer
    backups: Backups
    persons: Persons
    roles: Roles
    retention: Retention
    measures: Measures
    figures: AnswerFigures
    backlog: BacklogRows
    disk: Disk
    health: Health
    way_out: WayOut
    changes: ChangeRows
    entrance: Entrance
    troubles: TroubleRows
    setting_up: SettingUp
    turns: TurnRows
    outbox: OutboxRows
    owner: Callable[[], Awaitable[Person]]
    platforms: Platforms
    keep_token: Callable[[str, str], Awaitable[None]]
    fixed_tokens: frozenset[str]
    variables: tuple[Variable, ...]
    phrasebook: Phrasebook
    calendar: Callable[[], BusinessCalendar]
    now: Callable[[], datetime]
