"""Hand-overs: a person is wanted, takes a conversation over, and gives it back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.business.calendar import BusinessCalendar
from bot.choices import Choices
from bot.domain.conversations import UNKNOWN, Answer, Turn
from bot.domain.hand_overs import ENDED, HandOver, HandOverState
from bot.domain.outgoing import Outgoing
from bot.domain.people import Person, Role
from bot.handover.carrying import Carrying
from bot.handover.changed_words import ChangedWords
from bot.handover.changes import Changes
from bot.handover.times import back_at
from bot.handover.wording import Wording
from bot.language.sentences import Sentences
from bot.storage.hand_overs import HandOverRows
from bot.waiting import happened
from connectors.messages import Address

# What is due by the clock, and posts that were on their way, are seen to this often.
SWEEP_S = 15.0
Step = Callable[[], Awaitable[None]]


class HandOvers:
    """The one door to hand-overs, for page and chat.

    Attributes:
        carrying: Carries words while somebody has a conversation.
        changed_words: Has the other side read them as they are by now.
    """

    def __init__(
        self,
        rows: HandOverRows,
        wording: Wording,
        carrying: Carrying,
        changed_words: ChangedWords,
        changes: Changes,
        due: Sequence[Step],
        choices: Choices,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """See to hand-overs.

        Args:
            rows: The hand-overs.
            wording: The words.
            carrying: Carries words.
            changed_words: Sees to those that change.
            changes: Gives hand-overs to colleagues, and ends them.
            due: What is done of its own accord, in order; each raises `StorageError` for what it
                leaves to the next time.
            choices: Where the team's rooms are.
            now: The clock.
        """
        self._rows = rows
        self._wording = wording
        self.carrying = carrying
        self.changed_words = changed_words
        self._changes = changes
        self._due = due
        self._choices = choices
        self._now = now
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that a hand-over came or changed."""
        self._woken.set()

    async def run(self) -> None:
        """Tell, remind, give back and offer what is due, until cancelled.

        Raises:
            StorageError: The rows could not be read or written.
        """
        while True:
            self._woken.clear()
            await self.see_to()
            await happened(self._woken, within_s=SWEEP_S)

    async def see_to(self) -> None:
        """Do what is due by now.

        Raises:
            StorageError: What is left is done by the next call.
        """
        for step in self._due:
            await step()

    async def standing(self, room: Address) -> Sequence[Outgoing]:
        """Return what a team's room was told of hand-overs that are open, oldest first."""
        told = [each.post for each in await self._rows.listed() if each.posted_at == room]
        return await self._rows.told(told) if told else ()

    async def waiting(self, *, limit: int) -> list[HandOver]:
        """Return those that nobody has taken, oldest first."""
        return await self._rows.listed([HandOverState.WAITING], limit=limit)

    async def open(self, *, limit: int) -> list[HandOver]:
        """Return those that wait or that somebody has, oldest first."""
        return await self._rows.listed(limit=limit)

    async def ended(self, *, limit: int) -> list[HandOver]:
        """Return those that have ended, the last first."""
        return await self._rows.listed(ENDED, limit=limit, newest_first=True)

    async def want(self, answer: Answer, person: Person) -> bool:
        """Have a person see to an answer; False when somebody is asked for already.

        Args:
            answer: Which.
            person: Who wishes it; another than who asked is a colleague.
        """
        colleague = person.person_id != answer.person.person_id and person.role is not Role.PUBLIC
        reason = "colleague" if colleague else "asked"
        wanted = await self._rows.want(answer, reason, now=self._now())
        if wanted:
            self.wake()
        return wanted

    async def may_fetch(self, turn: Turn) -> bool:
        """Return whether a person is to be fetched for what could not be answered.

        If the owner wishes it, while somebody is there, and once a conversation a day.
        """
        now, calendar = self._now(), BusinessCalendar(self._choices.business)
        if not self._choices.hand_overs.unanswered or back_at(calendar, now) is not None:
            return False
        last = await self._rows.last_wanted(turn.conversation.conversation_id, UNKNOWN)
        return last is None or calendar.day(last) != calendar.day(now)

    def promise(self, sentences: Sentences) -> str:
        """Return what somebody is told whose wish for a person is kept."""
        lines = [sentences.handover_recorded(self._choices.business.contact)]
        calendar = BusinessCalendar(self._choices.business)
        opens_at = back_at(calendar, self._now())
        if opens_at is not None:
            lines.append(sentences.team_back(sentences.moment(opens_at, calendar.zone)))
        lines.append(sentences.team_reads())
        return " ".join(lines)

    # Buttons

    async def take(self, hand_over_id: int, address: Address, person: Person) -> str:
        """Give a hand-over to who pressed, if they are the first; return a sentence for them."""
        return await self._take(hand_over_id, address, person, once=False)

    async def answer(self, hand_over_id: int, address: Address, person: Person) -> str:
        """Give it to who pressed for one answer, likewise."""
        return await self._take(hand_over_id, address, person, once=True)

    async def _take(
        self, hand_over_id: int, address: Address, person: Person, *, once: bool
    ) -> str:
        sentences = self._wording.team
        if not self._may(address, person):
            return sentences.not_allowed()
        hand_over = await self._rows.get(hand_over_id)
        if hand_over is None:
            return sentences.button_unknown()
        if await self._changes.take(hand_over, person, once=once):
            name = hand_over.asker.name
            return sentences.answer_now(name) if once else sentences.you_have_it(name)
        return await self._not_waiting(hand_over_id)

    async def not_ours(self, hand_over_id: int, address: Address, person: Person) -> str:
        """Turn a hand-over down; return a sentence for who pressed."""
        if not self._may(address, person):
            return self._wording.team.not_allowed()
        hand_over = await self._rows.get(hand_over_id)
        if hand_over is not None and await self._changes.not_ours(hand_over):
            return self._wording.team.customer_told()
        return await self._not_waiting(hand_over_id)

    async def give_back(self, hand_over_id: int, address: Address, person: Person) -> str:
        """Give a conversation back; return a sentence for who pressed."""
        if not self._may(address, person):
            return self._wording.team.not_allowed()
        if await self.given_back(hand_over_id):
            return self._wording.team.customer_told()
        return await self._not_waiting(hand_over_id)

    async def _not_waiting(self, hand_over_id: int) -> str:
        hand_over = await self._rows.get(hand_over_id)
        if hand_over is not None and hand_over.state is HandOverState.TAKEN:
            return self._wording.team.somebody_has_it(hand_over.taken_by)
        if hand_over is not None and hand_over.state is HandOverState.WAITING:
            return self._wording.team.take_first()
        return self._wording.team.hand_over_ended()

    # The page

    async def given_back(self, hand_over_id: int) -> bool:
        """Give a conversation back; False when nobody has it."""
        hand_over = await self._rows.get(hand_over_id)
        return hand_over is not None and await self._changes.give_back(hand_over)

    async def done(self, hand_over_id: int) -> bool:
        """Record that somebody has seen to what waits; False when it does not wait."""
        hand_over = await self._rows.get(hand_over_id)
        return hand_over is not None and await self._changes.done(hand_over)

    def _may(self, address: Address, person: Person) -> bool:
        """Return whether somebody presses as one of the team, in the team's room."""
        return person.role is not Role.PUBLIC and self._choices.is_staff_room(address)
