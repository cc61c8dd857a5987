"""What is carried, as it stands on the other side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.conversations import Turn
from bot.domain.hand_overs import Carried, HandOver
from bot.handover.enclosing import Enclosing
from bot.handover.wording import NOTHING, Wording
from bot.storage.outbox import NewOutgoing


@dataclass(frozen=True, slots=True)
class Crossing:
    """Somebody's words and files, on their way to the other side.

    Attributes:
        words: The messages that say them, in order.
        files: The messages that bring the files; what fails of them leaves the words alone.
        left_out: The names of files that cannot be brought.
    """

    words: Sequence[NewOutgoing] = ()
    files: Sequence[NewOutgoing] = ()
    left_out: tuple[str, ...] = ()


class Crossings:
    """Words messages for the other side of a hand-over."""

    def __init__(self, wording: Wording, enclosing: Enclosing) -> None:
        """Word with `wording`; `enclosing` gets the files."""
        self._wording = wording
        self._enclosing = enclosing

    async def of_turn(self, hand_over: HandOver, turn: Turn, *, outward: bool) -> Crossing:
        """Return a turn's words and files for the other side."""
        carried = Carried(
            turn.turn_id,
            hand_over.hand_over_id,
            hand_over.round,
            outward,
            0,
            turn.text,
            turn.person.name,
        )
        there = hand_over.asker.address if outward else hand_over.posted_at
        enclosed = await self._enclosing.enclosed(turn, to=there.platform if there else "")
        text, names = turn.text.strip(), ", ".join(each.name for each in enclosed.files)
        if not (text or turn.files):
            # A sticker, or what else is neither words nor a file.
            text = NOTHING
        words = self._said(hand_over, carried, text, enclosed.left_out)
        files = self._messages(hand_over, carried, "files", names, ()) if names else []
        if files:
            files[-1] = replace(files[-1], files=enclosed.files)
        return Crossing(words, files, enclosed.left_out)

    def rewritten(self, hand_over: HandOver, carried: Carried, text: str) -> list[NewOutgoing]:
        """Return the messages that say words anew; "": they were withdrawn."""
        if text:
            return self._said(hand_over, carried, text)
        sentences = self._wording.customers(hand_over) if carried.outward else self._wording.team
        gone = sentences.words_withdrawn(self._name(carried))
        return self._to_other_side(hand_over, carried, "", gone)

    def _said(
        self, hand_over: HandOver, carried: Carried, text: str, left_out: Sequence[str] = ()
    ) -> list[NewOutgoing]:
        if not (text or left_out):
            return []
        return self._messages(hand_over, carried, "", text, left_out)

    def _messages(
        self,
        hand_over: HandOver,
        carried: Carried,
        what: str,
        text: str,
        left_out: Sequence[str],
    ) -> list[NewOutgoing]:
        sentences = self._wording.customers(hand_over) if carried.outward else self._wording.team
        said = sentences.words_of(self._name(carried), text, left_out)
        return self._to_other_side(hand_over, carried, what, said)

    def _to_other_side(
        self, hand_over: HandOver, carried: Carried, what: str, said: str
    ) -> list[NewOutgoing]:
        to = self._wording.to_customer if carried.outward else self._wording.to_team
        named = " ".join(filter(None, ("words", str(carried.turn_id), what)))
        return to(hand_over, named, said, pieces=0 if what else carried.pieces)

    def _name(self, carried: Carried) -> str:
        return self._wording.signature(carried.by) if carried.outward else carried.by
