import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.llm.availability import Availability
from bot.llm.errors import ModelError, ModelMissingError, TooLongError, UnreachableError
from bot.llm.gate import Place
from bot.llm.model import Abilities, ChatMessage, ChatRequest, Chunk, Done, Text, ToolSpec

QUESTION = ChatRequest((ChatMessage("user", "Open?"),))
DONE = Done(1, 1, 0, 0, 0, cut=False)


class Model:
    """A model that answers, or fails as told."""

    name = "tiny:1b"
    error: ModelError | None = None

    async def chat(
        self, request: ChatRequest, place: Place | None = None
    ) -> AsyncGenerator[Chunk, None]:
        del place
        if self.error:
            raise self.error
        yield Text("At nine.")
        yield DONE

    async def abilities(self) -> Abilities:
        if self.error:
            raise self.error
        return Abilities(4096, tools=True, thinking=False)

    def tokens(self, request: ChatRequest) -> int:
        return 3

    async def warm(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolSpec] = (),
        place: Place | None = None,
    ) -> None:
        await self.probe()

    async def probe(self) -> float:
        if self.error:
            raise self.error
        return 0.25


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watched(model: Model, clock: Clock) -> Availability:
    return Availability(model, clock)


async def ask(watched: Availability) -> None:
    async with contextlib.aclosing(watched.chat(QUESTION)) as chunks:
        async for _ in chunks:
            pass


async def fail(watched: Availability) -> None:
    with pytest.raises(ModelError):
        await ask(watched)


async def test_an_outage_has_one_line_when_it_starts_and_one_when_it_ends(
    watched, model, clock, caplog
):
    caplog.set_level(logging.INFO)
    await ask(watched)
    model.error = UnreachableError("http://box:11434")
    await fail(watched)
    await fail(watched)
    model.error = ModelMissingError("tiny:1b")
    await fail(watched)
    clock.now += timedelta(minutes=2)
    model.error = None
    await ask(watched)
    await ask(watched)
    assert [(record.levelname, record.message.split(" text=")[0]) for record in caplog.records] == [
        ("WARNING", "model away model=tiny:1b reason=UnreachableError"),
        ("INFO", "model back model=tiny:1b away_s=120"),
    ]


async def test_the_log_holds_no_word_of_the_question(watched, model, caplog):
    model.error = UnreachableError("http://box:11434")
    await fail(watched)
    assert "Open?" not in caplog.text


async def test_the_status_follows_what_happens_and_says_what_to_do(watched, model, clock):
    assert watched.status.ok is None
    await ask(watched)
    assert watched.status.ok
    went_at = clock.now
    model.error = UnreachableError("http://box:11434")
    await fail(watched)
    clock.now += timedelta(minutes=1)
    model.error = ModelMissingError("tiny:1b")
    await fail(watched)
    assert watched.status.ok is False
    assert watched.status.since == went_at
    assert "deskhand model pull tiny:1b" in watched.status.text


async def test_one_too_long_question_is_no_outage(watched, model, caplog):
    await ask(watched)
    model.error = TooLongError(5000, 4096)
    await fail(watched)
    assert watched.status.ok
    assert caplog.records == []


async def test_a_check_asks_one_token_and_tells_how_long_it_took(watched, model):
    status = await watched.check()
    assert status.ok
    assert status.text == "tiny:1b answered a test in 0.2 s."
    assert watched.status.ok


async def test_a_check_of_a_model_that_is_away_says_what_to_do(watched, model):
    model.error = UnreachableError("http://box:11434")
    status = await watched.check()
    assert status.ok is False
    assert "ollama serve" in status.text
    assert watched.status == status


async def test_a_check_notices_that_the_model_is_back(watched, model, caplog):
    caplog.set_level(logging.INFO)
    model.error = UnreachableError("http://box:11434")
    await watched.check()
    model.error = None
    await watched.check()
    assert [record.message.split(" ")[1] for record in caplog.records] == ["away", "back"]


async def test_warming_counts_as_an_answer_or_as_an_outage(watched, model):
    await watched.warm(QUESTION.messages)
    assert watched.status.ok
    model.error = UnreachableError("http://box:11434")
    with pytest.raises(UnreachableError):
        await watched.warm(QUESTION.messages)
    assert watched.status.ok is False


async def test_everything_else_is_the_models_own(watched):
    assert watched.name == "tiny:1b"
    assert watched.tokens(QUESTION) == 3
    assert (await watched.abilities()).tools
