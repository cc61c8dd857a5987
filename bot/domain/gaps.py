"""What could not be answered, and conversations a person is wanted in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class QuestionState(StrEnum):
    """What became of an open question."""

    OPEN = "open"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question without an answer in the knowledge.

    Attributes:
        document_id: The entry it became, "" while open.
    """

    question_id: int
    text: str
    language: str
    asked_at: datetime
    asked_by: str
    state: QuestionState
    document_id: str = ""
    answer_id: int | None = None


@dataclass(frozen=True, slots=True)
class CarriedQuestion:
    """A question that another Deskhand left open.

    Attributes:
        asked_by: A name, "" when it is not told.
    """

    text: str
    language: str
    asked_at: datetime
    asked_by: str


class HandOverState(StrEnum):
    """Whether somebody has seen to it."""

    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class HandOver:
    """A conversation in which a person is wanted.

    Attributes:
        reason: "asked" (the person wished it), "unknown", or "missed" (it came in too late).
    """

    hand_over_id: int
    text: str
    reason: str
    asked_at: datetime
    asked_by: str
    platform: str
    channel: str
    state: HandOverState
