"""Who asks from where, and what comes of it: instants, or a doubt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar
from bot.followups.grammar.days import View


class Doubt(Exception):  # noqa: N818  no failure: an answer that is a question
    """The words don't tell one instant.

    Attributes:
        why: "ambiguous", "past" or "unclear".
        moments: What they may have meant, likeliest first.
    """

    def __init__(self, why: str, moments: Iterable["Moment"] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.moments = tuple(moments)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC; `moved` when the clock jumped over the time that was said."""

    at: datetime
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """Who asks from where: the instant, in the asker's zone, and the business's calendar."""

    now: datetime
    zone: ZoneInfo
    business: BusinessCalendar

    @property
    def view(self) -> View:
        """The asker's own date, and the calendar."""
        return View(self.now.date(), self.business)

    def wall(self, day: date, clock: time) -> Moment:
        """Return when a clock on the asker's wall shows a time.

        A time that the clock jumps over is read with the offset before the jump, so it comes later
        by the jump's length (RFC 5545, 3.3.5); of one that comes twice, the first is meant.
        """
        said = datetime.combine(day, clock)
        at = said.replace(tzinfo=self.zone).astimezone(UTC)
        return Moment(at, moved=at.astimezone(self.zone).replace(tzinfo=None) != said)

    def opening(self, day: date) -> tuple[Moment, ...]:
        """Return when the business opens on a date; two where the asker's clock differs."""
        opens = self.business.opens_at(day)
        there = Moment(opens.astimezone(UTC))
        here = self.wall(day, opens.time())
        return (there,) if there.at == here.at else (there, here)
