"""What the owner chooses for reminders, as a form has it."""

from pydantic import ValidationError

from bot.people.follow_ups import FollowUpChoice
from bot.web.forms import Form

_FAULTS = {
    "again_min": "Write whole minutes, 5 to 2400, or leave it empty.",
    "second": "Choose one of those listed.",
}


def typed(choice: FollowUpChoice) -> dict[str, str]:
    """Return the choice as a person would type it, by the form's field."""
    again = "" if choice.again_min is None else str(choice.again_min)
    return {"again_min": again, "second": choice.second}


def read(form: Form) -> FollowUpChoice | None:
    """Return the choice a form holds.

    Returns:
        None when something does not fit: `form.errors` then says what, by field.
    """
    try:
        return FollowUpChoice.model_validate(
            {"again_min": form.text("again_min") or None, "second": form.text("second")}
        )
    except ValidationError as error:
        for each in error.errors():
            name = str(each["loc"][0])
            form.fault(name, _FAULTS[name])
        return None
