"""The shapes of one person's data, as JSON."""

from pydantic import Field, JsonValue

from bot.domain.people import Role
from bot.web.api.shapes.base import Shown, Wanted


class Who(Wanted):
    """Whom something is about.

    Attributes:
        who: "slack/U123", an id, or a name that one person alone has.
    """

    who: str = Field(min_length=1, max_length=300)


class PersonShown(Shown):
    """Everything that is kept of a person.

    Attributes:
        user_id: The platform's own.
        rows: By table, each row by its columns.
    """

    platform: str
    user_id: str
    name: str
    role: Role
    rows: dict[str, list[dict[str, JsonValue]]]
