"""Tells the team's room of hand-overs, shows there how they stand, and ends what nobody sees to."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.business.calendar import BusinessCalendar
from bot.choices import Choices
from bot.domain.hand_overs import HandOver, HandOverState, Lead
from bot.handover.changes import Changes
from bot.handover.times import after_business_days, after_business_minutes, back_at
from bot.handover.wording import MAX_BEFORE, Wording
from bot.storage.hand_over_posts import HandOverPostRows
from bot.storage.hand_overs import HandOverRows
from bot.storage.outbox import NewOutgoing
from connectors.local.connector import PLATFORM as LOCAL
from connectors.messages import Address
from knowledge.documents import Audience


class Telling:
    """What is done of its own accord; done again after a kill it tells nothing twice."""

    def __init__(
        self,
        rows: HandOverRows,
        posts: HandOverPostRows,
        wording: Wording,
        changes: Changes,
        choices: Choices,
        *,
        platforms: Sequence[str],
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Tell of hand-overs.

        Args:
            rows: The hand-overs.
            posts: What rooms were told of them.
            wording: The words.
            changes: Ends them.
            choices: How long is waited, and where the team's rooms are.
            platforms: On which these may be, by name.
            sent: Called when there is something new in the outbox.
            now: The clock.
        """
        self._rows = rows
        self._posts = posts
        self._wording = wording
        self._changes = changes
        self._choices = choices
        self._platforms = tuple(platforms)
        self._sent = sent
        self._now = now

    async def tell(self) -> None:
        """Tell the team of what is new, while the business is open if its hours are known.

        Raises:
            StorageError: What is left is told by the next call.
        """
        if back_at(self._calendar(), self._now()) is not None:
            return
        rooms: dict[Address, list[HandOver]] = {}
        for hand_over in await self._posts.untold():
            if (room := self._team_room(hand_over.asker.address)) is not None:
                rooms.setdefault(room, []).append(hand_over)
        for room, untold in rooms.items():
            head = self._overnight(untold, room)
            for hand_over in untold:
                lead = await self._lead(hand_over, room)
                post = self._wording.post(hand_over, lead, room)
                await self._posts.tell(hand_over, post, head, now=self._now())
                self._sent()

    def _overnight(self, untold: Sequence[HandOver], room: Address) -> list[NewOutgoing]:
        """Return what stands above several that came while nobody was here."""
        calendar, now = self._calendar(), self._now()
        came = [each for each in untold if back_at(calendar, each.asked_at) is not None]
        # One stands for itself.
        if len(came) < 2:
            return []
        return [self._wording.overnight(len(came), calendar.day(now), room)]

    async def show(self) -> None:
        """Have what was told show how hand-overs stand by now.

        Raises:
            StorageError: What is left is shown by the next call.
        """
        for hand_over in await self._posts.misshown():
            room = hand_over.posted_at
            if room is not None:
                lead = await self._lead(hand_over, room)
                post = self._wording.post(hand_over, lead, room)
                if await self._posts.show(hand_over, post, now=self._now()):
                    self._sent()

    async def remind(self) -> None:
        """Tell once more what nobody has taken in time, with the owner's name, and in their room.

        Raises:
            StorageError: What is left is told by the next call.
        """
        minutes, now = self._choices.hand_overs.untaken_min, self._now()
        for hand_over in await self._posts.unreminded():
            room = hand_over.posted_at
            due_at = after_business_minutes(self._calendar(), hand_over.asked_at, minutes)
            if room is None or due_at is None or due_at > now or hand_over.round == 0:
                continue
            owners = await self._posts.owners(room.platform)
            lead = await self._lead(hand_over, room)
            told = [self._wording.reminder(hand_over, lead, room, owners)]
            owner_room = self._choices.owner_room(room.platform)
            if owner_room is not None and owner_room.channel != room.channel:
                lead = await self._lead(hand_over, owner_room)
                told.append(self._wording.to_owner(hand_over, lead, owner_room))
            await self._posts.remind(hand_over, told, now=now)
            self._sent()

    async def end(self) -> None:
        """End what nobody took in time, and give back where it is quiet.

        Raises:
            StorageError: What is left is ended by the next call.
        """
        now, choice, calendar = self._now(), self._choices.hand_overs, self._calendar()
        for hand_over in await self._rows.listed():
            if hand_over.state is HandOverState.TAKEN:
                since = hand_over.last_word_at or hand_over.changed_at
                due_at = after_business_minutes(calendar, since, choice.silent_min)
                if due_at is not None and due_at <= now:
                    await self._changes.give_back(hand_over, silence=True)
            elif hand_over.round:
                due_at = after_business_days(calendar, hand_over.asked_at, choice.expires_days)
                if due_at is not None and due_at <= now:
                    await self._changes.expire(hand_over)

    async def _lead(self, hand_over: HandOver, room: Address) -> Lead:
        """Return what led to a hand-over; nothing in a room that others may read, too."""
        if self._choices.readers(room) is not Audience.STAFF:
            return Lead((), ())
        return await self._posts.lead(hand_over, limit=MAX_BEFORE)

    def _team_room(self, asked_in: Address) -> Address | None:
        """Return the team's room on the platform of a question, else on another one.

        What is tried in this process's own rooms rings nobody elsewhere.
        """
        here = asked_in.platform
        order = sorted(self._platforms, key=lambda name: name != here) if here != LOCAL else [here]
        room = next(filter(None, map(self._choices.staff_room, order)), None)
        # Who asks in the team's own room is heard there anyway.
        own = room is not None and (room.platform, room.channel) == (here, asked_in.channel)
        return None if own else room

    def _calendar(self) -> BusinessCalendar:
        return BusinessCalendar(self._choices.business)
