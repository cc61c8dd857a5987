"""A stub in Ollama's place, that goes on while a browser is waited for."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from tests.fakes.ollama import EMBEDDER, FakeModel, FakeOllama

PULL_GAP_S = 0.5


class Stub:
    """A `FakeOllama` on a loop of its own: it goes on while a browser is waited for."""

    def __init__(self) -> None:
        models = (FakeModel("tiny:1b"), FakeModel("small:2b", hidden=True), EMBEDDER)
        self.ollama = FakeOllama(models=models)
        self.ollama.pull_gap_s = PULL_GAP_S
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._do(self.ollama.start())

    def close(self) -> None:
        self._do(self.ollama.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)
