"""The words of time in a text, in one language, and whether they can be trusted."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.followups.grammar.doubts import Doubts
from bot.followups.grammar.forms import form_edges
from bot.followups.grammar.lexicon import LANGUAGES, lexicon
from bot.followups.grammar.pieces import (
    Clock,
    Day,
    Every,
    Greeting,
    Lasting,
    Limit,
    Offset,
    Piece,
    Vague,
)
from bot.followups.grammar.sentence import Scope, Sentence, Span
from bot.followups.grammar.tokens import tokens_of

_WORDS = {"word", "meridiem"}
_MET_MOST = {"en", "de"}
_LEADING_OVER, _SMALL = 2, 3  # Words, and their letters: "to", "au", "bis".


@dataclass(frozen=True, slots=True)
class Reading:
    """What one language makes of a text.

    Attributes:
        pieces: The words that tell when, in order.
        spans: Where they stand, one for each run of them.
        doubtful: Words beside them change their meaning in a way that is not understood.
        rivals: Other words of time, so far away that they may belong to the matter itself.
        worded: Some of it is said in the language's own words, not all in numbers, which every
            language may mean.
        whole: No other words stand in the text.
        denied: A word beside turns the time away ("not on Friday", "before Friday").
        typo: A word beside that is nearly a word of time, and that word.
    """

    language: str
    pieces: tuple[Piece, ...]
    spans: tuple[Span, ...]
    doubtful: bool
    rivals: tuple[Piece, ...]
    worded: bool
    whole: bool
    denied: bool
    typo: tuple[Span, str] | None

    @property
    def coverage(self) -> int:
        """How many characters it explains."""
        return sum(end - start for start, end in self.spans)


def best_reading(text: str, scope: Scope | None, *, prefer: str = "en") -> Reading | None:
    """Return the reading that explains most of a text, None when there are no words of time."""
    return next(iter(readings(text, scope, prefer=prefer)), None)


def readings(text: str, scope: Scope | None, *, prefer: str = "en") -> list[Reading]:
    """Return every language's reading, the one that explains most first."""
    tokens = tokens_of(text)
    order = sorted(LANGUAGES, key=lambda language: language != prefer)
    forms = [form_edges(token, at) for at, token in enumerate(tokens)]
    sentences = [Sentence(tokens, forms, lexicon(language), scope) for language in order]
    found = [_Choice(sentence).reading() for sentence in sentences if sentence.rules]
    return sorted((each for each in found if each), key=lambda each: -each.coverage)


def reading_in(language: str, text: str) -> Reading | None:
    """Return one language's reading of a text, None when it has no words of time in it."""
    tokens = tokens_of(text)
    forms = [form_edges(token, at) for at, token in enumerate(tokens)]
    sentence = Sentence(tokens, forms, lexicon(language), None)
    return _Choice(sentence).reading() if sentence.rules else None


def without(text: str, spans: tuple[Span, ...]) -> str:
    """Return a text without some of its parts, tidied."""
    kept, at = [], 0
    for start, end in sorted(spans):
        kept.append(text[at:start])
        at = max(at, end)
    return tidy(" ".join((*kept, text[at:])))


def tidy(text: str) -> str:
    """Return a text without the marks and spaces that cutting leaves at its ends."""
    inner = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split()))
    return re.sub(r",(?:\s*,)+", ",", inner).strip(" \t\n,;:.!?-\u2013")


