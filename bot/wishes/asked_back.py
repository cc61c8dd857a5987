"""A wish that takes more than one message, as we asked something back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.domain.conversations import Kind, Turn
from bot.storage.exchanges import ExchangeRows, Said

T = TypeVar("T")

# Whom, when, and once more: who needs more questions begins anew.
MAX_ASKED_BACK = 3


@dataclass(frozen=True, slots=True)
class Begun(Generic[T]):
    """What was wished, and what was said to our questions since.

    Attributes:
        meant: The wish as it was understood.
        said: Its words.
        answers: In order, the last one the turn's own where it is one.
    """

    meant: T
    said: Said
    answers: tuple[Said, ...] = ()


async def begun(
    exchanges: ExchangeRows, turn: Turn, understood: Callable[[str], T | None]
) -> Begun[T] | None:
    """Return the wish that a turn's message is, or goes on with; None when it is neither."""
    own = Said(turn.text, turn.sent_at)
    if (meant := understood(own.text)) is not None:
        return Begun(meant, own)
    answers = [own]
    for said in await exchanges.asked_back(
        turn.conversation.conversation_id,
        person_id=turn.person.person_id,
        before_turn=turn.turn_id,
        limit=MAX_ASKED_BACK,
    ):
        if (meant := understood(said.text)) is not None:
            return Begun(meant, said, tuple(reversed(answers)))
        answers.append(said)
    return None


def may_go_on(turn: Turn, may_be: Callable[[str], bool]) -> bool:
    """Return whether a message may be a wish, or answer a question of ours about one.

    Args:
        turn: The message's.
        may_be: Whether a text is worth a look.
    """
    last = turn.history.last
    asked = bool(last) and last[-1].kind is Kind.ASKED
    return may_be(turn.text) or (asked and any(may_be(each.asked) for each in last))
