"""Settings as the page shows them: each with what it holds and where that comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from bot.business.facts import WEEKDAYS, BusinessFacts, hours_text
from bot.choices import Choices
from bot.domain.environment import Variable
from bot.web.reader import N_, ngettext
from bot.web.reader import gettext as _
from bot.web.setting_words import ENVIRONMENT, GROUPS, Worded, without_seconds

# Until something is chosen on the page these hold.
_FIRST = {"model.name": "model", "model.embedder": "embed_model", "business.zone": "timezone"}
# Of what Deskhand itself names; other values are people's own words.
_NAMED: Mapping[str, Mapping[str, str]] = {
    "questions.told": {
        "at_once": N_("at once"),
        "weekly": N_("once a week"),
        "off": N_("never"),
    },
    "questions.weekday": {
        "MO": N_("Monday"),
        "TU": N_("Tuesday"),
        "WE": N_("Wednesday"),
        "TH": N_("Thursday"),
        "FR": N_("Friday"),
        "SA": N_("Saturday"),
        "SU": N_("Sunday"),
    },
    "hand_overs.signed": {
        "colleague": N_("the colleague's name"),
        "business": N_("the business's name"),
    },
    "model.embedder": {"builtin": N_("the built-in one")},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One setting.

    Attributes:
        name: In its group, or of its variable.
        value: What it holds in words; "" for nothing.
        source: Where that comes from.
        chosen: Somebody has set it here.
        page: The page that edits it; "" where none does.
    """

    name: str
    label: str
    does: str
    value: str
    source: str
    chosen: bool
    page: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """Settings that belong together."""

    name: str
    title: str
    page: str
    rows: list[Row]


def cards(choices: Choices, variables: Iterable[Variable]) -> list[Card]:
    """Return every setting that can be chosen, in groups."""
    given = {each.field: each.name for each in variables if each.given}
    return [
        Card(
            name,
            _(group.title),
            group.page,
            [
                _row(choices, f"{name}.{field}", worded, given)
                for field, worded in group.settings.items()
            ],
        )
        for name, group in GROUPS.items()
    ]


def environment(variables: Iterable[Variable]) -> list[Row]:
    """Return what is fixed before anything can be chosen, each under its variable's name."""
    rows = []
    for each in variables:
        value = each.value
        if each.given:
            first = each.field in _FIRST.values()
            source = _("set by the environment") if first else _("fixed by the environment")
            value = _("set") if each.secret else value
        else:
            source = _("as at first") if value else _("not set")
        does = _(ENVIRONMENT[each.field])
        rows.append(Row(each.field, each.name, does, value, source, each.given))
    return rows


def secret(name: str, worded: Worded, *, is_set: bool, fixed: bool) -> Row:
    """Return a secret's row, which never has a sign of it."""
    source = _("set here") if is_set else ""
    if fixed:
        source = _("fixed by the environment")
    value = _("set") if is_set or fixed else _("not set")
    return Row(name, _(worded.label), _says(worded.does), value, source, is_set, worded.page)


def _row(choices: Choices, name: str, worded: Worded, given: Mapping[str, str]) -> Row:
    value = choices.get(name)
    chosen = value != choices.first(name)
    variable = given.get(_FIRST.get(name, ""))
    if chosen:
        source = _("set here")
    elif variable:
        source = _("first value, from {variable}").format(variable=variable)
    else:
        source = _("as at first")
    words = _hours(choices.business) if name == "business.hours" else _words(name, value)
    field = name.partition(".")[2]
    return Row(field, _(worded.label), _says(worded.does), words, source, chosen, worded.page)


def _words(name: str, value: JsonValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        plain = all(isinstance(each, str) for each in value)
        return ", ".join(map(str, value)) if plain else _counted(len(value))
    if isinstance(value, dict):
        plain = not any(isinstance(each, dict) for each in value.values())
        lines = (f"{key}: {without_seconds(str(each))}" for key, each in value.items())
        return ", ".join(lines) if plain else _counted(len(value))
    named = _NAMED.get(name, {}).get(str(value))
    return _(named) if named else without_seconds(str(value))


def _counted(count: int) -> str:
    return ngettext("{n} entry", "{n} entries", count).format(n=count)


def _hours(facts: BusinessFacts) -> str:
    if not facts.hours:
        return ""
    days = _NAMED["questions.weekday"]
    return "\n".join(
        f"{_(days[day])}: {hours_text(facts.hours.get(day, ())) or _('closed')}" for day in WEEKDAYS
    )


def _says(sentence: str) -> str:
    # gettext gives the catalogue's head for an empty message.
    return _(sentence) if sentence else ""
