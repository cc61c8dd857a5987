"""Promises to write again."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connectors.messages import Address


class FollowUpState(StrEnum):
    """Where a promise is. Queued: claimed, its message is in the outbox.

    Fulfilled: what it watched for has happened, so nothing was said.
    """

    PENDING = "pending"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"


WAITING = (FollowUpState.PENDING, FollowUpState.QUEUED)
"""Of what is still to be delivered."""


class FollowUpKind(StrEnum):
    """What comes when it is due: words said before, or an overview worded then.

    A condition is said only if what it watches for has not happened by then. A message is words of
    the team's that go to a customer's conversation.
    """

    REMINDER = "reminder"
    DIGEST = "digest"
    CONDITION = "condition"
    MESSAGE = "message"


WATCHED = (FollowUpKind.CONDITION, FollowUpKind.MESSAGE)


class WatchKind(StrEnum):
    """What is watched for."""

    TAKEN_UP = "taken_up"
    """Somebody takes a hand-over, or answers an open question."""
    OTHERS = "others"
    """Somebody else than a person writes in a room."""
    PERSON = "person"
    """A person writes in a room."""
    NOTHING = "nothing"
    """Nothing: it comes in any case."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What a follow-up watches for until it is due.

    Attributes:
        name: Of whom or which room it is about, as people call it: "Ann", "#orders".
        since: From when on.
        place: The room, as people call it, where a person is watched for; "" elsewhere.
        address: The room, or the thread in it; None where no room is watched.
        person_id: Who writes, or else does not count.
        user_id: The platform's id of them, known once it is stored.
        conversation_id: A customer's, to which the words go; None for none.
    """

    kind: WatchKind
    name: str
    since: datetime
    place: str = ""
    address: Address | None = None
    person_id: int | None = None
    user_id: str = ""
    hand_over_id: int | None = None
    question_id: int | None = None
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is reminded in place of the person who asked for it.

    Attributes:
        name: As people call them, a room with its sign: "Ben", "#kitchen".
        person_id: None for a room.
    """

    name: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A promise, as committed.

    Attributes:
        person_id: Who asked for it.
        due_at: Aware, UTC.
        zone: IANA name of the zone the person speaks of.
        language: ISO 639-1 the reminder is worded in.
        rule: RFC 5545 rule of one that comes again and again, "" for once. Its own row waits with
            the next moment, and each time that is delivered gets a row of its own.
        dtstart: What the clock in `zone` shows at the rule's first time, without a zone; None for
            once.
        series_id: Of which repeated follow-up this is one time; None for any other.
        delivered_at: When it was last delivered. A pending one that has it was put off since.
        receiver: Whom it is for; None for the person who asked.
        asked_by: What people call who asked, where it is for somebody else; else "".
        by_team: Who asked was of the team then.
        insists: It is said again, and then to a second person, while nobody has marked it done.
        nudged: How often that was done since it was last delivered as promised.
        second_id: Who was told besides, or has handed it on; they may see to it, too.
        done_at: When somebody marked it done.
        limit_at: When it comes once more, after a warning before: by then it has to be done.
        own_time: Whom it is for has named its time of day: no quiet hours hold it back.
    """

    follow_up_id: int
    person_id: int
    address: Address
    subject: str
    due_at: datetime
    zone: str
    language: str
    state: FollowUpState
    created_at: datetime
    rule: str = ""
    dtstart: datetime | None = None
    series_id: int | None = None
    delivered_at: datetime | None = None
    receiver: Receiver | None = None
    asked_by: str = ""
    by_team: bool = False
    insists: bool = False
    nudged: int = 0
    second_id: int | None = None
    done_at: datetime | None = None
    limit_at: datetime | None = None
    own_time: bool = False
    kind: FollowUpKind = FollowUpKind.REMINDER

    def concerns(self, person_id: int) -> bool:
        """Return whether a person asked for it, receives it or was told: they may see to it."""
        receiver = None if self.receiver is None else self.receiver.person_id
        return person_id in (self.person_id, receiver, self.second_id)


@dataclass(frozen=True, slots=True)
class NamedFollowUp:
    """A follow-up with the name of the person or room it is for."""

    follow_up: FollowUp
    name: str


@dataclass(frozen=True, slots=True)
class Sought:
    """Which follow-ups are looked for.

    Attributes:
        states: In one of these.
        name: What the name of who asked for it, or of whom it is for, holds; "" for any.
        person_id: Who asked for it or receives it; None for anybody.
        latest_first: In the order of what is over.
    """

    states: tuple[FollowUpState, ...] = WAITING
    name: str = ""
    person_id: int | None = None
    latest_first: bool = False