class _Choice:
    """Which of a sentence's pieces tell when."""

    def __init__(self, sentence: Sentence) -> None:
        self._sentence = sentence
        self._tokens = sentence.tokens
        self._doubts = Doubts(sentence)

    def reading(self) -> Reading | None:
        found = [each for each in self._sentence.pieces() if not isinstance(each.meaning, Greeting)]
        pieces = [piece for at, piece in enumerate(found) if self._counts(found, at)]
        near = self._beside_head(pieces)
        chosen = near or self._of_the_matter(self._after_head(pieces))
        if not chosen:
            return None
        groups = self._groups(chosen)
        tokens, scope = self._tokens, self._sentence.scope
        wished = scope is None or scope.wished
        return Reading(
            self._sentence.words.language,
            tuple(chosen),
            tuple((tokens[g[0].first].start, tokens[g[-1].last - 1].end) for g in groups),
            not wished
            or self._doubts.conditional(chosen)
            or self._doubts.comes_again(chosen)
            or self._doubts.unplaced.opens(chosen)
            or any(self._doubts.doubtful(group) for group in groups)
            or self._ends_elsewhere(found, chosen)
            or self._begins_elsewhere(pieces, chosen)
            or (not near and any(self._soft(piece) for piece in chosen)),
            self._rivals(pieces, chosen) if near else (),
            any(self._own(piece) for piece in chosen),
            len(groups) == 1 and groups[0][0].first == 0 and groups[0][-1].last == self._length,
            not wished or any(self._doubts.denied(group) for group in groups),
            self._doubts.typo(groups),
        )

    @cached_property
    def _length(self) -> int:
        """How many tokens there are, without marks at the end."""
        ends = (at + 1 for at, token in enumerate(self._tokens) if token.form != "stop")
        return max(ends, default=0)

    def _own(self, piece: Piece) -> bool:
        """Whether a piece has words that are this language's rather than a neighbour's.

        Two letters are many a language's ("om", "i", "la"); English and German are met most.
        """
        words = [t for t in self._tokens[piece.first : piece.last] if t.form in _WORDS]
        surely = self._sentence.words.language in _MET_MOST
        return any(surely or len(token.text) > 2 for token in words)

    def _counts(self, pieces: list[Piece], at: int) -> bool:
        """Whether a limit stands beside a time: "by noon", and not "by phone"."""
        piece = pieces[at]
        before, after = pieces[max(at - 1, 0) : at], pieces[at + 1 : at + 2]
        follows = any(self._sentence.adjacent(piece, each) for each in after)
        if isinstance(piece.meaning, Limit):
            behind = piece.meaning.behind and any(
                self._sentence.adjacent(each, piece) for each in before
            )
            return follows or behind
        return not isinstance(piece.meaning, Lasting) or (
            follows or any(self._sentence.adjacent(each, piece) for each in before)
        )

    def _begins_elsewhere(self, pieces: list[Piece], chosen: list[Piece]) -> bool:
        """Whether a day before leads over to one that counts: "von Montag bis Freitag"."""
        return any(
            isinstance(left.meaning, Day)
            and isinstance(right.meaning, Day)
            and (left not in chosen and right in chosen)
            and 0 < right.first - left.last <= _LEADING_OVER
            and all(len(t.text) <= _SMALL for t in self._tokens[left.last : right.first])
            for left, right in pairwise(p for p in pieces if not isinstance(p.meaning, Limit))
        )

    def _ends_elsewhere(self, pieces: list[Piece], chosen: list[Piece]) -> bool:
        """Whether what comes again may end by words that stand apart from it."""
        recurs = any(isinstance(piece.meaning, Every) for piece in chosen)
        left = [piece for piece in pieces if piece not in chosen]
        return recurs and any(
            isinstance(piece.meaning, Limit | Lasting)
            or (isinstance(piece.meaning, Day) and self._sentence.beside(piece, chosen))
            for piece in left
        )

    def _beside_head(self, pieces: list[Piece]) -> list[Piece]:
        """Return what stands right after "remind me", together with what leads up to it."""
        if self._sentence.scope is None:
            return []
        head = self._sentence.scope
        run: list[Piece] = []
        at = self._sentence.begins
        for piece in self._after_head(pieces):
            if not self._joined(at, piece.first, run) or (run and self._soft(piece)):
                break
            run.append(piece)
            at = max(at, piece.last)
        before = [p for p in pieces if self._tokens[p.last - 1].end <= head.start]
        return [*(p for p in before if self._tokens[p.first].start >= head.lead), *run]

    def _joined(self, first: int, last: int, run: list[Piece]) -> bool:
        """Whether only small words stand between: "about the" leads over to the matter itself."""
        between = (edge.tag for at in range(first, last) for edge in self._sentence.edges[at])
        return first >= last or (
            self._sentence.only_filling(first, last) and not (run and "SOFT" in between)
        )

    def _after_head(self, pieces: list[Piece]) -> list[Piece]:
        start = self._sentence.scope.end if self._sentence.scope else 0
        return [piece for piece in pieces if self._tokens[piece.first].start >= start]

    def _of_the_matter(self, pieces: list[Piece]) -> list[Piece]:
        """Return the words of time of a text, less those that clearly belong to something else."""
        firm = [piece for piece in pieces if not self._soft(piece)]
        whole = firm if any(not isinstance(piece.meaning, Clock) for piece in firm) else pieces
        telling = [p for p in whole if not self._stray(p, whole)]
        covered = sum(piece.last - piece.first for piece in telling)
        if covered < len([t for t in self._tokens if t.form != "stop"]):
            telling = [p for p in telling if not (isinstance(p.meaning, Offset) and p.meaning.bare)]
        return telling

    def _stray(self, piece: Piece, all_pieces: list[Piece]) -> bool:
        """Whether vague words ("lunch") stand apart from a time that is told without them."""
        if not isinstance(piece.meaning, Vague):
            return False
        others = [p for p in all_pieces if not isinstance(p.meaning, Vague)]
        return bool(others) and not self._sentence.beside(piece, others)

    def _soft(self, piece: Piece) -> bool:
        """Whether a day is said of a thing: "for Friday", "the Monday order"."""
        if not isinstance(piece.meaning, Day):
            return False
        unknown_next = piece.last < len(self._tokens) and not self._sentence.known(piece.last)
        if piece.meaning.shaky and unknown_next:
            return True
        if piece.first == 0:
            return False
        tags = {edge.tag for _, edge in self._sentence.ending[piece.first]}
        return "SOFT" in tags or ("ATTRIBUTE" in tags and unknown_next)

    def _rivals(self, pieces: list[Piece], chosen: list[Piece]) -> tuple[Piece, ...]:
        rest = [p for p in pieces if p not in chosen and not self._soft(p)]
        return tuple(p for p in rest if isinstance(p.meaning, Day | Clock | Every | Offset))

    def _groups(self, pieces: list[Piece]) -> list[list[Piece]]:
        groups: list[list[Piece]] = []
        for piece in pieces:
            if groups and self._sentence.adjacent(groups[-1][-1], piece):
                groups[-1].append(piece)
            else:
                groups.append([piece])
        return groups
