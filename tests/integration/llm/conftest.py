from collections.abc import AsyncIterator

import pytest

from bot.llm.connection import Limits, OllamaConnection
from bot.llm.hosts import Hosts
from bot.llm.ollama import ModelSettings, OllamaChat
from tests.fakes.hosts import hosts_of
from tests.fakes.ollama import FakeModel, FakeOllama

QUICK = Limits(connect_s=1, first_token_s=0.3, silence_s=0.3, short_s=2, pull_s=2)


@pytest.fixture
async def ollama() -> AsyncIterator[FakeOllama]:
    models = (
        FakeModel(),
        FakeModel("plain:1b", capabilities=("completion",)),
        FakeModel("thinker:1b", capabilities=("completion", "tools", "thinking")),
        FakeModel("muser:1b", template="{{ .Prompt }}<think>\n"),
        FakeModel("short:1b", context=512),
        FakeModel("new:1b", hidden=True),
        FakeModel("embed", 512, ("embedding",)),
    )
    async with FakeOllama(models=models) as server:
        yield server


@pytest.fixture
async def connection(ollama: FakeOllama) -> AsyncIterator[OllamaConnection]:
    opened = OllamaConnection(ollama.url, QUICK)
    yield opened
    await opened.close()


@pytest.fixture
def hosts(connection: OllamaConnection) -> Hosts:
    return hosts_of(connection)


@pytest.fixture
def model(connection: OllamaConnection) -> OllamaChat:
    return OllamaChat(connection, ModelSettings("tiny:1b", context_tokens=2048))
