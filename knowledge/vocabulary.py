"""The words that a kind of reader may know of: how rare each is, and which one a typo meant."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.documents import Passage
from knowledge.synonyms import Meant, Synonyms
from knowledge.terms import DEFAULT_LANGUAGE, Term, terms

STOP_WEIGHT = 0.3  # of a listed stop word that this business uses, beside other words


class Vocabulary:
    """Counts over passages, kept in step with them."""

    def __init__(self) -> None:
        self._passages: dict[str, tuple[str, tuple[Term, ...]]] = {}  # with language
        self._stems: Counter[str] = Counter()
        self._words: Counter[str] = Counter()
        self._stem_of: dict[str, str] = {}
        self._languages: Counter[str] = Counter()

    def __len__(self) -> int:
        """Return how many passages were counted."""
        return len(self._passages)

    def __contains__(self, stem: str) -> bool:
        """Say whether any passage holds a stem."""
        return stem in self._stems

    def passage_ids(self) -> list[str]:
        """Return the ids of all passages that were counted."""
        return list(self._passages)

    def add(self, passage_id: str, language: str, held: Sequence[Term]) -> None:
        """Count a passage that is not counted yet, by its terms."""
        stem_of = _stems(held)
        self._passages[passage_id] = (language, tuple(dict.fromkeys(held)))
        self._stems.update(set(stem_of.values()))
        self._words.update(stem_of.keys())
        self._stem_of.update(stem_of)
        self._languages[language or DEFAULT_LANGUAGE] += 1

    def forget(self, passage_id: str) -> bool:
        """Take a passage out of the counts; False when it was not in them."""
        if passage_id not in self._passages:
            return False
        language, terms_held = self._passages.pop(passage_id)
        stem_of = _stems(terms_held)
        _discount(self._stems, set(stem_of.values()))
        _discount(self._words, stem_of)
        _discount(self._languages, (language or DEFAULT_LANGUAGE,))
        for word in stem_of.keys() - self._words.keys():
            del self._stem_of[word]
        return True

    def rarity(self, stem: str) -> float:
        """Return a stem's inverse document frequency as BM25 has it; unknown ones have the most."""
        holders = self._stems.get(stem, 0)
        return math.log(1 + (len(self._passages) - holders + 0.5) / (holders + 0.5))

    def readings(self, question: str, synonyms: Synonyms) -> dict[tuple[str, ...], float]:
        """Return for each different word of a question the stems to look for, and its weight.

        A word is stemmed in every language that passages here are written in. One that nobody
        wrote is taken for the nearest that somebody did, if a typing error explains it. The words
        that mean the same as a phrase stand with the phrase's first word. A word that every one of
        these languages lists as a stop word, and the owner as no synonym, has STOP_WEIGHT, others
        1.0.
        """
        runs = {language: terms(question, language) for language in self._languages}
        same: dict[int, list[str]] = {}
        for language, run in runs.items():
            for known in synonyms.meant(run, language):
                more = (stem for other in known.others for stem in other)
                same.setdefault(known.place, []).extend(more)
        found: dict[tuple[str, ...], float] = {}
        for number, place in enumerate(zip(*runs.values(), strict=True)):
            stems = list(dict.fromkeys((*(term.stem for term in place), *same.get(number, ()))))
            if not any(stem in self._stems for stem in stems) and _spelled(place[0]):
                meant = near(place[0].word, self._stem_of)
                stems = [self._stem_of[meant]] if meant else stems
            stop = number not in same and all(term.stop for term in place)
            found[tuple(stems)] = STOP_WEIGHT if stop else 1.0
        return found

    def coverage(
        self,
        asked: Collection[Term],
        passage: Passage,
        language: str,
        meant: Collection[Meant] = (),
    ) -> float:
        """Return the share of a question's content words that a passage holds, 0.0 to 1.0.

        Rare words weigh more, stop words little (see `_weight`). A number counts only when it is
        the same, and a missing one halves the share. 0.0 for a question of stop words alone. What
        was `meant` is there when all words of one of its others are.
        """
        # As it was counted; between its row and its words an import may be on its way.
        _, terms_held = self._passages.get(passage.passage_id) or (
            language,
            tuple(held_terms(passage, language)),
        )
        held = _stems(terms_held)
        stems = set(held.values())
        same = (each.stems for each in meant if any(stems.issuperset(o) for o in each.others))
        stems = stems.union(*same)
        covered = whole = 0.0
        number_missing = False
        for term in {term.stem: term for term in asked}.values():
            weight = self._weight(term)
            whole += weight
            unknown = term.stem not in self._stems and _spelled(term)
            if term.stem in stems or (unknown and near(term.word, held)):
                covered += weight
            elif term.number:
                number_missing = True
        share = covered / whole if whole else 0.0
        return share / 2 if number_missing else share

    def _weight(self, term: Term) -> float:
        """Return what a word weighs in a question: the rarer here, the more.

        Lists of stop words hold words that mean much to a business ("open", "order", "case"): a
        listed word still weighs a part of its rarity where the business uses it, else nothing.
        """
        if not term.stop:
            return self.rarity(term.stem)
        return STOP_WEIGHT * self.rarity(term.stem) if term.stem in self._stems else 0.0


def near(word: str, known: Mapping[str, str] | Collection[str]) -> str:
    """Return the known word that a typing error explains, "" when none does.

    One error (a letter too many, missing, wrong, or two swapped) from four letters on, two from
    eight on; the first letter is nearly always right.
    """
    if len(word) < 4:
        return ""
    errors = 2 if len(word) >= 8 else 1
    alike = [
        other
        for other in known
        if other[:1] == word[:1] and abs(len(other) - len(word)) <= errors and len(other) >= 4
    ]
    best = process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=errors)
    return str(best[0]) if best else ""


def held_terms(passage: Passage, language: str) -> list[Term]:
    """Return the terms that a passage is found by: of its ways or heading, and of its text."""
    texts = (*(passage.ways or (passage.heading,)), passage.text)
    return [term for text in texts for term in terms(text, language)]


def _stems(held: Iterable[Term]) -> dict[str, str]:
    return {term.word: term.stem for term in held}


def _spelled(term: Term) -> bool:
    return not term.stop and not term.number


def _discount(counts: Counter[str], gone: Iterable[str]) -> None:
    for known in gone:
        counts[known] -= 1
        if counts[known] <= 0:
            del counts[known]
