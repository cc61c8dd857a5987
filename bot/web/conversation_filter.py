"""What is looked for in the conversations, as it stands in the page's address."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.domain.conversations import Kind
from bot.domain.listed import Wanted
from bot.web.forms import Form
from bot.web.reader import gettext as _

MAX_CHARS = 200
FIELDS = ("words", "person", "room", "kind", "rated", "since", "until")
_RATED = {"helped": True, "not": False}
# What SQLite and PostgreSQL count rows with.
_MAX_ID = 2**31 - 1


def typed(query: Mapping[str, str]) -> Form:
    """Return what an address asks for, as a form has it."""
    return Form({name: query.get(name, "").strip()[:MAX_CHARS] for name in FIELDS})


def read(form: Form, before: str, zone: ZoneInfo) -> Wanted | None:
    """Return what a form looks for.

    Args:
        form: As `typed` gives it.
        before: The page before ended with this answer; "" for the first one.
        zone: Whose days are meant.

    Returns:
        None when something does not fit: `form.errors` then says what, by field.
    """
    since, until = _day(form, "since"), _day(form, "until")
    if since and until and until < since:
        form.fault("until", _("This is before the first day."))
    if form.errors:
        return None
    kind = form.text("kind")
    return Wanted(
        words=form.text("words"),
        person=form.text("person"),
        room=form.text("room"),
        kind=Kind(kind) if kind in set(Kind) else None,
        helped=_RATED.get(form.text("rated")),
        since=_midnight(since, zone),
        until=_midnight(until + timedelta(days=1), zone) if until else None,
        before=_id(before),
    )


def address(form: Form, **more: object) -> str:
    """Return the address of the list that a form asks for."""
    asked = {name: form.text(name) for name in FIELDS if form.text(name)}
    query = urlencode(asked | more)
    return f"/conversations?{query}" if query else "/conversations"


def narrowed(form: Form) -> bool:
    """Return whether anything is looked for."""
    return any(form.text(name) for name in FIELDS)


def _day(form: Form, name: str) -> date | None:
    text = form.text(name)
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = None
        form.fault(name, _("Write a day such as 2026-11-26."))
    if day is not None and not 2000 <= day.year <= 2999:
        form.fault(name, _("Write a day such as 2026-11-26."))
    return day


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=zone)


def _id(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal()):
        return None
    return min(int(text[:12]), _MAX_ID)
