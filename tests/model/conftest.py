"""Real small models behind Ollama's API: `script/test --model` runs what is here."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.llm.connection import OllamaConnection
from tests.model import box


@pytest.fixture(scope="session")
def ollama_url() -> Iterator[str]:
    if missing := box.missing():
        reason = f"the real models are missing ({', '.join(missing)})"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    with box.served() as url:
        yield url


@pytest.fixture
async def connection(ollama_url: str) -> AsyncIterator[OllamaConnection]:
    opened = OllamaConnection(ollama_url)
    yield opened
    await opened.close()
