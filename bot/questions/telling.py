"""Tells the team's rooms of gaps: of each at once, or of all of them once a week."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from bot.business.calendar import BusinessCalendar
from bot.business.facts import WEEKDAYS
from bot.choices import Choices, Told
from bot.domain.gaps import Gap
from bot.domain.outgoing import Outgoing
from bot.language.sentences import Phrasebook
from bot.outbox.buttons import under_gap
from bot.questions.wording import question_of
from bot.storage.gaps import GapRows
from bot.storage.outbox import NewOutgoing
from connectors.messages import Address
from knowledge.documents import Audience

# What was asked longer ago (the box was off, the room is new) comes with the week's list: a room
# is not flooded by what nobody waits for any more.
AT_ONCE_WITHIN = timedelta(days=1)
# However many ask, what a room was told of a gap is changed no more often.
CHANGE_PAUSE = timedelta(minutes=1)
MAX_QUOTED_CHARS = 1_000
MAX_CLOSEST = 3
# So that the list fits Discord's 2,000 characters.
MAX_LISTED = 10
MAX_LISTED_CHARS = 120
MAX_TITLE_CHARS = 100


class Telling:
    """Every gap and every week's list is told once a platform."""

    def __init__(
        self,
        rows: GapRows,
        choices: Choices,
        phrasebook: Phrasebook,
        *,
        platforms: Sequence[str],
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Tell by the owner's choices, in the team's rooms on these platforms.

        Args:
            rows: The gaps.
            choices: When to tell, and where.
            phrasebook: The words.
            platforms: Their names.
            sent: Called when there is something new in the outbox.
            now: The clock.
        """
        self._rows = rows
        self._choices = choices
        self._phrasebook = phrasebook
        self._platforms = tuple(platforms)
        self._sent = sent
        self._now = now

    async def tell(self) -> None:
        """Tell what is to be told by now.

        Raises:
            StorageError: What is left is told by the next call.
        """
        told, rooms = self._choices.questions.told, self._rooms()
        if told is Told.OFF or not rooms:
            return
        if told is Told.AT_ONCE:
            for gap_id in await self._rows.untold(since=self._now() - AT_ONCE_WITHIN):
                await self._tell_of(gap_id, rooms)
            await self._tell_of_growth(rooms)
        await self._tell_of_all(rooms)

    async def standing(self, room: Address) -> list[Outgoing]:
        """Return what a team's room was told of gaps that are open still, oldest first.

        Their own notices, and the week's list; nothing for any other room.
        """
        if room not in self._rooms():
            return []
        gaps = await self._rows.gaps()
        origins = [_notice(gap.gap_id, room) for gap in gaps]
        return await self._rows.told([*origins, _digest(self._last_due(), room)] if gaps else [])

    def _rooms(self) -> list[Address]:
        """Return the team's rooms that nobody else reads."""
        rooms = filter(None, map(self._choices.staff_room, self._platforms))
        return [room for room in rooms if self._choices.readers(room) is Audience.STAFF]

    async def _tell_of(self, gap_id: int, rooms: Sequence[Address]) -> None:
        notices = await self._notices(gap_id, rooms)
        if notices:
            await self._rows.tell([gap_id], notices, now=self._now())
            self._sent()

    async def _tell_of_growth(self, rooms: Sequence[Address]) -> None:
        """Have what was told of a gap say how often it was asked by now.

        What may not be changed yet is by a later call.
        """
        now = self._now()
        for gap_id in await self._rows.grown(since=now - AT_ONCE_WITHIN):
            notices = await self._notices(gap_id, rooms)
            told = await self._rows.told([notice.origin for notice in notices])
            stand = {each.origin: (each.message.address, each.message.text) for each in told}
            changed = [
                notice
                for notice in notices
                if notice.origin in stand
                and stand[notice.origin][0] == notice.address
                and stand[notice.origin][1] != notice.text
            ]
            if changed and await self._rows.retell(changed, before=now - CHANGE_PAUSE, now=now):
                self._sent()

    async def _notices(self, gap_id: int, rooms: Sequence[Address]) -> list[NewOutgoing]:
        """Return what rooms are told of a gap as it is now; nothing where it is gone."""
        gap = await self._rows.get(gap_id)
        if gap is None:
            return []
        sentences = self._phrasebook.sentences(self._choices.business.language)
        text = sentences.gap(
            gap.reasons[0],
            self._question(gap)[:MAX_QUOTED_CHARS],
            len(gap.questions),
            [title[:MAX_TITLE_CHARS] for title in gap.questions[-1].closest[:MAX_CLOSEST]],
        )
        return [
            NewOutgoing(
                origin=_notice(gap_id, room),
                nonce=secrets.token_hex(8),
                address=room,
                text=text,
                buttons=under_gap(gap_id, sentences),
            )
            for room in rooms
        ]

    async def _tell_of_all(self, rooms: Sequence[Address]) -> None:
        due_at = self._last_due()
        origins = {room: _digest(due_at, room) for room in rooms}
        # What one of the rooms has is not told anew when a second one comes.
        if any([await self._rows.said(origin) for origin in origins.values()]):
            return
        if not await self._rows.opened_before(due_at):
            return
        gaps = await self._rows.gaps()
        listed = gaps[:MAX_LISTED]
        sentences = self._phrasebook.sentences(self._choices.business.language)
        lines = [(gap.gap_id, self._line(gap), len(gap.questions)) for gap in listed]
        text = sentences.digest(lines, len(gaps) - len(listed))
        digests = [
            NewOutgoing(origins[room], secrets.token_hex(8), address=room, text=text)
            for room in rooms
        ]
        await self._rows.tell([gap.gap_id for gap in gaps], digests, now=self._now())
        self._sent()

    def _question(self, gap: Gap) -> str:
        return question_of(gap, self._choices.business) or "…"

    def _line(self, gap: Gap) -> str:
        return " ".join(self._question(gap).split())[:MAX_LISTED_CHARS]

    def _last_due(self) -> datetime:
        """Return when the week's list was last due."""
        choice = self._choices.questions
        calendar = BusinessCalendar(self._choices.business)
        now = self._now()
        today = calendar.day(now)
        day = today - timedelta(days=(today.weekday() - WEEKDAYS.index(choice.weekday)) % 7)
        due_at = self._due_at(day, calendar)
        return due_at if due_at <= now else self._due_at(day - timedelta(days=7), calendar)

    def _due_at(self, day: date, calendar: BusinessCalendar) -> datetime:
        at = self._choices.questions.at
        if at is None:
            return calendar.opens_at(day)
        return datetime.combine(day, at, tzinfo=calendar.zone)


def _notice(gap_id: int, room: Address) -> str:
    return f"gap {gap_id} {room.platform}"


def _digest(due_at: datetime, room: Address) -> str:
    return f"digest {due_at:%Y-%m-%d} {room.platform}"
