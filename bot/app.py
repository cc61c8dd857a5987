"""The composition root: the only module that builds objects and knows every part."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.agent.agent import Agent
from bot.agent.composing import Composer
from bot.agent.drafting import Drafting
from bot.agent.hours import OpeningHours
from bot.agent.quoting import Quoting
from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.choices import BUILTIN_EMBEDDER, Choices, KnowledgeChoice, ModelChoice
from bot.commands.fixed import FixedWords
from bot.commands.front import FrontDesk
from bot.commands.presses import Presses
from bot.data_dir import DataDirectory
from bot.domain.conversations import Conversation, Outcome, Turn
from bot.domain.people import Person, Role
from bot.followups.clock import Clock
from bot.followups.service import FollowUps
from bot.inbox.alarms import Alarms
from bot.inbox.framing import Framing
from bot.inbox.lookout import Lookout
from bot.inbox.pace import Pace
from bot.inbox.platforms import Kind, Platforms, Tokens
from bot.inbox.reception import Admit, HeldUntil, Reception, Vouch
from bot.inbox.talk import Talk, author, room_address
from bot.inbox.turns import TurnRunner
from bot.kinds import PLATFORMS, known_kinds
from bot.language import lexicon
from bot.language.detection import Detector
from bot.language.sentences import Phrasebook
from bot.llm.availability import Availability
from bot.llm.connection import OllamaConnection
from bot.llm.embedding import OllamaEmbedder
from bot.llm.gate import Gate
from bot.llm.library import OllamaLibrary
from bot.llm.ollama import ModelSettings, OllamaChat
from bot.outbox.reply import SilentReply
from bot.outbox.sender import Sender
from bot.people.choices import Manners, PlatformChoice
from bot.people.rules import Admitted, admitted, vouched
from bot.questions.service import OpenQuestions
from bot.settings import Settings
from bot.storage.accounts import AccountRows
from bot.storage.answers import AnswerRows
from bot.storage.carried import CarriedRows
from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from bot.storage.followups import FollowUpRows
from bot.storage.gaps import HandOverRows, QuestionRows
from bot.storage.inbox import InboxRows
from bot.storage.migrate import migrate
from bot.storage.outbox import OutboxRows
from bot.storage.people import PersonRows
from bot.storage.ratings import RatingRows
from bot.storage.secrets import SecretRows
from bot.storage.settings import SettingRows
from bot.storage.turns import TurnRows
from bot.storage.uploads import UploadRows
from bot.tools.schedule_follow_up import ScheduleFollowUp
from bot.upkeep.evaluation import Evaluation
from bot.upkeep.health import Health
from bot.upkeep.platform_probes import PlatformProbes
from bot.upkeep.probes import Probes
from bot.upkeep.transfer import Transfer
from bot.uploads.service import Uploads
from bot.web.services import Services
from connectors.base import Connector, Platform
from connectors.local.connector import PLATFORM as LOCAL
from connectors.local.connector import LocalConnector
from connectors.messages import IncomingMessage
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document, Shape
from knowledge.embedding import BuiltInEmbedder, Embedder
from knowledge.fetching import Fetcher
from knowledge.worker import Worker

Now = Callable[[], datetime]

# What somebody who opens a room with the bot is offered to ask; Slack shows no more.
SUGGESTED = 4


def utc_now() -> datetime:
    """Return the moment, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Deskhand:
    """Every part, built and wired, nothing running yet.

    Attributes:
        connectors: By platform; those of chat platforms come and go while they are connected.
        reception: Of the local platform and of those that were given.
        warm: Has the model read the prompts' common beginning; never fails.
    """

    database: Database
    connection: OllamaConnection
    connectors: Mapping[str, Connector]
    reception: Reception
    platforms: Platforms
    runner: TurnRunner
    sender: Sender
    clock: Clock
    uploads: Uploads
    services: Services
    warm: Callable[[], Coroutine[object, object, None]]

    async def close(self) -> None:
        """Let go of everything."""
        await self.services.knowledge.close()
        await self.connection.close()
        await self.database.close()


