"""The shapes of open questions and of evaluations, as JSON."""

from datetime import datetime

from pydantic import Field

from bot.domain.people import Role
from bot.web.api.shapes.base import MAX_NAME_CHARS, MAX_TEXT_CHARS, Shown, Wanted
from knowledge.documents import Anywhere, Audience


class QuestionShown(Shown):
    """An open question, as one or several people asked it.

    Attributes:
        question: In the words of who asked first.
        asked: How often.
        reasons: Why it is open: "corrected", "rated", "unknown", "doubtful".
        wordings: Everybody's words, each once, oldest first.
        asked_at: When last.
        asked_by: By whom last.
        answer_id: What was said last.
    """

    id: int
    question: str
    language: str
    asked: int
    reasons: list[str]
    wordings: list[str]
    first_asked_at: datetime
    asked_at: datetime
    asked_by: str
    answer_id: int | None


class Answering(Wanted):
    """An answer to an open question.

    Attributes:
        question: A better wording of the question; "" takes the asker's, without what says who it
            is.
    """

    answer: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    question: str = Field(default="", max_length=MAX_TEXT_CHARS)
    audience: Anywhere = Audience.STAFF


class Answered(Shown):
    """The entry an answered question became."""

    document_id: str


class Evaluating(Wanted):
    """A questions file to be scored, or the owner's own list.

    Attributes:
        questions: The file's text, JSON lines; None for the list.
        role: As whom all are asked; None: as the public, and of the list each as it says itself.
        model: A model for this run only; None for the one in use.
    """

    questions: str | None = None
    role: Role | None = None
    model: str | None = Field(default=None, max_length=MAX_NAME_CHARS)


class Counts(Shown):
    """How many questions came out how."""

    right: int = 0
    wrong: int = 0
    refused: int = 0


class VerdictShown(Shown):
    """What became of one question.

    Attributes:
        kind: The question's own, "" when it has none.
        result: "right", "wrong" or "refused".
        rank: The expected passage's place in the search alone, 1 first; None when not found.
    """

    question: str
    kind: str
    expected: str
    result: str
    answered: str
    document_ids: list[str]
    rank: int | None


class EvaluationShown(Shown):
    """The counts over questions files.

    Attributes:
        by_kind: By the questions' own `kind`, "" for those without.
        said: Kinds of answers given, for "answerable" and "unknown".
        hit_1, hit_3: Answerable questions whose passage the search had first, or among three.
        mrr: Mean reciprocal rank; 0.0 when nothing is answerable.
    """

    model: str
    answerable: Counts
    unknown: Counts
    by_kind: dict[str, Counts]
    said: dict[str, dict[str, int]]
    hit_1: int
    hit_3: int
    mrr: float
    verdicts: list[VerdictShown]
