"""When the business is open, in words."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, tzinfo

from bot.language.moments import Moments

Intervals = Sequence[tuple[time, time]]


class Hours(Moments):
    """Sentences about opening hours in one language."""

    _: Callable[[str], str]

    def hours_title(self) -> str:
        """Return what the business's hours are called as a source."""
        return self._("Opening hours")

    def open_on(self, day: date, hours: Intervals, *, early: bool = False) -> str:
        """Return from and until when the business is open on a date.

        Args:
            day: The date.
            hours: At least one interval, in order.
            early: It closes earlier than on other such days.
        """
        said = (
            self._("{day}: open {hours}, which is shorter than usual.")
            if early
            else self._("{day}: open {hours}.")
        )
        return said.format(day=self.day(day), hours=self._intervals(hours))

    def closed_on(self, day: date, reason: str = "") -> str:
        """Return that the business is closed on a date; the reason where it is out of turn."""
        if not reason:
            return self._("{day}: closed.").format(day=self.day(day))
        return self._("{day}: closed ({reason}).").format(day=self.day(day), reason=reason)

    def closing_day(self) -> str:
        """Return the reason where the owner has named a day as closed."""
        return self._("closing day")

    def open_now(self, until: datetime, zone: tzinfo, *, same_day: bool) -> str:
        """Return that the business is open, and until when."""
        end = self.clock(until, zone) if same_day else self.moment(until, zone)
        return self._("We are open now, until {until}.").format(until=end)

    def closed_now(self) -> str:
        """Return that the business is closed at this moment."""
        return self._("We are closed now.")

    def opens_next(self, at: datetime, zone: tzinfo) -> str:
        """Return when the business opens the next time."""
        return self._("We open next on {when}.").format(when=self.moment(at, zone))

    def week(self, hours: Sequence[tuple[int, Intervals]]) -> str:
        """Return the hours of weekdays as a list.

        Args:
            hours: By weekday, Monday being 0; no intervals where it is closed.
        """
        closed = self._("closed")
        lines = (
            f"- {self.weekday(weekday)}: {self._intervals(each) or closed}"
            for weekday, each in hours
        )
        return "\n".join([self._("Our usual opening hours:"), *lines])

    def soon_different(self, lines: Sequence[str]) -> str:
        """Return which days of the next two weeks are not as usual, each a line; at least one."""
        return "\n".join([self._("In the next two weeks:"), *(f"- {line}" for line in lines)])

    def closed_every_week(self, weekdays: Sequence[int]) -> str:
        """Return on which weekdays the business is always closed; at least one."""
        days = self.both([self.weekday(each) for each in weekdays])
        return self._("Closed every week: {days}.").format(days=days)

    def next_closed(self, day: date, reason: str) -> str:
        """Return the next date on which the business is closed out of turn."""
        return self._("The next day on which we are closed out of turn: {day} ({reason}).").format(
            day=self.day(day), reason=reason
        )

    def no_closing_day(self) -> str:
        """Return that no closing day and no public holiday is known."""
        return self._("No closing day and no public holiday is entered for the time to come.")

    def closed_on_holidays(self, day: date, name: str) -> str:
        """Return that the business is closed on public holidays, and which comes next."""
        return self._("We are closed on public holidays. The next one: {day} ({name}).").format(
            day=self.day(day), name=name
        )

    def times_in(self, zone: tzinfo) -> str:
        """Return in which zone times are told, to somebody who lives in another."""
        return self._("Times are local to us ({zone}).").format(zone=zone)

    def _intervals(self, hours: Intervals) -> str:
        return self.both([self.span(start, end) for start, end in hours])
