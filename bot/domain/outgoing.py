"""Messages on their way out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connectors.messages import OutgoingMessage


class OutgoingState(StrEnum):
    """Where an outgoing message is.

    An open one still grows: its text is not final, its post may already be in sight.
    """

    OPEN = "open"
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox.

    Attributes:
        origin: What it came from, unique: "turn 12 piece 0", "follow-up 7 due …".
        posted_id: The platform's id of the post, "" while unknown.
        unsure: An earlier attempt may have reached the platform: look before posting.
        claimed_until: Names the claim of who delivers it where several processes may; None where
            one has them all.
    """

    outgoing_id: int
    origin: str
    message: OutgoingMessage
    state: OutgoingState
    posted_id: str
    attempts: int
    unsure: bool
    next_at: datetime
    created_at: datetime
    follow_up_id: int | None = None
    error: str = ""
    claimed_until: datetime | None = None
