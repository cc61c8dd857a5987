"""Tools for models that were not trained to call them: a structured answer in place of a call."""

import json
from dataclasses import replace

from bot.llm.model import ChatMessage, ChatRequest, JsonObject, Text, ToolCall

_INSTRUCTION = (
    'Reply with one JSON object only. To answer: {"answer": "your words"}. '
    'To use one of these tools instead: {"tool": "its name", "arguments": {…}}.'
)


def with_structured_tools(request: ChatRequest) -> ChatRequest:
    """Return a request whose tools stand in the system text and in the answer's schema.

    A request with a schema of its own keeps that: its answer is no call, but its prompt begins
    like the others.

    They end the first system message, since many such models' templates know one only; so the
    prompt's beginning still never moves.
    """
    lines = [_INSTRUCTION]
    lines += [
        f"- {tool.name}: {tool.description} Arguments: {json.dumps(dict(tool.parameters))}"
        for tool in request.tools
    ]
    messages = [_plain(message) for message in request.messages]
    if messages and messages[0].role == "system":
        lines.insert(0, messages.pop(0).text)
    system = ChatMessage("system", "\n".join(lines))
    schema = _schema(request) if request.schema is None else request.schema
    return replace(request, messages=(system, *messages), tools=(), schema=schema)


def read_structured(text: str, request: ChatRequest) -> Text | ToolCall | None:
    """Return what a structured answer says, None if it says nothing (cut before its end).

    Args:
        text: The model's whole answer; plain words are an answer as they are.
        request: The request as it was before `with_structured_tools`.
    """
    try:
        value = json.loads(text)
    except ValueError:
        return None if text.lstrip().startswith("{") else Text(text)
    if not isinstance(value, dict):
        return Text(text)
    name, arguments = value.get("tool"), value.get("arguments")
    known = [tool.name for tool in request.tools]  # a list: the name may be no string
    if name in known and isinstance(arguments, dict):
        return ToolCall(name, arguments)
    answer = value.get("answer")
    return Text(answer) if isinstance(answer, str) else None


def _schema(request: ChatRequest) -> JsonObject:
    answer: JsonObject = {
        "type": "object",
        "properties": {"answer": {"type": "string"}},
        "required": ["answer"],
    }
    calls: list[JsonObject] = [
        {
            "type": "object",
            "properties": {"tool": {"const": tool.name}, "arguments": dict(tool.parameters)},
            "required": ["tool", "arguments"],
        }
        for tool in request.tools
    ]
    return {"anyOf": [answer, *calls]}


def _plain(message: ChatMessage) -> ChatMessage:
    """Return a message without calls and results, which such a model's template cannot show."""
    if message.role == "tool":
        return ChatMessage("user", f"Result of {message.tool_name}: {message.text}")
    if message.tool_calls:
        calls = [
            json.dumps({"tool": call.name, "arguments": dict(call.arguments)})
            for call in message.tool_calls
        ]
        return ChatMessage("assistant", "\n".join(calls))
    return message
