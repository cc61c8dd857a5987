"""Words are kept 90 days in rooms of the public, 365 in others; what waits keeps its own."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from bot.domain.people import Role
from bot.upkeep.retention import Retention
from tests.fakes.answers import newest_answers
from tests.scenario.room import Room

PUBLIC = "what does a croissant cost, my dear old friend?"
STAFF = "where do we keep the spare walnut baskets?"
OPEN = "do you repair purple bicycles?"
DUE = "remind me in 500 days to renew the lease of the oven"
DONE = "remind me in 1 hour to call the walnut farmer"


def kept(folder: Path) -> str:
    """Return all words that stand in the database."""
    with closing(sqlite3.connect(folder / "deskhand.db")) as database:
        return "\n".join(
            line
            for line in database.iterdump()
            if not line.startswith(('INSERT INTO "documents"', 'INSERT INTO "passages"'))
        )


async def seen_to(folder: Path, but: str) -> None:
    """Take every question off the team's list but one, once all have come onto it."""
    await asyncio.to_thread(_seen_to, folder, but)


def _seen_to(folder: Path, but: str) -> None:
    waiting = "SELECT count(*) FROM open_questions WHERE gap_id IS NULL"
    with closing(sqlite3.connect(folder / "deskhand.db")) as database:
        until = time.monotonic() + 30
        while database.execute(waiting).fetchone() != (0,):
            assert time.monotonic() < until
            time.sleep(0.02)
    with closing(sqlite3.connect(folder / "deskhand.db")) as database, database:
        database.execute("UPDATE open_questions SET state = 'dismissed' WHERE text != ?", [but])


async def spoken(room: Room, folder: Path) -> Retention:
    await room.says(PUBLIC, person="Ann")
    await room.says(OPEN, person="Ann")
    await room.says(DONE, person="Ann")
    for text in (STAFF, DUE):
        await room.says(text, person="Ben", role=Role.STAFF, room="team")
    await seen_to(folder, OPEN)
    room.clock.go(hours=2)
    await room.app.services.follow_ups.deliver_due()
    await room.delivered()
    return room.app.services.retention


async def test_words_go_when_their_time_is_over_and_what_waits_keeps_its_own(room, tmp_path):
    retention = await spoken(room, tmp_path / "data")
    assert await retention.forget() == 0
    assert all(words in kept(tmp_path / "data") for words in (PUBLIC, STAFF, OPEN))
    room.clock.go(days=91)
    assert await retention.forget() == 2
    words = kept(tmp_path / "data")
    assert "my dear old friend" not in words
    assert "walnut farmer" not in words
    assert "walnut baskets" in words
    assert OPEN in words
    assert await retention.forget() == 0
    room.clock.go(days=280)
    assert await retention.forget() == 2
    words = kept(tmp_path / "data")
    assert "walnut baskets" not in words
    assert [each.text for each in await room.app.services.questions.each()] == [OPEN]
    [waiting] = await room.app.services.follow_ups.waiting()
    assert waiting.subject == "renew the lease of the oven"
    # The rows' places are there, and who writes again is answered.
    assert len(await newest_answers(room.app.database, limit=100)) == 5
    assert (await room.says("what does a croissant cost?", person="Ann")).outcome.text


async def test_the_owner_says_how_long(room, tmp_path):
    retention = await spoken(room, tmp_path / "data")
    await room.app.services.choices.set("retention.public_days", 400)
    room.clock.go(days=91)
    assert await retention.forget() == 0
    await room.app.services.choices.set("retention.public_days", 30)
    assert await retention.forget() == 2
    assert await retention.last() == room.clock()


async def test_many_are_forgotten_in_small_steps(room, tmp_path, monkeypatch):
    for module in ("storage", "upkeep"):
        monkeypatch.setattr(f"bot.{module}.retention.MAX_MESSAGES", 2)
    for number in range(5):
        await room.says(f"what does croissant {number} cost?", person="Ann", room=f"room {number}")
    await seen_to(tmp_path / "data", "")
    room.clock.go(days=91)
    assert await room.app.services.retention.forget() == 5


async def test_a_reminder_that_could_not_come_for_months_keeps_its_words_until_it_has(room):
    await room.says("remind me tomorrow at 9 to order the candles", person="Ann")
    room.clock.go(days=100)
    await room.app.services.retention.forget()
    assert [each.subject for each in await room.app.services.follow_ups.waiting()] == [
        "order the candles"
    ]
