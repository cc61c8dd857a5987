"""How long words are kept, as a form has it."""

from pydantic import ValidationError

from bot.upkeep.retention import RetentionChoice
from bot.web.forms import Form
from bot.web.reader import gettext as _

FIELDS = ("public_days", "staff_days")


def typed(choice: RetentionChoice) -> dict[str, str]:
    """Return the choice as a person would type it, by the form's field."""
    return {name: str(getattr(choice, name)) for name in FIELDS}


def read(form: Form) -> RetentionChoice | None:
    """Return the choice a form holds.

    Returns:
        None when something does not fit: `form.errors` then says what, by field.
    """
    try:
        return RetentionChoice.model_validate({name: form.text(name) for name in FIELDS})
    except ValidationError as error:
        for each in error.errors():
            form.fault(str(each["loc"][0]), _("Write days as a whole number from 1 to 36500."))
        return None


def shorter(now: RetentionChoice, wanted: RetentionChoice) -> list[str]:
    """Return the fields by which words are forgotten that would be kept now."""
    return [name for name in FIELDS if getattr(wanted, name) < getattr(now, name)]
