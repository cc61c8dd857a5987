"""How a platform's connection is."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# Deaf this often running, it is no passing trouble.
DEAF_ALARM = 3


class State(StrEnum):
    """How a platform's connection is."""

    OFF = "off"
    """The owner has switched it off."""
    UNSET = "unset"
    """It has no tokens yet."""
    CONNECTING = "connecting"
    ON = "on"
    WAITING = "waiting"
    """It broke and is tried again soon."""
    REFUSED = "refused"
    """Only the owner can mend it."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a platform is, for the whole office where several processes serve it.

    Attributes:
        text: What is wrong and what to do, "" while nothing is.
        deaf: How often running it was connected and brought nothing.
        since: Since when it does, or does not, bring messages (aware, UTC); None until it is
            known.
    """

    state: State
    text: str = ""
    deaf: int = 0
    since: datetime | None = field(default=None, compare=False)

    @property
    def wanted(self) -> bool:
        """Return whether the owner has it switched on, with its tokens."""
        return self.state not in (State.OFF, State.UNSET)

    @property
    def up(self) -> bool:
        """Return whether it is connected and brings messages."""
        return self.state is State.ON and self.deaf < DEAF_ALARM
