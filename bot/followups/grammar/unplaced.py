"""Days that only who says them can place: "on my birthday at 9", "next summer at 9"."""

from bot.followups.grammar.pieces import Clock, Part, Piece
from bot.followups.grammar.sentence import Sentence

# "Payday", "Geburtstag", "feestdag": which day that is, only who says it knows.
_LIKE_A_DAY = {
    "en": ("day", "days"),
    "de": ("tag", "tags", "tage", "tagen", "tages", "woche", "wochen"),
    "nl": ("dag", "dagen"),
}
_UNPLACED = {"UNPLACED", "WORKDAY"}
_NEXT = {"NEXT", "NEXTAFTER", "COMING"}
_BEFORE_DAY = 2  # Letters.
_LEAD_WORDS = 4  # "On the next bank holiday".


class UnplacedDays:
    """Such days in a sentence; a clock beside one is not today's."""

    def __init__(self, sentence: Sentence) -> None:
        """Look at a sentence."""
        self._sentence = sentence
        self._tokens, self._edges = sentence.tokens, sentence.edges

    def beside(self, group: list[Piece]) -> bool:
        """Return whether a run of pieces is a clock alone, beside such a day."""
        if not all(isinstance(piece.meaning, Clock | Part) for piece in group):
            return False
        first, last = group[0].first, group[-1].last
        ends = [
            first,
            *(start for start, edge in self._sentence.ending[first] if edge.tag in _NEXT),
        ]
        before = [
            start
            for end in ends  # French and others say "the summer next".
            for start, edge in self._sentence.ending[end]
            if edge.tag in _UNPLACED
        ]
        if first and self._is_like_a_day(first - 1):
            before.append(first - 1)
        return any(map(self._led, before)) or self._leads_to_a_day(last)

    def opens(self, pieces: list[Piece]) -> bool:
        """Return whether the wish begins with when, and that was not understood.

        "Next summer at 9", "on my next shift at 9", "the day before the inspection on Friday".
        """
        first = self._sentence.begins
        opening = range(first, min(first + _LEAD_WORDS, pieces[0].first))
        tags = [{edge.tag for edge in self._edges[at]} for at in opening]
        leads = bool(tags) and "LEAD" in tags[0] and "TOWARDS" not in tags[0]
        return leads or any("UNIT" in each for each in tags)

    def _led(self, at: int) -> bool:
        """Whether words before say that something happens then, and not what it is about."""
        for place in range(at - 1, at - 1 - _LEAD_WORDS, -1):
            if place < 0 or self._sentence.in_head(place, place + 1):
                return True
            tags = {edge.tag for edge in self._edges[place]}
            if tags & {"TOWARDS", "SOFT", "TO"}:
                return False
            if "LEAD" in tags:
                return True
        return False

    def _leads_to_a_day(self, at: int) -> bool:
        """Whether words after say on which day: "at 9 on my birthday"."""
        tags = {edge.tag for edge in self._sentence.edges_at(at)}
        if "LEAD" not in tags or "TOWARDS" in tags:
            return False
        unknown = 0
        for place in range(at + 1, min(at + 1 + _LEAD_WORDS, len(self._tokens))):
            tags = {edge.tag for edge in self._edges[place]}
            if tags & {*_UNPLACED, "UNIT"} or self._is_like_a_day(place):
                return True
            unknown += not tags
            if unknown > 1 or tags & {"SOFT", "TO"}:
                return False
        return False

    def _is_like_a_day(self, at: int) -> bool:
        token, endings = self._tokens[at], _LIKE_A_DAY.get(self._sentence.words.language, ())
        return (
            not self._edges[at]
            and token.form == "word"
            and any(
                token.text.endswith(ending) and len(token.text) - len(ending) >= _BEFORE_DAY
                for ending in endings
            )
        )
