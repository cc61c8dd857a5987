"""Documents with a first and a last day: used between them alone, and the owner told in time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.app.deskhand import Deskhand
from bot.domain.conversations import Kind
from knowledge.documents import Audience, Document
from knowledge.readers.entries import entry
from knowledge.readers.files import read
from tests.fakes.ollama import FakeModel, FakeOllama, says
from tests.fakes.platform import Town
from tests.fakes.states import outgoing_waits
from tests.scenario.conftest import BAKERY
from tests.scenario.room import FakeClock, Room, bot_in_a_room
from tests.scenario.town import bot_in, on

FIRST_DAY, LAST_DAY = date(2026, 12, 1), date(2026, 12, 24)
BEFORE = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
DURING = datetime(2026, 12, 1, 0, 1, tzinfo=UTC)
ON_THE_LAST_DAY = datetime(2026, 12, 24, 23, 59, tzinfo=UTC)
AFTER = datetime(2026, 12, 25, 0, 1, tzinfo=UTC)
HOURS = {day: [["09:00", "17:00"]] for day in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")}

ADVENT = b"""# Advent

## Lanterns

The lantern walk through the harbour starts at the bakery and ends with punch for everybody.

## Punch

The punch without alcohol is made of quinces and costs 3.20 a mug.
"""
STOLLEN = entry(
    question="Do you have stollen with marzipan?",
    answer="Yes, marzipan stollen by the slice.",
    audience=Audience.PUBLIC,
    origin="page",
    document_id="stollen",
)
ADVENT_HOURS = entry(
    question="What are your opening hours?",
    answer="In Advent from six to eight, by lantern light.",
    audience=Audience.PUBLIC,
    origin="page",
    document_id="opening-hours",
)


def seasonal(document: Document) -> Document:
    return replace(document, valid_from=FIRST_DAY, valid_until=LAST_DAY)


async def knows_the_season(room: Room) -> None:
    knowledge = room.app.services.knowledge
    (advent,) = read("advent.md", ADVENT, audience=Audience.PUBLIC, origin="advent.md")
    await knowledge.add([seasonal(each) for each in (STOLLEN, ADVENT_HOURS, advent)])
    await knowledge.settled()


async def test_what_does_not_hold_today_is_said_in_no_way(room):
    await knows_the_season(room)
    await room.app.services.choices.set("business.hours", HOURS)
    asked = {
        "do you have stollen with marzipan": "by the slice",
        "where does the lantern walk start": "starts at the bakery",
        "what does the punch of quinces cost": "3.20",
        "what are your opening hours": "lantern light",
    }
    for number, (at, holds) in enumerate(
        [(BEFORE, False), (DURING, True), (ON_THE_LAST_DAY, True), (AFTER, False)]
    ):
        room.clock.at = at
        for question, words in asked.items():
            said = (await room.says(question, room=f"{number} {question}")).outcome
            assert (words in said.text) is holds, (at, question, said.text)
            found = repr((said.sources, said.found))
            assert any(mark in found for mark in ("stollen", "advent", "lantern")) is holds
    said = (await room.says("do you have stollen with marzipan", room="last")).outcome
    assert said.kind is not Kind.VERBATIM
    hours = (await room.says("what are your opening hours", room="hours")).outcome
    assert "09:00" in hours.text


async def test_what_does_not_hold_today_is_not_suggested(town, tmp_path):
    clock = FakeClock(AFTER)
    async with bot_in(town, tmp_path, now=clock) as app:
        await on(app)
        await app.services.knowledge.add([seasonal(STOLLEN)])
        assert await town.receivers[0].opened(None, None) == []
        clock.at = DURING
        assert await town.receivers[0].opened(None, None) == [STOLLEN.title]


@pytest.fixture
async def ollama() -> AsyncIterator[FakeOllama]:
    async with FakeOllama(models=[FakeModel("tiny:1b", context=4096)]) as ollama:
        ollama.default = says("That stands in what was found.")
        yield ollama


async def test_no_model_reads_what_does_not_hold_today(tmp_path, ollama):
    async with bot_in_a_room(tmp_path / "d", model="tiny:1b", ollama_url=ollama.url) as room:
        await room.knows("faq.jsonl", BAKERY)
        await knows_the_season(room)
        for at, holds in ((DURING, True), (AFTER, False)):
            room.clock.at = at
            ollama.seen.clear()
            for text in ("tell me about the punch and quinces", "where do the lanterns walk"):
                await room.says(text, room=f"{at} {text}")
            assert ("quinces and costs" in repr([seen.body for seen in ollama.chats])) is holds


def ending(title: str, ends_on: date) -> Document:
    made = entry(question=title, answer="Yes.", audience=Audience.STAFF, origin="page")
    return replace(made, valid_until=ends_on)


@asynccontextmanager
async def owner_in_a_room(town: Town, data_dir: Path, clock: FakeClock) -> AsyncIterator[Deskhand]:
    async with bot_in(town, data_dir, now=clock) as app:
        await app.services.choices.set("slack.owner_room", "COWNER")
        await on(app)
        yield app


async def told(app: Deskhand, town: Town) -> list[str]:
    """Return what the owner was told, once nothing is on its way any more."""
    async with asyncio.timeout(20):
        while await outgoing_waits(app.database):
            await asyncio.sleep(0.02)
    return [post.text for post in town.posts if post.address.channel == "COWNER"]


async def test_the_owner_is_told_fourteen_days_before_once_and_never_at_night(town, tmp_path):
    clock = FakeClock(datetime(2026, 12, 9, 12, 0, tzinfo=UTC))
    async with owner_in_a_room(town, tmp_path, clock) as app:
        await app.services.knowledge.add(
            [
                ending("Is there stollen?", LAST_DAY),
                ending("Are there Berliners?", date(2027, 2, 8)),
            ]
        )
        await app.endings.tell()
        assert await app.services.endings.near() == []
        clock.at = datetime(2026, 12, 10, 3, 0, tzinfo=UTC)
        await app.endings.tell()
        assert [each.title for each in await app.services.endings.near()] == ["Is there stollen?"]
        assert await told(app, town) == []
        clock.at = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
        await app.endings.tell()
        await app.endings.tell()
        assert len(await told(app, town)) == 1
    async with owner_in_a_room(town, tmp_path, clock) as app:
        clock.go(hours=1)
        await app.endings.tell()
        clock.go(days=1)
        await app.endings.tell()
        stollen = await app.services.knowledge.show("is-there-stollen")
        assert stollen is not None
        await app.services.knowledge.remove("is-there-stollen")
        await app.services.knowledge.add([stollen])
        await app.endings.tell()
        (text,) = await told(app, town)
    assert "Is there stollen?: last day Thursday, 24 December 2026" in text
    assert "Berliners" not in text


async def test_another_last_day_is_told_anew_and_in_the_business_s_language(town, tmp_path):
    clock = FakeClock(datetime(2026, 12, 14, 12, 0, tzinfo=UTC))
    async with owner_in_a_room(town, tmp_path, clock) as app:
        await app.services.choices.set("business.language", "de")
        await app.services.knowledge.add([ending("Gibt es Stollen?", LAST_DAY)])
        await app.endings.tell()
        await app.services.knowledge.add([ending("Gibt es Stollen?", date(2026, 12, 23))])
        await app.endings.tell()
        first, second = await told(app, town)
        assert "letzter Tag Donnerstag, 24. Dezember 2026" in first
        assert "letzter Tag Mittwoch, 23. Dezember 2026" in second


async def test_without_a_room_of_the_owner_nothing_is_taken_for_told(town, tmp_path):
    clock = FakeClock(datetime(2026, 12, 14, 12, 0, tzinfo=UTC))
    async with bot_in(town, tmp_path, now=clock) as app:
        await on(app)
        await app.services.knowledge.add([ending("Is there stollen?", LAST_DAY)])
        await app.endings.tell()
        await app.services.choices.set("slack.owner_room", "COWNER")
        await app.endings.tell()
        assert len(await told(app, town)) == 1
