"""Words and phrases that mean the same in this business, as its owner lists them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.terms import Term, terms

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """A word or phrase of a question that has others of the same meaning.

    Attributes:
        place: Which of the question's terms it begins with.
        stems: Its own stems.
        others: The stems of each of the others.
    """

    place: int
    stems: Stems
    others: tuple[Stems, ...]


class Synonyms:
    """Groups of words and phrases, looked up by their stems."""

    def __init__(self, groups: Sequence[Sequence[str]] = ()) -> None:
        self._groups = tuple(tuple(group) for group in groups)
        # By language, then by a member's first stem.
        self._known: dict[str, dict[str, list[tuple[Stems, tuple[Stems, ...]]]]] = {}

    def meant(self, asked: Sequence[Term], language: str) -> Iterator[Meant]:
        """Yield what in a question has others of the same meaning.

        Args:
            asked: The question's terms in their order.
            language: ISO 639-1; by its rules they were stemmed, and the groups are.
        """
        if not self._groups:
            return
        known = self._known.get(language)
        if known is None:
            known = self._known[language] = self._by_first_stem(language)
        stems = tuple(term.stem for term in asked)
        for place, stem in enumerate(stems):
            for own, others in known.get(stem, ()):
                if stems[place : place + len(own)] == own:
                    yield Meant(place, own, others)

    def _by_first_stem(self, language: str) -> dict[str, list[tuple[Stems, tuple[Stems, ...]]]]:
        known: dict[str, list[tuple[Stems, tuple[Stems, ...]]]] = {}
        for group in self._groups:
            stemmed = [tuple(term.stem for term in terms(each, language)) for each in group]
            members = list(dict.fromkeys(stems for stems in stemmed if stems))
            for own in members:
                others = tuple(each for each in members if each != own)
                known.setdefault(own[0], []).append((own, others))
        return known
