"""Passages that say the same, of which one is enough.

How near is the same: read from Markdown, Word, PDF, web page and workbook, all passages of one
handbook or price list hold the same words, only numbers are spelt otherwise (2.60, 2.6). Different
passages of one business share up to 5 of 6 words ("Certified copy, 12", "Copy of a file, 25"), and
a day, a number or one "not" more is another fact. So all words must be the same; order, case,
accents, marks and the spelling of numbers may differ.
"""

import re
from collections import Counter
from collections.abc import Hashable, Mapping

from knowledge.catalog import Found
from knowledge.chunking import SEPARATOR
from knowledge.terms import length, terms

_STANDS_ALONE = 12  # words; fewer ("Yes.", "price: 25") say what they say by their heading
_TENTHS = re.compile(r"^(\d+\.\d)0$")


def doubles(scores: Mapping[str, float], found: Mapping[str, Found]) -> dict[str, str]:
    """Return by passage id the passage that is shown in its place; itself where it is shown.

    Of those that say the same an approved entry is shown before text, then the one with the
    higher score, then the one that was stored last.

    Args:
        scores: By passage id, best first.
        found: Their rows. What is folded is seen through its double, so these readers must be
            allowed to read them all.
    """
    # Most say what no other does: their words are looked at only where there are as many.
    lengths = {each: length(found[each].passage.text) for each in scores}
    as_long = Counter(lengths.values())
    by_words: dict[Hashable, list[str]] = {}
    for passage_id in scores:
        alone = as_long[lengths[passage_id]] == 1
        said = passage_id if alone else _said(found[passage_id])
        by_words.setdefault(said, []).append(passage_id)
    groups = by_words.values()
    return {each: _shown(group, scores, found) for group in groups for each in group}


def says_same(one: Found, other: Found) -> bool:
    """Say whether two passages hold the same words, and where those are few, under one heading."""
    # Most differ in how many words they hold, which is known sooner than which.
    lengths = [length(each.passage.text) for each in (one, other)]
    return lengths[0] == lengths[1] and _said(one) == _said(other)


def _said(row: Found) -> Hashable:
    """Return what is equal for passages that say the same."""
    said = words(row.passage.text)
    alone = said.total() >= _STANDS_ALONE
    return frozenset(said.items()), None if alone else frozenset(_heading(row).items())


def _shown(group: list[str], scores: Mapping[str, float], found: Mapping[str, Found]) -> str:
    def worth(passage_id: str) -> tuple[bool, float, float]:
        row = found[passage_id]
        entry = row.approved and bool(row.passage.ways)
        return entry, round(scores[passage_id], 6), row.changed_at.timestamp()

    return max(group, key=worth)


def _heading(row: Found) -> Counter[str]:
    return words(row.passage.heading.rpartition(SEPARATOR)[2])


def words(text: str) -> Counter[str]:
    """Return how often a text holds each word; numbers by their value."""
    return Counter(
        _TENTHS.sub(r"\1", term.word) if term.number else term.word for term in terms(text, "")
    )
