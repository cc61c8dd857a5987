"""Follow-ups, added and moved in plain words."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, SkipValidation

from bot.domain.followups import FollowUp
from bot.domain.people import Role
from bot.followups.deadlines import Deadline
from bot.followups.named import Asker
from bot.followups.plain import Reading, found_by, moved_by, read
from bot.followups.receivers import ReceiverError
from bot.followups.when import Ask, Rule
from bot.inbox.talk import room_address
from bot.web.api.errors import NotFoundError, RefusedError
from bot.web.api.shapes.follow_ups import (
    FollowUpShown,
    Moving,
    Promised,
    Promising,
    Snoozing,
    Understood,
)
from bot.web.api.views import follow_up_shown
from bot.web.services import Services
from bot.wishes.refusals import nobody
from bot.wishes.typed import OnlyInChatError

# The terminal's own room: `deskhand chat` shows what is due there.
ROOM = "terminal"


@get("/followups")
async def list_follow_ups(
    services: NamedDependency[SkipValidation[Services]],
    every: FromQuery[bool] = False,
    about: FromQuery[str] = "",
) -> list[FollowUpShown]:
    """Return what is still to be delivered, or follow-ups in every state, by due date.

    With words, those that they name.
    """
    follow_ups = services.follow_ups
    found = await follow_ups.all() if every else await follow_ups.waiting()
    if about:
        calendar = services.calendar()
        asker = Asker(found, (), services.now(), calendar.zone, calendar)
        found = list(found_by(about, asker))
    return [follow_up_shown(follow_up) for follow_up in found]


@post("/followups", status_code=200)
async def add_follow_up(
    data: JSONBody[Promising], services: NamedDependency[SkipValidation[Services]]
) -> Promised:
    """Promise what the words say to the owner, or tell what has to be asked first."""
    zone = _zone(data.zone, services)
    now = _moment(data.now, services, zone)
    try:
        typed = await services.typed.understand(data.text, now=now, zone=zone)
    except ReceiverError as error:
        raise RefusedError(nobody(error, services.phrasebook)) from error
    except OnlyInChatError as error:
        raise RefusedError(str(error)) from error
    understood = _understood(typed.reading, zone, typed.limit)
    if isinstance(typed.promised, Ask):
        return Promised(understood=understood, question=_question(understood))
    if data.dry_run:
        return Promised(understood=understood)
    follow_up = await services.typed.promise(typed, zone, room_address(ROOM, Role.OWNER))
    return Promised(understood=understood, follow_up=follow_up_shown(follow_up))


@post("/followups/{follow_up_id:int}/cancel", status_code=200)
async def cancel_follow_up(
    services: NamedDependency[SkipValidation[Services]], follow_up_id: FromPath[int]
) -> FollowUpShown:
    """Cancel a follow-up that waits."""
    cancelled = await services.follow_ups.cancel(follow_up_id, person_id=None)
    return _found(cancelled, follow_up_id)


@post("/followups/{follow_up_id:int}/move", status_code=200)
async def move_follow_up(
    data: JSONBody[Moving],
    services: NamedDependency[SkipValidation[Services]],
    follow_up_id: FromPath[int],
) -> FollowUpShown:
    """Move a follow-up that waits; the words need not say what stays as it is."""
    follow_up = await services.follow_ups.get(follow_up_id)
    if follow_up is None:
        raise _missing(follow_up_id)
    zone = ZoneInfo(follow_up.zone)
    edit = moved_by(
        data.when,
        follow_up,
        every_time=data.every_time,
        now=services.now(),
        zone=zone,
        calendar=services.calendar(),
    )
    if edit is None:
        raise RefusedError('Say all of it to change its days: "every Thursday at 9".')
    if isinstance(edit, Ask):
        raise RefusedError(_question(_understood(Reading(edit, ""), zone)))
    return _found(await services.edits.put(follow_up, edit), follow_up_id)


@post("/followups/{follow_up_id:int}/snooze", status_code=200)
async def snooze_follow_up(
    data: JSONBody[Snoozing],
    services: NamedDependency[SkipValidation[Services]],
    follow_up_id: FromPath[int],
) -> FollowUpShown:
    """Move a follow-up that waits."""
    follow_up = await services.follow_ups.get(follow_up_id)
    zone = ZoneInfo(_found(follow_up, follow_up_id).zone)
    reading = read(data.when, now=services.now(), zone=zone, calendar=services.calendar())
    if isinstance(reading.when, Rule):
        raise RefusedError("A follow-up can be moved to one moment only: name one.")
    if isinstance(reading.when, Ask):
        raise RefusedError(_question(_understood(reading, zone)))
    moved = await services.follow_ups.snooze(follow_up_id, reading.when.due_at)
    return _found(moved, follow_up_id)


def _zone(name: str, services: Services) -> ZoneInfo:
    if not name:
        return services.calendar().zone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise RefusedError(
            f"{name} is no time zone: give an IANA name such as Europe/Dublin."
        ) from error


def _moment(now: datetime | None, services: Services, zone: ZoneInfo) -> datetime:
    moment = now or services.now()
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _understood(reading: Reading, zone: ZoneInfo, limit: Deadline | None = None) -> Understood:
    when, subject = reading.when, reading.subject
    by = None if isinstance(when, Rule) else when.by
    warns_at = None if limit is None else limit.first_at.astimezone(zone)
    if isinstance(when, Ask):
        candidates = [each.astimezone(zone) for each in when.candidates]
        return Understood(
            ask=when.why.value, candidates=candidates, subject=subject, by=by, warns_at=warns_at
        )
    return Understood(
        rule=when.rule if isinstance(when, Rule) else None,
        due_at=when.due_at.astimezone(zone),
        moved=when.moved,
        subject=subject,
        by=by,
        warns_at=warns_at,
    )


def _question(understood: Understood) -> str:
    choices = " or ".join(f"{each:%Y-%m-%d %H:%M}" for each in understood.candidates or ())
    match understood.ask:
        case None:
            return ""
        case "none":
            return 'No time is named: say when, such as "tomorrow at 9".'
        case "past":
            return "That moment is over" + (f": did you mean {choices}?" if choices else ".")
        case _ if choices:
            return f"The time can mean several moments: did you mean {choices}?"
        case _:
            return 'The time is not clear: say it like "tomorrow at 9" or "2027-03-01 14:00".'


def _found(follow_up: FollowUp | None, follow_up_id: int) -> FollowUpShown:
    if follow_up is None:
        raise _missing(follow_up_id)
    return follow_up_shown(follow_up)


def _missing(follow_up_id: int) -> NotFoundError:
    return NotFoundError(
        f"No follow-up {follow_up_id} is waiting: `deskhand followups list` shows those that are."
    )
