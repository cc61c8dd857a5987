"""The language of one short chat line, out of those the bot can answer in."""

from collections.abc import Iterable

from bot.language.lexicon import shares
from bot.language.spelling import folded
from knowledge.detection import guesses

# fastText's scores are sure of themselves even where a line is too short to tell ("Und was kostet
# das?" is English with 0.61), so function words known by heart count twice as much.
_MODEL_WEIGHT = 0.5

# What speaks for the language spoken so far: as much as every fourth word of a line; twice that
# for one or two words that it has too or that no language has, which say little: fastText takes
# "ok" for English with 0.63.
_EXPECTED = 0.25
_FEW_WORDS = 2


class Detector:
    """Tells languages apart. Works without network: the small model is part of its package."""

    def __init__(self, served: Iterable[str]) -> None:
        """Tell these languages apart.

        Args:
            served: ISO 639-1 codes of the languages that can be answered in.
        """
        self._served = tuple(served)

    def language(self, text: str, *, conversation: str | None = None, business: str = "en") -> str:
        """Return the ISO 639-1 code of a line's language.

        Args:
            text: One message.
            conversation: The language of the conversation so far, which an unsure line keeps.
            business: The language of an unsure first line.

        Returns:
            One of the languages served, or `conversation` or `business` as given where the line
            is in none of them.
        """
        expected = conversation or business
        words = folded(text).split()
        scores = dict.fromkeys(self._served, 0.0)
        for guess, share in guesses(text, 5).items():
            if guess in scores:
                scores[guess] += _MODEL_WEIGHT * share
        known = {each: share for each, share in shares(words).items() if each in scores}
        for language, share in known.items():
            scores[language] += share
        says_little = len(words) <= _FEW_WORDS and (known.get(expected) or not any(known.values()))
        scores[expected] = scores.get(expected, 0.0) + _EXPECTED * (2 if says_little else 1)
        return max(scores, key=lambda language: scores[language])
