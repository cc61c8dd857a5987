"""What a real small model must do for the plumbing; never its exact words."""

import asyncio
import contextlib
import json
import time

import pytest

from bot.llm.embedding import OllamaEmbedder
from bot.llm.errors import ModelMissingError, PullError, TooLongError
from bot.llm.library import OllamaLibrary
from bot.llm.model import ChatMessage, ChatRequest, Chunk, Done, Text, ToolCall, ToolSpec
from bot.llm.ollama import ModelSettings, OllamaChat
from bot.llm.structured import read_structured, with_structured_tools
from knowledge.errors import EmbeddingUnavailableError
from tests.fakes.hosts import hosts_of
from tests.model.box import HIDDEN, SMALL

pytestmark = pytest.mark.model

SYSTEM = ChatMessage("system", "You are the front desk of a bakery. Answer in one sentence.")
REMIND = ToolSpec(
    "schedule_follow_up",
    "Promise a reminder.",
    {
        "type": "object",
        "properties": {
            "what": {"type": "string", "description": "what to be reminded of"},
            "when": {"type": "string", "description": "when, in the person's words"},
        },
        "required": ["what", "when"],
    },
)


def asked(text: str, **how: object) -> ChatRequest:
    return ChatRequest((SYSTEM, ChatMessage("user", text)), temperature=0, **how)  # type: ignore[arg-type]


async def answer(model: OllamaChat, request: ChatRequest) -> list[Chunk]:
    async with contextlib.aclosing(model.chat(request)) as chunks:
        return [chunk async for chunk in chunks]


def text(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Text))


@pytest.fixture
def model(connection) -> OllamaChat:
    return OllamaChat(connection, ModelSettings(SMALL, context_tokens=2048, keep_alive="5m"))


async def test_an_answer_is_streamed_with_its_figures(model):
    chunks = await answer(model, asked("Say good morning.", max_tokens=40))
    assert len([chunk for chunk in chunks if isinstance(chunk, Text)]) > 1
    done = chunks[-1]
    assert isinstance(done, Done)
    assert 10 < done.prompt_tokens < 100
    assert 0 < done.answer_tokens <= 40


async def test_an_answer_stops_at_its_limit(model):
    done = (await answer(model, asked("Count from one to a hundred.", max_tokens=10)))[-1]
    assert isinstance(done, Done)
    assert done.cut
    assert done.answer_tokens == 10


async def test_a_wish_becomes_a_tool_call_whose_words_are_not_shown(model):
    request = asked("Remind me on Friday at nine to call the supplier.", tools=(REMIND,))
    chunks = await answer(model, request)
    [call] = [chunk for chunk in chunks if isinstance(chunk, ToolCall)]
    assert call.name == "schedule_follow_up"
    assert "supplier" in json.dumps(dict(call.arguments))
    assert "schedule_follow_up" not in text(chunks)


async def test_a_tools_result_is_answered(model):
    call = ToolCall("schedule_follow_up", {"what": "call the supplier", "when": "Friday at nine"})
    messages = (
        SYSTEM,
        ChatMessage("user", "Remind me on Friday at nine to call the supplier."),
        ChatMessage("assistant", "", (call,)),
        ChatMessage("tool", "Reminder 7 is set.", tool_name="schedule_follow_up"),
    )
    assert await answer(model, ChatRequest(messages, temperature=0, max_tokens=60))


async def test_the_schema_that_stands_in_for_tools_is_obeyed(model):
    request = asked("Remind me on Friday at nine to call the supplier.", tools=(REMIND,))
    said = read_structured(text(await answer(model, with_structured_tools(request))), request)
    assert isinstance(said, ToolCall | Text)


async def test_an_answer_has_the_schema_that_was_asked(model):
    schema = {
        "type": "object",
        "properties": {"covered": {"type": "boolean"}, "answer": {"type": "string"}},
        "required": ["covered", "answer"],
    }
    said = json.loads(text(await answer(model, asked("Do you sell bread?", schema=schema))))
    assert isinstance(said["covered"], bool)
    assert isinstance(said["answer"], str)


async def test_a_cancelled_answer_frees_the_models_only_slot(model):
    await model.probe()
    long = asked("Tell a very long story about a baker.", max_tokens=1500)
    task = asyncio.create_task(answer(model, long))
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    began = time.monotonic()
    await model.probe()
    # The story takes 40 s and more; 10 leave room for a busy machine.
    assert time.monotonic() - began < 10


async def test_a_warmed_beginning_is_not_evaluated_again(model):
    system = ChatMessage("system", "The bakery's rules. " + "Bread is baked at four. " * 60)
    cold = await _prompt_s(model, system, "Hello?")
    other = ChatMessage("system", "The law office's rules. " + "Files are kept ten years. " * 60)
    await model.warm((other,))
    warm = await _prompt_s(model, other, "Hello?")
    assert warm < cold / 2


async def _prompt_s(model: OllamaChat, system: ChatMessage, question: str) -> float:
    request = ChatRequest((system, ChatMessage("user", question)), max_tokens=5, temperature=0)
    done = (await answer(model, request))[-1]
    assert isinstance(done, Done)
    return done.prompt_s


async def test_a_prompt_too_long_for_the_window_is_refused_and_not_cut(model):
    with pytest.raises(TooLongError) as caught:
        await answer(model, asked("All our rules: " + "Bread is baked at four. " * 500))
    assert caught.value.context_tokens == 2048


async def test_the_estimate_comes_close_to_the_models_count(model):
    request = asked("Which of these do you sell? " + "Rye bread, rolls and cakes. " * 40)
    for _ in range(8):
        done = (await answer(model, request))[-1]
    assert isinstance(done, Done)
    assert abs(model.tokens(request) - done.prompt_tokens) < 0.2 * done.prompt_tokens


async def test_a_missing_model_is_said_to_be_missing(model):
    model.use(ModelSettings("nothing:1b"))
    with pytest.raises(ModelMissingError):
        await answer(model, asked("Hello?"))


async def test_the_library_knows_the_model(connection, model):
    library = OllamaLibrary(connection)
    await model.probe()
    assert SMALL in {installed.name for installed in await library.installed()}
    assert SMALL in {running.name for running in await library.running()}
    details = await library.details(SMALL)
    assert (details.context_tokens, details.tools, details.thinking) == (32_768, True, False)
    assert await library.version()


async def test_a_hidden_model_is_missing_until_it_was_pulled_with_progress(connection):
    library, embedder = OllamaLibrary(connection), OllamaEmbedder(hosts_of(connection), HIDDEN)
    with pytest.raises(EmbeddingUnavailableError, match=f"deskhand model pull {HIDDEN}"):
        await embedder.embed_queries(["open?"])
    async with contextlib.aclosing(library.pull(HIDDEN)) as steps:
        progress = [step.completed_bytes async for step in steps if step.total_bytes]
    assert len(progress) > 2
    assert progress == sorted(progress)
    near, far = await embedder.embed_passages(["We open at nine.", "Rye bread has no milk."])
    [question] = await embedder.embed_queries(["When do you open?"])
    assert question @ near > question @ far


async def test_a_pull_of_an_unknown_model_fails(connection):
    with pytest.raises(PullError):
        async with contextlib.aclosing(OllamaLibrary(connection).pull("nothing:1b")) as steps:
            _ = [step async for step in steps]
