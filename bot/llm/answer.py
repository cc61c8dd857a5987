"""One answer being read: thinking left out, calls found, text passed on as early as is safe."""

from collections.abc import Iterator

import ollama

from bot.llm.model import ChatRequest, Chunk, Done, Text, ToolCall
from bot.llm.structured import read_structured
from bot.llm.text_calls import TextCalls
from bot.llm.thinking import ThinkingFilter

NS = 1e-9


class AnswerReader:
    """Turns the pieces of one answer into chunks."""

    def __init__(
        self, request: ChatRequest, *, structured: bool, begins_inside: bool, hold: bool
    ) -> None:
        """Begin.

        Args:
            request: As it was asked, before `with_structured_tools`.
            structured: The answer is of that function's schema.
            begins_inside: The prompt ends inside a thought.
            hold: Give nothing before `finish`.
        """
        self._request = request
        self._structured = structured
        self._hold = hold or structured
        self._held: list[Chunk] = []
        self._thinking = ThinkingFilter(begins_inside=begins_inside)
        # An answer of a schema is JSON, and no call.
        by_text = request.schema is None and not structured
        self._calls = TextCalls(tool.name for tool in request.tools if by_text)

    def feed(self, message: ollama.Message) -> Iterator[Chunk]:
        """Take a piece in and give what is ready."""
        text = self._calls.feed(self._thinking.feed(message.content or ""))
        ready: list[Chunk] = [Text(text)] if text else []
        ready += [
            ToolCall(call.function.name, dict(call.function.arguments))
            for call in message.tool_calls or ()
        ]
        if self._hold:
            self._held += ready
        else:
            yield from ready

    def finish(self) -> Iterator[Chunk]:
        """Give what was held."""
        last = self._calls.feed(self._thinking.finish())
        rest, calls = self._calls.finish()
        yield from self._whole(last + rest) if self._structured else self._held
        if not self._structured:
            if last + rest:
                yield Text(last + rest)
            yield from calls

    def _whole(self, last: str) -> Iterator[Chunk]:
        """Give a structured answer, which is read as one text."""
        text = "".join(chunk.text for chunk in self._held if isinstance(chunk, Text)) + last
        said = read_structured(text, self._request)
        if said is not None:
            yield said


def read_done(part: ollama.ChatResponse) -> Done:
    """Return the figures of an answer's last piece; what is not told is 0."""
    return Done(
        prompt_tokens=part.prompt_eval_count or 0,
        answer_tokens=part.eval_count or 0,
        load_s=(part.load_duration or 0) * NS,
        prompt_s=(part.prompt_eval_duration or 0) * NS,
        answer_s=(part.eval_duration or 0) * NS,
        cut=part.done_reason == "length",
    )
