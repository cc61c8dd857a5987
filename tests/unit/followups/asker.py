"""Somebody with reminders that wait, and their messages, without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain.conversations import Conversation, Exchange, History, Turn
from bot.domain.followups import FollowUp, FollowUpState
from bot.domain.people import Person, Role
from connectors.messages import Address
from knowledge.documents import Audience

# A Tuesday.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Dublin")
ROOM = Address("local", "room")


def follow_up(
    number: int, subject: str, due: str, *, rule: str = "", language: str = "en"
) -> FollowUp:
    due_at = datetime.fromisoformat(due).replace(tzinfo=ZONE)
    return FollowUp(
        number,
        1,
        ROOM,
        subject,
        due_at.astimezone(UTC),
        ZONE.key,
        language,
        FollowUpState.PENDING,
        NOW,
        rule=rule,
        dtstart=due_at.replace(tzinfo=None) if rule else None,
    )


def turn(
    text: str, *, role: Role = Role.STAFF, before: Sequence[Exchange] = (), language: str = ""
) -> Turn:
    conversation = Conversation(1, ROOM, Audience.STAFF, language)
    person = Person(1, "local", "u1", "Ann", role)
    return Turn(1, conversation, person, "m1", text, NOW, History(len(before), tuple(before)))
