import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from bot.llm import errors
from bot.llm.connection import Limits, OllamaConnection
from bot.llm.model import ChatMessage, ChatRequest, Done, Text
from bot.llm.ollama import ModelSettings, OllamaChat
from tests.fakes.ollama import breaks, fails, fails_midway, hangs, nonsense, says

QUESTION = ChatRequest((ChatMessage("user", "Open?"),))
# Nobody else closes it so soon; a busy computer takes its time.
CLOSED_WITHIN_S = 60.0


async def ask(model: OllamaChat) -> None:
    async with contextlib.aclosing(model.chat(QUESTION)) as chunks:
        async for _ in chunks:
            pass


MEMORY = "model requires more system memory (5.3 GiB) than is available (3.3 GiB)"


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (fails(503, "server busy, please try again."), errors.BusyError, "try again"),
        (fails(500, MEMORY), errors.OutOfMemoryError, "needs 5.3 GiB, 3.3 GiB are free"),
        (
            fails(500, "llama runner process has terminated: signal: killed"),
            errors.OutOfMemoryError,
            "smaller model",
        ),
        (fails(500, "llama runner process has terminated"), errors.FailedError, "terminated"),
        (fails(400, "invalid options: num_ctx"), errors.FailedError, "invalid options"),
        (
            fails(400, "the input length exceeds the context length"),
            errors.TooLongError,
            "window of 2048 tokens",
        ),
        (fails_midway("We ", "CUDA error: out of memory"), errors.OutOfMemoryError, "tiny:1b"),
        (fails_midway("We ", "llama runner crashed"), errors.CutOffError, "llama runner crashed"),
        (breaks(), errors.CutOffError, "broke off"),
        (breaks("We "), errors.CutOffError, "broke off"),
        (breaks("We ", politely=True), errors.CutOffError, "broke off"),
        (nonsense(), errors.NonsenseError, "DESKHAND_OLLAMA_URL"),
        (nonsense(b'["a", "list"]\n'), errors.NonsenseError, "DESKHAND_OLLAMA_URL"),
        (nonsense(b'{"message": "no object"}\n'), errors.NonsenseError, "DESKHAND_OLLAMA_URL"),
        (nonsense(b"\xff\xfe\x00\n"), errors.NonsenseError, "DESKHAND_OLLAMA_URL"),
        (fails(404, "404 page not found"), errors.NonsenseError, "DESKHAND_OLLAMA_URL"),
    ],
)
async def test_each_failure_has_its_type_and_says_what_to_do(ollama, model, reply, error, words):
    ollama.script(reply)
    with pytest.raises(error) as caught:
        await ask(model)
    assert type(caught.value) is error
    assert words in str(caught.value)


async def test_a_missing_model_names_the_command_that_brings_it(ollama, model):
    model.use(ModelSettings("new:1b"))
    with pytest.raises(errors.ModelMissingError, match="deskhand model pull new:1b"):
        await ask(model)


async def test_a_model_removed_while_it_was_in_use_is_missing_and_found_again(ollama, model):
    await ask(model)
    ollama.hidden.add("tiny:1b")
    with pytest.raises(errors.ModelMissingError):
        await ask(model)
    ollama.hidden.clear()
    await ask(model)


async def test_a_server_that_is_not_there_is_unreachable(ollama, model):
    await ollama.stop()
    with pytest.raises(errors.UnreachableError, match="ollama serve"):
        await ask(model)
    await ollama.start()
    await ask(model)


async def test_a_server_that_stops_after_the_models_details_were_read_is_unreachable(ollama, model):
    await ask(model)
    await ollama.stop()
    with pytest.raises(errors.UnreachableError):
        await ask(model)
    with pytest.raises(errors.UnreachableError):
        await model.abilities()


async def test_a_server_that_was_started_again_is_asked_as_if_nothing_had_been(ollama, model):
    await ask(model)
    await ollama.stop()
    await ollama.start()
    await ask(model)


async def test_an_answer_whose_stream_stays_open_is_whole_all_the_same(ollama, model):
    ollama.script(replace(says("We open at nine."), then="stay"))
    async with contextlib.aclosing(model.chat(QUESTION)) as chunks:
        assert isinstance([chunk async for chunk in chunks][-1], Done)


