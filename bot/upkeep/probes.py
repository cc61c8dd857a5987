"""How each part is proved to be well: by doing what it is there for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.choices import Choices
from bot.followups.service import FollowUps
from bot.llm.availability import Availability
from bot.storage.backlog import BacklogRows
from bot.storage.inbox import InboxRows
from bot.storage.settings import SettingRows
from bot.upkeep.health import Finding, Probe
from knowledge.base import KnowledgeBase

# The sweep delivers within 15 s; what is due longer than this was not rung for.
OVERDUE = timedelta(minutes=1)
# Messages from the future by more than this mean that the clock was set back.
CLOCK_SLACK = timedelta(minutes=2)
PROOF = "last_proof"


class Probes:
    """The proofs of every part that is no platform and no embedder."""

    def __init__(
        self,
        settings: SettingRows,
        knowledge: KnowledgeBase,
        model: Availability,
        choices: Choices,
        follow_ups: FollowUps,
        backlog: BacklogRows,
        inbox: InboxRows,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Prove these parts."""
        self._settings = settings
        self._knowledge = knowledge
        self._model = model
        self._choices = choices
        self._follow_ups = follow_ups
        self._backlog = backlog
        self._inbox = inbox
        self._now = now

    def all(self) -> list[Probe]:
        """Return these proofs, in the order people care."""
        return [
            Probe("database", True, self._database),
            Probe("knowledge", True, self._search),
            Probe("model", False, self._answers),
            Probe("follow-ups", True, self._rings),
            Probe("outbox", True, self._delivers),
            Probe("clock", False, self._clock),
        ]

    async def _database(self) -> Finding:
        """Write a row and read it back."""
        stamp = self._now().isoformat()
        version = await self._settings.put(PROOF, stamp, now=self._now())
        # Another process may have proved it since.
        there = await self._settings.version(PROOF) >= version
        return Finding(there, "Writes and reads." if there else "What was written is not there.")

    async def _search(self) -> Finding:
        """Embed a question and find the canary."""
        await self._knowledge.check()
        count = await self._knowledge.documents_count()
        if not count:
            return Finding(
                True,
                "Nothing has been added yet, so every question is answered with: I don't know.",
                "Add what people ask: on the page under Knowledge, or `deskhand knowledge add"
                " FILE`.",
            )
        return Finding(True, "Finds passages; {count} documents.", values={"count": count})

    async def _answers(self) -> Finding:
        """Ask the model for one token."""
        if not self._choices.model.name:
            return Finding(True, "Switched off: answers come word for word from the knowledge.")
        status = await self._model.check()
        return Finding(bool(status.ok), status.sentence, values=status.values)

    async def _rings(self) -> Finding:
        """Look whether something due was not delivered."""
        due_at = await self._follow_ups.next_due()
        if due_at is None:
            return Finding(True, "Nothing is due.")
        if due_at < self._now() - OVERDUE:
            return Finding(
                False, "A follow-up is overdue and was not delivered.", "Start `deskhand run`."
            )
        zone = ZoneInfo(self._choices.business.zone)
        return Finding(
            True,
            "The next is due {moment}.",
            values={"moment": f"{due_at.astimezone(zone):%Y-%m-%d %H:%M}"},
        )

    async def _delivers(self) -> Finding:
        """Look whether messages stay behind."""
        backlog = await self._backlog.read(overdue_before=self._now() - OVERDUE)
        oldest = backlog.outgoing.since
        if oldest is not None and oldest < self._now() - 5 * OVERDUE:
            return Finding(
                False,
                "{count} messages have not reached their platform.",
                "Look at the platform's row, or whether the network is there.",
                values={"count": backlog.outgoing.count},
            )
        failed = backlog.outgoing_failed
        if failed:
            return Finding(
                True,
                "Nothing stays behind. {count} could not be delivered for good.",
                values={"count": failed},
            )
        return Finding(True, "Nothing stays behind.")

    async def _clock(self) -> Finding:
        """Compare the clock with the newest row."""
        last = await self._inbox.last_moment()
        if last is not None and last > self._now() + CLOCK_SLACK:
            return Finding(
                False,
                "The clock was set back: the last message is dated {moment} (UTC).",
                "Set date and time of this computer right; nothing is lost.",
                values={"moment": f"{last:%Y-%m-%d %H:%M}"},
            )
        return Finding(True, "The clock agrees with what is stored.")
