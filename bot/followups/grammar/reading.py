"""The words of time in a text, in one language, and whether they can be trusted."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from bot.followups.grammar import clocks, dates, repeats, spans
from bot.followups.grammar.forms import form_edges
from bot.followups.grammar.lexicon import LANGUAGES, Edge, Lexicon, lexicon
from bot.followups.grammar.patterns import Rule, matches
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
from bot.followups.grammar.tokens import Token, tokens_of

Span = tuple[int, int]
"""Half-open, in code points of the text."""

_RULES = (*repeats.RULES, *spans.RULES, *dates.RULES, *clocks.RULES)
_WORDS = {"word", "meridiem"}
_MET_MOST = {"en", "de"}
_LEADING_OVER, _SMALL = 2, 3  # Words, and their letters: "to", "au", "bis".
_ZONE_TELLING = {"time", "zeit", "ortszeit"}
_MISTYPED = 6  # Letters: a shorter word is too near to many others.
_TYPO_TAGS = {"WD", "REL", "MONTH"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the words "remind me" stand: what is said right beside them tells when.

    Attributes:
        lead: From where on words before them belong to the wish ("tomorrow, please remind me").
        wished: False when the sentence is no plain wish ("don't remind me", "did you remind me").
    """

    lead: int
    start: int
    end: int
    wished: bool = True


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
    sentences = [_Sentence(tokens, forms, lexicon(language), scope) for language in order]
    found = [sentence.reading() for sentence in sentences if sentence.rules]
    return sorted((each for each in found if each), key=lambda each: -each.coverage)


def reading_in(language: str, text: str) -> Reading | None:
    """Return one language's reading of a text, None when it has no words of time in it."""
    tokens = tokens_of(text)
    forms = [form_edges(token, at) for at, token in enumerate(tokens)]
    sentence = _Sentence(tokens, forms, lexicon(language), None)
    return sentence.reading() if sentence.rules else None


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


@cache
def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")


@lru_cache(maxsize=1_000)
def _possible_rules(language: str, tags: frozenset[str]) -> tuple[Rule, ...]:
    """Return the rules that a sentence with these kinds of words can hold; mostly none."""
    return tuple(
        rule
        for rule in _RULES
        if (not rule.languages or language in rule.languages) and rule.possible(tags)
    )


