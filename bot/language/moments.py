"""Days and times in the words of a language and the zone of a reader."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list

# British order and a 24-hour clock: the businesses here write 13:00, and no reader mistakes it.
_VARIANTS = {"en": "en_GB"}
_A_MONDAY = date(2024, 1, 1)


class Moments:
    """Writes days, times and lists in one language."""

    def __init__(self, language: str) -> None:
        self._locale = Locale.parse(_VARIANTS.get(language, language))

    def day(self, day: date) -> str:
        """Return a day with its weekday and year: "Friday, 27 November 2026"."""
        if self._locale.language == "en":
            return format_date(day, "EEEE, d MMMM y", locale=self._locale)
        return format_date(day, "full", locale=self._locale)

    def short_moment(self, at: datetime, zone: tzinfo | str) -> str:
        """Return day and time in the zone, in little room: "27 Nov 2026, 09:00"."""
        return f"{self.short_day(local(at, zone).date())}, {self.clock(at, zone)}"

    def short_day(self, day: date) -> str:
        """Return a day in little room: "27 Nov 2026"."""
        return format_skeleton("yMMMd", day, locale=self._locale)

    def day_of_year(self, day: date) -> str:
        """Return a day without its year, in little room: "27 Nov"."""
        return format_skeleton("MMMd", day, locale=self._locale)

    def clock(self, at: datetime, zone: tzinfo | str) -> str:
        """Return a time of day as in "09:00", in the zone."""
        return format_skeleton("Hm", local(at, zone), locale=self._locale)

    def span(self, start: time, end: time) -> str:
        """Return from and until when, as in "09:00–12:30"."""
        return "\u2013".join(self._time(each) for each in (start, end))

    def weekday(self, weekday: int) -> str:
        """Return a weekday's name, Monday being 0."""
        return format_date(_A_MONDAY + timedelta(days=weekday), "EEEE", locale=self._locale)

    def moment(self, at: datetime, zone: tzinfo | str) -> str:
        """Return day and time in the zone: "Friday, 27 November 2026, 09:00"."""
        return f"{self.day(local(at, zone).date())}, {self.clock(at, zone)}"

    def _time(self, clock: time) -> str:
        at = datetime.combine(_A_MONDAY, clock)
        return format_skeleton("Hm", at, locale=self._locale)

    def either(self, choices: Sequence[str]) -> str:
        """Return "a, b or c"; "" for none."""
        return format_list(list(choices), style="or", locale=self._locale) if choices else ""

    def both(self, items: Sequence[str]) -> str:
        """Return "a, b and c"; "" for none."""
        return format_list(list(items), style="standard", locale=self._locale) if items else ""


def local(at: datetime, zone: tzinfo | str) -> datetime:
    """Return an aware instant as the clock on a zone's wall shows it.

    Args:
        at: Aware.
        zone: An IANA name, or the zone itself.

    Raises:
        ValueError: `at` is naive.
    """
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return at.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
