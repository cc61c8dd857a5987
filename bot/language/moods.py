"""How somebody feels about the business, by their words."""

from collections.abc import Iterable

from bot.language.lexicon import lexicons
from bot.language.spelling import folded


def upset(text: str, languages: Iterable[str]) -> bool:
    """Return whether somebody says that they are upset with the business.

    Args:
        text: As they wrote it.
        languages: ISO 639-1; those we have no words of are passed over.
    """
    words, known = folded(text), lexicons()
    return any(known[each].holds("upset", words) for each in set(languages) & known.keys())
