"""Tool calls that a small model writes as text, found in the stream."""

import json
import re
from collections.abc import Iterable, Mapping

from bot.llm.model import ToolCall

# What a call written as text begins with: Qwen's and Hermes' tags, a Markdown fence, plain JSON.
_BEGIN = re.compile(r"<tool_call>|```|\[\s*\{|\{")
_MAY_BEGIN = re.compile(
    r"(?:<(?:t(?:o(?:o(?:l(?:_(?:c(?:a(?:l(?:l)?)?)?)?)?)?)?)?)?|`{1,2}|\[\s*)$"
)
_NAMED = re.compile(r'\{\s*"(?:name|tool|function)"\s*:\s*"([^"]+)"')
_WRAPPING_BEFORE = re.compile(r"(?:<tool_call>|```(?:json|tool_call)?|[\[,]|\s)+$")
_WRAPPING_AFTER = re.compile(r"^(?:</tool_call>|```|[\],]|\s)+")


_DECODER = json.JSONDecoder()


class TextCalls:
    """Finds calls of known tools in a text that comes in pieces.

    From the first thing on that may begin a call the text is held until the end; nothing of a
    call is ever shown.
    """

    def __init__(self, tools: Iterable[str]) -> None:
        """Begin.

        Args:
            tools: The names that are calls; with none, every text passes.
        """
        self._tools = frozenset(tools)
        self._held = ""
        self._holding = False

    def feed(self, piece: str) -> str:
        """Take a piece in and return what is certainly no call."""
        if not self._tools:
            return piece
        self._held += piece
        if self._holding:
            return ""
        begin = _BEGIN.search(self._held)
        self._holding = begin is not None
        found = begin or _MAY_BEGIN.search(self._held)
        at = found.start() if found else len(self._held)
        shown, self._held = self._held[:at], self._held[at:]
        return shown

    def finish(self) -> tuple[str, list[ToolCall]]:
        """Return what is left to show, and the calls, in order."""
        text, self._held, self._holding = self._held, "", False
        return find_calls(text, self._tools)


def find_calls(text: str, tools: frozenset[str]) -> tuple[str, list[ToolCall]]:
    """Return a text without its calls, and the calls.

    A call is a JSON object that names a known tool and has arguments, alone, in a list or in a
    Markdown fence; in `<tool_call>` tags the name need not be known. A call that is cut before its
    end is taken out and lost. A text without any comes back unchanged.
    """
    calls: list[ToolCall] = []
    rest, at, changed = "", 0, False
    while (start := text.find("{", at)) >= 0:
        rest += text[at:start]
        value, end = _decoded(text, start)
        if end is None:
            if _is_broken_call(text[start:], tools) or _tagged(rest):
                rest, at, changed = _WRAPPING_BEFORE.sub("", rest), len(text), True
                break
            rest, at = rest + text[start], start + 1
            continue
        call = _call(value, None if _tagged(rest) else tools)
        if call is None:
            rest, at = rest + text[start:end], end
            continue
        calls.append(call)
        rest, changed = _WRAPPING_BEFORE.sub("", rest), True
        after = _WRAPPING_AFTER.match(text[end:])
        at = end + (after.end() if after else 0)
    return (rest + text[at:]).strip() if changed else text, calls


def _decoded(text: str, start: int) -> tuple[object, int | None]:
    """Return the JSON value that begins there and where it ends, None if it is broken."""
    try:
        return _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, None


def _tagged(before: str) -> bool:
    return before.rstrip().endswith("<tool_call>")


def _is_broken_call(text: str, tools: frozenset[str]) -> bool:
    named = _NAMED.match(text)
    return named is not None and named[1] in tools


def _call(value: object, tools: frozenset[str] | None) -> ToolCall | None:
    """Return the call that a JSON value is; any name is one when no tools are given."""
    if not isinstance(value, Mapping):
        return None
    inner = value.get("function")  # OpenAI's form: {"type": "function", "function": {…}}
    if isinstance(inner, Mapping):
        value = inner
    name = value.get("name", value.get("tool", inner))
    arguments = value.get("arguments", value.get("parameters"))
    if isinstance(arguments, str):  # OpenAI's form again: JSON in a string
        try:
            arguments = json.loads(arguments)
        except ValueError:
            return None
    known = isinstance(name, str) and (tools is None or name in tools)
    if isinstance(name, str) and known and isinstance(arguments, Mapping):
        return ToolCall(name, {str(key): value for key, value in arguments.items()})
    return None
