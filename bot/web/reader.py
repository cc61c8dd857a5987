"""Who reads the page that is being made: in which language, by which clock.

Words of the page are English in the code and translated here, from `locales/<language>/page.po`.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from litestar.connection import ASGIConnection

from bot.language.catalogue import PAGE, SOURCE, translations
from bot.language.preference import preferred


@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody reads.

    Attributes:
        language: One of `languages()`.
        zone: Whose clock they go by; None: the business's.
    """

    language: str = SOURCE
    zone: ZoneInfo | None = None


_ANYBODY = Reader()
_reading: ContextVar[Reader] = ContextVar("reader", default=_ANYBODY)


def languages() -> tuple[str, ...]:
    """Return the languages the page is written in, ISO 639-1, in alphabetical order."""
    return tuple(translations(PAGE))


def reads(reader: Reader) -> None:
    """Make for `reader` what this request is answered with from here on."""
    _reading.set(reader)


def reader() -> Reader:
    """Return who reads what is being made; outside a request somebody who reads English."""
    return _reading.get()


def stranger(connection: ASGIConnection[Any, Any, Any, Any]) -> Reader:
    """Return a reader of whom only the browser's own wishes are known."""
    return Reader(preferred(connection.headers.get("accept-language", ""), languages()))


def gettext(message: str) -> str:
    """Return a message in the reader's language."""
    return translations(PAGE)[reader().language].gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that fits a count, in the reader's language."""
    return translations(PAGE)[reader().language].ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it, which extraction knows
    """Mark a message that is translated where it is shown, and return it as it is."""
    return message
