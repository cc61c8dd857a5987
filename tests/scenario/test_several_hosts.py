"""The whole bot with two Ollama hosts."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.domain.conversations import Kind
from bot.upkeep.health import Row, ready
from tests.fakes.ollama import FakeModel, FakeOllama, breaks, says
from tests.scenario.conftest import BAKERY
from tests.scenario.room import Room, bot_in_a_room

MODEL = "tiny:1b"
QUESTION = "what would a cake for my wedding set us back, we are 100 people"
ANSWER = "Wedding cakes for 30 to 180 guests start at €6.50 a portion."


@pytest.fixture
async def one() -> AsyncIterator[FakeOllama]:
    async with FakeOllama(models=[FakeModel(MODEL)]) as server:
        yield server


@pytest.fixture
async def two() -> AsyncIterator[FakeOllama]:
    async with FakeOllama(models=[FakeModel(MODEL)]) as server:
        yield server


@pytest.fixture
async def room(tmp_path, one: FakeOllama, two: FakeOllama) -> AsyncIterator[Room]:
    urls = f"{one.url},{two.url}"
    async with bot_in_a_room(tmp_path / "data", model=MODEL, ollama_url=urls) as room:
        await room.knows("faq.jsonl", BAKERY)
        yield room


async def rows(room: Room) -> dict[str, Row]:
    return {row.part: row for row in await room.app.services.health.rows()}


async def test_a_question_is_answered_though_its_host_breaks_off(room, one, two):
    one.default = breaks("Wedding cakes")
    two.default = says(ANSWER)
    outcome = (await room.says(QUESTION)).outcome
    assert (outcome.kind, outcome.text) == (Kind.COMPOSED, ANSWER)
    assert [len(server.chats) for server in (one, two)] == [1, 1]
    assert len(two.support_chats) == 1  # where its prompt was read


async def test_each_host_has_a_row_and_a_broken_one_leaves_the_desk_ready(room, one, two):
    found = await rows(room)
    assert found[f"model at {one.url}"].text.startswith(f"{MODEL} answered a test in")
    await one.stop()
    found = await rows(room)
    assert not found[f"model at {one.url}"].ok
    assert found[f"model at {two.url}"].ok
    assert found["model"].ok
    assert ready(list(found.values()))


async def test_what_the_owner_drains_is_left_from_the_next_question_on(room, one, two):
    await room.app.services.choices.set("model.drained", [one.url])
    two.default = says(ANSWER)
    await asyncio.gather(*(room.says(QUESTION, person=name, room=name) for name in ("ann", "ben")))
    assert [len(server.chats) for server in (one, two)] == [0, 2]
    assert "gets no questions" in (await rows(room))[f"model at {one.url}"].text
