"""The model composes; only what passes the checks gets out."""

import pytest

from bot.agent.checks import Grounds
from bot.agent.composing import Composer
from bot.agent.prompt import history_start, system_message
from bot.llm.errors import BusyError
from bot.llm.gate import Gate
from bot.llm.model import ChatMessage, ChatRequest, ToolCall
from tests.fakes.model import ScriptedModel

GROUNDS = Grounds(["Open from 8:30 to 13:00 on Sunday."])


async def compose(model, *, shown=None, messages=1):
    async def show(text):
        shown.append(text)

    request = ChatRequest(
        (
            system_message("Kornblume"),
            *(ChatMessage("user", f"question {n} " * 100) for n in range(messages)),
        )
    )
    return await Composer(model, Gate()).compose(
        request,
        GROUNDS,
        asks_support=False,
        person=1,
        conversation=1,
        show=show if shown is not None else None,
        on_wait=lambda _ahead, _seconds: None,
    )


async def test_whole_sentences_are_shown_as_they_are_checked():
    shown = []
    composed = await compose(ScriptedModel("We open at 8:30. We close at 13:00."), shown=shown)
    assert composed.text == "We open at 8:30. We close at 13:00."
    assert shown == ["We open at 8:30.", "We open at 8:30. We close at 13:00."]
    assert composed.doubt == ""


async def test_an_invented_sentence_is_never_shown_and_stops_the_model():
    shown = []
    model = ScriptedModel("We open at 8:30. Tea costs €4.20 today. And so on and on.")
    composed = await compose(model, shown=shown)
    assert composed.doubt == "withheld: number"
    assert shown == ["We open at 8:30."]
    assert "4.20" in composed.raw
    assert model.closed_early == 1


@pytest.mark.parametrize("said", ["UNKNOWN", "UNKNOWN.", "I am sorry. UNKNOWN", " UNKNOWN "])
async def test_a_model_that_does_not_know_is_not_quoted(said):
    composed = await compose(ScriptedModel(said))
    assert composed.doubt == "unknown"
    assert composed.text == ""


async def test_nothing_that_begins_with_unknown_is_shown():
    shown = []
    await compose(ScriptedModel("UNKNOWN"), shown=shown)
    assert shown == []


async def test_an_error_of_the_model_is_told_by_its_kind():
    error = BusyError()
    composed = await compose(ScriptedModel(error))
    assert composed.error is error
    assert composed.doubt == "error"


async def test_an_empty_answer_is_none():
    assert (await compose(ScriptedModel("   "))).doubt == "empty"


async def test_a_tool_call_is_handed_back_and_not_shown():
    call = ToolCall("schedule_follow_up", {"what": "flour", "when": "tomorrow"})
    assert (await compose(ScriptedModel(call))).calls == (call,)


async def test_the_oldest_exchanges_are_left_out_until_prompt_and_answer_fit():
    model = ScriptedModel("We open at 8:30.", context_tokens=2_000)
    await compose(model, messages=9)
    [request] = model.requests
    assert request.messages[0].role == "system"
    assert request.messages[-1].text.startswith("question 8")
    assert len(request.messages) < 10
    assert model.tokens(request) + request.max_tokens <= 2_000


def test_the_conversation_is_cut_back_in_steps():
    starts = [history_start(total) for total in range(40)]
    assert starts == sorted(starts)
    assert len(set(starts)) == 6
    assert all(total - start < 12 for total, start in enumerate(starts))