@dataclass(frozen=True, slots=True)
class _Rows:
    """Every table's own module."""

    accounts: AccountRows
    answers: AnswerRows
    carried: CarriedRows
    documents: DocumentRows
    follow_ups: FollowUpRows
    hand_overs: HandOverRows
    inbox: InboxRows
    outbox: OutboxRows
    people: PersonRows
    questions: QuestionRows
    ratings: RatingRows
    secrets: SecretRows
    settings: SettingRows
    turns: TurnRows
    uploads: UploadRows


@dataclass(frozen=True, slots=True)
class _Mind:
    """What understands, finds and composes."""

    choices: Choices
    phrasebook: Phrasebook
    detector: Detector
    quoting: Quoting
    connection: OllamaConnection
    model: Availability
    gate: Gate
    composer: Composer
    knowledge: KnowledgeBase

    def calendar(self) -> BusinessCalendar:
        """Return the calendar of the business facts in force."""
        return BusinessCalendar(self.choices.business)


async def compose(
    settings: Settings,
    *,
    connectors: Sequence[Connector] = (),
    kinds: Mapping[str, Kind] | None = None,
    now: Now = utc_now,
) -> Deskhand:
    """Build every part, the tables and the index brought up to date.

    Args:
        settings: The environment.
        connectors: Beside the local one, for good.
        kinds: How the owner's chat platforms are connected, by name; None: as they really are.
        now: The clock.

    Raises:
        StorageError: The database cannot be used.
        KnowledgeError: The knowledge cannot be used.
        InvalidSettingError: A stored setting fits this version no longer.
    """
    database = Database(settings.url)
    try:
        await migrate(database)
        rows = _rows(database, DataDirectory(settings.data_dir).secret_key(), now)
        mind = await _mind(settings, rows, now)
    except BaseException:
        await database.close()
        raise
    of_kind = known_kinds(settings) if kinds is None else kinds
    return _wired(settings, database, rows, mind, connectors, of_kind, now)


def _rows(database: Database, key: bytes, now: Now) -> _Rows:
    run = secrets.token_hex(8)
    return _Rows(
        accounts=AccountRows(database),
        answers=AnswerRows(database),
        carried=CarriedRows(database),
        documents=DocumentRows(database, now=now),
        follow_ups=FollowUpRows(database, run=run),
        hand_overs=HandOverRows(database),
        inbox=InboxRows(database),
        outbox=OutboxRows(database, run=run),
        people=PersonRows(database),
        questions=QuestionRows(database),
        ratings=RatingRows(database),
        secrets=SecretRows(database, key=key),
        settings=SettingRows(database),
        turns=TurnRows(database, run=run),
        uploads=UploadRows(database, run=run),
    )


async def _mind(settings: Settings, rows: _Rows, now: Now) -> _Mind:
    first = {
        "business": BusinessFacts(zone=settings.timezone),
        "model": ModelChoice(name=settings.model, embedder=settings.embed_model),
        "manners": Manners(),
        "knowledge": KnowledgeChoice(),
        **{name: PlatformChoice() for name in PLATFORMS},
    }
    choices = Choices(rows.settings, first=first, now=now)
    await choices.load()
    phrasebook = Phrasebook()
    connection = OllamaConnection(settings.ollama_url)
    chat = OllamaChat(connection, _model_settings(choices.model))
    model = Availability(chat, now)
    gate = Gate(choices.model.calls_at_once)

    def apply(name: str) -> None:
        if name == "model":
            chat.use(_model_settings(choices.model))
            gate.slots = choices.model.calls_at_once

    choices.on_change(apply)
    worker = Worker()
    knowledge = KnowledgeBase(
        rows.documents,
        _embedder(choices.model.embedder, worker, connection),
        worker,
        settings.data_dir / "chroma",
        chroma_url=settings.chroma_url,
    )
    try:
        # The word tables take a second or two, which the first person to write should not wait.
        await asyncio.gather(knowledge.start(), asyncio.to_thread(lexicon.warm))
    except BaseException:
        await knowledge.close()
        raise
    detector = Detector(phrasebook.languages)
    return _Mind(
        choices,
        phrasebook,
        detector,
        Quoting(choices, phrasebook, detector),
        connection,
        model,
        gate,
        Composer(model, gate),
        knowledge,
    )


