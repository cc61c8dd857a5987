"""When the team is told of open questions, as a form has it."""

from pydantic import ValidationError

from bot.choices import QuestionsChoice
from bot.people.choices import MAX_ROOM_CHARS, LocalChoice
from bot.web.forms import Form
from bot.web.reader import N_
from bot.web.reader import gettext as _

_FAULTS = {
    "told": N_("Choose when."),
    "weekday": N_("Choose a day."),
    "at": N_("This is no time: write it like 08:30, or leave it empty."),
}


def typed(choice: QuestionsChoice, staff_room: str) -> dict[str, str]:
    """Return the choice as a person would type it, by the form's field."""
    at = f"{choice.at:%H:%M}" if choice.at else ""
    return {
        "told": choice.told.value,
        "weekday": choice.weekday.value,
        "at": at,
        "staff_room": staff_room,
    }


def read_room(form: Form) -> LocalChoice | None:
    """Return the choice of the team's room here; None as in `read`."""
    name = form.text("staff_room")
    if len(name) > MAX_ROOM_CHARS:
        form.fault(
            "staff_room",
            _("This is too long: {most} signs are the most.").format(most=MAX_ROOM_CHARS),
        )
        return None
    return LocalChoice(staff_room=name)


def read(form: Form) -> QuestionsChoice | None:
    """Return the choice a form holds.

    Returns:
        None when something does not fit: `form.errors` then says what, by field.
    """
    try:
        return QuestionsChoice.model_validate(
            {
                "told": form.text("told"),
                "weekday": form.text("weekday"),
                "at": form.text("at") or None,
            }
        )
    except ValidationError as error:
        for each in error.errors():
            field = str(each["loc"][0])
            form.fault(field, _(_FAULTS[field]))
        return None
