"""Words beside words of time that make their meaning doubtful."""

import unicodedata
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import pairwise
from zoneinfo import available_timezones

from rapidfuzz.distance import OSA

from bot.followups.grammar.lexicon import Edge, lexicon
from bot.followups.grammar.pieces import Clock, Day, Every, Piece
from bot.followups.grammar.sentence import Sentence, Span
from bot.followups.grammar.unplaced import UnplacedDays

_ZONE_TELLING = {"time", "zeit", "ortszeit"}
_BEFORE_A_PLACE = (["in"], ["time"], ["zeit"], ["ortszeit"])
_DASHES = "-\u2013\u2014"
_ZONE_WORDS = 3  # "Buenos Aires time".
_CONTINENTS = {"Africa", "America", "Asia", "Australia", "Europe", "Pacific"}
_MISTYPED = 6  # Letters: a shorter word is too near to many others.
_TYPO_TAGS = frozenset({"WD", "REL", "MONTH"})
_PART_TAGS = _TYPO_TAGS | {"WDA", "UNIT"}  # Of compounds: "Mo-Fr", "mid-month".
_NUMBERS = {"NUM", "ORD", "CLOCK"}
# What is told from another time: "a quarter to midnight", "five minutes to twelve".
_COUNTED = {*_NUMBERS, "QUARTER", "HALF", "HALFHOUR", "UNIT", "WDA"}
# What comes again is told in so many words at most ("every half year").
_EVERY_WORDS = 3
_TOLD_AGAIN = {"UNIT", "WD", "PART", "MONTH", "WORKDAY"}


