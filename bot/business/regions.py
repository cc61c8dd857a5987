"""The regions whose public holidays are known, by code and by name."""

import functools
import re
from collections.abc import Mapping

import holidays

# ISO 3166-2, as `BusinessFacts.region` takes it; the library has some cities beside.
_PART = re.compile(r"[A-Z0-9]{1,3}")


@functools.cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """Return the countries by ISO 3166-1 code, each with the codes of its parts, like "BY"."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {
        country: tuple(part for part in parts if _PART.fullmatch(part))
        for country, parts in known.items()
    }


def parts_of(country: str) -> dict[str, str]:
    """Return a country's parts by code, like "DE-BY", with their names where these are known.

    Empty for a country that has none, or that is not known.
    """
    parts = countries().get(country, ())
    if not parts:
        return {}
    names = holidays.country_holidays(country).get_subdivision_aliases()
    return {f"{country}-{part}": (names.get(part) or [part])[0] for part in parts}


def code_of(text: str) -> str:
    """Return the code of the region that is called so; the text as it is where none is.

    Args:
        text: As somebody typed it, like "Bayern" or "DE-BY".
    """
    return _by_name().get(text.strip().casefold(), text)


@functools.cache
def _by_name() -> Mapping[str, str]:
    """Return codes by name; a name that two regions bear is none."""
    named: dict[str, set[str]] = {}
    for country in countries():
        for code, name in parts_of(country).items():
            named.setdefault(name.casefold(), set()).add(code)
    return {name: codes.pop() for name, codes in named.items() if len(codes) == 1}
