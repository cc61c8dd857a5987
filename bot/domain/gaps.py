"""What could not be answered, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from knowledge.documents import Audience


class QuestionState(StrEnum):
    """What became of an open question."""

    OPEN = "open"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


class Reason(StrEnum):
    """Why a question wants a person's answer, the weightiest first."""

    CORRECTED = "corrected"
    """A colleague says that the answer is wrong."""
    RATED = "rated"
    """Who asked says that the answer did not help."""
    UNKNOWN = "unknown"
    DOUBTFUL = "doubtful"
    """The closest passages were shown, as nothing was sure."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question without an answer in the knowledge.

    Attributes:
        document_id: The entry it became, "" while open.
        closest: Titles of what the search offered, best first.
        gap_id: None until it is known whether others asked the same.
    """

    question_id: int
    text: str
    language: str
    asked_at: datetime
    asked_by: str
    state: QuestionState
    document_id: str = ""
    answer_id: int | None = None
    reason: Reason = Reason.UNKNOWN
    closest: tuple[str, ...] = ()
    gap_id: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """What one or several people asked in other words, and the knowledge does not answer.

    Attributes:
        questions: Those of all who asked, oldest first; at least one.
        document_id: The entry it became, "" while open.
    """

    gap_id: int
    state: QuestionState
    questions: tuple[OpenQuestion, ...]
    document_id: str = ""

    @property
    def text(self) -> str:
        """Return the words of who asked first."""
        return self.questions[0].text

    @property
    def wordings(self) -> tuple[str, ...]:
        """Return the words of everybody who asked, each once, oldest first."""
        return tuple(dict.fromkeys(each.text for each in self.questions))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return why it is one, the weightiest reason first."""
        found = {each.reason for each in self.questions}
        return tuple(reason for reason in Reason if reason in found)


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """A question and its answer, offered to the team to be saved."""

    gap_id: int
    question: str
    answer: str


class DraftState(StrEnum):
    """What became of a draft; one that waits is being saved."""

    OFFERED = "offered"
    WAITING = "waiting"
    SAVED = "saved"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted entry as it is kept.

    Attributes:
        turn_id: Of the reply it was made of.
        audience: Who may read it, as was pressed; None before.
        saved_by: The person who pressed; None before.
    """

    draft_id: int
    turn_id: int
    entry: DraftEntry
    state: DraftState
    audience: Audience | None
    saved_by: int | None = None


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
