"""What the model may do: for whom, and as far as the owner lets it."""

from collections.abc import AsyncIterator

import pytest

from bot.choices import UnknownSettingError
from bot.domain.conversations import Kind
from bot.domain.people import Role
from bot.tools.choice import ToolsChoice
from bot.tools.schedule_follow_up import ScheduleFollowUp
from tests.fakes.ollama import FakeModel, FakeOllama, calls, says
from tests.scenario.conftest import BAKERY
from tests.scenario.room import Room, bot_in_a_room

MODEL = "stub:1b"
# Words for a reminder that only a model understands.
NUDGE = "could you give me a nudge tomorrow at 9 about flour"
CALL = calls("schedule_follow_up", {"what": "order flour", "when": "tomorrow at 9"})
OFF = "Reminders are turned off here, so I have set none."


@pytest.fixture
async def ollama() -> AsyncIterator[FakeOllama]:
    models = [FakeModel(MODEL, context=4096, capabilities=("completion", "tools"))]
    async with FakeOllama(models=models) as ollama:
        yield ollama


@pytest.fixture
async def room(tmp_path, ollama) -> AsyncIterator[Room]:
    async with bot_in_a_room(tmp_path / "data", model=MODEL, ollama_url=ollama.url) as room:
        await room.knows("faq.jsonl", BAKERY)
        yield room


def offered(ollama: FakeOllama) -> set[str]:
    """The tools that the last chat named."""
    return {tool["function"]["name"] for tool in ollama.chats[-1].body.get("tools") or ()}


async def test_a_tool_beyond_the_asker_is_neither_offered_nor_run_when_the_model_names_it(
    room, ollama, monkeypatch
):
    monkeypatch.setattr(ScheduleFollowUp, "role", Role.STAFF)
    ollama.default = CALL
    outcome = (await room.says(NUDGE)).outcome
    assert "schedule_follow_up" not in offered(ollama)
    assert outcome.kind is not Kind.ACTION
    assert await room.app.services.follow_ups.waiting() == []
    assert "There is no such tool" in ollama.chats[-1].body["messages"][-1]["content"]
    assert "[schedule_follow_up" in outcome.raw
    by_staff = (await room.says(NUDGE, role=Role.STAFF)).outcome
    assert "schedule_follow_up" in offered(ollama)
    assert by_staff.kind is Kind.ACTION


async def test_a_tool_that_is_turned_off_is_neither_offered_nor_run(room, ollama):
    await room.app.services.choices.set("tools.schedule_follow_up", value=False)
    ollama.default = CALL
    outcome = (await room.says(NUDGE)).outcome
    assert "schedule_follow_up" not in offered(ollama)
    assert "call schedule_follow_up" not in outcome.prompt
    assert await room.app.services.follow_ups.waiting() == []


async def test_a_plain_wish_for_a_reminder_is_told_that_reminders_are_turned_off(room, ollama):
    await room.app.services.tools.switch("schedule_follow_up", on=False)
    outcome = (await room.says("remind me tomorrow at 9 to order flour")).outcome
    assert (outcome.kind, outcome.text) == (Kind.REFUSED, OFF)
    assert await room.app.services.follow_ups.waiting() == []
    await room.app.services.tools.switch("schedule_follow_up", on=True)
    again = (await room.says("remind me tomorrow at 9 to order flour")).outcome
    assert again.kind is Kind.ACTION


async def test_what_a_tool_did_and_what_the_model_wanted_stand_in_the_answer_s_record(room, ollama):
    ollama.script(calls("send_money", {"to": "me"}), CALL)
    answer = await room.says(NUDGE)
    [done] = await room.app.services.actions.of_turn(answer.turn_id)
    assert (done.tool, done.arguments) == ("schedule_follow_up", {"what": "order flour"})
    assert (done.follow_up_id,) == answer.outcome.follow_up_ids
    assert '[send_money {"to": "me"}: There is no such tool.' in answer.outcome.raw
    assert "[schedule_follow_up " in answer.outcome.raw


async def test_every_tool_has_a_switch_and_a_switch_for_no_tool_is_refused(room, ollama):
    tools, choices = room.app.services.tools, room.app.services.choices
    assert {tool.spec.name for tool in tools.all()} == set(ToolsChoice.model_fields)
    assert not await tools.switch("send_money", on=True)
    with pytest.raises(UnknownSettingError, match=r"tools\.schedule_follow_up"):
        await choices.set("tools.shedule_follow_up", value=False)


async def test_what_the_model_is_offered_stays_the_same_from_turn_to_turn(room, ollama):
    ollama.default = says("Wedding cakes start at €6.50 a portion.")
    for text in (NUDGE, "what would a cake for my wedding set us back, we are 100 people"):
        await room.says(text)
    assert len({str(chat.body["tools"]) for chat in ollama.chats}) == 1
