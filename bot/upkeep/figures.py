"""How the last month went: answers by day, and how long people waited for them."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from bot.business.calendar import BusinessCalendar
from bot.domain.figures import DayCounts, Month
from bot.storage.figures import FigureRows

DAYS = 30


class AnswerFigures:
    """Counts answers by the business's own days."""

    def __init__(
        self,
        rows: FigureRows,
        *,
        calendar: Callable[[], BusinessCalendar],
        now: Callable[[], datetime],
    ) -> None:
        """Count these rows.

        Args:
            rows: The answers'.
            calendar: Makes the calendar of the business facts now in force.
            now: The clock.
        """
        self._rows = rows
        self._calendar = calendar
        self._now = now

    async def month(self) -> Month:
        """Return the last `DAYS` days, today the last of them.

        Raises:
            StorageError: The rows could not be read.
        """
        calendar = self._calendar()
        today = calendar.day(self._now())
        days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
        # Midnight on the zone's clock: a day of 23 or 25 hours is counted as one.
        edges = [
            datetime.combine(day, time(), tzinfo=calendar.zone)
            for day in (*days, today + timedelta(days=1))
        ]
        counts = await self._rows.counts(edges)
        return Month(
            tuple(DayCounts(day, each) for day, each in zip(days, counts, strict=True)),
            waits_today=await self._rows.waits(edges[-2], edges[-1]),
            waits=await self._rows.waits(edges[0], edges[-1]),
        )
