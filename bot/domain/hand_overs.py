"""Conversations that a person takes over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connectors.messages import Address


class HandOverState(StrEnum):
    """What became of a hand-over. All but the first two are ends."""

    WAITING = "waiting"
    TAKEN = "taken"
    """A colleague has it: the bot answers that person there no more."""
    ANSWERED = "answered"
    """Given back after the colleague had written something."""
    GIVEN_BACK = "given_back"
    """Given back without a word of the colleague's."""
    NOT_OURS = "not_ours"
    EXPIRED = "expired"
    """Nobody took it in time."""
    DONE = "done"
    """Seen to in another way, as somebody said on the page."""


OPEN = (HandOverState.WAITING, HandOverState.TAKEN)
ENDED = tuple(state for state in HandOverState if state not in OPEN)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants a person, and where.

    Attributes:
        message_id: The message they asked in, to be replied to.
        language: What was last spoken there, "" where nothing was.
    """

    person_id: int
    name: str
    conversation_id: int
    address: Address
    message_id: str
    language: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """A conversation in which a person is wanted.

    Attributes:
        round: Counts how often it was asked for; 0 for what an earlier version told, which only
            the page ends.
        reason: "asked" (the person wished it), "colleague" (one of the team did), "word" (they
            said one of the owner's words), "form" (they filled one in, which is the text), "upset"
            (they are), "unknown" (nobody knew), or "missed" (it came in too late).
        changed_at: Since when it is in its state.
        taken_by: A name, "" while nobody has it.
        post: The origin of what the team's room was told, "" while it was not.
        posted_at: Where that stands, without its thread; None while it does not.
        posted_id: The platform's id of it.
        thread: The thread in which a colleague last wrote about it, "" where there is none.
        last_word_at: When something was carried last, either way.
        answered: A colleague has written something to the person.
        once: Who has it writes one answer, which gives it back.
    """

    hand_over_id: int
    round: int
    turn_id: int
    text: str
    reason: str
    asked_at: datetime
    asker: Asker
    state: HandOverState
    changed_at: datetime
    taken_by: str = ""
    post: str = ""
    posted_at: Address | None = None
    posted_id: str = ""
    thread: str = ""
    last_word_at: datetime | None = None
    answered: bool = False
    once: bool = False

    @property
    def asked_by(self) -> str:
        """Return the name of who wants a person."""
        return self.asker.name

    def origin(self, what: str) -> str:
        """Return the origin of a message of this round."""
        return f"hand-over {self.hand_over_id}.{self.round} {what}"


def of_origin(origin: str) -> int | None:
    """Return the id of the hand-over that a message belongs to by its origin, or None."""
    kind, _, rest = origin.partition(" ")
    number = rest.partition(".")[0]
    return int(number) if kind == "hand-over" and number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Lead:
    """What led to a hand-over.

    Attributes:
        exchanges: What the person asked and was told before, oldest first.
        found: Titles of what the search offered last, best first.
    """

    exchanges: tuple[tuple[str, str], ...]
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """Words that were carried.

    Attributes:
        outward: From a colleague to the person; else the other way.
        pieces: In how many messages.
        text: As they were written.
        by: The name of who wrote them.
    """

    turn_id: int
    hand_over_id: int
    round: int
    outward: bool
    pieces: int
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A message of carried words that could not be delivered.

    Attributes:
        address: Where it should have gone.
    """

    outgoing_id: int
    hand_over_id: int
    address: Address
    text: str
