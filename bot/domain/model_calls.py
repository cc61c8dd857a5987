"""Calls of the model at its gate: what is wanted, who waits and runs, and how they ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants at the gate.

    Attributes:
        person: All calls of one person share their turns.
        conversation: Whose prompt the call goes on with, so that a host may have read it before;
            "" for none's.
        model: Whose hosts may serve it.
        only: The one host that may; "" for any.
        gives_way: Nobody waits for it.
    """

    person: str
    conversation: str = ""
    model: str = ""
    only: str = ""
    gives_way: bool = False


@dataclass(slots=True, eq=False)
class ModelCall:
    """A call that waits or runs.

    Attributes:
        number: By arrival.
        turn: The round that it belongs to.
        queued_s: When it came, by the gate's clock.
        host: Where it runs; known once it is let in.
        admitted_s: Since when it runs, by the gate's clock; None while it waits.
        lost: The host that it was lost on and does not go to again; None for none.
    """

    number: int
    wish: Wish
    turn: int
    queued_s: float
    host: str = ""
    admitted_s: float | None = None
    lost: str | None = None

    @property
    def rank(self) -> tuple[int, int]:
        """Return what calls are served by, lowest first."""
        return self.turn, self.number


@dataclass(frozen=True, slots=True)
class EndedCall:
    """A call that ended well.

    Attributes:
        took_s: From being let in to its end, without the time in which the model was read from
            disk, which the next call does not take.
        read_s: Until the model had read its prompt; None where that was not told.
        stayed: Whether it ran where its conversation's call before had; None where there was none.
    """

    host: str
    took_s: float
    read_s: float | None = None
    stayed: bool | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands at the gate at one moment.

    Attributes:
        waiting: In the order in which they are served.
        running: In no order.
        kept: Where the last call of a conversation ran that ended well, for the conversations of
            these calls at least.
    """

    waiting: Sequence[ModelCall] = ()
    running: Sequence[ModelCall] = ()
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done at one moment.

    Attributes:
        admitted: Who goes in, and to which host, in order.
        again_s: After how long to decide again although nothing happens, since somebody waits for
            their host while another one is free; None when there is no need.
    """

    admitted: Sequence[tuple[ModelCall, str]]
    again_s: float | None = None


Decide = Callable[[Standing, float], Decision]
"""Says who goes in, by who stands there and the moment on the gate's clock; from any thread."""
