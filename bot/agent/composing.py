"""Has the model compose an answer, and lets out only what passes the checks."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from bot.agent.checks import Grounds, objection
from bot.agent.prompt import UNKNOWN
from bot.agent.sentences import whole
from bot.agent.support import BUDGET_S, Support, support_request
from bot.llm.errors import ModelError
from bot.llm.gate import Gate, OnWait, Place
from bot.llm.model import ChatMessage, ChatModel, ChatRequest, Text, ToolCall, ToolSpec
from bot.llm.model import Done as ModelDone

log = logging.getLogger(__name__)

WITHHELD = "withheld: "

Show = Callable[[str], Coroutine[object, object, None]]


@dataclass(frozen=True, slots=True)
class Composed:
    """What the model came to.

    Attributes:
        text: What passed the checks; "" when nothing did.
        raw: Its words as they came.
        doubt: Why the text is not an answer: "unknown" (it says the passages don't answer),
            `WITHHELD` and an objection, "error", "empty", "unchecked" (its support was not
            told in time, or not readably); "" when it is one.
        calls: Tools it wants to use.
        error: What went wrong with the model.
        support: What the model says carries the text; None when it was not asked.
        checked_ms: How long that question took; 0.0 when it was not asked.
    """

    text: str = ""
    raw: str = ""
    doubt: str = ""
    calls: tuple[ToolCall, ...] = ()
    error: ModelError | None = None
    support: Support | None = None
    checked_ms: float = 0.0


@dataclass(slots=True)
class _Draft:
    """An answer on its way: checked sentences, and what is not a whole sentence yet."""

    checked: str = ""
    rest: str = ""
    raw: str = ""
    calls: list[ToolCall] = field(default_factory=list)

    def begin_anew(self) -> None:
        """Forget what came."""
        self.checked = self.rest = self.raw = ""
        self.calls.clear()


class WithheldError(Exception):
    """A sentence did not pass; the text is the objection."""


class Composer:
    """Asks the model through the gate."""

    def __init__(self, model: ChatModel, gate: Gate) -> None:
        """Use one model behind one gate."""
        self._model = model
        self._gate = gate

    @property
    def model(self) -> ChatModel:
        """Return the model that is asked."""
        return self._model

    async def warm(self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec]) -> None:
        """Have every host's model read the prompts' common beginning; one without it is left."""
        await asyncio.gather(
            *(self._warm(host, messages, tools) for host in self._gate.hosts(self._model.name))
        )

    async def _warm(
        self, host: str, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec]
    ) -> None:
        try:
            async with self._gate.place("warming", model=self._model.name, only=host) as place:
                await self._model.warm(messages, tools, place)
        except ModelError as error:
            log.info("not warmed: %s", error)

    async def compose(
        self,
        request: ChatRequest,
        grounds: Grounds,
        *,
        asks_support: bool,
        person: object,
        conversation: object,
        show: Show | None,
        on_wait: OnWait,
    ) -> Composed:
        """Ask once, and ask which passage carries what came.

        Args:
            request: The prompt; what does not fit the window is cut from the conversation.
            grounds: What facts may come from.
            asks_support: There are passages, so that one of them has to carry the answer.
            person: Whose turn it is at the gate.
            conversation: What the prompt goes on with.
            show: Called with all checked sentences so far, each time there is one more; None
                shows nothing before the end.
            on_wait: Told while waiting at the gate.
        """
        draft = _Draft()
        try:
            request = await self._fitting(request)
            # Both calls in one place: nobody's prompt comes between, so this one stays read.
            async with self._gate.place(
                person, on_wait, conversation=conversation, model=self._model.name
            ) as place:
                await self._draft(draft, request, grounds, show, place)
                composed = _composed(draft)
                if composed.doubt or composed.calls or not asks_support:
                    return composed
                return await self._checked(composed, request, place)
        except WithheldError as error:
            log.info("withheld reason=%s", error)
            return Composed(draft.checked.strip(), draft.raw, doubt=f"{WITHHELD}{error}")
        except ModelError as error:
            return Composed(raw=draft.raw, doubt="error", error=error)

    async def _draft(
        self,
        draft: _Draft,
        request: ChatRequest,
        grounds: Grounds,
        show: Show | None,
        place: Place,
    ) -> None:
        """Have it drafted; anew on another host where one broke off before a word was shown."""
        try:
            await self._drafted(draft, request, grounds, show, place)
        except ModelError as error:
            seen = show is not None and draft.checked
            if seen or not error.elsewhere or not await place.move():
                raise
            draft.begin_anew()
            await self._drafted(draft, request, grounds, show, place)

    async def _drafted(
        self,
        draft: _Draft,
        request: ChatRequest,
        grounds: Grounds,
        show: Show | None,
        place: Place,
    ) -> None:
        async with contextlib.aclosing(self._model.chat(request, place)) as chunks:
            async for chunk in chunks:
                match chunk:
                    case Text(text=text):
                        draft.raw += text
                        await _take(draft, text, grounds, show)
                    case ToolCall():
                        draft.calls.append(chunk)
                    case ModelDone(cut=True):
                        # Half a sentence is no sentence.
                        draft.rest = ""
                    case ModelDone():
                        pass
        await _take(draft, "\n", grounds, show)

    async def _checked(self, composed: Composed, request: ChatRequest, place: Place) -> Composed:
        """Return an answer with what the model says carries it; a doubt where it does not say."""
        began = time.perf_counter()
        said, support, doubt = "", None, ""
        try:
            check = support_request(request, composed.text)
            async with (
                asyncio.timeout(BUDGET_S),
                contextlib.aclosing(self._model.chat(check, place)) as chunks,
            ):
                async for chunk in chunks:
                    said += chunk.text if isinstance(chunk, Text) else ""
            support = Support.model_validate_json(said)
        except (TimeoutError, ValidationError, ModelError) as error:
            log.info("not checked error=%s", type(error).__name__)
            doubt = "unchecked"
        return replace(
            composed,
            raw=f"{composed.raw}\n\n{said}".strip(),
            doubt=doubt,
            support=support,
            checked_ms=(time.perf_counter() - began) * 1000,
        )

    async def _fitting(self, request: ChatRequest) -> ChatRequest:
        """Leave out the oldest exchanges until prompt and answer fit the model's window."""
        window = (await self._model.abilities()).context_tokens
        while (
            len(request.messages) > 2 and self._model.tokens(request) + request.max_tokens > window
        ):
            kept = request.messages[3:] if len(request.messages) > 3 else request.messages[-1:]
            request = replace(request, messages=(request.messages[0], *kept))
        return request


async def _take(draft: _Draft, text: str, grounds: Grounds, show: Show | None) -> None:
    """Add what came; check each sentence that is whole by now before it can be seen."""
    draft.rest += text
    done, draft.rest = whole(draft.rest)
    if not done.strip():
        draft.rest = done + draft.rest
        return
    if UNKNOWN in done or UNKNOWN in draft.checked:
        draft.checked += done
        return
    if reason := objection(done, grounds):
        raise WithheldError(reason)
    draft.checked += done
    if show is not None:
        await show(draft.checked.strip())


def _composed(draft: _Draft) -> Composed:
    text = draft.checked.strip()
    if draft.calls:
        return Composed(text, draft.raw, calls=tuple(draft.calls))
    if UNKNOWN in text:
        return Composed(raw=draft.raw, doubt="unknown")
    if not text:
        return Composed(raw=draft.raw, doubt="empty")
    return Composed(text, draft.raw)


def error_message(call: ToolCall, text: str) -> tuple[ChatMessage, ChatMessage]:
    """Return what tells the model that its call cannot be done, and why."""
    return (
        ChatMessage("assistant", "", tool_calls=(call,)),
        ChatMessage("tool", text, tool_name=call.name),
    )


class StatusLine:
    """Shows a line from a function that must return at once."""

    def __init__(self, show: Show) -> None:
        """Show by `show`, the newest line last."""
        self._show = show
        self._tasks: set[asyncio.Task[None]] = set()

    def soon(self, text: str) -> None:
        """Show a line as soon as possible."""
        task = asyncio.create_task(self._show(text))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
