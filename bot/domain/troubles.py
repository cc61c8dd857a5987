"""What went wrong and stands in rows."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Troubles:
    """What could not be done since a moment.

    Attributes:
        unsent: Messages that could not be delivered, reminders left out, by platform; without
            the platforms where all could.
        parked: Messages that were set aside unanswered after failing again and again.
        undelivered: Reminders that could not be delivered.
    """

    unsent: Mapping[str, int]
    parked: int
    undelivered: int
