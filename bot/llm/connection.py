"""The connection to Ollama: its client, time limits on every wait, and errors as our own."""

import asyncio
import contextlib
import functools
import ssl
from collections.abc import AsyncGenerator, Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

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


_CONNECTIONS = httpx.Limits(
    max_connections=None,
    # For a moment: long enough for the next call of a turn, and a server that was restarted has
    # closed its end, which the client sees before it uses one again.
    max_keepalive_connections=4,
    keepalive_expiry=5.0,
)
_END_S = 0.2  # until a stream whose last part came has ended


class _Client(ollama.AsyncClient):
    """Ollama's client, with the fields of a chat that its `chat` does not offer."""

    async def whole_chat(
        self, body: Mapping[str, object]
    ) -> AsyncGenerator[ollama.ChatResponse, None]:
        """Return the stream of a chat whose prompt is refused when it is too long.

        Nothing is sent before the stream is read. Without `truncate` and `shift` Ollama drops the
        oldest messages to make room, the second while it answers, and says nothing (ollama#12888,
        ollama#16800).
        """
        stream: Any = await self._request(
            ollama.ChatResponse,
            "POST",
            "/api/chat",
            json={**body, "stream": True, "truncate": False, "shift": False},
            stream=True,
        )
        return cast("AsyncGenerator[ollama.ChatResponse, None]", stream)

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
        await self.client.close()  # type: ignore[no-untyped-call]  # the client's own gap

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
