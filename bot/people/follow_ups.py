"""What the owner chooses for reminders."""

from datetime import time
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.domain.quiet import QuietHours

MAX_PERSON_CHARS = 161  # A platform's name and an id of it, see the table of persons.


class FollowUpChoice(BaseModel):
    """When reminders come, and what becomes of the team's that nobody marks done.

    Attributes:
        again_min: Minutes of business hours after which such a reminder is said again, and after as
            many more to a second person; None: never. Customers' own are never said again.
        second: That person where nobody else asked for the reminder, as "platform/user id"; "" for
            nobody.
        quiet_from, quiet_until: Between which times of the business's clock nobody is written to
            unasked, every day; None: there are none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    again_min: int | None = Field(default=None, ge=5, le=2_400)
    second: str = Field(default="", max_length=MAX_PERSON_CHARS)

    quiet_from: time | None = None
    quiet_until: time | None = None

    @property
    def quiet(self) -> QuietHours | None:
        """Return the business's quiet hours, None where there are none."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return QuietHours(self.quiet_from, self.quiet_until)

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.quiet_from is None) is not (self.quiet_until is None):
            raise ValueError("quiet hours need both a beginning and an end.")
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise ValueError("quiet hours must end at another time than they begin.")
        return self

    @field_validator("second")
    @classmethod
    def _somebody(cls, value: str) -> str:
        platform, _, user_id = value.partition("/")
        if value and not (platform and user_id):
            raise ValueError("this must be a platform and somebody's id there, such as slack/U123.")
        return value
