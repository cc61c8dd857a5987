"""Translations, one `locales/<language>/<domain>.po` a language, compiled in memory once."""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

# The language of the sentences in the code.
SOURCE = "en"
# What is said, the words of the page, and those of the sheet for the EU AI Act: each has languages
# of its own.
SAID = "deskhand"
PAGE = "page"
SHEET = "sheet"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it, which extraction knows
    """Mark a message that is translated where it is shown, and return it as it is."""
    return message


@cache
def translations(domain: str = SAID) -> Mapping[str, NullTranslations]:
    """Return a domain's translations by ISO 639-1 code, in alphabetical order, English too."""
    found: dict[str, NullTranslations] = {SOURCE: NullTranslations()}
    for folder in (resources.files("bot.language") / "locales").iterdir():
        file = folder / f"{domain}.po"
        if file.is_file():
            found[folder.name] = _compiled(file.read_bytes(), folder.name)
    return dict(sorted(found.items()))


def _compiled(po: bytes, language: str) -> GNUTranslations:
    binary = BytesIO()
    write_mo(binary, read_po(BytesIO(po), locale=language, abort_invalid=True))
    binary.seek(0)
    return GNUTranslations(binary)
