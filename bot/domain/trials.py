"""The owner's own questions, and what came of trying it on them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import Role

# An answer shows so many sources at most; what the search has further down nobody sees.
SHOWN = 3


class Origin(StrEnum):
    """Where one of the owner's questions comes from."""

    WRITTEN = "written"
    FILE = "file"
    RATED = "rated"
    """Of an answer that somebody rated."""
    ASKED = "asked"
    """In the words of who asked what was answered later."""


class Scope(StrEnum):
    """What was tried."""

    SEARCH = "search"
    """Whether the search finds what is expected."""
    ANSWERS = "answers"
    """Whether the whole answer is right, and the search, too."""


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """One question with exactly one expectation.

    Attributes:
        document_id: The document that must answer it; "" where something else is expected.
        contains: Words that must be shown; likewise.
        unknown: It should not be known.
        role: As whom it is asked.
        kind: The owner's own word to tell results apart by, "" for none.
        question_id: 0 while it is not stored.
    """

    text: str
    document_id: str = ""
    contains: str = ""
    unknown: bool = False
    role: Role = Role.PUBLIC
    origin: Origin = Origin.WRITTEN
    kind: str = ""
    question_id: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one question in a trial; its words are with the question alone.

    Attributes:
        unknown: It should not be known.
        result: "right", "wrong" or "refused"; of the search alone: "right" among the first
            `SHOWN`, else "wrong".
        rank: Place of what is expected in the search alone, 0 first; None when not found or
            nothing was expected.
        kind: Of the answer, "" of the search alone.
        title, document_id: Of what came first, "" where nothing did.
    """

    question_id: int
    unknown: bool
    result: str
    rank: int | None
    kind: str
    title: str
    document_id: str


@dataclass(frozen=True, slots=True)
class Trial:
    """Once through all of the owner's questions.

    Attributes:
        model: Which one answered; "" where none did.
        embedder: Which one found.
        documents: How many there were.
        results: In the order of the questions; of the search alone those without `unknown`.
        trial_id: 0 while it is not stored.
    """

    at: datetime
    scope: Scope
    model: str
    embedder: str
    documents: int
    took_ms: int
    results: tuple[Result, ...]
    trial_id: int = 0

    def count(self, *results: str, unknown: bool = False) -> int:
        """Return how many questions came out in one of these ways; in any without one named."""
        ways: Collection[str] = results or ("right", "wrong", "refused")
        return sum(each.result in ways for each in self.results if each.unknown is unknown)

    @property
    def right(self) -> int:
        """Return how many questions came out right, known and not known."""
        return sum(each.result == "right" for each in self.results)

    def hits(self, within: int) -> int:
        """Return how many expected passages the search had among so many first ones."""
        return sum(each.rank is not None and each.rank < within for each in self.results)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a trial has right that the one before had not, and the other way round, by ids."""

    gained: frozenset[int]
    lost: frozenset[int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same questions before a change and after it, had it taken effect."""

    before: Trial
    after: Trial

    @property
    def worse(self) -> bool:
        """Return whether less is right after it, or the search has less at the top."""
        if self.after.scope is Scope.SEARCH:
            return any(self.after.hits(top) < self.before.hits(top) for top in (1, SHOWN))
        return self.after.right < self.before.right

    @property
    def fallen(self) -> list[tuple[Result, Result]]:
        """Return what the search would have first no more, or no more among those shown.

        Each as it is and as it would be, in the order of the questions.
        """
        was = {each.question_id: each for each in self.before.results}
        both = [(was[each.question_id], each) for each in self.after.results]
        return [(now, then) for now, then in both if _step(then.rank) > _step(now.rank)]


def difference(before: Trial, after: Trial) -> Difference:
    """Compare two trials by the questions that are in both."""
    was = {each.question_id: each.result == "right" for each in before.results}
    now = {each.question_id: each.result == "right" for each in after.results}
    both = was.keys() & now.keys()
    return Difference(
        gained=frozenset(each for each in both if now[each] and not was[each]),
        lost=frozenset(each for each in both if was[each] and not now[each]),
    )


def _step(rank: int | None) -> int:
    """Return 0 for what is found first, 1 for what is shown, 2 for what nobody sees."""
    if rank is None or rank >= SHOWN:
        return 2
    return 1 if rank else 0
