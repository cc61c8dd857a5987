"""What comes again and again, in words."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo

from babel.dates import format_skeleton

from bot.language.moments import Moments, local

# As RFC 5545 writes them, Monday first.
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Has a 29 February.
_LEAP_YEAR = 2024


class Repeats(Moments):
    """Sentences about repeated follow-ups in one language."""

    _: Callable[[str], str]

    def coming(self, rule: str, next_at: datetime, zone: tzinfo | str) -> str:
        """Return when a follow-up comes: "every day, next on Friday, …, 09:00".

        Args:
            rule: RFC 5545, "" for once.
            next_at: Aware.
            zone: The reader's.

        Raises:
            ValueError: There are no words for such a rule.
        """
        if not rule:
            return self.moment(next_at, zone)
        return self._("{rule}, next on {when}").format(
            rule=self.rule(rule, zone), when=self.moment(next_at, zone)
        )

    def rule(self, rule: str, zone: tzinfo | str) -> str:
        """Return a rule of RFC 5545 in words: "every 2 weeks on Monday".

        Args:
            rule: Its UNTIL is in UTC.
            zone: The reader's: in it the last day is named.

        Raises:
            ValueError: There are no words for such a rule.
        """
        parts = dict(part.split("=", 1) for part in rule.split(";"))
        words = [self._every(parts.pop("FREQ"), int(parts.pop("INTERVAL", "1")))]
        until, times = parts.pop("UNTIL", None), parts.pop("COUNT", None)
        if parts:
            words.append(self._on(parts))
        if until:
            last = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            day = self.day(local(last, zone).date())
            words.append(self._("until {day}").format(day=day))
        if times:
            words.append(self._("{count} times").format(count=times))
        return " ".join(words)

    def follow_up_moved(self, due_at: datetime, zone: tzinfo | str) -> str:
        """Return that the hour that was said is skipped, and when a follow-up comes instead."""
        return self._("The clocks go forward at that hour, so it comes at {clock}.").format(
            clock=self.clock(due_at, zone)
        )

    def follow_up_missed(self, said: str, count: int, last_at: datetime, zone: tzinfo | str) -> str:
        """Return a repeated follow-up of which more than one time was missed.

        Args:
            said: What would be said in time.
            count: How many times were missed, at least two.
            last_at: When the last of them was due; aware.
            zone: The reader's.
        """
        missed = self._("{count} times while the box was off; the last was due {when}").format(
            count=count, when=self.moment(last_at, zone)
        )
        return f"{said} ({missed})"

    def follow_up_held_up(self, due_at: datetime, until: datetime, zone: tzinfo | str) -> str:
        """Return that a follow-up could not go out when it was due, and until when; both aware."""
        same_day = local(due_at, zone).date() == local(until, zone).date()
        words = self.clock if same_day else self.moment
        return self._("due {due}, it could not be delivered before {until}").format(
            due=words(due_at, zone), until=words(until, zone)
        )

    def _every(self, frequency: str, interval: int) -> str:
        words = {
            "DAILY": (self._("every day"), self._("every {number} days")),
            "WEEKLY": (self._("every week"), self._("every {number} weeks")),
            "MONTHLY": (self._("every month"), self._("every {number} months")),
            "YEARLY": (self._("every year"), self._("every {number} years")),
        }
        if frequency not in words:
            raise ValueError(f"no words for {frequency}")
        once, more = words[frequency]
        return once if interval == 1 else more.format(number=interval)

    def _on(self, parts: Mapping[str, str]) -> str:
        match parts:
            case {"BYDAY": days, **rest} if not rest:
                return self._on_weekdays(days.split(","))
            # What is said so are the days on which the business works.
            case {"BYDAY": days, "BYSETPOS": "1", **rest} if not rest:
                return self._("on the first working day ({days})").format(days=self._named(days))
            case {"BYDAY": days, "BYSETPOS": "-1", **rest} if not rest:
                return self._("on the last working day ({days})").format(days=self._named(days))
            case {"BYMONTHDAY": "-1", **rest} if not rest:
                return self._("on the last day")
            case {"BYMONTHDAY": day, **rest} if not rest and int(day) > 0:
                return self._("on day {day}").format(day=day)
            case {"BYMONTHDAY": day, "BYMONTH": month, **rest} if not rest:
                at = date(_LEAP_YEAR, int(month), int(day))
                said = format_skeleton("MMMMd", at, locale=self._locale)
                return self._("on {days}").format(days=said)
        raise ValueError(f"no words for {dict(parts)}")

    def _on_weekdays(self, days: list[str]) -> str:
        if all(day in _WEEKDAYS for day in days):
            return self._("on {days}").format(days=self._named(",".join(days)))
        return self.both([self._on_nth(day) for day in days])

    def _named(self, days: str) -> str:
        return self.both([self.weekday(_WEEKDAYS.index(day)) for day in days.split(",")])

    def _on_nth(self, day: str) -> str:
        nth, weekday = day[:-2], day[-2:]
        words = {
            "1": self._("on the first {weekday}"),
            "2": self._("on the second {weekday}"),
            "3": self._("on the third {weekday}"),
            "4": self._("on the fourth {weekday}"),
            "-1": self._("on the last {weekday}"),
        }
        if nth not in words:
            raise ValueError(f"no words for {day}")
        return words[nth].format(weekday=self.weekday(_WEEKDAYS.index(weekday)))
