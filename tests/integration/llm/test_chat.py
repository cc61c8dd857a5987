import contextlib

import pytest

from bot.llm.errors import TooLongError
from bot.llm.model import (
    ChatMessage,
    ChatModel,
    ChatRequest,
    Chunk,
    Done,
    Text,
    ToolCall,
    ToolSpec,
)
from bot.llm.ollama import ModelSettings
from tests.fakes.ollama import calls, says

QUESTION = ChatRequest((ChatMessage("system", "You are brief."), ChatMessage("user", "Open?")))
REMIND = ToolSpec(
    "schedule_follow_up",
    "Promise a reminder.",
    {"type": "object", "properties": {"what": {"type": "string", "maxLength": 200}}},
)
WISH = ChatRequest((ChatMessage("user", "Remind me to call Jo."),), tools=(REMIND,))


async def answer(model: ChatModel, request: ChatRequest = QUESTION) -> list[Chunk]:
    async with contextlib.aclosing(model.chat(request)) as chunks:
        return [chunk async for chunk in chunks]


def text(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Text))


def tool_calls(chunks: list[Chunk]) -> list[ToolCall]:
    return [chunk for chunk in chunks if isinstance(chunk, ToolCall)]


async def test_an_answer_comes_in_pieces_and_ends_with_its_figures(ollama, model):
    ollama.script(says("We open at nine.", prompt_tokens=12))
    chunks = await answer(model)
    assert [chunk.text for chunk in chunks[:-1]] == ["We ", "open ", "at ", "nine."]
    assert chunks[-1] == Done(12, 4, pytest.approx(0.001), pytest.approx(0.001), 0.001, cut=False)


async def test_of_what_a_model_is_made_is_known_once_it_was_asked(ollama, model):
    assert model.digest == ""
    await answer(model)
    assert model.digest == "abc"
    model.use(ModelSettings("another:1b"))
    assert model.digest == ""


async def test_every_call_has_the_same_window_and_keep_alive_and_forbids_cutting(ollama, model):
    await model.warm(QUESTION.messages[:1], [REMIND])
    await answer(model)
    await answer(model, WISH)
    bodies = [seen.body for seen in ollama.seen if seen.path == "/api/chat"]
    assert len(bodies) == 3
    for body in bodies:
        assert body["options"]["num_ctx"] == 2048
        assert body["keep_alive"] == "24h"
        assert (body["truncate"], body["shift"], body["stream"]) == (False, False, True)
        assert "think" not in body


async def test_the_window_is_never_larger_than_the_models_own(ollama, model):
    model.use(ModelSettings("short:1b", context_tokens=4096))
    await answer(model)
    assert ollama.chats[0].body["options"]["num_ctx"] == 512
    assert (await model.abilities()).context_tokens == 512


async def test_another_model_is_used_from_the_next_call_on(ollama, model):
    await answer(model)
    model.use(ModelSettings("plain:1b"))
    await answer(model)
    assert [seen.body["model"] for seen in ollama.chats] == ["tiny:1b", "plain:1b"]
    assert model.name == "plain:1b"


async def test_a_tool_call_comes_as_one_and_the_tools_whole_schema_is_sent(ollama, model):
    ollama.script(calls("schedule_follow_up", {"what": "call Jo"}))
    chunks = await answer(model, WISH)
    assert tool_calls(chunks) == [ToolCall("schedule_follow_up", {"what": "call Jo"})]
    function = ollama.chats[0].body["tools"][0]["function"]
    assert function["parameters"] == REMIND.parameters


@pytest.mark.parametrize(
    "written",
    [
        '{"name": "schedule_follow_up", "arguments": {"what": "call Jo"}}',
        '<tool_call>{"name": "schedule_follow_up", "arguments": {"what": "call Jo"}}</tool_call>',
        'Sure!\n```json\n{"name": "schedule_follow_up", "parameters": {"what": "call Jo"}}\n```',
    ],
)
async def test_a_tool_call_written_as_text_is_a_call_and_is_not_shown(ollama, model, written):
    ollama.script(says(written))
    chunks = await answer(model, WISH)
    assert tool_calls(chunks) == [ToolCall("schedule_follow_up", {"what": "call Jo"})]
    assert text(chunks).strip() in {"", "Sure!"}


async def test_json_without_a_known_tool_stays_text(ollama, model):
    ollama.script(says('Use {"name": "other", "arguments": {}} for that.'))
    chunks = await answer(model, WISH)
    assert text(chunks) == 'Use {"name": "other", "arguments": {}} for that.'
    assert tool_calls(chunks) == []


async def test_calls_and_results_go_back_to_the_model_in_ollamas_form(ollama, model):
    call = ToolCall("schedule_follow_up", {"what": "call Jo"})
    messages = (
        *WISH.messages,
        ChatMessage("assistant", "", tool_calls=(call,)),
        ChatMessage("tool", "done", tool_name="schedule_follow_up"),
    )
    await answer(model, ChatRequest(messages, tools=(REMIND,)))
    sent = ollama.chats[0].body["messages"]
    assert sent[1]["tool_calls"] == [
        {"function": {"name": "schedule_follow_up", "arguments": {"what": "call Jo"}}}
    ]
    assert sent[2] == {"role": "tool", "content": "done", "tool_name": "schedule_follow_up"}


