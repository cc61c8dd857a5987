"""What is said to who wrote, of what became of their words."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conversations import Kind, Outcome, Turn
from bot.domain.hand_overs import HandOver, HandOverState
from bot.handover.enclosing import MAX_BYTES, MAX_FILES
from bot.handover.wording import Wording
from connectors.local.connector import PLATFORM as LOCAL


@dataclass(frozen=True, slots=True)
class Seen:
    """A turn that is a person's and not the bot's.

    Attributes:
        outcome: What is said to who wrote; None for nothing.
    """

    outcome: Outcome | None


class Receipts:
    """Says what became of words; on chat platforms what went well needs no word."""

    def __init__(self, wording: Wording) -> None:
        """Say it in these words."""
        self._wording = wording
        # Below which hand-overs it was said already that nothing is passed on.
        self._hinted: set[tuple[int, int, HandOverState]] = set()

    def passed_on(
        self, turn: Turn, hand_over: HandOver, *, outward: bool, left_out: Sequence[str] = ()
    ) -> Seen:
        """Tell of words that were carried, and of files that could not be.

        In this process's own rooms somebody waits for each of their words.
        """
        sentences = self._wording.team if outward else self._wording.customers(hand_over)
        said = []
        if turn.conversation.address.platform == LOCAL:
            taken_by = self._wording.signature(hand_over.taken_by)
            said.append(sentences.passed_on(hand_over.asker.name if outward else taken_by))
        if left_out:
            said.append(sentences.left_out(left_out, MAX_FILES, MAX_BYTES // 1_000_000))
        return Seen(_outcome(" ".join(said), sentences.language) if said else None)

    def kept(self, turn: Turn) -> Seen:
        """Tell of words that stay with the team."""
        if turn.conversation.address.platform != LOCAL:
            return Seen(None)
        return Seen(self._to_team(self._wording.team.stays_here()))

    def went_nowhere(self, turn: Turn, hand_over: HandOver, *, too_early: bool) -> Seen:
        """Tell that nothing was passed on; to who only talks with colleagues once."""
        hint = (hand_over.hand_over_id, hand_over.round, hand_over.state)
        if turn.unasked and hint in self._hinted and not too_early:
            return Seen(None)
        self._hinted.add(hint)
        sentences = self._wording.team
        match hand_over.state:
            case HandOverState.WAITING:
                return Seen(self._to_team(sentences.take_first()))
            case HandOverState.TAKEN:
                return Seen(self._to_team(sentences.too_early()))
        return Seen(self._to_team(sentences.hand_over_ended()))

    def _to_team(self, text: str) -> Outcome:
        return _outcome(text, self._wording.team.language)


def _outcome(text: str, language: str) -> Outcome:
    return Outcome(Kind.HANDOVER, text, language)
