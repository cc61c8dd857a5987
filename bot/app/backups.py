"""What makes backups of everything, and tries them."""

from collections.abc import Callable
from pathlib import Path

from bot.app.mind import Mind
from bot.app.rows import Now, Rows
from bot.inbox.alarms import Alarms
from bot.kinds import PLATFORMS
from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.proving import Proving
from bot.upkeep.backup.results import Results
from bot.upkeep.backup.service import Backups
from knowledge.base import KnowledgeBase
from knowledge.worker import Worker


def backups_of(
    folder: Path,
    database: Database,
    rows: Rows,
    mind: Mind,
    sent: Callable[[], None],
    now: Now,
) -> Backups:
    """Return what makes backups.

    Args:
        folder: The data directory.
        database: The one in use.
        rows: Every table's.
        mind: What finds, against which they are held.
        sent: Called when there is something new in the outbox.
        now: The clock.
    """

    def search(documents: DocumentRows, index: Path) -> KnowledgeBase:
        # A thread of its own for the index: people's questions do not wait for it.
        made = KnowledgeBase(documents, mind.serving(), Worker(), index)
        made.use_synonyms(mind.choices.knowledge.synonyms)
        return made

    alarms = Alarms(rows.outbox, mind.choices, platforms=PLATFORMS, sent=sent, now=now)

    async def alarm(text: str) -> None:
        await alarms.tell("backup", text)

    box = Box(folder, database)
    return Backups(
        box,
        Proving(box, mind.knowledge, search, today=lambda: mind.calendar().day(now()), now=now),
        mind.choices,
        Results(rows.settings, rows.changes),
        rows.secrets,
        mind.phrasebook,
        alarm=alarm,
        now=now,
    )
