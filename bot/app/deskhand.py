"""The composition root: builds every part and wires them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bot.app.backups import backups_of
from bot.app.desk import front_of, presses_of, receptions_of, runner_of
from bot.app.followups import reminding_of, team_counts_of
from bot.app.handover import hand_overs_of
from bot.app.joining import joined
from bot.app.mind import Mind, drafting_of, mind_of
from bot.app.platforms import platforms_of
from bot.app.questions import questions_of
from bot.app.rows import Now, Rows, rows_of
from bot.app.services import Beside, services_of
from bot.app.together import Together, together_of
from bot.app.tools import abilities_of
from bot.commands.presses import Presses
from bot.data_dir import DataDirectory
from bot.domain.people import Role
from bot.domain.workers import Duty
from bot.followups import other_languages
from bot.followups.clock import Clock
from bot.followups.held_up import HeldUp
from bot.followups.service import FollowUps
from bot.followups.undelivered import Undelivered
from bot.followups.unfinished import Unfinished
from bot.followups.watching import Watching
from bot.handover.service import HandOvers
from bot.inbox.pace import Pace
from bot.inbox.platforms import Kind, Platforms
from bot.inbox.reception import Reception
from bot.inbox.turns import TurnRunner
from bot.kinds import known_kinds
from bot.llm.connection import OllamaConnection
from bot.outbox.files import KeptFiles
from bot.outbox.sender import Sender
from bot.people.rules import Admitted
from bot.questions.service import OpenQuestions
from bot.settings import Settings
from bot.skills.filling import Filling
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.retention import RetentionRows
from bot.upkeep.backup.before_update import keep_before_update
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.placing import settle
from bot.upkeep.endings import Endings
from bot.upkeep.import_approval import unless_worse
from bot.upkeep.more_ways import MoreWays
from bot.upkeep.persons import Persons
from bot.upkeep.retention import Retention
from bot.uploads.service import Uploads
from bot.web.services import Services
from connectors.base import Connector, FileSource, Platform
from connectors.local.connector import LocalConnector
from connectors.messages import Author, IncomingMessage

# Why a file that came in a chat is not added: nobody there sees the owner's questions.
LEFT_OUT = (
    "It is much beside what is there, and less of the owner's questions is found with it. Upload it"
    " on the page, which shows them and asks."
)

# The first seconds of a start belong to what people wait for.
LOADED_AFTER_S = 5.0


def utc_now() -> datetime:
    """Return the moment, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Deskhand:
    """Every part, built and wired, nothing running yet.

    Attributes:
        duty: What this process is there for.
        together: Its part in an office that several serve; None where it serves one alone.
        connectors: By platform; those of chat platforms come and go while they are connected.
        reception: Of the local platform and of those that were given.
        warm: Readies what the first person to write should not wait for: the model, which reads
            the prompts' common beginning, and the words of time of other languages. Never fails.
    """

    duty: Duty
    database: Database
    together: Together | None
    connections: Sequence[OllamaConnection]
    connectors: Mapping[str, Connector]
    reception: Reception
    platforms: Platforms
    presses: Presses
    runner: TurnRunner
    sender: Sender
    clock: Clock
    undelivered: Undelivered
    unfinished: Unfinished
    watching: Watching
    uploads: Uploads
    endings: Endings
    questions: OpenQuestions
    hand_overs: HandOvers
    filling: Filling
    more_ways: MoreWays
    services: Services
    warm: Callable[[], Coroutine[object, object, None]]

    async def close(self) -> None:
        """Let go of everything."""
        await self.services.knowledge.close()
        for connection in self.connections:
            await connection.close()
        await self.database.close()


async def compose(
    settings: Settings,
    *,
    duty: Duty = Duty.PAGE,
    connectors: Sequence[Connector] = (),
    kinds: Mapping[str, Kind] | None = None,
    now: Now = utc_now,
) -> Deskhand:
    """Build every part, the tables and the index brought up to date.

    A worker brings nothing up to date: it waits until `deskhand run` has.

    Args:
        settings: The environment.
        duty: What the process is there for.
        connectors: Beside the local one, for good.
        kinds: How the owner's chat platforms are connected, by name; None: as they really are.
        now: The clock.

    Raises:
        StorageError: The database cannot be used.
        BackupError: What an update would change could not be backed up before; it was not changed.
        KnowledgeError: The knowledge cannot be used.
        InvalidSettingError: A stored setting fits this version no longer.
    """
    database = Database(settings.url)
    try:
        directory = DataDirectory(settings.data_dir)
        if duty is Duty.WORKER:
            await joined(database, directory)
        else:
            await _brought_up(Box(settings.data_dir, database), now)
        rows = rows_of(database, directory.secret_key(), now)
        mind = await mind_of(settings, rows, now, prepares=duty is not Duty.WORKER)
    except BaseException:
        await database.close()
        raise
    of_kind = known_kinds(settings, rows.reply_addresses) if kinds is None else kinds
    return _wired(settings, duty, database, rows, mind, connectors, of_kind, now)


async def _brought_up(box: Box, now: Now) -> None:
    """Bring the tables up to date."""
    await settle(box)
    await keep_before_update(box, now=now())
    await migrate(box.database)


