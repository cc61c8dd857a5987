"""The owner's own questions, asked and scored by the contract's rule."""

import json
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.conversations import Kind, Outcome
from bot.domain.people import Role
from knowledge.base import KnowledgeBase
from knowledge.documents import EVERY_ROOM, Audience
from knowledge.finder import Finder
from knowledge.prospect import Prospect
from knowledge.search import Findings, Hit

Ask = Callable[[str, Role], Awaitable[Outcome]]
"""Answers a question as a role would get it, without storing or doing anything."""

# How many sources of an answer count, by kind (the contract's rule).
SOURCES_THAT_COUNT = {Kind.VERBATIM: 1, Kind.COMPOSED: 2, Kind.PASSAGE: 3}
SEARCH_DEPTH = 10


class InvalidQuestionsError(Exception):
    """The questions file cannot be read; the text says where and why."""


class Question(BaseModel):
    """One line of a questions file; exactly one expectation."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    expect_document: str | None = None
    expect_contains: str | None = None
    expect_unknown: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one question.

    Attributes:
        result: "right", "wrong" or "refused" (nothing was said although something was expected).
        rank: Place of the expected passage in the search alone, 0 first; None when not found or
            nothing was expected.
    """

    question: Question
    outcome: Outcome
    result: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Score:
    """The counts over a whole file."""

    answerable: Counter[str]
    unknown: Counter[str]
    kinds: Counter[str]
    hit_1: float
    hit_3: float
    mrr: float


class Evaluation:
    """Asks a list of questions and scores what comes back."""

    def __init__(self, ask: Ask, knowledge: KnowledgeBase, *, today: Callable[[], date]) -> None:
        """Ask through `ask`; look at the search alone as well."""
        self._ask = ask
        self._knowledge = knowledge
        self._today = today

    async def run(
        self, questions: Sequence[Question], *, role: Role
    ) -> AsyncGenerator[Verdict, None]:
        """Ask every question in turn and yield what became of it."""
        await self._knowledge.settled()
        for question in questions:
            outcome = await self._ask(question.question, role)
            rank = None
            if not question.expect_unknown:
                rank, _ = await searched(self._knowledge, question, role=role, today=self._today())
            yield Verdict(question, outcome, judge(question, outcome), rank)


async def searched(
    search: KnowledgeBase | Finder | Prospect, question: Question, *, role: Role, today: date
) -> tuple[int | None, Findings]:
    """Return the place of what a question expects in a search alone, 0 first, and what it found.

    The place is None when it is not found, and where nothing is expected.
    """
    findings = await search.search(
        question.question,
        audiences=frozenset(Audience) if role is not Role.PUBLIC else frozenset({Audience.PUBLIC}),
        today=today,
        limit=SEARCH_DEPTH,
        room=EVERY_ROOM if role is Role.OWNER else "",
    )
    return _rank(question, findings.hits), findings


def read_questions(text: str) -> list[Question]:
    """Read a questions file, JSON lines.

    Raises:
        InvalidQuestionsError: A line is no question, or expects nothing or several things.
    """
    questions: list[Question] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            question = Question.model_validate(json.loads(line))
        except (ValueError, ValidationError) as error:
            raise InvalidQuestionsError(
                f"Line {number} is not a question: each line is a JSON object with `question`"
                " and what is expected."
            ) from error
        wants = [question.expect_document, question.expect_contains, question.expect_unknown]
        if sum(bool(want) for want in wants) != 1:
            raise InvalidQuestionsError(
                f"Line {number} needs exactly one of expect_document, expect_contains and"
                " expect_unknown."
            )
        questions.append(question)
    if not questions:
        raise InvalidQuestionsError("The file holds no questions.")
    return questions


def judge(question: Question, outcome: Outcome) -> str:
    """Return "right", "wrong" or "refused" by the contract's rule."""
    refused = outcome.kind in (Kind.UNKNOWN, Kind.HANDOVER)
    if question.expect_unknown:
        return "right" if refused and not outcome.sources else "wrong"
    counted = outcome.sources[: SOURCES_THAT_COUNT.get(outcome.kind, 0)]
    if question.expect_document and any(
        source.document_id == question.expect_document for source in counted
    ):
        return "right"
    if question.expect_contains and _folded(question.expect_contains) in _folded(outcome.text):
        return "right"
    return "refused" if refused else "wrong"


def score(verdicts: Sequence[Verdict]) -> Score:
    """Count what became of the questions."""
    answerable = [verdict for verdict in verdicts if not verdict.question.expect_unknown]
    unknown = [verdict for verdict in verdicts if verdict.question.expect_unknown]
    ranks = [verdict.rank for verdict in answerable]
    total = max(1, len(ranks))
    return Score(
        answerable=Counter(verdict.result for verdict in answerable),
        unknown=Counter(verdict.result for verdict in unknown),
        kinds=Counter(
            f"{'unknown' if verdict.question.expect_unknown else 'answerable'}"
            f" {verdict.outcome.kind}"
            for verdict in verdicts
        ),
        hit_1=sum(rank == 0 for rank in ranks) / total,
        hit_3=sum(rank is not None and rank < 3 for rank in ranks) / total,
        mrr=sum(1 / (rank + 1) for rank in ranks if rank is not None) / total,
    )


def _rank(question: Question, hits: Sequence[Hit]) -> int | None:
    seen: list[str] = []
    for hit in hits:
        if hit.document_id not in seen:
            seen.append(hit.document_id)
        if question.expect_document == hit.document_id:
            return seen.index(hit.document_id)
        wanted = question.expect_contains
        if wanted and _folded(wanted) in _folded(f"{hit.passage.heading} {hit.passage.text}"):
            return hits.index(hit)
    return None


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
