"""The chat model, by Ollama."""

import contextlib
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from bot.llm.answer import AnswerReader, read_done
from bot.llm.connection import OllamaConnection, to_its_end
from bot.llm.errors import CutOffError, ModelError, TooLongError
from bot.llm.estimate import TokenEstimate
from bot.llm.gate import Place
from bot.llm.library import OllamaLibrary
from bot.llm.model import (
    Abilities,
    ChatMessage,
    ChatRequest,
    Chunk,
    Done,
    JsonObject,
    ModelDetails,
    ToolSpec,
)
from bot.llm.structured import with_structured_tools


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model, and how it is kept.

    Attributes:
        name: As Ollama lists it.
        context_tokens: The window asked for; a model with a smaller one gets its own. Memory grows
            with it.
        keep_alive: How long the model stays in memory after a call, as Ollama writes durations.
            Reading it from disk again costs a small box up to a minute.
    """

    name: str
    context_tokens: int = 4096
    keep_alive: str = "24h"


class OllamaChat:
    """Answers by one of a host's models; a `ChatModel`.

    Attributes:
        beginning: What `probe` asks: the prompts' warmed beginning, for one token.
    """

    def __init__(self, connection: OllamaConnection, settings: ModelSettings) -> None:
        self._connection = connection
        self._library = OllamaLibrary(connection)
        self._settings = settings
        self._estimate = TokenEstimate()
        self._known: ModelDetails | None = None
        self.beginning = ChatRequest((ChatMessage("user", "Hello"),), max_tokens=1)

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._settings.name

    @property
    def digest(self) -> str:
        """Return of what it is made, in hexadecimal; "" before it was asked, or where not told."""
        known = self._known
        return known.digest if known is not None and known.name == self._settings.name else ""

    def use(self, settings: ModelSettings) -> None:
        """Answer by another model or with another window, from the next call on."""
        if settings.name != self._settings.name:
            self._estimate, self._known = TokenEstimate(), None
        self._settings = settings

    async def abilities(self) -> Abilities:
        """Return what the model can do.

        Raises:
            ModelError: It could not be asked.
        """
        settings = self._settings
        details = await self._details(settings)
        return Abilities(_window(settings, details), details.tools, details.thinking)

    def tokens(self, request: ChatRequest) -> int:
        """Return about how many tokens the prompt has, by what earlier prompts had."""
        return self._estimate.tokens(request)

    async def chat(
        self, request: ChatRequest, place: Place | None = None
    ) -> AsyncGenerator[Chunk, None]:
        """Answer, piece by piece, ending with `Done`.

        A prompt near the window's end is not streamed: its pieces come after Ollama's count has
        shown that it was read whole.

        Raises:
            ModelError: One of `bot.llm.errors`; pieces already given are then not an answer.
        """
        del place
        settings, estimate = self._settings, self._estimate
        try:
            details = await self._details(settings)
            async with contextlib.aclosing(
                self._answer(request, settings, details, estimate)
            ) as chunks:
                async for chunk in chunks:
                    yield chunk
        except ModelError as error:
            if error.away:
                self._known = None  # the next start may have another model under this name
            raise

    async def warm(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolSpec] = (),
        place: Place | None = None,
    ) -> None:
        """Evaluate the prompt's fixed beginning, so that the first question need not.

        Raises:
            ModelError: The model did not answer.
        """
        del place
        self.beginning = ChatRequest(tuple(messages), tuple(tools), max_tokens=1)
        await self.probe()

    async def probe(self) -> float:
        """Ask one token and return the seconds it took.

        It follows the warmed beginning, so that the model's cache keeps that.

        Raises:
            ModelError: The model did not answer.
        """
        began = time.monotonic()
        async with contextlib.aclosing(self.chat(self.beginning)) as chunks:
            async for _ in chunks:
                pass
        return time.monotonic() - began

    async def _details(self, settings: ModelSettings) -> ModelDetails:
        known = self._known
        if known is None or known.name != settings.name:
            known = await self._library.details(settings.name)
            self._known = known
        return known

    async def _answer(
        self,
        request: ChatRequest,
        settings: ModelSettings,
        details: ModelDetails,
        estimate: TokenEstimate,
    ) -> AsyncGenerator[Chunk, None]:
        written = bool(request.tools) and not details.tools
        structured = written and request.schema is None
        sent = with_structured_tools(request) if written else request
        window = _window(settings, details)
        reader = AnswerReader(
            request,
            structured=structured,
            begins_inside=details.opens_thinking,
            hold=estimate.may_be_cut(sent, window),
        )
        limits = self._connection.limits
        stream = self._connection.timed(
            self._connection.client.whole_chat(_body(sent, settings, details), limits.connect_s),
            model=settings.name,
            first_s=limits.first_token_s,
            next_s=limits.silence_s,
            context_tokens=window,
        )
        async with contextlib.aclosing(stream):
            async for part in stream:
                for chunk in reader.feed(part.message):
                    yield chunk
                if part.done:
                    done = read_done(part)
                    _prove_whole(sent, done, window, estimate)
                    for chunk in reader.finish():
                        yield chunk
                    yield done
                    await to_its_end(stream)
                    return
        raise CutOffError


def _prove_whole(
    sent: ChatRequest, done: Done, context_tokens: int, estimate: TokenEstimate
) -> None:
    if estimate.was_cut(sent, done, context_tokens):
        raise TooLongError(estimate.tokens(sent), context_tokens)
    estimate.learn(sent, done.prompt_tokens)


def _window(settings: ModelSettings, details: ModelDetails) -> int:
    return min(settings.context_tokens, details.context_tokens or settings.context_tokens)


def _body(request: ChatRequest, settings: ModelSettings, details: ModelDetails) -> JsonObject:
    """Return the request in Ollama's form.

    What makes Ollama load a model anew (num_ctx) is the same in every call.
    """
    options: dict[str, object] = {
        "num_ctx": _window(settings, details),
        "num_predict": request.max_tokens,
        "temperature": request.temperature,
    }
    if request.seed is not None:
        options["seed"] = request.seed
    body: dict[str, object] = {
        "model": settings.name,
        "messages": [_message(message) for message in request.messages],
        "options": options,
        "keep_alive": settings.keep_alive,
    }
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if request.schema is not None:
        body["format"] = request.schema
    if details.thinking:
        body["think"] = False
    return body


def _message(message: ChatMessage) -> JsonObject:
    sent: dict[str, object] = {"role": message.role, "content": message.text}
    if message.tool_calls:
        sent["tool_calls"] = [
            {"function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_name:
        sent["tool_name"] = message.tool_name
    return sent


def _tool(tool: ToolSpec) -> JsonObject:
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }
    return {"type": "function", "function": function}
