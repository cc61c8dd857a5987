"""Promises: made, changed, cancelled, and delivered when due."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.followups import WAITING, FollowUp, FollowUpKind, FollowUpState, Receiver
from bot.domain.people import Person, Role, room_of
from bot.followups.delivery import Delivery
from bot.followups.digest import Digest
from bot.followups.repeating import next_time
from bot.followups.wording import LATE
from bot.language.sentences import Phrasebook
from bot.storage.followups import Call, FollowUpRows, NewFollowUp
from connectors.messages import Address

log = logging.getLogger(__name__)

MAX_SUBJECT_CHARS = 500
# Loop protection: nobody needs more reminders waiting than this.
MAX_PENDING = 200
# Nor has anybody so many waiting that others asked for, and no room.
MAX_FOR_ONE = 50
# Nor is any customer written to more often without a word from them.
MAX_TO_CUSTOMER = 2
# Two programs that remind each other, or somebody in a rage, come to this within the hour.
MAX_FOR_OTHERS = 20
HOUR = timedelta(hours=1)
# "Again in an hour", says the button; and another one "in 15 minutes".
AGAIN_AFTER = timedelta(hours=1)
SOON_AFTER = timedelta(minutes=15)
# More than this at a time would hold the rows' order up for others.
DELIVERY_BATCH = 100


class PastError(Exception):
    """The moment asked for is over."""


class TooManyError(Exception):
    """The person has as many follow-ups waiting as one may have."""


class ReceiverFullError(Exception):
    """For whom it is, as many wait as may."""


class CustomerWaitsError(Exception):
    """As many words wait for a customer, or were sent since they wrote last, as one may send."""


class TooOftenError(Exception):
    """The person has asked for many follow-ups for others within an hour."""


QuietUntil = Callable[[FollowUp | NewFollowUp, datetime], Awaitable[datetime | None]]


class FollowUps:
    """The one door to follow-ups, for chat, page and terminal.

    Attributes:
        digest: Words overviews.
        changed: Called when the next one due may be another one.
        quiet_until: Tells when what would come at a moment comes instead; None: at that moment.
    """

    def __init__(
        self,
        rows: FollowUpRows,
        phrasebook: Phrasebook,
        *,
        now: Callable[[], datetime],
        started_at: datetime,
        sent: Callable[[], None],
    ) -> None:
        """Promise from now on.

        Args:
            rows: Where promises are kept.
            phrasebook: The words of reminders.
            now: The clock.
            started_at: When this process began to watch the clock: what was due before could
                not be delivered.
            sent: Called when there is something new in the outbox.
        """
        self._rows = rows
        self.digest = Digest(rows, phrasebook)
        self._delivery = Delivery(rows, phrasebook, self.digest)
        self._now = now
        self._started_at = started_at
        self._sent = sent
        self.changed: Callable[[], None] = lambda: None
        self.quiet_until: QuietUntil = _never_quiet

    async def promise(self, new: NewFollowUp, call: Call | None = None) -> FollowUp:
        """Commit a follow-up; the row returned is the promise.

        One whose time falls into quiet hours is promised for their end.

        A call of a turn that was committed before returns its row and changes nothing.

        Raises:
            PastError: It would be due already.
            TooManyError: The person has too many waiting.
            ReceiverFullError: Too many wait for whom it is.
            TooOftenError: The person asks for too many for others.
            CustomerWaitsError: The customer was written to often enough.
        """
        if call is not None and (made := await self._rows.made(call)) is not None:
            return made
        now = self._now()
        if new.due_at <= now:
            raise PastError
        if await self._rows.count(person_id=new.person_id, states=WAITING) >= MAX_PENDING:
            raise TooManyError
        until = await self.quiet_until(new, new.due_at)
        if until is not None:
            new = replace(new, due_at=until)
        if new.receiver is not None:
            await self._limit(new, new.receiver, now)
        if (
            new.kind is FollowUpKind.MESSAGE
            and new.watch is not None
            and await self._rows.count_to_customer(new.watch) >= MAX_TO_CUSTOMER
        ):
            raise CustomerWaitsError
        follow_up = await self._rows.promise(new, call, now=now)
        log.info("promised follow_up=%s due_at=%s", follow_up.follow_up_id, follow_up.due_at)
        self.changed()
        return follow_up

    async def made(self, call: Call) -> FollowUp | None:
        """Return what a turn's call has promised before, in whatever state, or None."""
        return await self._rows.made(call)

    async def _limit(self, new: NewFollowUp, receiver: Receiver, now: datetime) -> None:
        if await self._rows.count_for(receiver, new.address, states=WAITING) >= MAX_FOR_ONE:
            raise ReceiverFullError
        made = await self._rows.count_made_for_others(new.person_id, since=now - HOUR)
        if made >= MAX_FOR_OTHERS:
            raise TooOftenError

    async def cancel(
        self, follow_up_id: int, *, person_id: int | None, call: Call | None = None
    ) -> FollowUp | None:
        """Cancel a pending follow-up; None when there is none, or it is somebody else's.

        With a repeated one, all its times to come.

        Args:
            follow_up_id: Which.
            person_id: Who must have asked for it or receive it; None for the owner, who may
                cancel any.
            call: The turn's call that wants it; one that has cancelled it before returns its row.
        """
        found = await self._rows.get(follow_up_id)
        if found is None or not (person_id is None or found.concerns(person_id)):
            return None
        cancelled = await self._rows.cancel(follow_up_id, call, now=self._now())
        self.changed()
        return cancelled

    async def keep(self, follow_up_id: int) -> FollowUp | None:
        """Take the cancelling of a follow-up back; None when it was not, or its time is over."""
        kept = await self._rows.keep(follow_up_id, now=self._now())
        self.changed()
        return kept

    async def snooze(self, follow_up_id: int, due_at: datetime) -> FollowUp | None:
        """Move a pending follow-up; None when there is none.

        Of a repeated one only the next time is moved, which gets a number of its own.

        Raises:
            PastError: The new moment is over.
        """
        now = self._now()
        if due_at <= now:
            raise PastError
        found = await self._rows.get(follow_up_id)
        if found is None:
            return None
        if found.rule:
            moved = await self._rows.move_time(
                found, due_at=due_at, next_at=next_time(found), now=now
            )
        else:
            moved = await self._rows.move(found, due_at, now=now)
        self.changed()
        return moved

    async def again(
        self, follow_up_id: int, *, person_id: int, after: timedelta = AGAIN_AFTER
    ) -> FollowUp | None:
        """Promise a follow-up again for some time from now, once a delivery.

        For whom it concerns. One that waits for its first delivery comes that much later.

        Returns:
            What is promised, the same however often it is asked for; None when there is none that
            concerns them, or it was cancelled.
        """
        now = self._now()
        promised = await self._rows.again(
            follow_up_id,
            person_id=person_id,
            due_at=now + after,
            later=after,
            choice=f"after {after.total_seconds():.0f}",
            now=now,
        )
        self.changed()
        return promised

    async def put_off(
        self, follow_up_id: int, due_at: datetime, *, person_id: int
    ) -> FollowUp | None:
        """Promise a follow-up again for a moment, be it delivered or not.

        For whom it concerns.

        Raises:
            PastError: That moment is over.

        Returns:
            What is promised; None when there is none that concerns them, or it was cancelled.
        """
        now = self._now()
        if due_at <= now:
            raise PastError
        promised = await self._rows.again(
            follow_up_id, person_id=person_id, due_at=due_at, later=None, choice="", now=now
        )
        self.changed()
        return promised

    async def done(self, follow_up_id: int, *, person_id: int) -> FollowUp | None:
        """Take a delivered follow-up as seen to: it does not come again.

        For whom it concerns.

        Returns:
            None when there is none that concerns them, or it was not delivered yet.
        """
        finished = await self._rows.done(follow_up_id, person_id=person_id, now=self._now())
        self.changed()
        return finished

    async def hand(
        self, follow_up_id: int, to: Receiver, address: Address, *, by: Person
    ) -> FollowUp | None:
        """Hand a delivered follow-up to somebody else, to whom it is said at once.

        In their quiet hours it is said when these end.

        Args:
            follow_up_id: Which.
            to: Whom.
            address: Where they are told.
            by: Who hands it over; they may still see to it.

        Raises:
            ReceiverFullError: Too many wait for them.

        Returns:
            The follow-up as it is then; None when there is none, or it was not delivered yet.
        """
        if await self._rows.count_for(to, address, states=WAITING) >= MAX_FOR_ONE:
            raise ReceiverFullError
        handed = await self._rows.hand(
            follow_up_id, receiver=to, address=address, by=by, now=self._now()
        )
        self.changed()
        return handed

    async def theirs(self, follow_up_id: int, person: Person, here: Address) -> FollowUp | None:
        """Return a follow-up that somebody may see to where they are, or None.

        Those whom it concerns may, and the team in the room that it is for.
        """
        found = await self._rows.get(follow_up_id)
        if found is None or found.concerns(person.person_id):
            return found
        of_room = found.receiver is not None and found.receiver.person_id is None
        there = room_of(found.address) == room_of(here)
        return found if of_room and there and person.role is not Role.PUBLIC else None

    async def get(self, follow_up_id: int) -> FollowUp | None:
        """Return one follow-up in whatever state, or None."""
        return await self._rows.get(follow_up_id)

    async def waiting(self, *, person_id: int | None = None) -> list[FollowUp]:
        """Return what is still to be delivered, by due date.

        Of everybody, or what one person asked for or receives.
        """
        return await self._rows.list(person_id=person_id, states=WAITING, limit=1_000)

    async def due_between(self, begins: datetime, ends: datetime) -> int:
        """Return how many are due from a moment on up to another one, or came then."""
        states = (*WAITING, FollowUpState.SENT)
        return await self._rows.count_due(states=states, since=begins, until=ends)

    async def over(self, *, limit: int) -> list[FollowUp]:
        """Return the last follow-ups that wait no more, by due date, latest first."""
        states = [state for state in FollowUpState if state not in WAITING]
        return await self._rows.list(states=states, limit=limit, latest_first=True)

    async def all(self, *, limit: int = 1_000) -> list[FollowUp]:
        """Return follow-ups in every state, by due date."""
        return await self._rows.list(states=tuple(FollowUpState), limit=limit)

    async def next_due(self, *, after: datetime | None = None) -> datetime | None:
        """Return when the next one is due, or the next that is due after a moment, or None."""
        return await self._rows.earliest(after=after)

    async def deliver_due(self) -> int:
        """Put every due follow-up's message into the outbox, each exactly once.

        What comes due meanwhile may be left to the next call.

        Returns:
            How many this call put there.
        """
        delivered, read = 0, DELIVERY_BATCH
        while read == DELIVERY_BATCH:
            due = await self._rows.due(self._now(), limit=DELIVERY_BATCH)
            read = len(due)
            for follow_up in due:
                delivered += await self._deliver(follow_up)
        if delivered:
            self._sent()
        return delivered

    async def _deliver(self, follow_up: FollowUp) -> bool:
        now = self._now()
        if (until := await self.quiet_until(follow_up, now)) is not None:
            await self._rows.hold(follow_up, until, late=now - follow_up.due_at > LATE)
            return False
        return await self._delivery.deliver(follow_up, now=now, started_at=self._started_at)


async def _never_quiet(_follow_up: FollowUp | NewFollowUp, _at: datetime) -> None:
    return None
