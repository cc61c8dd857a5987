"""The business's facts as a form has them."""

from datetime import time
from zoneinfo import available_timezones

from pydantic import JsonValue, ValidationError

from bot.business import regions
from bot.business.facts import WEEKDAYS, BusinessFacts, hours_of, hours_text
from bot.language.territories import territory_names, territory_of
from bot.web.forms import Form
from bot.web.reader import reader

_PLAIN = ("name", "contact", "zone", "region", "language", "open_on_holidays")
_CLOSED = "closed"
# Fields of the form, and the fact their errors are about.
_LISTS = ("closed_days", "closed_from")


def typed(facts: BusinessFacts) -> dict[str, str]:
    """Return facts as a person would type them, by the form's field."""
    values = {name: str(getattr(facts, name)) for name in _PLAIN}
    for day in WEEKDAYS:
        written = hours_text(facts.hours.get(day, ()))
        values[hours_field(day)] = written or (_CLOSED if facts.hours else "")
    values["closed_days"] = "\n".join(day.isoformat() for day in facts.closed_days)
    values["closed_from"] = "\n".join(
        f"{day} {closing:%H:%M}" for day, closing in facts.closed_from.items()
    )
    return values


def read(form: Form, now_in_force: BusinessFacts) -> BusinessFacts | None:
    """Return the facts a form tells; a field it does not have stays as it is.

    Returns:
        None when something does not fit: `form.errors` then says what, by field.
    """
    told: dict[str, JsonValue] = now_in_force.model_dump(mode="json")
    for name in _PLAIN:
        if name in form.values:
            told[name] = form.text(name)
    told["region"] = regions.code_of(str(told["region"]))
    if hours_field(WEEKDAYS[0]) in form.values:
        told["hours"] = _hours(form)
    for name in _LISTS:
        if name in form.values:
            told[name] = _days(form.text(name)) if name == "closed_days" else _closings(form)
    if form.errors:
        return None
    try:
        return BusinessFacts.model_validate(told)
    except ValidationError as error:
        for each in error.errors():
            field = str(each["loc"][0])
            form.errors.setdefault(field, each["msg"].removeprefix("Value error, "))
        return None


def zones() -> list[str]:
    """Return the zones people live in, in order: "Africa/Abidjan" to "Pacific/Wallis", and UTC."""
    return [*sorted(name for name in available_timezones() if _is_place(name)), "UTC"]


def regions_offered(facts: BusinessFacts) -> list[tuple[str, str]]:
    """Return codes and names of regions: the parts of these facts' country, then countries."""
    names = territory_names(reader().language)
    country = facts.region[:2] or territory_of(facts.zone)
    parts = [
        (code, f"{name}, {names.get(country, country)}")
        for code, name in regions.parts_of(country).items()
    ]
    rest = [(code, names[code]) for code in regions.countries() if code in names]
    return parts + sorted(rest, key=lambda each: each[1])


def hours_field(day: str) -> str:
    """Return the name of the field that has a weekday's hours."""
    return f"hours_{day}"


def _hours(form: Form) -> dict[str, JsonValue]:
    """Return the hours told; none at all when every line is empty, which says nothing."""
    if not any(form.text(hours_field(day)) for day in WEEKDAYS):
        return {}
    hours: dict[str, JsonValue] = {}
    for day in WEEKDAYS:
        try:
            intervals = hours_of(form.text(hours_field(day)))
        except ValueError as error:
            form.errors[hours_field(day)] = str(error)
            continue
        hours[day.value] = [[_clock(start), _clock(end, end=True)] for start, end in intervals]
    return hours


def _clock(clock: time, *, end: bool = False) -> str:
    return "24:00" if end and clock == time(0) else f"{clock:%H:%M}"


def _days(text: str) -> list[JsonValue]:
    return [day for day in text.replace(",", " ").split() if day]


def _closings(form: Form) -> dict[str, JsonValue]:
    closings: dict[str, JsonValue] = {}
    for line in form.text("closed_from").splitlines():
        day, _, closing = line.strip().partition(" ")
        if day:
            closings[day] = closing.strip()
    return closings


def _is_place(name: str) -> bool:
    return "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
