"""Who reads the page that is being made: in which language, by which clock.

Words of the page are English in the code and translated here, from `locales/<language>/page.po`.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.language import amounts
from bot.language.catalogue import N_, PAGE, SOURCE, translations
from bot.language.preference import preferred

if TYPE_CHECKING:
    # The commands say what they did in words of the page, and load no web framework for it.
    from litestar.connection import ASGIConnection

__all__ = [
    "N_",
    "Reader",
    "explained",
    "gettext",
    "languages",
    "ngettext",
    "number",
    "reader",
    "reads",
    "seconds",
    "size",
    "stranger",
]


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


def stranger(connection: "ASGIConnection[Any, Any, Any, Any]") -> Reader:
    """Return a reader of whom only the browser's own wishes are known."""
    return Reader(preferred(connection.headers.get("accept-language", ""), languages()))


def gettext(message: str) -> str:
    """Return a message in the reader's language; "" for none."""
    # Under "" a catalogue has its own header.
    return message and translations(PAGE)[reader().language].gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that fits a count, in the reader's language."""
    return translations(PAGE)[reader().language].ngettext(singular, plural, count)


def explained(said: object) -> str:
    """Return what an error or a row of the health says, in the reader's language if that is known.

    What has values in it tells them apart, as `sentence` and `values`; one of the values may be an
    error itself.
    """
    sentence = getattr(said, "sentence", "") or str(said)
    values: Mapping[str, object] = getattr(said, "values", {})
    if not values:
        return gettext(sentence)
    shown = {
        name: explained(value) if isinstance(value, Exception) else value
        for name, value in values.items()
    }
    return gettext(sentence).format(**shown)


def number(value: float, *, digits: int = 0) -> str:
    """Return a number as the reader writes it, with so many digits after the point."""
    return amounts.number(value, reader().language, digits=digits)


def size(size_bytes: int) -> str:
    """Return a size as the reader writes it: "986 MB", "2.6 GB"."""
    return amounts.size(size_bytes, reader().language)


def seconds(took_ms: float) -> str:
    """Return a time taken as the reader writes it: "12 ms", "3.4 s"."""
    return amounts.seconds(took_ms, reader().language)
