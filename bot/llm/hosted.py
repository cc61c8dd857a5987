"""The chat model of several hosts, as if they were one."""

import contextlib
import time
from collections.abc import AsyncGenerator, Sequence

from bot.llm.errors import ModelError
from bot.llm.gate import Place
from bot.llm.hosts import Hosts
from bot.llm.model import (
    Abilities,
    ChatMessage,
    ChatRequest,
    Chunk,
    Done,
    ToolSpec,
)
from bot.llm.ollama import ModelSettings, OllamaChat


class HostedChat:
    """Answers by one model on whichever host a call has its place; a `ChatModel`.

    A host that fails before the first piece is given loses the call to another one, once.
    """

    def __init__(self, hosts: Hosts, settings: ModelSettings) -> None:
        """Answer by a model on these hosts."""
        self._hosts = hosts
        self._chats = {host.address: OllamaChat(host.connection, settings) for host in hosts}
        self._last = next(iter(self._chats.values()))

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._last.name

    @property
    def digest(self) -> str:
        """Return of what it is made on the host that answered last, in hexadecimal; else ""."""
        return self._last.digest

    def use(self, settings: ModelSettings) -> None:
        """Answer by another model or with another window, from the next call on."""
        for chat in self._chats.values():
            chat.use(settings)

    def at(self, address: str) -> OllamaChat:
        """Return the model on one host."""
        return self._chats[address]

    async def abilities(self) -> Abilities:
        """Return what the model can do.

        Raises:
            ModelError: No host could be asked.
        """
        return await self._hosts.first(
            self.name, lambda host: self._chats[host.address].abilities()
        )

    def tokens(self, request: ChatRequest) -> int:
        """Return about how many tokens the prompt has, by what the host that answered last had."""
        return self._last.tokens(request)

    async def chat(
        self, request: ChatRequest, place: Place | None = None
    ) -> AsyncGenerator[Chunk, None]:
        """Answer, piece by piece, ending with `Done`.

        Raises:
            ModelError: One of `bot.llm.errors`; pieces already given are then not an answer.
        """
        address, tried = self._hosts.serving(self.name)[0] if place is None else place.host, False
        while True:
            given, chat = False, self._chats[address]
            try:
                async with contextlib.aclosing(chat.chat(request)) as chunks:
                    async for chunk in chunks:
                        given = True
                        if isinstance(chunk, Done):
                            self._answered(address, chunk, place)
                        yield chunk
            except ModelError as error:
                self._hosts.failed(address, error, model=self.name)
                if given or tried or not error.elsewhere:
                    raise
                tried, address = True, await self._elsewhere(address, place)
                if not address:
                    raise
            else:
                return

    async def warm(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolSpec] = (),
        place: Place | None = None,
    ) -> None:
        """Evaluate the prompt's fixed beginning on the host of a place.

        Raises:
            ModelError: The model did not answer.
        """
        address = self._hosts.serving(self.name)[0] if place is None else place.host
        try:
            await self._chats[address].warm(messages, tools)
        except ModelError as error:
            self._hosts.failed(address, error, model=self.name)
            raise

    async def probe(self) -> float:
        """Ask one token and return the seconds it took.

        Raises:
            ModelError: The model did not answer.
        """
        began = time.monotonic()
        async with contextlib.aclosing(self.chat(self._last.beginning)) as chunks:
            async for _ in chunks:
                pass
        return time.monotonic() - began

    def _answered(self, address: str, done: Done, place: Place | None) -> None:
        self._last = self._chats[address]
        self._hosts.answered(address)
        if place is not None:
            place.answered(load_s=done.load_s, read_s=done.prompt_s)

    async def _elsewhere(self, address: str, place: Place | None) -> str:
        """Return where else a call may be tried; "" for nowhere."""
        if place is not None:
            return place.host if await place.move() else ""
        others = (each for each in self._hosts.usable(self.name) if each != address)
        return next(others, "")
