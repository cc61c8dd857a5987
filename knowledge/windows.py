"""Long text in windows that an embedder reads at once."""

import re
from collections.abc import Callable

# Where a text is parted, the best place first: between lines or a row's cells, between sentences,
# between words.
_PLACES = (
    re.compile("\n+| \u00b7 "),
    re.compile("[.!?\u2026][\"'\u201d\u2019\xbb)\\]]*\\s+|[\u3002\uff01\uff1f]\\s*"),
    re.compile(r"\s+"),
)


def windows(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Return a text in windows that fit, in its order; put together they are the text.

    It is parted in the middle until every part fits, so windows are of about one size, and the same
    text has the same ones whenever it is read. What does not fit as a single character stays one.
    """
    if len(text) < 2 or fits(text):
        return [text]
    first, second = halves(text)
    return [*windows(first, fits), *windows(second, fits)]


def halves(text: str) -> tuple[str, str]:
    """Return a text of two characters or more in two parts, cut at the best place near its middle.

    Near is the middle half; where nothing ends there, a word is cut.
    """
    middle, quarter = len(text) // 2, len(text) // 4
    for place in _PLACES:
        ends = [each.end() for each in place.finditer(text, quarter, len(text) - quarter)]
        inner = [end for end in ends if 0 < end < len(text)]
        if inner:
            cut = min(inner, key=lambda end: abs(end - middle))
            return text[:cut], text[cut:]
    return text[:middle], text[middle:]
