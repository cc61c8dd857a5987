"""Which country a zone of the clock lies in, by Unicode's CLDR."""

from babel.core import Locale, get_global

_NOWHERE = "ZZ"


def territory_of(zone: str) -> str:
    """Return the ISO 3166-1 code of an IANA zone's country, "" for one that lies in none."""
    found: str = get_global("zone_territories").get(zone, _NOWHERE)
    return "" if found == _NOWHERE else found


def territory_names(language: str) -> dict[str, str]:
    """Return the countries' names in a language, by ISO 3166-1 code."""
    names = Locale(language).territories
    return {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
