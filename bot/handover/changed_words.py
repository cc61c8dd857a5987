"""Carried words that change, or that do not arrive."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.choices import Choices
from bot.domain.hand_overs import Carried, HandOverState
from bot.handover.crossing import Crossings
from bot.handover.wording import Wording
from bot.storage.hand_over_words import HandOverWordRows
from bot.storage.hand_overs import HandOverRows
from connectors.messages import Address

# What failed longer ago helps nobody any more.
LOST_WITHIN = timedelta(days=1)
MAX_QUOTED_CHARS = 1_000


class ChangedWords:
    """Has the other side read words as they are by now."""

    def __init__(
        self,
        rows: HandOverRows,
        words: HandOverWordRows,
        crossings: Crossings,
        wording: Wording,
        choices: Choices,
        *,
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Change with these parts; `sent` is called when something new is in the outbox."""
        self._rows = rows
        self._words = words
        self._crossings = crossings
        self._wording = wording
        self._choices = choices
        self._sent = sent
        self._now = now

    async def edited(self, address: Address, message_id: str, text: str) -> None:
        """Have carried words read as they were edited, while somebody has the conversation."""
        carried = await self._words.of_message(address, message_id)
        if carried is None:
            return
        if carried.outward and text.strip().startswith(self._choices.hand_overs.mark):
            text = ""
        await self._change(carried, text.strip())

    async def deleted(self, address: Address, message_id: str) -> None:
        """Have carried words that were deleted read as that."""
        carried = await self._words.of_message(address, message_id)
        if carried is not None:
            await self._change(carried, "")

    async def _change(self, carried: Carried, text: str) -> None:
        hand_over = await self._rows.get(carried.hand_over_id)
        if hand_over is None or (text and hand_over.state is not HandOverState.TAKEN):
            return
        outgoing = self._crossings.rewritten(replace(hand_over, round=carried.round), carried, text)
        await self._words.change(carried, text, outgoing, now=self._now())
        self._sent()

    async def tell_of_lost(self) -> None:
        """Tell who wrote what could not be delivered on the other side.

        Raises:
            StorageError: What is left is told by the next call.
        """
        for lost in await self._words.lost(since=self._now() - LOST_WITHIN):
            hand_over = await self._rows.get(lost.hand_over_id)
            if hand_over is None:
                continue
            outward = lost.address == hand_over.asker.address
            sentences = self._wording.team if outward else self._wording.customers(hand_over)
            to = self._wording.to_team if outward else self._wording.to_customer
            told = to(hand_over, "lost", sentences.not_delivered(lost.text[:MAX_QUOTED_CHARS]))
            first = [replace(each, origin=f"lost {lost.outgoing_id}") for each in told[:1]]
            await self._words.say(first, now=self._now())
            self._sent()
