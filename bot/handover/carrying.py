"""Carries words between a person and the colleague who has their conversation.

What is carried is decided when a message's turn comes, so that everything holds for it that holds
for turns: in order within its room, after what was missed there, once however often it is tried.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.choices import Choices
from bot.domain.conversations import Turn
from bot.domain.hand_overs import HandOver, HandOverState
from bot.domain.people import Role
from bot.handover.changes import Changes
from bot.handover.crossing import Crossing, Crossings
from bot.handover.receipts import Receipts, Seen
from bot.handover.wording import Wording
from bot.language.spelling import folded
from bot.storage.hand_over_words import HandOverWordRows
from bot.storage.hand_overs import HandOverRows
from connectors.messages import Address, Author

log = logging.getLogger(__name__)

# What was on its way for longer was missed when it was written.
LATE = timedelta(minutes=1)


class Carrying:
    """Carries words both ways, as long as somebody has the conversation."""

    def __init__(
        self,
        rows: HandOverRows,
        words: HandOverWordRows,
        crossings: Crossings,
        wording: Wording,
        changes: Changes,
        choices: Choices,
        *,
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Carry with these parts; `sent` is called when something new is in the outbox."""
        self._rows = rows
        self._words = words
        self._crossings = crossings
        self._wording = wording
        self._receipts = Receipts(wording)
        self._changes = changes
        self._choices = choices
        self._sent = sent
        self._now = now

    async def awaits(self, address: Address, reply_to: str) -> bool:
        """Return whether what is written in the team's room stands below a hand-over.

        Raises:
            StorageError: That could not be looked up.
        """
        return await self._below(address, reply_to) is not None

    async def has(self, address: Address, author: Author) -> bool:
        """Return whether a colleague has what somebody writes at an address.

        Raises:
            StorageError: That could not be looked up.
        """
        return await self._rows.holding(address, author.user_id) is not None

    async def carry(self, turn: Turn) -> Seen | None:
        """Carry a turn's words if they are for a person; None: the bot answers them.

        Raises:
            StorageError: Nothing was carried.
        """
        address = turn.conversation.address
        if turn.person.role is not Role.PUBLIC:
            hand_over = await self._below(address, turn.reply_to)
            if hand_over is not None:
                return await self._of_colleague(turn, hand_over)
        if not turn.in_hands:
            return None
        user_id = turn.person.user_id
        hand_over = await self._rows.holding(address, user_id, turn_id=turn.turn_id)
        return None if hand_over is None else await self._of_customer(turn, hand_over)

    async def _of_customer(self, turn: Turn, hand_over: HandOver) -> Seen | None:
        crossing = await self._crossing(turn, hand_over, outward=False)
        thread = hand_over.thread
        carried = await self._carry(turn, hand_over, crossing, outward=False, thread=thread)
        if not carried and await self._words.of_turn(turn.turn_id) is None:
            return None
        # A start that died may have carried it before the conversation was given back.
        left_out = crossing.left_out
        return self._receipts.passed_on(turn, hand_over, outward=False, left_out=left_out)

    async def _of_colleague(self, turn: Turn, hand_over: HandOver) -> Seen | None:
        if await self._words.mentions_us(turn.turn_id):
            return None
        text = turn.text.strip()
        if text.startswith(self._choices.hand_overs.mark):
            return self._receipts.kept(turn)
        if _before(turn, hand_over) or hand_over.state is not HandOverState.TAKEN:
            return await self._of_earlier(turn, hand_over)
        if self._gives_back(text):
            await self._changes.give_back(hand_over)
            return self._receipts.kept(turn)
        crossing = await self._crossing(turn, hand_over, outward=True)
        thread = turn.conversation.address.thread
        if not await self._carry(turn, hand_over, crossing, outward=True, thread=thread):
            return await self._of_earlier(turn, hand_over)
        if hand_over.once:
            await self._changes.give_back(hand_over)
        left_out = crossing.left_out
        return self._receipts.passed_on(turn, hand_over, outward=True, left_out=left_out)

    async def _of_earlier(self, turn: Turn, hand_over: HandOver) -> Seen:
        """Return what a colleague's words are that belong to an earlier state, or to none."""
        if await self._words.of_turn(turn.turn_id) is not None:
            return self._receipts.passed_on(turn, hand_over, outward=True)
        return self._receipts.went_nowhere(turn, hand_over, too_early=_before(turn, hand_over))

    async def _crossing(self, turn: Turn, hand_over: HandOver, *, outward: bool) -> Crossing:
        if turn.in_hands and await self._words.of_turn(turn.turn_id) is not None:
            # Carried by a start that died: files are not fetched anew.
            return Crossing()
        return await self._crossings.of_turn(hand_over, turn, outward=outward)

    async def _carry(
        self, turn: Turn, hand_over: HandOver, crossing: Crossing, *, outward: bool, thread: str
    ) -> bool:
        carried = await self._words.carry(
            hand_over,
            turn.turn_id,
            crossing.words,
            crossing.files,
            outward=outward,
            thread=thread,
            now=self._now(),
        )
        if carried:
            self._sent()
            log.info("carried turn=%s hand_over=%s", turn.turn_id, hand_over.hand_over_id)
        return carried

    def _gives_back(self, text: str) -> bool:
        """Return whether somebody writes what stands on the button."""
        return folded(text) == folded(self._wording.team.label("giveback"))

    async def _below(self, address: Address, reply_to: str) -> HandOver | None:
        """Return the hand-over below which something is written in the team's room."""
        above = self._choices.above_in_staff_room(address, reply_to)
        return await self._rows.of_posts(address, above) if above else None


def _before(turn: Turn, hand_over: HandOver) -> bool:
    """Return whether words were written before a hand-over was in the state it is in.

    Clocks differ: by ours, unless they came in long after they were written.
    """
    changed_at = hand_over.changed_at
    heard_at = turn.sent_at + turn.heard_after
    return heard_at < changed_at or (turn.heard_after > LATE and turn.sent_at < changed_at)