class _Sentence:
    """A text's tokens with one language's meanings."""

    def __init__(
        self,
        tokens: list[Token],
        forms: list[list[Edge]],
        words: Lexicon,
        scope: Scope | None,
    ) -> None:
        self.tokens = tokens
        self.words = words
        self.scope = scope
        self.edges = [[*words.edges(tokens, at), *each] for at, each in enumerate(forms)]
        tags = frozenset(edge.tag for edges in self.edges for edge in edges)
        self.rules = _possible_rules(words.language, tags)

    @cached_property
    def ending(self) -> list[list[tuple[int, Edge]]]:
        """Where each edge that ends before a token began."""
        ending: list[list[tuple[int, Edge]]] = [[] for _ in range(len(self.tokens) + 1)]
        for at, edges in enumerate(self.edges):
            for edge in edges:
                ending[edge.end].append((at, edge))
        return ending

    def reading(self) -> Reading | None:
        found = [each for each in self._pieces() if not isinstance(each.meaning, Greeting)]
        pieces = [piece for at, piece in enumerate(found) if self._counts(found, at)]
        near = self._beside_head(pieces)
        chosen = near or self._of_the_matter(self._after_head(pieces))
        if not chosen:
            return None
        groups = self._groups(chosen)
        return Reading(
            self.words.language,
            tuple(chosen),
            tuple((self.tokens[g[0].first].start, self.tokens[g[-1].last - 1].end) for g in groups),
            any(self._doubtful(group) for group in groups)
            or (self.scope is not None and not self.scope.wished)
            or self._ends_elsewhere(found, chosen)
            or self._begins_elsewhere(pieces, chosen)
            or (not near and any(self._soft(piece) for piece in chosen)),
            self._rivals(pieces, chosen) if near else (),
            any(self._own(piece) for piece in chosen),
            len(groups) == 1 and groups[0][0].first == 0 and groups[0][-1].last == self._length,
            (self.scope is not None and not self.scope.wished)
            or any(self._denied(group) for group in groups),
            next(filter(None, map(self._typo, self._outsides(groups))), None),
        )

    @cached_property
    def _length(self) -> int:
        """How many tokens there are, without marks at the end."""
        ends = (at + 1 for at, token in enumerate(self.tokens) if token.form != "stop")
        return max(ends, default=0)

    def _own(self, piece: Piece) -> bool:
        """Whether a piece has words that are this language's rather than a neighbour's.

        Two letters are many a language's ("om", "i", "la"); English and German are met most.
        """
        words = [t for t in self.tokens[piece.first : piece.last] if t.form in _WORDS]
        surely = self.words.language in _MET_MOST
        return any(surely or len(token.text) > 2 for token in words)

    def _pieces(self) -> Iterator[Piece]:
        at = 0
        while at < len(self.tokens):
            found = self._longest(at) if self.edges[at] else ()
            yield from found
            at = found[-1].last if found else at + 1

    def _longest(self, at: int) -> tuple[Piece, ...]:
        best: tuple[Piece, ...] = ()
        for rule in self.rules:
            for end, values in matches(rule, self.edges, at):
                if (not best or end > best[-1].last) and not self._in_head(at, end):
                    built = rule.build(values)
                    if built:
                        best = tuple(Piece(meaning, at, end) for meaning in built)
        return () if self._counts_things(best) else best

    def _counts(self, pieces: list[Piece], at: int) -> bool:
        """Whether a limit stands beside a time: "by noon", and not "by phone"."""
        piece = pieces[at]
        before, after = pieces[max(at - 1, 0) : at], pieces[at + 1 : at + 2]
        follows = any(self._adjacent(piece, each) for each in after)
        if isinstance(piece.meaning, Limit):
            behind = piece.meaning.behind and any(self._adjacent(each, piece) for each in before)
            return follows or behind
        return not isinstance(piece.meaning, Lasting) or (
            follows or any(self._adjacent(each, piece) for each in before)
        )

    def _begins_elsewhere(self, pieces: list[Piece], chosen: list[Piece]) -> bool:
        """Whether a day before leads over to one that counts: "de lunes a viernes"."""
        return any(
            isinstance(left.meaning, Day)
            and isinstance(right.meaning, Day)
            and (left not in chosen and right in chosen)
            and 0 < right.first - left.last <= _LEADING_OVER
            and all(len(t.text) <= _SMALL for t in self.tokens[left.last : right.first])
            for left, right in pairwise(pieces)
        )

    def _ends_elsewhere(self, pieces: list[Piece], chosen: list[Piece]) -> bool:
        """Whether what comes again may end by words that stand apart from it."""
        recurs = any(isinstance(piece.meaning, Every) for piece in chosen)
        left = [piece for piece in pieces if piece not in chosen]
        return recurs and any(
            isinstance(piece.meaning, Limit | Lasting)
            or (isinstance(piece.meaning, Day) and self._beside(piece, chosen))
            for piece in left
        )

    def _beside(self, piece: Piece, others: list[Piece]) -> bool:
        return any(self._adjacent(piece, p) or self._adjacent(p, piece) for p in others)

    def _in_head(self, first: int, last: int) -> bool:
        if self.scope is None:
            return False
        covered = self.tokens[first:last]
        return any(t.start < self.scope.end and t.end > self.scope.start for t in covered)

    def _counts_things(self, pieces: tuple[Piece, ...]) -> bool:
        """Tell "about 3 cakes" from "about 3"."""
        if not pieces or not isinstance(clock := pieces[0].meaning, Clock) or not clock.about:
            return False
        return pieces[0].last < len(self.tokens) and not self._known(pieces[0].last)

    def _known(self, at: int) -> bool:
        return bool(self.edges[at]) or self.tokens[at].form in {"stop", "sign"}

    def _beside_head(self, pieces: list[Piece]) -> list[Piece]:
        """Return what stands right after "remind me", together with what leads up to it."""
        if self.scope is None:
            return []
        head = self.scope
        run: list[Piece] = []
        at = next((i for i, t in enumerate(self.tokens) if t.start >= head.end), len(self.tokens))
        for piece in self._after_head(pieces):
            if not self._joined(at, piece.first, run) or (run and self._soft(piece)):
                break
            run.append(piece)
            at = max(at, piece.last)
        before = [p for p in pieces if self.tokens[p.last - 1].end <= head.start]
        return [*(p for p in before if self.tokens[p.first].start >= head.lead), *run]

    def _joined(self, first: int, last: int, run: list[Piece]) -> bool:
        """Whether only small words stand between: "about the" leads over to the matter itself."""
        between = (edge.tag for at in range(first, last) for edge in self.edges[at])
        return first >= last or (
            self._only_filling(first, last) and not (run and "SOFT" in between)
        )

    def _after_head(self, pieces: list[Piece]) -> list[Piece]:
        start = self.scope.end if self.scope else 0
        return [piece for piece in pieces if self.tokens[piece.first].start >= start]

    def _of_the_matter(self, pieces: list[Piece]) -> list[Piece]:
        """Return the words of time of a text, less those that clearly belong to something else."""
        firm = [piece for piece in pieces if not self._soft(piece)]
        whole = firm if any(not isinstance(piece.meaning, Clock) for piece in firm) else pieces
        telling = [p for p in whole if not self._stray(p, whole)]
        covered = sum(piece.last - piece.first for piece in telling)
        if covered < len([t for t in self.tokens if t.form != "stop"]):
            telling = [p for p in telling if not (isinstance(p.meaning, Offset) and p.meaning.bare)]
        return telling

    def _stray(self, piece: Piece, all_pieces: list[Piece]) -> bool:
        """Whether vague words ("lunch") stand apart from a time that is told without them."""
        if not isinstance(piece.meaning, Vague):
            return False
        others = [p for p in all_pieces if not isinstance(p.meaning, Vague)]
        return bool(others) and not self._beside(piece, others)

    def _soft(self, piece: Piece) -> bool:
        """Whether a day is said of a thing: "for Friday", "the Monday order"."""
        if not isinstance(piece.meaning, Day):
            return False
        unknown_next = piece.last < len(self.tokens) and not self._known(piece.last)
        if piece.meaning.shaky and unknown_next:
            return True
        if piece.first == 0:
            return False
        tags = {edge.tag for _, edge in self.ending[piece.first]}
        return "SOFT" in tags or ("ATTRIBUTE" in tags and unknown_next)

    def _rivals(self, pieces: list[Piece], chosen: list[Piece]) -> tuple[Piece, ...]:
        rest = [p for p in pieces if p not in chosen and not self._soft(p)]
        return tuple(p for p in rest if isinstance(p.meaning, Day | Clock | Every | Offset))

    def _groups(self, pieces: list[Piece]) -> list[list[Piece]]:
        groups: list[list[Piece]] = []
        for piece in pieces:
            if groups and self._adjacent(groups[-1][-1], piece):
                groups[-1].append(piece)
            else:
                groups.append([piece])
        return groups

    def _adjacent(self, left: Piece, right: Piece) -> bool:
        if left.first == right.first:  # Two meanings of one rule.
            return True
        return left.last <= right.first and self._only_filling(left.last, right.first)

    def _only_filling(self, first: int, last: int) -> bool:
        # Each place once: the ways to cut "for the for the …" into phrases grow without bound.
        reached = {first}
        for at in range(first, last):
            if at in reached:
                reached |= {e.end for e in self.edges[at] if e.tag in {"FILLER", "SOFT"}}
                if self.tokens[at].form == "sign" and self.tokens[at].text in "-\u2013\u2014":
                    reached.add(at + 1)
        return first >= last or last in reached

    def _doubtful(self, group: list[Piece]) -> bool:
        first, last = group[0].first, group[-1].last
        return (
            self._blocked_before(first, group[0])
            or (last < len(self.tokens) and self._blocked_after(last, group[-1]))
            or any(self._blocked_inside(a, b) for a, b in pairwise(group))
            or any(self._mistyped(at) or self._elsewhere(at) for at in self._outsides([group]))
        )

    def _outsides(self, groups: list[list[Piece]]) -> list[int]:
        """Where the words right beside groups stand."""
        beside = (at for group in groups for at in (group[0].first - 1, group[-1].last))
        return [at for at in beside if 0 <= at < len(self.tokens)]

    def _denied(self, group: list[Piece]) -> bool:
        before = (edge for _, edge in self.ending[group[0].first])
        return any(edge.tag == "DENY" for edge in (*before, *self._edges_at(group[-1].last)))

    def _edges_at(self, at: int) -> list[Edge]:
        return self.edges[at] if at < len(self.tokens) else []

    def _blocked_before(self, first: int, piece: Piece) -> bool:
        """Whether a word before, or before small words before, changes a piece's meaning."""
        waiting, seen = [first], {first}
        while waiting:
            last = waiting.pop()
            for start, edge in self.ending[last]:
                if self._in_head(start, last):
                    continue
                if self._blocks(edge, start, piece):
                    return True
                if edge.tag in {"FILLER", "ATTRIBUTE"} and start not in seen:
                    seen.add(start)
                    waiting.append(start)
        return False

    def _blocks(self, edge: Edge, start: int, piece: Piece) -> bool:
        match edge.tag:
            case "BLOCK":
                return edge.value == "before"
            case "NUM":
                return not isinstance(piece.meaning, Every)
            case "TO" | "AND":
                return self._ends_in_number(start)
            case "IN":
                return isinstance(piece.meaning, Clock)
            case _:
                return False

    def _ends_in_number(self, at: int) -> bool:
        return any(edge.tag in {"NUM", "ORD", "CLOCK"} for _, edge in self.ending[at])

    def _blocked_after(self, last: int, piece: Piece) -> bool:
        tags = {(edge.tag, edge.value if edge.tag == "BLOCK" else "") for edge in self.edges[last]}
        names = {tag for tag, _ in tags}
        token = self.tokens[last]
        if ("BLOCK", "after") in tags or names & {"NUM", "UNIT"} or token.form == "clock":
            return True
        if token.form == "sign" and token.text not in "-\u2013\u2014@&":
            return True
        joins = names & {"AND", "TO", "BLOCK", "AT", "APPROX"} or token.form == "sign"
        if joins and last + 1 < len(self.tokens):
            following = {edge.tag for edge in self.edges[last + 1]}
            return bool(following & {"NUM", "CLOCK", "DOT_CLOCK", "WD", "REL", "ORD"})
        if last + 1 < len(self.tokens) and self.tokens[last + 1].text in _ZONE_TELLING:
            return True  # "At 9 Berlin time" is not the asker's nine.
        counted = isinstance(piece.meaning, Clock) and piece.meaning.bare and not self.edges[last]
        return (
            counted
            and self.words.language == "en"
            and len(token.text) > 3
            and token.text[-1] == "s"
        )

    def _blocked_inside(self, left: Piece, right: Piece) -> bool:
        dashed = any(t.form == "sign" for t in self.tokens[left.last : right.first])
        return dashed and isinstance(left.meaning, Clock)

    def _elsewhere(self, at: int) -> bool:
        """Whether a word beside is in letters that none of our languages writes."""
        if self.edges[at]:
            return False
        return any(each.isalpha() and not _is_latin(each) for each in self.tokens[at].text)

    def _mistyped(self, at: int) -> bool:
        """Whether a word beside is nearly a word of time: read without it, the time is wrong.

        Mistyped ("fridya"), or a compound of one ("Mon-Fri", "Freitagnacht").
        """
        if self.edges[at] or self.tokens[at].form != "word":
            return False
        word = self.tokens[at].text
        known = self._known_words()
        compound = any(part in known for part in word.split("-"))
        longer = any(word.startswith(each) for each in known if len(each) >= _MISTYPED)
        return compound or longer or self._nearest(word) is not None

    def _typo(self, at: int) -> tuple[Span, str] | None:
        token = self.tokens[at]
        mistyped = token.form == "word" and not self.edges[at]
        meant = self._nearest(token.text) if mistyped else None
        return ((token.start, token.end), meant) if meant else None

    def _nearest(self, word: str) -> str | None:
        if len(word) < _MISTYPED:
            return None
        allowed = 2 if len(word) >= 8 else 1
        distances = (
            (OSA.distance(word, each, score_cutoff=allowed), each)
            for each in self._known_words()
            if len(each) >= _MISTYPED
        )
        distance, nearest = min(distances, default=(allowed + 1, ""))
        return nearest if distance <= allowed else None

    def _known_words(self) -> list[str]:
        return [phrase[0] for phrase in self._single_words() if len(phrase) == 1]

    def _single_words(self) -> Iterator[tuple[str, ...]]:
        for entries in self.words.words.values():
            yield from (phrase for phrase, tag, _ in entries if tag in _TYPO_TAGS)
