import json
from dataclasses import replace

import pytest

from bot.llm.model import ChatMessage, ChatRequest, Text, ToolCall, ToolSpec
from bot.llm.structured import read_structured, with_structured_tools

REMIND = ToolSpec("remind", "Promise a reminder.", {"type": "object", "properties": {}})
SYSTEM = ChatMessage("system", "You are brief.")
REQUEST = ChatRequest((SYSTEM, ChatMessage("user", "Remind me.")), tools=(REMIND,))


def test_the_tools_end_the_system_text_so_that_the_beginning_never_moves():
    first = with_structured_tools(REQUEST)
    later = with_structured_tools(
        ChatRequest((*REQUEST.messages, ChatMessage("assistant", "When?")), tools=(REMIND,))
    )
    assert first.messages[0].text.startswith(SYSTEM.text)
    assert "remind: Promise a reminder." in first.messages[0].text
    assert later.messages[: len(first.messages)] == first.messages
    assert first.tools == ()


def test_a_request_with_a_schema_of_its_own_keeps_it():
    schema = {"type": "object", "properties": {"passage": {"type": "integer"}}}
    sent = with_structured_tools(replace(REQUEST, schema=schema))
    assert sent.schema == schema
    assert sent.messages == with_structured_tools(REQUEST).messages
    assert sent.tools == ()


def test_without_a_system_text_the_tools_are_one():
    sent = with_structured_tools(ChatRequest((ChatMessage("user", "Hi"),), tools=(REMIND,)))
    assert [message.role for message in sent.messages] == ["system", "user"]


def test_earlier_calls_and_results_become_plain_messages():
    call = ToolCall("remind", {"what": "Jo"})
    messages = (
        *REQUEST.messages,
        ChatMessage("assistant", "", (call,)),
        ChatMessage("tool", "done", tool_name="remind"),
    )
    sent = with_structured_tools(ChatRequest(messages, tools=(REMIND,))).messages
    assert json.loads(sent[-2].text) == {"tool": "remind", "arguments": {"what": "Jo"}}
    assert sent[-1] == ChatMessage("user", "Result of remind: done")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"answer": "At nine."}', Text("At nine.")),
        ('{"tool": "remind", "arguments": {"what": "Jo"}}', ToolCall("remind", {"what": "Jo"})),
        ("At nine.", Text("At nine.")),
        ('{"answer": "We open a', None),
        ('{"tool": "other", "arguments": {}}', None),
        ('{"tool": ["remind"], "arguments": {}}', None),
        ("[1]", Text("[1]")),
    ],
)
def test_a_structured_answer_is_read_as_an_answer_or_a_call(text, said):
    assert read_structured(text, REQUEST) == said
