"""Which passages a composed answer stands on: found by code, never named by the model."""

from collections.abc import Sequence

from knowledge.search import Hit
from knowledge.terms import terms

MAX_SOURCES = 2
# An answer whose content words hardly stand in any passage was not made from them.
MIN_SHARE = 0.3


def shared_most(answer: str, hits: Sequence[Hit], language: str) -> list[Hit]:
    """Return the at most two passages that share most content words with an answer.

    An answer in another language than a passage shares only names and numbers with it: there the
    search's own order decides.

    Returns:
        Best first; empty when the answer has too little in common with every passage.
    """
    said = _content(answer, language)
    scored: list[tuple[float, Hit]] = []
    for hit in hits:
        written_in = hit.language or language
        text = f"{hit.passage.heading} {hit.passage.text}"
        there = _content(text, written_in)
        share = len(said & there) / len(said) if said else 0.0
        scored.append((share if written_in == language else max(share, MIN_SHARE), hit))
    scored.sort(key=lambda pair: -pair[0])
    good = [(share, hit) for share, hit in scored if share >= MIN_SHARE]
    # A second source only where it adds about as much as the first.
    return [hit for share, hit in good[:MAX_SOURCES] if share >= good[0][0] * 0.6]


def _content(text: str, language: str) -> set[str]:
    return {term.stem for term in terms(text, language) if not term.stop}
