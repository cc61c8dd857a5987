"""Carries words between a person and the colleague who has their conversation.

What is carried is decided when a message's turn comes, so that everything holds for it that holds
for turns: in order within its room, after what was missed there, once however often it is tried.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.choices import Choices
from bot.domain.conversations import Kind, Outcome, Turn
from bot.domain.hand_overs import Carried, HandOver, HandOverState
from bot.domain.people import Role
from bot.handover.changes import Changes
from bot.handover.wording import Wording
from bot.language.spelling import folded
from bot.storage.hand_over_words import HandOverWordRows
from bot.storage.hand_overs import HandOverRows
from bot.storage.outbox import NewOutgoing
from connectors.local.connector import PLATFORM as LOCAL
from connectors.messages import Address, Author

log = logging.getLogger(__name__)

# What was on its way for longer was missed when it was written.
LATE = timedelta(minutes=1)
# What failed longer ago helps nobody any more.
LOST_WITHIN = timedelta(days=1)
MAX_QUOTED_CHARS = 1_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A turn that is a person's and not the bot's.

    Attributes:
        outcome: What is said to who wrote; None for nothing.
    """

    outcome: Outcome | None


class Carrying:
    """Carries words both ways, as long as somebody has the conversation."""

    def __init__(
        self,
        rows: HandOverRows,
        words: HandOverWordRows,
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
        self._wording = wording
        self._changes = changes
        self._choices = choices
        self._sent = sent
        self._now = now
        # Below which hand-overs it was said already that nothing is passed on.
        self._hinted: set[tuple[int, int, HandOverState]] = set()

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
        outgoing = self._worded(hand_over, turn, outward=False)
        thread = hand_over.thread
        carried = await self._carry(turn, hand_over, outgoing, outward=False, thread=thread)
        if not carried and await self._words.of_turn(turn.turn_id) is None:
            return None
        # A start that died may have carried it before the conversation was given back.
        return self._passed_on(turn, hand_over, outward=False)

    async def _of_colleague(self, turn: Turn, hand_over: HandOver) -> Seen | None:
        if await self._words.mentions_us(turn.turn_id):
            return None
        text = turn.text.strip()
        if text.startswith(self._choices.hand_overs.mark):
            return self._kept(turn)
        if _before(turn, hand_over):
            return await self._of_earlier(turn, hand_over)
        if hand_over.state is HandOverState.TAKEN and self._gives_back(text):
            await self._changes.give_back(hand_over)
            return self._kept(turn)
        outgoing = self._worded(hand_over, turn, outward=True)
        thread = turn.conversation.address.thread
        if hand_over.state is HandOverState.TAKEN and await self._carry(
            turn, hand_over, outgoing, outward=True, thread=thread
        ):
            return self._passed_on(turn, hand_over, outward=True)
        return await self._of_earlier(turn, hand_over)

    async def _of_earlier(self, turn: Turn, hand_over: HandOver) -> Seen:
        """Return what a colleague's words are that belong to an earlier state, or to none."""
        if await self._words.of_turn(turn.turn_id) is not None:
            return self._passed_on(turn, hand_over, outward=True)
        return self._went_nowhere(turn, hand_over)

    async def _carry(
        self,
        turn: Turn,
        hand_over: HandOver,
        outgoing: list[NewOutgoing],
        *,
        outward: bool,
        thread: str,
    ) -> bool:
        carried = await self._words.carry(
            hand_over, turn.turn_id, outgoing, outward=outward, thread=thread, now=self._now()
        )
        if carried:
            self._sent()
            log.info("carried turn=%s hand_over=%s", turn.turn_id, hand_over.hand_over_id)
        return carried

    def _worded(self, hand_over: HandOver, turn: Turn, *, outward: bool) -> list[NewOutgoing]:
        carried = Carried(
            turn.turn_id,
            hand_over.hand_over_id,
            hand_over.round,
            outward,
            0,
            turn.text,
            turn.person.name,
        )
        files = [file.name for file in turn.files]
        return self._said(hand_over, carried, turn.text.strip(), files)

    def _said(
        self, hand_over: HandOver, carried: Carried, text: str, files: Sequence[str] = ()
    ) -> list[NewOutgoing]:
        """Return the messages that say words on the other side; "" and no files: withdrawn."""
        outward = carried.outward
        sentences = self._wording.customers(hand_over) if outward else self._wording.team
        name = self._wording.signature(carried.by) if outward else carried.by
        to = self._wording.to_customer if outward else self._wording.to_team
        said = (
            sentences.words_of(name, text, files)
            if text or files
            else sentences.words_withdrawn(name)
        )
        return to(hand_over, f"words {carried.turn_id}", said, pieces=carried.pieces)

    # What is said to who wrote

    def _passed_on(self, turn: Turn, hand_over: HandOver, *, outward: bool) -> Seen:
        """Return silence; in this process's own rooms somebody waits for each of their words."""
        if turn.conversation.address.platform != LOCAL:
            return Seen(None)
        if outward:
            return Seen(_outcome(self._wording.team.passed_on(hand_over.asker.name), self._team))
        sentences = self._wording.customers(hand_over)
        name = self._wording.signature(hand_over.taken_by)
        return Seen(_outcome(sentences.passed_on(name), sentences.language))

    def _kept(self, turn: Turn) -> Seen:
        if turn.conversation.address.platform != LOCAL:
            return Seen(None)
        return Seen(_outcome(self._wording.team.stays_here(), self._team))

    def _went_nowhere(self, turn: Turn, hand_over: HandOver) -> Seen:
        """Say that nothing was passed on; to who only talks with colleagues once."""
        hint = (hand_over.hand_over_id, hand_over.round, hand_over.state)
        if turn.unasked and hint in self._hinted and not _before(turn, hand_over):
            return Seen(None)
        self._hinted.add(hint)
        sentences = self._wording.team
        match hand_over.state:
            case HandOverState.WAITING:
                said = sentences.take_first()
            case HandOverState.TAKEN:
                said = sentences.too_early()
            case _:
                said = sentences.hand_over_ended()
        return Seen(_outcome(said, self._team))

    @property
    def _team(self) -> str:
        return self._wording.team.language

    def _gives_back(self, text: str) -> bool:
        """Return whether somebody writes what stands on the button."""
        return folded(text) == folded(self._wording.team.label("giveback"))

    # Words that change

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
        hand_over = replace(hand_over, round=carried.round)
        outgoing = self._said(hand_over, carried, text)
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

    async def _below(self, address: Address, reply_to: str) -> HandOver | None:
        """Return the hand-over below which something is written in the team's room."""
        if not self._choices.is_staff_room(address):
            return None
        # A thread below a post has that post's id on Slack and on Discord alike.
        for posted_id in filter(None, (reply_to, address.thread)):
            hand_over = await self._rows.of_post(address, posted_id)
            if hand_over is not None:
                return hand_over
        return None


def _before(turn: Turn, hand_over: HandOver) -> bool:
    """Return whether words were written before a hand-over was in the state it is in.

    Clocks differ: by ours, unless they came in long after they were written.
    """
    changed_at = hand_over.changed_at
    heard_at = turn.sent_at + turn.heard_after
    return heard_at < changed_at or (turn.heard_after > LATE and turn.sent_at < changed_at)


def _outcome(text: str, language: str) -> Outcome:
    return Outcome(Kind.HANDOVER, text, language)
