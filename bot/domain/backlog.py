"""What waits, at one moment."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Queue:
    """How much of one kind waits.

    Attributes:
        since: Of what has waited longest (aware, UTC); None where nothing waits.
    """

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """Everything that waits.

    Attributes:
        turns: Messages that wait for an answer.
        turns_running: Messages that are being answered.
        turns_parked: Messages that were set aside for good.
        outgoing: Messages that wait to be posted.
        outgoing_failed: Messages that could not be delivered for good.
        follow_ups: Those that were due before the moment that was asked for, and did not come.
        hand_overs: People who wait for a colleague; since they asked.
        hand_overs_taken: Conversations that a colleague has.
        questions: Gaps that are open; since the first was.
    """

    turns: Queue
    turns_running: int
    turns_parked: int
    outgoing: Queue
    outgoing_failed: int
    follow_ups: Queue
    hand_overs: Queue
    hand_overs_taken: int
    questions: Queue