def _wired(
    settings: Settings,
    database: Database,
    rows: _Rows,
    mind: _Mind,
    connectors: Sequence[Connector],
    kinds: Mapping[str, Kind],
    now: Now,
) -> Deskhand:
    local = LocalConnector()
    by_platform: dict[str, Connector] = {each.platform: each for each in (local, *connectors)}
    sender = Sender(rows.outbox, by_platform, now=now)
    follow_ups = FollowUps(
        rows.follow_ups, mind.phrasebook, now=now, started_at=now(), sent=sender.wake
    )
    clock = Clock(follow_ups, now=now)
    follow_ups.changed = clock.changed
    reminders = ScheduleFollowUp(follow_ups, mind.phrasebook, mind.calendar)
    drafting = _drafting(mind, mind.composer, [reminders], now)
    front = FrontDesk(
        _agent(mind, drafting, now),
        FixedWords(follow_ups, rows.answers, mind.choices, mind.phrasebook),
        reminders,
        mind.choices,
        mind.phrasebook,
        mind.detector,
    )
    runner = TurnRunner(
        rows.turns,
        rows.outbox,
        by_platform,
        front.answer,
        mind.phrasebook,
        framing=Framing(mind.choices, mind.phrasebook, platforms=tuple(kinds), now=now),
        sent=sender.wake,
        now=now,
    )

    def connected(name: str) -> Platform | None:
        return platforms.connected(name)

    uploads = Uploads(
        rows.uploads,
        rows.answers,
        mind.knowledge,
        connected,
        mind.phrasebook,
        sent=sender.wake,
        now=now,
    )
    presses = Presses(
        rows.people,
        rows.answers,
        rows.ratings,
        follow_ups,
        uploads,
        mind.choices,
        mind.phrasebook,
        now=now,
    )

    async def warm() -> None:
        if mind.choices.model.name:
            await mind.composer.warm(drafting.prefix(), [reminders.spec])

    async def suggest() -> list[str]:
        documents = await mind.knowledge.documents()
        return [each.title for each in documents if _may_be_suggested(each)][:SUGGESTED]

    async def at_once(_message: IncomingMessage) -> None:
        return None

    def reception(
        admit: Admit, vouch: Vouch = lambda author: author, held_until: HeldUntil = at_once
    ) -> Reception:
        return Reception(
            rows.inbox,
            admit=admit,
            vouch=vouch,
            press=presses.pressed,
            suggest=suggest,
            held_until=held_until,
            wake=runner.wake,
            now=now,
        )

    pace = Pace(rows.outbox, mind.choices, mind.phrasebook, sent=sender.wake, now=now)
    platforms = _platforms(
        settings,
        kinds,
        rows,
        mind.choices,
        by_platform,
        partial(reception, held_until=pace.held_until),
        sender.wake,
        now,
    )
    platforms.resume = runner.resume
    return Deskhand(
        database=database,
        connection=mind.connection,
        connectors=by_platform,
        reception=reception(Admitted),
        platforms=platforms,
        runner=runner,
        sender=sender,
        clock=clock,
        uploads=uploads,
        services=_services(rows, mind, local, follow_ups, platforms, settings.tokens, now),
        warm=warm,
    )


def _platforms(
    settings: Settings,
    kinds: Mapping[str, Kind],
    rows: _Rows,
    choices: Choices,
    connectors: dict[str, Connector],
    reception: Callable[[Admit, Vouch], Reception],
    sent: Callable[[], None],
    now: Now,
) -> Platforms:
    async def tokens(name: str) -> Tokens:
        known = await rows.secrets.all() | settings.tokens
        return {each: known.get(each, "") for each in kinds[name].tokens}

    def look_after(platform: Platform, incoming: Reception) -> Lookout:
        return Lookout(
            platform,
            incoming,
            rows.inbox,
            rows.settings,
            now=now,
        )

    def admitting(name: str) -> Admit:
        return lambda message: admitted(message, choices.platform(name))

    def vouching(name: str) -> Vouch:
        return lambda author: vouched(author, choices.platform(name))

    alarms = Alarms(rows.outbox, choices, platforms=PLATFORMS, sent=sent, now=now)
    platforms = Platforms(
        kinds,
        connectors,
        {name: reception(admitting(name), vouching(name)) for name in kinds},
        look_after,
        tokens=tokens,
        on=lambda name: choices.platform(name).on,
        alarm=alarms.tell,
    )
    choices.on_change(lambda name: platforms.chosen(name) if name in kinds else None)
    return platforms


