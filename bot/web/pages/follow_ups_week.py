"""A week of follow-ups, a column a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from litestar import get

from bot.domain.followups import FollowUpState
from bot.followups.agenda import Occurrence
from bot.web.follow_up_filter import STATES, Filter
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import gettext as _
from bot.web.reader import reader
from bot.web.rendering import Page
from bot.web.roles import FOR, VIEWER

# More on a day nobody looks through here; the list has them all.
MAX_A_DAY = 20
# Repeated ones come for ever, and each week further on takes longer to work out.
FURTHEST = timedelta(days=2 * 366)
_SHOWN = (
    FollowUpState.PENDING,
    FollowUpState.QUEUED,
    FollowUpState.SENT,
    FollowUpState.FAILED,
)


@dataclass(frozen=True, slots=True)
class Day:
    """One column.

    Attributes:
        more: How many there are besides those shown.
    """

    day: date
    shown: Sequence[Occurrence]
    more: int


@get("/follow-ups/week", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given) -> Page:
    """Show the week that a day is in, this one where none is named."""
    zone = reader().zone or parts.services.calendar().zone
    today = parts.services.now().astimezone(zone).date()
    named = _named(request, today)
    monday = named - timedelta(days=named.weekday())
    chosen = Filter.of(request)
    days, whole = await _days(parts, chosen, monday, zone)
    sentences = parts.sentences
    return parts.rendering.page(
        request,
        "follow_ups_week.html",
        days=days,
        whole=whole,
        today=today,
        monday=monday,
        earlier=monday - timedelta(days=7),
        later=monday + timedelta(days=7),
        filter=chosen,
        states=[(key, _(called)) for key, (called, _states) in STATES.items()],
        weekday=sentences.weekday,
        day_of_year=sentences.day_of_year,
        clock=lambda at: sentences.clock(at, zone),
    )


async def _days(
    parts: Parts, chosen: Filter, monday: date, zone: ZoneInfo
) -> tuple[list[Day], bool]:
    dates = [monday + timedelta(days=each) for each in range(8)]
    # Midnight on the reader's clock, whatever the hours of a day.
    begins, ends = (datetime.combine(each, time(), tzinfo=zone) for each in (dates[0], dates[7]))
    stretch = await parts.services.agenda.between(chosen.sought(_SHOWN), begins, ends)
    of_day: dict[date, list[Occurrence]] = {each: [] for each in dates[:7]}
    for each in stretch.occurrences:
        of_day[each.at.astimezone(zone).date()].append(each)
    days = [Day(day, found[:MAX_A_DAY], len(found[MAX_A_DAY:])) for day, found in of_day.items()]
    return days, stretch.whole


def _named(request: Asked, today: date) -> date:
    try:
        named = date.fromisoformat(request.query_params.get("day", ""))
    except ValueError:
        return today
    return min(max(named, today - FURTHEST), today + FURTHEST)
