"""Words of the owner's that always fetch a person."""

from collections.abc import Iterable, Sequence

from knowledge.terms import terms


def fetches(text: str, phrases: Sequence[str], languages: Iterable[str]) -> bool:
    """Return whether a text holds one of some words or phrases, in whatever form they stand.

    Whole words are compared, by their stems: "pain" is found in "pains", not in "paint".

    Args:
        text: As somebody wrote it.
        phrases: Words, or several in their order.
        languages: ISO 639-1; read in each of them.
    """
    for language in set(languages) if phrases else ():
        said = _stems(text, language)
        for phrase in phrases:
            wanted = _stems(phrase, language)
            starts = range(len(said) - len(wanted) + 1)
            if wanted and any(said[at : at + len(wanted)] == wanted for at in starts):
                return True
    return False


def _stems(text: str, language: str) -> list[str]:
    return [term.stem for term in terms(text, language)]