async def test_no_proxy_of_the_environment_sees_a_word(ollama, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    connection = OllamaConnection(ollama.url)
    await ask(OllamaChat(connection, ModelSettings("tiny:1b")))
    await connection.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://nowhere.invalid:11434"])
async def test_an_address_without_a_server_is_unreachable(url):
    connection = OllamaConnection(url, Limits(connect_s=0.5))
    with pytest.raises(errors.UnreachableError, match="DESKHAND_OLLAMA_URL"):
        await ask(OllamaChat(connection, ModelSettings("tiny:1b")))
    await connection.close()


async def test_no_first_word_in_time_is_silence_and_closes_the_connection(ollama, model):
    ollama.script(hangs())
    began = time.monotonic()
    with pytest.raises(errors.SilentError, match="after a question"):
        await ask(model)
    assert 0.25 < time.monotonic() - began < 1
    await _closed(ollama)


async def test_silence_between_two_words_ends_the_answer_and_closes_the_connection(ollama, model):
    ollama.script(hangs("We "))
    began = time.monotonic()
    with pytest.raises(errors.SilentError, match="in the middle of an answer"):
        await ask(model)
    assert 0.25 < time.monotonic() - began < 1
    await _closed(ollama)


async def test_a_slow_answer_that_keeps_coming_is_not_silence(ollama, model):
    ollama.script(says("one two three four", gap_s=0.15))  # in all twice the limit
    await ask(model)


async def test_a_server_that_accepts_and_says_nothing_is_silent():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        connection = OllamaConnection(url, Limits(short_s=0.2))
        with pytest.raises(errors.SilentError):
            await OllamaChat(connection, ModelSettings("tiny:1b")).abilities()
        await connection.close()


async def _closed(ollama) -> None:
    """Wait until the stub saw its last chat closed by the client."""
    seen = ollama.chats[-1]
    await asyncio.wait_for(seen.over.wait(), CLOSED_WITHIN_S)
    assert seen.closed_at is not None
    assert not seen.finished


@pytest.fixture
async def patient(ollama) -> AsyncIterator[OllamaChat]:
    connection = OllamaConnection(ollama.url)
    yield OllamaChat(connection, ModelSettings("tiny:1b"))
    await connection.close()


@contextlib.contextmanager
def nothing_closed_by_chance() -> Iterator[None]:
    """Take away asyncio's closing of async generators that were only dropped.

    It hides a stream that nobody closed, until something keeps a reference to it.
    """
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=lambda _dropped: None)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*hooks)


@pytest.mark.parametrize("after", ["", "We "])
async def test_a_cancelled_call_closes_the_connection_at_once(ollama, patient, after):
    ollama.script(hangs(after))
    with nothing_closed_by_chance():
        task = asyncio.create_task(ask(patient))
        await _begun(ollama)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await _closed(ollama)


async def test_leaving_the_loop_closes_the_connection_at_once(ollama, patient):
    ollama.script(hangs("We "))
    with nothing_closed_by_chance():
        async with contextlib.aclosing(patient.chat(QUESTION)) as chunks:
            async for chunk in chunks:
                assert chunk == Text("We ")
                break
        await _closed(ollama)


async def test_an_error_in_the_loop_closes_the_connection_at_once(ollama, patient):
    ollama.script(hangs("We "))

    async def failing() -> None:
        async with contextlib.aclosing(patient.chat(QUESTION)) as chunks:
            async for _ in chunks:
                raise ZeroDivisionError

    with nothing_closed_by_chance():
        with pytest.raises(ZeroDivisionError):
            await failing()
        await _closed(ollama)


async def test_a_deadline_around_a_call_closes_the_connection_at_once(ollama, patient):
    ollama.script(hangs())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await ask(patient)
    await _closed(ollama)


async def _begun(ollama) -> None:
    """Wait until the stub has the chat and hangs in it."""
    await asyncio.wait_for(ollama.chat_came.wait(), CLOSED_WITHIN_S)
    await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("error", "retry", "away"),
    [
        (errors.UnreachableError("http://x"), True, True),
        (errors.ModelMissingError("m"), False, True),
        (errors.BusyError(), True, False),
        (errors.OutOfMemoryError("m"), False, True),
        (errors.CutOffError(), True, False),
        (errors.SilentError(60, began=False), True, True),
        (errors.TooLongError(5000, 4096), False, False),
        (errors.NonsenseError("http://x"), True, True),
        (errors.FailedError(400, "no"), False, False),
        (errors.FailedError(401, "no"), False, True),
        (errors.FailedError(500, "no"), True, True),
    ],
)
def test_an_error_says_whether_to_ask_again_and_whether_nobody_can(error, retry, away):
    assert (error.retry, error.away) == (retry, away)