def _wired(
    settings: Settings,
    duty: Duty,
    database: Database,
    rows: Rows,
    mind: Mind,
    connectors: Sequence[Connector],
    kinds: Mapping[str, Kind],
    now: Now,
) -> Deskhand:
    local = LocalConnector()
    by_platform = _for_good(duty, local, connectors)
    files = KeptFiles(settings.data_dir / "files", now=now)
    sender = Sender(rows.outbox, by_platform, files, now=now)
    follow_ups = FollowUps(
        rows.follow_ups, mind.phrasebook, now=now, started_at=now(), sent=sender.wake
    )
    sender.words = HeldUp(rows.follow_ups, mind.phrasebook, now=now).words

    def connected(name: str) -> Platform | None:
        return platforms.connected(name)

    def source(name: str) -> FileSource | None:
        return files if name == local.platform else platforms.connected(name)

    told_on = (*kinds, local.platform)
    reminding = reminding_of(rows, mind, follow_ups, connected, told_on, sender.wake, now)
    clock = Clock(follow_ups, reminding.tell, now=now)
    follow_ups.changed = clock.changed
    hand_overs = hand_overs_of(rows, mind, by_platform, told_on, files, source, sender.wake, now)
    abilities = abilities_of(
        rows, mind, reminding, settings.data_dir / "skills", hand_overs.promise, now
    )
    drafting = drafting_of(mind, mind.composer, abilities.tools, now)

    async def warm() -> None:
        if mind.choices.model.name:
            await mind.composer.warm(drafting.prefix(), abilities.tools.offered(Role.PUBLIC))

    questions = questions_of(rows, mind, warm, told_on, sender.wake, now)
    follow_ups.digest.team = team_counts_of(questions, hand_overs)
    front = front_of(rows, mind, drafting, follow_ups, abilities, questions, hand_overs, now)
    runner = runner_of(rows, mind, front, questions, hand_overs, by_platform, sender.wake, now)

    uploads = Uploads(
        rows.uploads,
        rows.answers,
        partial(mind.import_approval.add, decide=unless_worse(LEFT_OUT)),
        source,
        mind.phrasebook,
        sent=sender.wake,
        now=now,
    )

    def to_write_to() -> list[str]:
        return [name for name in kinds if platforms.connected(name) is not None]

    endings = Endings(
        rows.endings,
        mind.choices,
        mind.phrasebook,
        connected=to_write_to,
        sent=sender.wake,
        now=now,
    )

    more_ways = MoreWays(
        mind.knowledge,
        mind.model,
        mind.gate,
        mind.choices,
        today=lambda: mind.calendar().day(now()),
        warm=partial(_readied, warm),
    )

    def wake() -> None:
        more_ways.give_way()
        runner.wake()

    presses = presses_of(
        rows, mind, follow_ups, questions, hand_overs, uploads, reminding.said_below, now
    )
    reception = receptions_of(rows, mind, presses, questions, hand_overs, sender, wake, now)
    pace = Pace(rows.outbox, mind.choices, mind.phrasebook, sent=sender.wake, now=now)
    platforms = platforms_of(
        settings,
        kinds,
        rows,
        mind.choices,
        by_platform,
        lambda admit, vouch: reception(admit, vouch, pace.held_until),
        sender.wake,
        now,
    )
    runner.holds = platforms.holds
    woken = {
        "turns": wake,
        "answers": runner.arrivals.came,
        "outbox": sender.wake,
        "follow_ups": clock.changed,
        "open_questions": questions.wake,
        "gaps": questions.wake,
        "drafts": questions.wake,
        "hand_overs": hand_overs.wake,
        "uploads": uploads.wake,
        "knowledge_state": mind.knowledge.wake,
        "model_places": mind.gate.woken,
    }
    return Deskhand(
        duty=duty,
        database=database,
        together=together_of(database, rows, duty, mind.choices, platforms, runner, woken, now),
        connections=mind.hosting.connections,
        connectors=by_platform,
        reception=reception(Admitted, _as_told, _at_once),
        platforms=platforms,
        presses=presses,
        runner=runner,
        sender=sender,
        clock=clock,
        undelivered=reminding.undelivered,
        unfinished=reminding.unfinished,
        watching=reminding.watching,
        uploads=uploads,
        more_ways=more_ways,
        endings=endings,
        questions=questions,
        hand_overs=hand_overs,
        filling=abilities.filling,
        services=services_of(
            rows,
            mind,
            local,
            Beside(
                follow_ups,
                reminding.receivers,
                endings,
                questions,
                hand_overs,
                abilities,
                told_on,
                backups_of(settings.data_dir, database, rows, mind, sender.wake, now),
                Persons(database, settings.data_dir, files, now=now),
                Retention(
                    RetentionRows(database), rows.changes, rows.settings, mind.choices, now=now
                ),
                runner.arrivals,
            ),
            platforms,
            files,
            settings,
            now,
        ),
        warm=warm,
    )


def _for_good(
    duty: Duty, local: LocalConnector, connectors: Sequence[Connector]
) -> dict[str, Connector]:
    """Return the connectors that never go, by platform."""
    # Who chats on the page is answered by the process that shows it.
    own = [] if duty is Duty.WORKER else [local]
    return {each.platform: each for each in (*own, *connectors)}


async def _readied(warm: Callable[[], Awaitable[None]]) -> None:
    await warm()
    await asyncio.sleep(LOADED_AFTER_S)
    await asyncio.to_thread(other_languages.load)


def _as_told(author: Author) -> Author:
    return author


async def _at_once(_message: IncomingMessage) -> None:
    return None
