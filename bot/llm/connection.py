"""The connection to Ollama: its client, time limits on every wait, and errors as our own."""

import asyncio
import contextlib
import functools
import json
import ssl
from collections.abc import AsyncGenerator, Awaitable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
import httpx
import ollama

from bot.llm.diagnosis import Foreign, diagnosed
from bot.llm.errors import ModelError, SilentError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds.

    The defaults are for a box without a GPU: a first token comes after the model was read from
    disk and the prompt evaluated (4,096 tokens at 30 a second are 137 s).

    Attributes:
        connect_s: For a connection.
        first_token_s: From the question to the first token.
        silence_s: Between two tokens.
        short_s: For what needs no model: lists, details.
        pull_s: Between two steps of a download; checking a layer's sum of many gigabytes is one.
    """

    connect_s: float = 5.0
    first_token_s: float = 180.0
    silence_s: float = 60.0
    short_s: float = 15.0
    pull_s: float = 300.0


# For a moment: long enough for the next call of a turn, and a server that was restarted has closed
# its end, which the client sees before it uses one again.
_KEEPALIVE_S = 5.0
_CONNECTIONS = httpx.Limits(
    max_connections=None,
    max_keepalive_connections=4,
    keepalive_expiry=_KEEPALIVE_S,
)
# What both clients send: who asks, and a key where the owner's environment holds one.
_SENT = ("accept", "authorization", "user-agent")
_END_S = 0.2  # until a stream whose last part came has ended


class _Client(ollama.AsyncClient):
    """Ollama's client, with the fields of a chat that its `chat` does not offer."""

    _chats: aiohttp.ClientSession | None = None

    async def whole_chat(
        self, body: Mapping[str, object], connect_s: float
    ) -> AsyncGenerator[ollama.ChatResponse, None]:
        """Yield the pieces of a chat whose prompt is refused when it is too long.

        Without `truncate` and `shift` Ollama drops the oldest messages to make room, the second
        while it answers, and says nothing (ollama#12888, ollama#16800).
        """
        # By aiohttp: a stream of short lines costs a third of the CPU that httpx takes for it.
        if self._chats is None:
            self._chats = self._session(connect_s)
        url = f"{str(self._client.base_url).rstrip('/')}/api/chat"
        sent = {**body, "stream": True, "truncate": False, "shift": False}
        try:
            answer = await self._chats.post(url, json=sent)
        except aiohttp.ClientError as error:
            # As the client says of its other calls: nothing answers there.
            raise ConnectionError(str(error)) from error
        async with answer:
            if not answer.ok:
                raise ollama.ResponseError(await answer.text(), answer.status)
            async for line in answer.content:
                part = json.loads(line)
                if problem := part.get("error"):
                    raise ollama.ResponseError(problem)
                yield ollama.ChatResponse(**part)

    def _session(self, connect_s: float) -> aiohttp.ClientSession:
        """Return a session like that of the client's other calls."""
        headers = {name: value for name, value in self._client.headers.items() if name in _SENT}
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEPALIVE_S, ssl=_trusted()),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_s),
        )

    async def close(self) -> None:
        """Close every connection."""
        if self._chats is not None:
            await self._chats.close()
        await super().close()  # type: ignore[no-untyped-call]  # the client's own gap

    async def version(self) -> str:
        """Return the server's version, which the client does not ask for."""
        answer = await self._request_raw("GET", "/api/version")  # type: ignore[no-untyped-call]
        version = answer.json().get("version")
        if not isinstance(version, str):
            raise TypeError("no version")  # as the client does for JSON of another shape
        return version


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Return what servers' certificates are checked by; read once, for that takes 25 ms."""
    return httpx.create_ssl_context(trust_env=False)


class OllamaConnection:
    """One Ollama server; cheap while nothing is asked. Close it at the end."""

    def __init__(self, url: str, limits: Limits | None = None) -> None:
        """Make ready; nothing is sent.

        Args:
            url: Like "http://127.0.0.1:11434".
            limits: How long to wait.
        """
        self.url = url
        self.limits = limits or Limits()
        self.client = _Client(
            host=url,
            # Streams are timed by `timed`, which knows the first token from the others.
            timeout=httpx.Timeout(None, connect=self.limits.connect_s),
            limits=_CONNECTIONS,
            # No proxy out of the environment: words must not leave the house.
            trust_env=False,
            verify=_trusted(),
        )

    async def close(self) -> None:
        """Close the client."""
        await self.client.close()

    async def answer(self, call: Awaitable[T], *, model: str = "", wait_s: float = 0.0) -> T:
        """Wait for an answer that comes in one piece.

        Args:
            call: One of the client's calls.
            model: The model it is about.
            wait_s: How long at most; 0: `Limits.short_s`.

        Raises:
            ModelError: It failed.
        """
        wait_s = wait_s or self.limits.short_s
        try:
            async with asyncio.timeout(wait_s):
                return await call
        except TimeoutError:
            raise SilentError(wait_s, began=False) from None
        except Foreign as error:
            raise diagnosed(error, url=self.url, model=model, context_tokens=None) from error

    async def timed(
        self,
        stream: AsyncGenerator[T, None],
        *,
        model: str,
        first_s: float,
        next_s: float,
        context_tokens: int | None = None,
    ) -> AsyncGenerator[T, None]:
        """Pass a stream on, with a time limit on every wait; closing it closes the connection.

        Raises:
            ModelError: It failed, or nothing came in time.
        """
        wait_s, began, now_s = first_s, False, asyncio.get_running_loop().time
        async with contextlib.aclosing(stream):
            try:
                # One for all waits: it stands still while what came is used.
                async with asyncio.timeout(wait_s) as limit:
                    async for part in stream:
                        limit.reschedule(None)
                        yield part
                        wait_s, began = next_s, True
                        limit.reschedule(now_s() + wait_s)
            except TimeoutError:
                raise SilentError(wait_s, began=began) from None
            except Foreign as error:
                raise diagnosed(
                    error, url=self.url, model=model, context_tokens=context_tokens
                ) from error


async def to_its_end(stream: AsyncGenerator[object, None]) -> None:
    """Read a stream whose last part came to its own end: its connection serves the next call then.

    One that does not end at once is left to be closed; its answer is whole in any case.
    """
    with contextlib.suppress(StopAsyncIteration, TimeoutError, ModelError):
        async with asyncio.timeout(_END_S):
            await anext(stream)
