"""Forms that people fill in, one thing after the other, in a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FormState(StrEnum):
    """How far a form is. All but the first two are ends."""

    FILLING = "filling"
    CONFIRMING = "confirming"
    """Everything is there, and the person is asked whether it may be sent."""
    SENT = "sent"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Nobody went on with it for a day: nothing was sent."""


OPEN_FORM = (FormState.FILLING, FormState.CONFIRMING)


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it stands after a turn.

    Attributes:
        form_id: 0 for one that has just begun.
        skill: Whose form it is.
        content_hash: Of the skill's files when it began; another one asks for other things.
        values: What was told, by the field's name, in the form that `bot.skills.fields` keeps; a
            field that was asked and left empty has "".
        asked: The name of the field that was asked for last, "" where none is.
        language: ISO 639-1, in which it is asked.
        text: What the team gets; "" until it is sent.
    """

    skill: str
    content_hash: str
    state: FormState
    values: Mapping[str, str]
    asked: str
    language: str
    form_id: int = 0
    text: str = ""
