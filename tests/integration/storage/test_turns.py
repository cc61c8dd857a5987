"""What a turn is taken with."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversations import Kind, Outcome, Turn
from bot.domain.followups import Receiver
from bot.domain.forms import Form, FormState
from bot.storage.database import Database
from bot.storage.followups import FollowUpRows, NewFollowUp
from bot.storage.inbox import InboxRows
from bot.storage.people import PersonRows
from bot.storage.skills import SkillRows
from bot.storage.turns import TurnRows
from connectors.messages import Address, Author, IncomingMessage

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROOM = Address("slack", "C1")
FORM = Form("booking", "f00d", FormState.FILLING, {"name": "Ann"}, "day", "en")


@pytest.fixture
async def other(any_database: Database) -> AsyncIterator[Database]:
    """The same database, as another process opens it."""
    opened = Database(any_database.url)
    yield opened
    await opened.close()


async def said(database: Database, number: int, author: Author) -> Turn:
    message = IncomingMessage(f"m{number}", ROOM, author, "hello", to_bot=True, sent_at=NOW)
    await InboxRows(database).store(message, now=NOW)
    turn = (await TurnRows(database, run="one").take(suspects=True, now=NOW)).turn
    assert turn is not None
    return turn


async def answered(database: Database, turn: Turn, form: Form | None = None) -> None:
    outcome = Outcome(Kind.ASKED, "which day?", "en", form=form)
    await TurnRows(database, run="one").finish(turn, outcome, [], now=NOW)


def told(turn: Turn) -> tuple[bool, bool, dict[str, str]]:
    return turn.fills_form, turn.has_reminders, dict(turn.skills)


async def test_a_turn_is_taken_with_what_another_process_has_just_stored(any_database, other):
    ann, ben = Author("U1", "Ann"), Author("U2", "Ben")
    first = await said(any_database, 1, ann)
    assert told(first) == (False, False, {})
    await answered(other, first, FORM)
    skills = SkillRows(other)
    for name in ("booking", "orders"):
        await skills.approve(name, "f00d", now=NOW)
    receiver = Receiver("Ben", (await PersonRows(other).ensure("slack", ben)).person_id)
    new = NewFollowUp(
        first.person.person_id,
        ROOM,
        "bake",
        NOW + timedelta(hours=1),
        "UTC",
        "en",
        receiver=receiver,
    )
    promised = await FollowUpRows(other, run="two").promise(new, None, now=NOW)
    second = await said(any_database, 2, ann)
    assert told(second) == (True, True, {"booking": "f00d", "orders": "f00d"})
    await answered(any_database, second)
    third = await said(any_database, 3, ben)
    assert told(third) == (False, True, {"booking": "f00d", "orders": "f00d"})
    await answered(any_database, third)
    await skills.forget("orders", now=NOW)
    await FollowUpRows(other, run="two").cancel(promised.follow_up_id, None, now=NOW)
    assert told(await said(any_database, 4, ben)) == (False, False, {"booking": "f00d"})
