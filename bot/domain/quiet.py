"""Hours in which nobody is written to unasked."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From and until when it is quiet, every day; an end before the beginning is the next day's.

    Attributes:
        ends: The same as `starts`: it is never quiet.
    """

    starts: time
    ends: time

    def until(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """Return when the quiet hours end that a moment falls into; None where it falls into none.

        Args:
            at: Aware.
            zone: In which the hours are meant.

        Returns:
            Aware, UTC.
        """
        local = at.astimezone(zone)
        clock, day = local.time(), local.date()
        overnight = self.ends < self.starts
        if self.starts <= clock and (overnight or clock < self.ends):
            last = day + timedelta(days=1) if overnight else day
        elif overnight and clock < self.ends:
            last = day
        else:
            return None
        return datetime.combine(last, self.ends, zone).astimezone(UTC)
