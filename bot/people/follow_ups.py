"""What the owner chooses for reminders."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

MAX_PERSON_CHARS = 161  # A platform's name and an id of it, see the table of persons.


class FollowUpChoice(BaseModel):
    """What becomes of the team's reminders that nobody marks done.

    Attributes:
        again_min: Minutes of business hours after which such a reminder is said again, and after as
            many more to a second person; None: never. Customers' own are never said again.
        second: That person where nobody else asked for the reminder, as "platform/user id"; "" for
            nobody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    again_min: int | None = Field(default=None, ge=5, le=2_400)
    second: str = Field(default="", max_length=MAX_PERSON_CHARS)

    @field_validator("second")
    @classmethod
    def _somebody(cls, value: str) -> str:
        platform, _, user_id = value.partition("/")
        if value and not (platform and user_id):
            raise ValueError("this must be a platform and somebody's id there, such as slack/U123.")
        return value
