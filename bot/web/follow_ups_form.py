"""What the owner chooses for reminders, as a form has it."""

from datetime import time

from pydantic import ValidationError

from bot.people.follow_ups import FollowUpChoice
from bot.web.forms import Form
from bot.web.reader import N_
from bot.web.reader import gettext as _

_FAULTS = {
    "again_min": N_("Write whole minutes, 5 to 2400, or leave it empty."),
    "second": N_("Choose one of those listed."),
    "quiet_from": N_("This is no time: write it like 20:00, or leave both empty."),
    "quiet_until": N_("This is no time: write it like 07:30, or leave both empty."),
}
_TOGETHER = N_("Name two different times, or leave both empty.")


def typed(choice: FollowUpChoice) -> dict[str, str]:
    """Return the choice as a person would type it, by the form's field."""
    again = "" if choice.again_min is None else str(choice.again_min)
    return {
        "again_min": again,
        "second": choice.second,
        "quiet_from": _clock(choice.quiet_from),
        "quiet_until": _clock(choice.quiet_until),
    }


def read(form: Form) -> FollowUpChoice | None:
    """Return the choice a form holds.

    Returns:
        None when something does not fit: `form.errors` then says what, by field.
    """
    try:
        return FollowUpChoice.model_validate(
            {
                "second": form.text("second"),
                **{
                    name: form.text(name) or None
                    for name in ("again_min", "quiet_from", "quiet_until")
                },
            }
        )
    except ValidationError as error:
        for each in error.errors():
            # What is wrong with two fields together names neither.
            name = str(each["loc"][0]) if each["loc"] else "quiet_until"
            sentence = _FAULTS[name] if each["loc"] else _TOGETHER
            form.fault(name, _(sentence))
        return None


def _clock(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""
