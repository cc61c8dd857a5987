"""What the owner chooses of backups, as a form has it."""

from pydantic import ValidationError

from bot.upkeep.backup.choice import BackupChoice
from bot.web.forms import Form
from bot.web.reader import N_
from bot.web.reader import gettext as _

_FAULTS = {
    "hour": N_("Write an hour from 0 to 23."),
    "folder": N_("Write the folder's whole path, such as /srv/backups, or leave it empty."),
    "daily": N_("Write days as a number from 1 to 366."),
    "weekly": N_("Write weeks as a number from 0 to 520."),
}


def typed(choice: BackupChoice) -> dict[str, str]:
    """Return the choice as a person would type it, by the form's field."""
    shown = {name: str(getattr(choice, name)) for name in _FAULTS}
    return shown | ({"on": "yes"} if choice.on else {})


def read(form: Form) -> BackupChoice | None:
    """Return the choice a form holds.

    Returns:
        None when something does not fit: `form.errors` then says what, by field.
    """
    try:
        return BackupChoice.model_validate(
            {name: form.text(name) for name in _FAULTS} | {"on": form.text("on") == "yes"}
        )
    except ValidationError as error:
        for each in error.errors():
            field = str(each["loc"][0])
            form.fault(field, _(_FAULTS[field]))
        return None
