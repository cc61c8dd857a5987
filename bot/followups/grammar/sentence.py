"""A text's words with one language's meanings, and the pieces of time among them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.followups.grammar import clocks, dates, repeats, spans
from bot.followups.grammar.lexicon import Edge, Lexicon
from bot.followups.grammar.patterns import Rule, matches
from bot.followups.grammar.pieces import Clock, Piece
from bot.followups.grammar.tokens import Token

_RULES = (*repeats.RULES, *spans.RULES, *dates.RULES, *clocks.RULES)

Span = tuple[int, int]
"""Half-open, in code points of the text."""


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


@lru_cache(maxsize=1_000)
def _possible_rules(language: str, tags: frozenset[str]) -> tuple[Rule, ...]:
    """Return the rules that a sentence with these kinds of words can hold; mostly none."""
    return tuple(
        rule
        for rule in _RULES
        if (not rule.languages or language in rule.languages) and rule.possible(tags)
    )


class Sentence:
    """A text's tokens with one language's meanings.

    Attributes:
        edges: What may begin at each token.
        rules: Those that can be found in it; none where it has no words of time.
    """

    def __init__(
        self,
        tokens: list[Token],
        forms: list[list[Edge]],
        words: Lexicon,
        scope: Scope | None,
    ) -> None:
        """Take a text apart; `forms` are the meanings that its numbers have anywhere."""
        self.tokens = tokens
        self.words = words
        self.scope = scope
        self.edges = [
            # Most tokens begin nothing in most languages.
            [*words.edges(tokens, at), *each] if tokens[at].text in words.words else each
            for at, each in enumerate(forms)
        ]
        self._clear_matters()
        tags = frozenset(edge.tag for edges in self.edges for edge in edges)
        self.rules = _possible_rules(words.language, tags)

    @cached_property
    def begins(self) -> int:
        """The first token behind "remind me"; 0 where there are none, or nothing stands behind."""
        end = self.scope.end if self.scope else 0
        return next((at for at, token in enumerate(self.tokens) if token.start >= end), 0)

    def edges_at(self, at: int) -> list[Edge]:
        """Return what may begin at a token; nothing past the last one."""
        return self.edges[at] if at < len(self.edges) else []

    def _clear_matters(self) -> None:
        """Have a thing that is called like a word of time mean none: "the till"."""
        matters = [
            (at, e.end) for at, edges in enumerate(self.edges) for e in edges if e.tag == "MATTER"
        ]
        for first, end in matters:
            for at in range(first + 1, end):
                self.edges[at] = []

    @cached_property
    def ending(self) -> list[list[tuple[int, Edge]]]:
        """Where each edge that ends before a token began."""
        ending: list[list[tuple[int, Edge]]] = [[] for _ in range(len(self.tokens) + 1)]
        for at, edges in enumerate(self.edges):
            for edge in edges:
                ending[edge.end].append((at, edge))
        return ending

    def pieces(self) -> Iterator[Piece]:
        """Yield what was found, from left to right, the longest first where several begin."""
        at = 0
        while at < len(self.tokens):
            found = self._longest(at) if self.edges[at] else ()
            yield from found
            at = found[-1].last if found else at + 1

    def _longest(self, at: int) -> tuple[Piece, ...]:
        best: tuple[Piece, ...] = ()
        for rule in self.rules:
            for end, values in matches(rule, self.edges, at):
                if (not best or end > best[-1].last) and not self.in_head(at, end):
                    built = rule.build(values)
                    if built:
                        best = tuple(Piece(meaning, at, end) for meaning in built)
        return () if self._counts_things(best) else best

    def in_head(self, first: int, last: int) -> bool:
        """Return whether some of these tokens are the words "remind me"."""
        if self.scope is None:
            return False
        covered = self.tokens[first:last]
        return any(t.start < self.scope.end and t.end > self.scope.start for t in covered)

    def _counts_things(self, pieces: tuple[Piece, ...]) -> bool:
        """Tell "about 3 cakes" from "about 3"."""
        if not pieces or not isinstance(clock := pieces[0].meaning, Clock) or not clock.about:
            return False
        return pieces[0].last < len(self.tokens) and not self.known(pieces[0].last)

    def known(self, at: int) -> bool:
        """Return whether a token means something here, or parts sentences."""
        return bool(self.edges[at]) or self.tokens[at].form in {"stop", "sign"}

    def beside(self, piece: Piece, others: list[Piece]) -> bool:
        """Return whether only small words stand between a piece and one of others."""
        return any(self.adjacent(piece, p) or self.adjacent(p, piece) for p in others)

    def adjacent(self, left: Piece, right: Piece) -> bool:
        """Return whether only small words stand between two pieces."""
        if left.first == right.first:  # Two meanings of one rule.
            return True
        return left.last <= right.first and self.only_filling(left.last, right.first)

    def only_filling(self, first: int, last: int) -> bool:
        """Return whether nothing but small words stand between two places."""
        # Each place once: the ways to cut "for the for the …" into phrases grow without bound.
        reached = {first}
        for at in range(first, last):
            if at in reached:
                reached |= {e.end for e in self.edges[at] if e.tag in {"FILLER", "SOFT"}}
                if self.tokens[at].form == "sign" and self.tokens[at].text in "-\u2013\u2014":
                    reached.add(at + 1)
        return first >= last or last in reached
