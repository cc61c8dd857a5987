"""Quiet hours: what is due in them comes when they end.

A person's own hold wherever they are written to by name, the business's for everybody, rooms too.
A time that somebody named for themselves is kept, whatever is quiet then: they asked for it, and
a reminder to take the bread out at 05:30 is worth nothing at eight. A day without a time, what
others ask for, and what is said again are not times that the person has named.
"""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.choices import Choices
from bot.domain.followups import FollowUp, FollowUpKind
from bot.domain.quiet import QuietHours
from bot.storage.followups import NewFollowUp
from bot.storage.quiet_hours import QuietRows

# Hours of one that begin as the other's end lead on; whoever is quiet all day is not waited for.
_LEADING_ON = 3
# Nobody writes to a customer at such an hour, whatever the business has chosen for itself.
NIGHT = QuietHours(time(21), time(8))


class Quiet:
    """Tells when somebody may be written to."""

    def __init__(self, rows: QuietRows, choices: Choices) -> None:
        """Reckon with these people's hours, and with the owner's choice for the business."""
        self._rows = rows
        self._choices = choices

    async def until(self, follow_up: FollowUp | NewFollowUp, at: datetime) -> datetime | None:
        """Return when what would come at a moment comes instead; None: at that moment.

        Args:
            follow_up: Whose time may be one that its person has named.
            at: Aware.

        Returns:
            Aware, UTC.
        """
        if follow_up.kind is FollowUpKind.MESSAGE:
            return await self.end(0, at, customer=True)
        if follow_up.own_time:
            return None
        whom = follow_up.person_id
        if follow_up.receiver is not None:
            whom = follow_up.receiver.person_id or 0
        return await self.end(whom, at)

    async def end(self, person_id: int, at: datetime, *, customer: bool = False) -> datetime | None:
        """Return when the hours end that are quiet at a moment; None where none are.

        Args:
            person_id: Whose; 0 for a room, where the business's alone count.
            at: Aware.
            customer: They did not ask to be written to: never at night, also where the business
                has no quiet hours.
        """
        spans = await self._spans(person_id)
        if customer:
            spans.append((NIGHT, ZoneInfo(self._choices.business.zone)))
        end = at
        for _ in range(_LEADING_ON):
            ends = [hours.until(end, zone) for hours, zone in spans]
            later = max((each for each in ends if each is not None), default=None)
            if later is None:
                break
            end = later
        return None if end == at else end

    async def _spans(self, person_id: int) -> list[tuple[QuietHours, ZoneInfo]]:
        business = ZoneInfo(self._choices.business.zone)
        spans = []
        if (hours := self._choices.follow_ups.quiet) is not None:
            spans.append((hours, business))
        if person_id and (own := await self._rows.of(person_id)) is not None:
            hours, zone = own
            spans.append((hours, ZoneInfo(zone) if zone else business))
        return spans