def _may_be_suggested(document: Document) -> bool:
    entry = document.shape is Shape.ENTRY and document.approved
    return entry and document.audience is Audience.PUBLIC


def _drafting(
    mind: _Mind, composer: Composer, tools: Sequence[ScheduleFollowUp], now: Now
) -> Drafting:
    return Drafting(composer, tools, mind.quoting, mind.choices, mind.phrasebook, now=now)


def _agent(mind: _Mind, drafting: Drafting, now: Now) -> Agent:
    hours = OpeningHours(mind.choices, mind.phrasebook, now=now)
    return Agent(mind.knowledge, mind.quoting, drafting, hours, mind.choices, now=now)


def _services(
    rows: _Rows,
    mind: _Mind,
    local: LocalConnector,
    follow_ups: FollowUps,
    platforms: Platforms,
    fixed: Mapping[str, str],
    now: Now,
) -> Services:
    async def keep_token(name: str, value: str) -> None:
        await rows.secrets.put(name, value, now=now())

    async def owner() -> Person:
        return await rows.people.ensure(LOCAL, author(Role.OWNER))

    def other_model(name: str) -> OllamaChat:
        chosen = mind.choices.model.model_copy(update={"name": name})
        return OllamaChat(mind.connection, _model_settings(chosen))

    def evaluation_with(name: str) -> Evaluation:
        return _evaluation(mind, Composer(other_model(name), mind.gate), now)

    async def try_model(name: str) -> float:
        return await other_model(name).probe()

    probes = Probes(
        rows.settings,
        mind.knowledge,
        mind.model,
        mind.choices,
        follow_ups,
        rows.outbox,
        rows.inbox,
        now=now,
    )
    of_platforms = PlatformProbes(platforms, mind.choices, now=now)
    questions = OpenQuestions(rows.questions, rows.carried, mind.knowledge)
    return Services(
        talk=Talk(local, rows.answers, now=now),
        knowledge=mind.knowledge,
        fetcher=Fetcher(),
        answers=rows.answers,
        questions=questions,
        hand_overs=rows.hand_overs,
        follow_ups=follow_ups,
        choices=mind.choices,
        library=OllamaLibrary(mind.connection),
        model=mind.model,
        gate=mind.gate,
        evaluation=_evaluation(mind, mind.composer, now),
        evaluation_with=evaluation_with,
        try_model=try_model,
        transfer=Transfer(mind.knowledge, questions, mind.choices, now=now),
        health=Health([*probes.all(), *of_platforms.all()]),
        accounts=rows.accounts,
        turns=rows.turns,
        outbox=rows.outbox,
        owner=owner,
        platforms=platforms,
        keep_token=keep_token,
        fixed_tokens=frozenset(fixed),
        phrasebook=mind.phrasebook,
        calendar=mind.calendar,
        now=now,
    )


def _evaluation(mind: _Mind, composer: Composer, now: Now) -> Evaluation:
    # Questions of an evaluation change nothing: no tools, no rows.
    examinee = _agent(mind, _drafting(mind, composer, [], now), now)

    async def examine(question: str, role: Role) -> Outcome:
        person = Person(0, LOCAL, f"{role}:", role.value, role)
        audience = Audience.PUBLIC if role is Role.PUBLIC else Audience.STAFF
        room = Conversation(0, room_address("evaluation", role), audience)
        return await examinee.answer(
            Turn(0, room, person, "", question, now()),
            question,
            SilentReply(),
            language=mind.detector.language(question, business=mind.choices.business.language),
            names_time=False,
        )

    def today() -> date:
        return now().astimezone(ZoneInfo(mind.choices.business.zone)).date()

    return Evaluation(examine, mind.knowledge, today=today)


def _model_settings(choice: ModelChoice) -> ModelSettings:
    return ModelSettings(name=choice.name, context_tokens=choice.context_tokens)


def _embedder(name: str, worker: Worker, connection: OllamaConnection) -> Embedder:
    if name == BUILTIN_EMBEDDER:
        return BuiltInEmbedder(worker)
    return OllamaEmbedder(connection, name)
