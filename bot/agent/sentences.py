"""Cuts a growing text into whole sentences."""

import re

# A full stop inside a number, or after a short abbreviation, ends nothing. They are looked for
# behind the mark, since most signs are none.
_END = re.compile(
    r"[.!?…](?<!\b\d.)(?<!\b[A-Z].)(?<!\bDr.)(?<!\bMr.)(?<!\bSt.)(?<!\bMs.)(?<!\bMrs.)"
    r"(?<!\bz\.B.)[\"'”’)\]]*(?=\s)|\n+"
)


def whole(text: str) -> tuple[str, str]:
    """Return the whole sentences at the beginning of a text, and the rest.

    Joined they are the text; the first part is "" while no sentence has ended.
    """
    end = 0
    for match in _END.finditer(text):
        end = match.end()
    return text[:end], text[end:]
