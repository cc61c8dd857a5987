"""How conversations are handed to a person, as a form has it."""

from pydantic import ValidationError

from bot.people.hand_overs import MAX_WORD_CHARS, MAX_WORDS, HandOverChoice
from bot.web.forms import Form
from bot.web.reader import N_
from bot.web.reader import gettext as _

_FAULTS = {
    "signed": N_("Choose one of the two."),
    "untaken_min": N_("Write minutes as a number from 1 to 1440."),
    "silent_min": N_("Write minutes as a number from 1 to 1440."),
    "expires_days": N_("Write days as a number from 1 to 30."),
    "words": N_(
        "Write a word or phrase a line, with letters or digits, of at most {signs} signs;"
        " {lines} lines are the most."
    ),
    "mark": N_("Write one to ten signs that no sentence begins with, such as //."),
}
_NUMBERS = ("untaken_min", "silent_min", "expires_days")
_TICKED = ("unanswered", "upset")


def typed(choice: HandOverChoice) -> dict[str, str]:
    """Return the choice as a person would type it, by the form's field."""
    return {
        "signed": choice.signed.value,
        "words": "\n".join(choice.words),
        "mark": choice.mark,
        **{name: str(getattr(choice, name)) for name in _NUMBERS},
        **{name: "yes" for name in _TICKED if getattr(choice, name)},
    }


def read(form: Form) -> HandOverChoice | None:
    """Return the choice a form holds.

    Returns:
        None when something does not fit: `form.errors` then says what, by field.
    """
    words = [line.strip() for line in form.text("words").splitlines() if line.strip()]
    try:
        return HandOverChoice.model_validate(
            {
                "signed": form.text("signed"),
                "words": words,
                "mark": form.text("mark"),
                **{name: form.text(name) for name in _NUMBERS},
                **{name: form.text(name) == "yes" for name in _TICKED},
            }
        )
    except ValidationError as error:
        for each in error.errors():
            field = str(each["loc"][0])
            form.fault(field, _(_FAULTS[field]).format(signs=MAX_WORD_CHARS, lines=MAX_WORDS))
        return None
