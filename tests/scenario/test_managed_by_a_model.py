"""What a model proposes about reminders counts as far as the person's own words carry it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.domain.conversations import Kind
from bot.domain.people import Role
from tests.fakes.ollama import FakeModel, FakeOllama, calls, says
from tests.scenario.room import Room, bot_in_a_room

MODEL = "tiny:1b"


@pytest.fixture
async def ollama() -> AsyncIterator[FakeOllama]:
    models = [FakeModel(MODEL, context=4096, capabilities=("completion", "tools"))]
    async with FakeOllama(models=models) as ollama:
        yield ollama


@pytest.fixture
async def room(tmp_path, ollama) -> AsyncIterator[Room]:
    async with bot_in_a_room(tmp_path / "data", model=MODEL, ollama_url=ollama.url) as room:
        for person, words in (
            ("ann", "remind me tomorrow at 9 to order flour"),
            ("ann", "remind me on Thursday at 14:00 to call the dentist"),
            ("ben", "remind me on Friday at 10 to ring the landlord"),
        ):
            await room.says(words, role=Role.STAFF, person=person)
        yield room


async def said(room: Room, text: str, *, role: Role = Role.STAFF):
    return (await room.says(text, role=role, person="ann")).outcome


async def left(room: Room) -> dict[str, datetime]:
    return {each.subject: each.due_at for each in await room.app.services.follow_ups.waiting()}


async def test_a_move_that_the_words_carry_is_done_and_confirmed_from_the_row(room, ollama):
    ollama.script(calls("move_follow_up", {"which": "dentist", "to": "Friday at 11"}))
    outcome = await said(room, "the dentist, could that please be shifted over to Friday at 11")
    assert outcome.kind is Kind.ASKED
    assert (await left(room))["call the dentist"] == datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
    ollama.script(calls("move_follow_up", {"which": "dentist", "to": "Friday at 11"}))
    outcome = await said(room, "about my dentist reminder - move please, Friday at 11")
    assert outcome.kind is Kind.ACTION
    assert (await left(room))["call the dentist"] == datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
    assert "Friday, 27 November 2026, 11:00" in outcome.text


async def test_a_time_that_nobody_said_is_asked_for(room, ollama):
    ollama.script(calls("move_follow_up", {"which": "dentist", "to": "2023-05-05 12:00"}))
    outcome = await said(room, "hmm the dentist reminder, that needs to move somehow")
    assert outcome.kind is Kind.ASKED
    assert (await left(room))["call the dentist"] == datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("where can I park tomorrow?", "cancel_follow_up", {"which": "order flour"}),
        ("where can I park tomorrow?", "move_follow_up", {"which": "1", "to": "tomorrow"}),
        ("where can I park tomorrow?", "list_follow_ups", {}),
        ("what of the landlord tomorrow?", "cancel_follow_up", {"which": "ring the landlord"}),
        ("what of no. 3 tomorrow?", "cancel_follow_up", {"which": "3"}),
        ("and the flour tomorrow?", "cancel_follow_up", {"which": 7}),
        ("and the flour tomorrow?", "cancel_follow_up", {}),
    ],
)
async def test_what_the_words_do_not_carry_is_not_done(room, ollama, text, tool, arguments):
    before = await left(room)
    ollama.script(calls(tool, arguments), says("UNKNOWN"))
    outcome = await said(room, text)
    assert outcome.kind is not Kind.ACTION
    assert await left(room) == before
    [_, again] = ollama.chats
    assert "reminder" in again.body["messages"][-1]["content"] or "needs" in str(
        again.body["messages"][-1]
    )


async def test_a_deed_that_the_words_do_not_name_is_asked_about_with_a_button(room, ollama):
    ollama.script(calls("cancel_follow_up", {"which": "order flour"}))
    last = (await room.events("we have plenty of flour now", role=Role.STAFF, person="ann"))[-1]
    assert last.answer.outcome.kind is Kind.ASKED
    [button] = last.heard.buttons
    assert button.action == "cancel:1"
    assert "order flour" in await left(room)


async def test_what_a_person_has_is_listed_for_them_alone(room, ollama):
    ollama.script(calls("list_follow_ups", {"about": "everything"}))
    outcome = await said(room, "so what reminders might there be of mine")
    assert "order flour" in outcome.text
    assert "landlord" not in outcome.text