class Doubts:
    """What stands beside the pieces of a sentence; a group is a run of adjacent pieces.

    Attributes:
        unplaced: Days beside them that only who says them can place.
    """

    def __init__(self, sentence: Sentence) -> None:
        """Look at a sentence."""
        self._sentence = sentence
        self._tokens, self._edges = sentence.tokens, sentence.edges
        self.unplaced = UnplacedDays(sentence)

    def conditional(self, pieces: list[Piece]) -> bool:
        """Return whether it is wished under a condition: "unless Ann calls tomorrow"."""
        first = self._sentence.begins
        if any(piece.first == first for piece in pieces):  # "When we open".
            return False
        return any(
            edge.tag == "CONDITION" and (edge.value == "any" or at == first)
            for at, edges in enumerate(self._edges)
            for edge in edges
        )

    def comes_again(self, pieces: list[Piece]) -> bool:
        """Return whether words before tell that it comes again, and were not understood so."""
        read = {at for piece in pieces for at in range(piece.first, piece.last)}

        def tags(at: int) -> set[str]:
            return set() if at in read else {edge.tag for edge in self._sentence.edges_at(at)}

        days = {piece.first for piece in pieces if isinstance(piece.meaning, Day)}

        def parted(at: int) -> bool:  # "Every working Monday".
            return at + 2 in days and not self._sentence.edges_at(at + 1)

        return any(
            "EVERY" in tags(at)
            and (
                parted(at)
                or any(tags(at + ahead) & _TOLD_AGAIN for ahead in range(1, _EVERY_WORDS + 1))
            )
            for at in range(pieces[0].first)
        )

    def typo(self, groups: list[list[Piece]]) -> tuple[Span, str] | None:
        """Return where a word beside is nearly a word of time, and that word."""
        return next(filter(None, map(self._typo, self._outsides(groups))), None)

    def doubtful(self, group: list[Piece]) -> bool:
        """Return whether a word beside changes what a group means, or may do so."""
        first, last = group[0].first, group[-1].last
        return (
            self._blocked_before(first, group[0])
            or self._ends_a_range(first)
            or (last < len(self._tokens) and self._blocked_after(last, group))
            or any(self._blocked_inside(a, b) for a, b in pairwise(group))
            or any(self._mistyped(at) or self._elsewhere(at) for at in self._outsides([group]))
            or self.unplaced.beside(group)
        )

    def _outsides(self, groups: list[list[Piece]]) -> list[int]:
        """Where the words right beside groups stand."""
        beside = (at for group in groups for at in (group[0].first - 1, group[-1].last))
        return [at for at in beside if 0 <= at < len(self._tokens)]

    def denied(self, group: list[Piece]) -> bool:
        """Return whether words beside turn the time away: "not on Friday", "9 in New York"."""
        first, last = group[0].first, group[-1].last
        before = (edge for _, edge in self._sentence.ending[first])
        beside = (*before, *self._sentence.edges_at(last))
        return any(edge.tag == "DENY" for edge in beside) or self._names_a_zone(last)

    def _blocked_before(self, first: int, piece: Piece) -> bool:
        """Whether a word before, or before small words before, changes a piece's meaning."""
        waiting, seen = [first], {first}
        while waiting:
            last = waiting.pop()
            for start, edge in self._sentence.ending[last]:
                if self._sentence.in_head(start, last):
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
            case "NUM" | "ORD_DIGITS":  # "The next three Mondays" come three times.
                again = isinstance(piece.meaning, Every)
                return not again or self._ends(start, {"NEXT", "COMING", "LAST", "ORD"})
            case "TO" | "AND" | "PAST":
                return self._ends(start, _COUNTED)
            case "MERIDIEM" | "WDA":  # "Seven-thirty am", "Mo, Mi, Fr": not understood so far.
                return True
            case "IN":
                return isinstance(piece.meaning, Clock)
            case _:
                return False

    def _ends_a_range(self, first: int) -> bool:
        """Whether it is the second of two, as in "5-6 December" and "Mo.-Fr."."""
        dashed = first > 1 and self._tokens[first - 1].form == "sign"
        return (
            dashed
            and self._tokens[first - 1].text in _DASHES
            and self._ends(first - 1, _NUMBERS | {"WD", "WDA"})
        )

    def _ends(self, at: int, tags: AbstractSet[str]) -> bool:
        """Whether a word of one of these kinds ends before a token."""
        return any(edge.tag in tags for _, edge in self._sentence.ending[at])

    def _blocked_after(self, last: int, group: list[Piece]) -> bool:
        tags = {(edge.tag, edge.value if edge.tag == "BLOCK" else "") for edge in self._edges[last]}
        names = {tag for tag, _ in tags}
        token = self._tokens[last]
        if ("BLOCK", "after") in tags or names & {"NUM", "UNIT"} or token.form == "clock":
            return True
        if token.form == "sign" and token.text not in _DASHES + "@&":
            return True
        joins = names & {"AND", "TO", "BLOCK", "AT", "APPROX", "RANGE"} or token.form == "sign"
        if joins and last + 1 < len(self._tokens):
            following = {edge.tag for edge in self._edges[last + 1]}
            return bool(following & {"NUM", "CLOCK", "DOT_CLOCK", "WD", "REL", "ORD"})
        if self._names_a_zone(last) or self._in_a_month(last, group):
            return True  # "At 9 Berlin time" is not the asker's nine.
        meaning = group[-1].meaning
        counted = isinstance(meaning, Clock) and meaning.bare and not self._edges[last]
        return (
            counted
            and self._sentence.words.language == "en"
            and len(token.text) > 3
            and token.text[-1] == "s"
        )

    def _in_a_month(self, at: int, group: list[Piece]) -> bool:
        """Whether a month follows: "the penultimate Friday of May", "montags im Dezember"."""
        ends = [edge.end for edge in self._edges[at] if edge.tag == "OF"]
        days = isinstance(group[-1].meaning, Day) or any(
            isinstance(piece.meaning, Every) for piece in group
        )
        return days and any(
            edge.tag in {"MONTH", "UNIT_month"}
            for end in ends
            for edge in self._sentence.edges_at(end)
        )

    def _names_a_zone(self, at: int) -> bool:
        following = [token.text for token in self._tokens[at : at + _ZONE_WORDS + 1]]
        place = following[1:] if following[:1] in _BEFORE_A_PLACE else following
        cities = (" ".join(place[:length]) for length in range(1, _ZONE_WORDS + 1))
        return any(city in _cities() for city in cities) or not _ZONE_TELLING.isdisjoint(
            following[1:]
        )

    def _blocked_inside(self, left: Piece, right: Piece) -> bool:
        dashed = any(t.form == "sign" for t in self._tokens[left.last : right.first])
        return dashed and isinstance(left.meaning, Clock)

    def _elsewhere(self, at: int) -> bool:
        """Whether a word beside is in letters that none of our languages writes."""
        if self._edges[at]:
            return False
        return any(each.isalpha() and not _is_latin(each) for each in self._tokens[at].text)

    def _mistyped(self, at: int) -> bool:
        """Whether a word beside is nearly a word of time: read without it, the time is wrong.

        Mistyped ("fridya"), or a compound of one ("Mon-Fri", "mid-month", "Freitagnacht").
        """
        if self._edges[at] or self._tokens[at].form != "word":
            return False
        word, language = self._tokens[at].text, self._sentence.words.language
        known = _single_words(language, _TYPO_TAGS)
        compound = any(part in _single_words(language, _PART_TAGS) for part in word.split("-"))
        longer = any(word.startswith(each) for each in known if len(each) >= _MISTYPED)
        return compound or longer or self._nearest(word) is not None

    def _typo(self, at: int) -> tuple[Span, str] | None:
        token = self._tokens[at]
        mistyped = token.form == "word" and not self._edges[at]
        meant = self._nearest(token.text) if mistyped else None
        return ((token.start, token.end), meant) if meant else None

    def _nearest(self, word: str) -> str | None:
        if len(word) < _MISTYPED:
            return None
        allowed = 2 if len(word) >= 8 else 1
        distances = (
            (OSA.distance(word, each, score_cutoff=allowed), each)
            for each in _single_words(self._sentence.words.language, _TYPO_TAGS)
            if len(each) >= _MISTYPED
        )
        distance, nearest = min(distances, default=(allowed + 1, ""))
        return nearest if distance <= allowed else None


@cache
def _single_words(language: str, tags: frozenset[str]) -> tuple[str, ...]:
    """Return a language's single words of these kinds."""
    return tuple(
        phrase[0]
        for entries in lexicon(language).words.values()
        for phrase, tag, _ in entries
        if tag in tags and len(phrase) == 1
    )


@cache
def _cities() -> frozenset[str]:
    """Return the cities that have given zones their names ("new york")."""
    paths = (name.split("/") for name in available_timezones())
    return frozenset(p[-1].replace("_", " ").casefold() for p in paths if p[0] in _CONTINENTS)


@cache
def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")