async def test_a_model_without_tools_gets_them_as_a_structured_answer(ollama, model):
    model.use(ModelSettings("plain:1b"))
    ollama.script(
        says('{"tool": "schedule_follow_up", "arguments": {"what": "call Jo"}}'),
        says('{"answer": "We open at nine."}'),
    )
    called, answered = await answer(model, WISH), await answer(model, WISH)
    assert tool_calls(called) == [ToolCall("schedule_follow_up", {"what": "call Jo"})]
    assert text(called) == ""
    assert text(answered) == "We open at nine."
    body = ollama.chats[0].body
    assert "tools" not in body
    assert len(body["format"]["anyOf"]) == 2
    assert "schedule_follow_up" in body["messages"][0]["content"]


async def test_an_answer_of_a_schema_is_passed_on_as_it_is(ollama, model):
    schema = {"type": "object", "properties": {"covered": {"type": "boolean"}}}
    ollama.script(says('{"covered": true}'))
    chunks = await answer(model, ChatRequest(QUESTION.messages, schema=schema))
    assert text(chunks) == '{"covered": true}'
    assert ollama.chats[0].body["format"] == schema


async def test_thinking_is_asked_off_where_the_model_can_think(ollama, model):
    model.use(ModelSettings("thinker:1b"))
    await answer(model)
    assert ollama.chats[0].body["think"] is False


async def test_thinking_is_never_shown(ollama, model):
    ollama.script(
        says("At nine.", thinking="They want the hours."),
        says("<think>They want the hours.</think>At nine."),
    )
    assert text(await answer(model)) == "At nine."
    assert text(await answer(model)) == "At nine."


async def test_thinking_that_the_prompt_began_is_never_shown(ollama, model):
    model.use(ModelSettings("muser:1b"))
    ollama.script(says("They want the hours.</think>At nine."))
    assert text(await answer(model)) == "At nine."


async def test_a_prompt_longer_than_the_window_is_refused_with_both_sizes(ollama, model):
    long = ChatRequest((ChatMessage("user", "word " * 2000),))
    with pytest.raises(TooLongError) as caught:
        await answer(model, long)
    assert caught.value.context_tokens == 2048
    assert caught.value.prompt_tokens == 2500
    assert "2500 tokens" in str(caught.value)


@pytest.mark.parametrize(
    ("prompt_tokens", "why"),
    [(2048, "cut to the window"), (2047, "shifted while it answered"), (900, "half kept")],
)
async def test_no_word_is_shown_of_an_answer_to_a_prompt_that_was_cut(
    ollama, model, prompt_tokens, why
):
    ollama.script(says("An invented answer.", prompt_tokens=prompt_tokens))
    nearly_full = ChatRequest((ChatMessage("user", "word " * 1600),))
    async with contextlib.aclosing(model.chat(nearly_full)) as chunks:
        with pytest.raises(TooLongError):
            pytest.fail(f"{why}, but shown: {await anext(chunks)}")


async def test_a_long_prompt_that_was_read_whole_is_answered(ollama, model):
    ollama.script(says("At nine.", prompt_tokens=1900))
    assert text(await answer(model, ChatRequest((ChatMessage("user", "word " * 1600),)))) == (
        "At nine."
    )


async def test_a_count_far_below_the_estimate_means_that_the_prompt_was_cut(ollama, model):
    ollama.script(says("An invented answer.", prompt_tokens=100))
    with pytest.raises(TooLongError):
        await answer(model, ChatRequest((ChatMessage("user", "word " * 300),)))


async def test_the_estimate_learns_the_models_tokens(ollama, model):
    request = ChatRequest((ChatMessage("user", "wort " * 800),))
    assert model.tokens(request) == 1000
    for _ in range(20):
        ollama.script(says("Ja.", prompt_tokens=1300))
        await answer(model, request)
    assert model.tokens(request) == pytest.approx(1300, rel=0.02)


async def test_an_answer_that_stopped_at_its_limit_says_so(ollama, model):
    ollama.script(says("We open at", done_reason="length"))
    done = (await answer(model))[-1]
    assert isinstance(done, Done)
    assert done.cut


async def test_warming_sends_the_beginning_and_asks_one_token_and_so_does_a_probe_later(
    ollama, model
):
    await model.warm(QUESTION.messages[:1], [REMIND])
    took_s = await model.probe()
    warmed, probed = [seen.body for seen in ollama.seen if seen.path == "/api/chat"]
    assert warmed == probed
    assert warmed["messages"] == [{"role": "system", "content": "You are brief."}]
    assert warmed["options"]["num_predict"] == 1
    assert took_s < 1
