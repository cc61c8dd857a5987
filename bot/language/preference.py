"""Which language somebody would rather read."""

from collections.abc import Sequence

from babel import Locale, UnknownLocaleError, negotiate_locale

from bot.language.catalogue import SOURCE

# More are no person's choice.
_MAX_LIKED = 20


def preferred(accepted: str, languages: Sequence[str]) -> str:
    """Return which of `languages` an Accept-Language header likes best; English for none.

    Args:
        accepted: "de-AT, de;q=0.9, en;q=0.5" (RFC 9110, 12.5.4); a stranger's words.
        languages: ISO 639-1.
    """
    weighed = []
    for each in accepted.split(",")[:_MAX_LIKED]:
        name, _, weight = each.partition(";q=")
        try:
            weighed.append((float(weight or 1), name.strip().lower()))
        except ValueError:
            continue
    liked = [name for weight, name in sorted(weighed, key=lambda each: -each[0]) if weight > 0]
    try:
        return negotiate_locale(liked, languages, sep="-") or SOURCE
    except (UnknownLocaleError, ValueError):
        return SOURCE


def own_name(language: str) -> str:
    """Return what a language, ISO 639-1, calls itself, as a word at the start: "Deutsch"."""
    locale = Locale.parse(language)
    return (locale.get_language_name(language) or language).capitalize()
