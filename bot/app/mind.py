"""What understands, finds and composes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.agent.agent import Agent
from bot.agent.composing import Composer
from bot.agent.drafting import Drafting
from bot.agent.history import Past
from bot.agent.hours import OpeningHours
from bot.agent.quoting import Quoting
from bot.app.hosting import Hosting, hosting_of
from bot.app.rows import Now, Rows
from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.choices import (
    BUILTIN_EMBEDDER,
    Choices,
    KnowledgeChoice,
    ModelChoice,
    QuestionsChoice,
    choice_of,
)
from bot.kinds import PLATFORMS
from bot.language.detection import Detector
from bot.language.sentences import Phrasebook
from bot.llm.availability import Availability
from bot.llm.embedding import OllamaEmbedder
from bot.llm.gate import Gate
from bot.llm.hosts import Hosts
from bot.people.choices import LocalChoice, Manners, PlatformChoice
from bot.people.follow_ups import FollowUpChoice
from bot.people.hand_overs import HandOverChoice
from bot.settings import Settings
from bot.skills.choice import SkillsChoice
from bot.skills.filling import GROUP as SKILLS
from bot.tools.choice import ToolsChoice
from bot.tools.registry import GROUP as TOOLS
from bot.tools.registry import Registry
from bot.upkeep.approval import EmbedderApproval
from bot.upkeep.backup.choice import GROUP as BACKUPS
from bot.upkeep.backup.choice import BackupChoice
from bot.upkeep.disk import Disk
from bot.upkeep.import_approval import ImportApproval
from bot.upkeep.measures import Measures
from bot.upkeep.retention import GROUP as RETENTION
from bot.upkeep.retention import RetentionChoice
from bot.upkeep.trials import Trials
from connectors.local.connector import PLATFORM as LOCAL
from knowledge.base import KnowledgeBase
from knowledge.embedding import EARLIER_BUILTIN, BuiltInEmbedder, Embedder
from knowledge.worker import Worker


@dataclass(frozen=True, slots=True)
class Mind:
    """What understands, finds and composes."""

    choices: Choices
    phrasebook: Phrasebook
    detector: Detector
    quoting: Quoting
    hosting: Hosting
    composer: Composer
    knowledge: KnowledgeBase
    past: Past
    embedder: Callable[[str], Embedder]
    trials: Trials
    approval: EmbedderApproval
    import_approval: ImportApproval
    disk: Disk
    measures: Measures

    @property
    def model(self) -> Availability:
        """Return the chosen model."""
        return self.hosting.model

    @property
    def gate(self) -> Gate:
        """Return the gate in front of the model."""
        return self.hosting.gate

    def calendar(self) -> BusinessCalendar:
        """Return the calendar of the business facts in force."""
        return BusinessCalendar(self.choices.business)

    def serving(self) -> Embedder:
        """Return the embedder that questions are answered by, while another is prepared too."""
        chosen = self.embedder(self.choices.model.embedder)
        return _known(self.embedder, self.knowledge.embedder) or chosen


async def mind_of(settings: Settings, rows: Rows, now: Now, *, prepares: bool = True) -> Mind:
    """Return everything that understands, with the owner's choices and the knowledge loaded.

    Args:
        settings: The environment.
        rows: Every table's.
        now: The clock.
        prepares: Of several processes the one with the page prepares an embedder that is chosen:
            there the owner is asked whether it may take over.

    Raises:
        KnowledgeError: The knowledge cannot be used.
        InvalidSettingError: A stored setting fits this version no longer.
    """
    first = {
        "business": BusinessFacts(zone=settings.timezone),
        "model": ModelChoice(name=settings.model, embedder=settings.embed_model),
        "manners": Manners(),
        "knowledge": KnowledgeChoice(),
        "questions": QuestionsChoice(),
        "hand_overs": HandOverChoice(),
        "follow_ups": FollowUpChoice(),
        BACKUPS: BackupChoice(),
        RETENTION: RetentionChoice(),
        TOOLS: ToolsChoice(),
        SKILLS: SkillsChoice(),
        LOCAL: LocalChoice(),
        **{name: PlatformChoice() for name in PLATFORMS},
    }
    choices = Choices(rows.settings, first=first, now=now)
    await choices.load()
    phrasebook = Phrasebook()
    hosting, measures = hosting_of(settings, choices.model, rows.model_places, now), Measures()
    hosting.gate.on_called = measures.called

    def apply(name: str) -> None:
        if name == "model":
            hosting.use(choices.model)
            knowledge.use(embedder(choices.model.embedder))
        if name == "knowledge":
            knowledge.use_synonyms(choices.knowledge.synonyms)

    worker = Worker()
    embedder = partial(_embedder, worker, hosting.hosts)
    knowledge = KnowledgeBase(
        rows.documents,
        embedder(choices.model.embedder),
        worker,
        settings.data_dir / "chroma",
        chroma_url=settings.chroma_url,
        known=partial(_known, embedder),
        # Only on one server of each kind can there be several processes.
        sharing=rows.sharing if rows.sharing.can_share and settings.chroma_url else None,
        prepares=prepares,
    )
    knowledge.use_synonyms(choices.knowledge.synonyms)
    trials = Trials(rows.own_questions, rows.trials, knowledge, choices, now=now)
    approval = EmbedderApproval(trials, knowledge, choices)
    knowledge.approve = approval.approve
    choices.on_change(apply)
    try:
        await knowledge.start()
    except BaseException:
        await knowledge.close()
        raise
    detector, disk = Detector(phrasebook.languages), Disk(settings.data_dir)
    return Mind(
        choices,
        phrasebook,
        detector,
        Quoting(choices, phrasebook, detector),
        hosting,
        Composer(hosting.model, hosting.gate),
        knowledge,
        Past(knowledge, choices, now=now),
        embedder,
        trials,
        approval,
        ImportApproval(trials, knowledge, disk),
        disk,
        measures,
    )


def drafting_of(mind: Mind, composer: Composer, tools: Registry, now: Now) -> Drafting:
    """Return what has a model draft answers, which may use these tools."""
    return Drafting(
        composer, tools, mind.quoting, mind.past, mind.choices, mind.phrasebook, now=now
    )


def agent_of(mind: Mind, drafting: Drafting, now: Now) -> Agent:
    """Return an agent that drafts in this way."""
    hours = OpeningHours(mind.choices, mind.phrasebook, now=now)
    return Agent(mind.knowledge, mind.quoting, drafting, hours, mind.choices, now=now)


def _embedder(worker: Worker, hosts: Hosts, name: str) -> Embedder:
    if name in (BUILTIN_EMBEDDER, EARLIER_BUILTIN):
        return BuiltInEmbedder(worker, english=name == BUILTIN_EMBEDDER)
    return OllamaEmbedder(hosts, name)


def _known(embedder: Callable[[str], Embedder], name: str) -> Embedder | None:
    """Return the embedder that bears a name; None when this version has it no more."""
    made = embedder(choice_of(name))
    return made if made.name == name else None
