"""What the environment has set, as people may see it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment.

    Attributes:
        field: Its name in the settings, such as "port".
        name: What it is called, such as "DESKHAND_PORT".
        value: What holds, its default too; "" where there is none, and of a secret always.
        given: The environment has set it.
        secret: Its value is never shown.
    """

    field: str
    name: str
    value: str
    given: bool
    secret: bool
