"""Ollama, Slack and Discord of our own, which go on while a browser is waited for."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Self, TypeVar

from tests.fakes.discord_server import FakeDiscord
from tests.fakes.ollama import FakeModel, FakeOllama
from tests.fakes.slack import FakeSlack

T = TypeVar("T")
PATIENCE_S = 60.0
SMALL = FakeModel("qwen2.5:0.5b", hidden=True, size_bytes=398_000_000, parameters="494.03M")
MODELS = (
    SMALL,
    FakeModel("qwen2.5:1.5b", hidden=True, size_bytes=986_000_000, parameters="1.5B"),
    FakeModel("llama3.2:3b", hidden=True, size_bytes=2_000_000_000, parameters="3.2B"),
    FakeModel("qwen3:4b-instruct", hidden=True, size_bytes=2_500_000_000, parameters="4.0B"),
)


class Town:
    """All three on a loop of their own; no model is on the box at first."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.ollama = FakeOllama(models=MODELS)
        self.ollama.token_ms = 8.0
        self.slack, self.discord = FakeSlack(), FakeDiscord()
        self.lobby = self.discord.channel("lobby")
        self.discord.person("ann")
        for server in (self.ollama, self.slack, self.discord):
            self.do(server.__aenter__)
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self.discord, self.slack, self.ollama):
            self.do(lambda server=server: server.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def environment(self) -> Mapping[str, str]:
        """Return what leads the bot here in place of the real ones."""
        return {
            "DESKHAND_SLACK_API_URL": self.slack.api_url,
            "DESKHAND_DISCORD_API_URL": self.discord.api_url,
            "DESKHAND_DISCORD_GATEWAY_URL": self.discord.gateway_url,
            "DESKHAND_DISCORD_CDN_URL": self.discord.cdn_url,
        }

    def do(self, work: Callable[[], Coroutine[object, object, T]]) -> T:
        """Await something where the servers run."""
        return asyncio.run_coroutine_threadsafe(work(), self._loop).result(PATIENCE_S)

    def call(self, work: Callable[[], object]) -> None:
        """Do something where the servers run."""

        async def called() -> None:
            work()

        self.do(called)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until a condition holds."""
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end, "it did not come to hold"
            time.sleep(0.05)
