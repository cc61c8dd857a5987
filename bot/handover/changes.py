"""Changes of a hand-over's state; everybody concerned is told in the same transaction."""

from collections.abc import Callable
from datetime import datetime

from bot.choices import Choices
from bot.domain.hand_overs import HandOver, HandOverState
from bot.domain.people import Person
from bot.handover.wording import Wording
from bot.storage.hand_overs import HandOverRows


class Changes:
    """Gives hand-overs to colleagues, and ends them."""

    def __init__(
        self,
        rows: HandOverRows,
        wording: Wording,
        choices: Choices,
        *,
        changed: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Change those of these rows; `changed` is called after each change."""
        self._rows = rows
        self._wording = wording
        self._choices = choices
        self._changed = changed
        self._now = now

    async def take(self, hand_over: HandOver, person: Person, *, once: bool = False) -> bool:
        """Give what waits to a colleague, and tell the person.

        Args:
            hand_over: Which.
            person: The colleague.
            once: For one answer.

        Returns:
            False when it does not wait.
        """
        name, sentences = self._wording.signature(person.name), self._wording.customers(hand_over)
        said = sentences.answer_comes(name) if once else sentences.taken_over(name)
        told = self._wording.to_customer(hand_over, "taken", said)
        taken = await self._rows.take(hand_over, person.person_id, told, once=once, now=self._now())
        if taken:
            self._changed()
        return taken

    async def give_back(self, hand_over: HandOver, *, silence: bool = False) -> bool:
        """Let the bot answer a person again, and tell both sides.

        Args:
            hand_over: One that somebody has.
            silence: It is for want of words: a word that came meanwhile keeps it where it is.

        Returns:
            False when nobody has it, or a word came.
        """
        while hand_over.state is HandOverState.TAKEN:
            state = HandOverState.ANSWERED if hand_over.answered else HandOverState.GIVEN_BACK
            back = self._wording.customers(hand_over).given_back(silence=silence)
            over = self._wording.team.over_here(silence=silence)
            told = [
                *self._wording.to_customer(hand_over, "over", back),
                *self._wording.to_team(hand_over, "ended", over),
            ]
            if await self._rows.end(hand_over, state, told, now=self._now()):
                self._changed()
                return True
            fresh = await self._rows.get(hand_over.hand_over_id)
            if silence or fresh is None or fresh.round != hand_over.round:
                return False
            hand_over = fresh
        return False

    async def not_ours(self, hand_over: HandOver) -> bool:
        """Turn down what waits, and tell the person; False when it does not wait."""
        contact = self._choices.business.contact
        said = self._wording.customers(hand_over).not_ours(contact)
        return await self._refuse(hand_over, HandOverState.NOT_OURS, said)

    async def expire(self, hand_over: HandOver) -> bool:
        """End what nobody took, and tell the person; False when it does not wait."""
        contact = self._choices.business.contact
        said = self._wording.customers(hand_over).nobody_came(contact)
        return await self._refuse(hand_over, HandOverState.EXPIRED, said)

    async def done(self, hand_over: HandOver) -> bool:
        """Take what waits off the list, seen to in another way; False when it does not wait."""
        return await self._refuse(hand_over, HandOverState.DONE, "")

    async def _refuse(self, hand_over: HandOver, state: HandOverState, said: str) -> bool:
        if hand_over.state is not HandOverState.WAITING:
            return False
        told = self._wording.to_customer(hand_over, "over", said) if said else []
        ended = await self._rows.end(hand_over, state, told, now=self._now())
        if ended:
            self._changed()
        return ended
