"""What a skill's form asks for: `form.yaml`, in the owner's words."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

MAX_FIELDS = 12
MAX_CHOICES = 30
MAX_STARTS = 30
# A post in the team's room holds the whole form; Discord's takes 2,000 characters.
MAX_TEXT_CHARS = 300

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
_Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
# In one language, or by ISO 639-1.
Words = _Text | dict[_Language, _Text]
Labels = _Label | dict[_Language, _Label]


class FieldType(StrEnum):
    """What a field takes."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    PHONE = "phone"
    EMAIL = "email"
    CONTACT = "contact"
    """A telephone number or an e-mail address."""


class FieldSpec(BaseModel):
    """One thing that is asked for.

    Attributes:
        label: What it is called in the summary.
        ask: The question.
        optional: "None" is an answer, too.
        least, most: Of a number.
        open_day: A date must be one on which the business is open.
        lead_days: A date must be at least so many business days ahead; the owner's setting for the
            skill comes before it.
        choices: What can be chosen.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Name
    type: FieldType
    label: Labels
    ask: Words
    optional: bool = False
    least: int | None = Field(default=None, ge=0, le=1_000_000)
    most: int | None = Field(default=None, ge=0, le=1_000_000)
    open_day: bool = False
    lead_days: int = Field(default=0, ge=0, le=365)
    choices: tuple[Labels, ...] = Field(default=(), max_length=MAX_CHOICES)

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if (self.type is FieldType.CHOICE) != bool(self.choices):
            raise ValueError("choices belong to a field of the type choice, and it needs some")
        if self.type is not FieldType.NUMBER and (self.least, self.most) != (None, None):
            raise ValueError("least and most belong to a field of the type number")
        if self.type is not FieldType.DATE and (self.open_day or self.lead_days):
            raise ValueError("open_day and lead_days belong to a field of the type date")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("least is more than most")
        return self


class FormSpec(BaseModel):
    """A whole form.

    Attributes:
        title: What it is called.
        starts: How people begin, as they would say it; compared by meaning.
        fields: In the order in which they are asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Labels
    starts: tuple[_Text, ...] = Field(min_length=1, max_length=MAX_STARTS)
    fields: tuple[FieldSpec, ...] = Field(min_length=1, max_length=MAX_FIELDS)

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        names = [each.name for each in self.fields]
        if len(set(names)) < len(names):
            raise ValueError("two fields have the same name")
        return self

    @property
    def dated(self) -> bool:
        """Return whether a date is asked for, so that days ahead can be set."""
        return any(each.type is FieldType.DATE and each.open_day for each in self.fields)


def said(words: str | Mapping[str, str], language: str, business: str = "en") -> str:
    """Return words in a language; in the business's, or the first there is, where it has none."""
    if isinstance(words, str):
        return words
    return words.get(language) or words.get(business) or next(iter(words.values()))
