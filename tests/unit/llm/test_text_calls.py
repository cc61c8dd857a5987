import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.model import ToolCall
from bot.llm.text_calls import TextCalls, find_calls

TOOLS = frozenset({"remind", "cancel"})
REMIND = ToolCall("remind", {"what": "call Jo"})
PLAIN = '{"name": "remind", "arguments": {"what": "call Jo"}}'


def read(pieces: list[str]) -> tuple[str, str, list[ToolCall]]:
    """Return what was shown while it came, what at the end, and the calls."""
    calls = TextCalls(TOOLS)
    early = "".join([calls.feed(piece) for piece in pieces])
    late, found = calls.finish()
    return early, late, found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (PLAIN, ""),
        ("\n " + PLAIN, "\n"),
        (f"<tool_call>\n{PLAIN}\n</tool_call>", ""),
        (f"<tool_call>{PLAIN}", ""),
        (f"```json\n{PLAIN}\n```", ""),
        (f"```\n{PLAIN}```", ""),
        (f"Of course: {PLAIN}", "Of course:"),
        (f"Of course.\n```json\n{PLAIN}\n```\nDone.", "Of course.\nDone."),
        ('{"tool": "remind", "parameters": {"what": "call Jo"}}', ""),
        ('{"name": "remind", "arguments": "{\\"what\\": \\"call Jo\\"}"}', ""),
        ('{"type": "function", "function": ' + PLAIN + "}", ""),
        ('{"function": "remind", "arguments": {"what": "call Jo"}}', ""),
    ],
)
def test_a_call_in_any_of_the_usual_forms_is_found_and_not_shown(text, shown):
    early, late, found = read([text])
    assert found == [REMIND]
    assert (early + late).strip() == shown.strip()


def test_several_calls_are_found_in_order():
    cancel = '{"name": "cancel", "arguments": {}}'
    assert read([f"[{PLAIN}, {cancel}]"])[2] == [REMIND, ToolCall("cancel", {})]
    tagged = f"<tool_call>{PLAIN}</tool_call>\n<tool_call>{cancel}</tool_call>"
    assert read([tagged]) == ("", "", [REMIND, ToolCall("cancel", {})])


@pytest.mark.parametrize(
    "text",
    [
        'Write {"name": "other", "arguments": {}} there.',
        '{"name": "remind"}',
        '{"name": "remind", "arguments": [1]}',
        '{"name": "remind", "arguments": "no JSON"}',
        "a set {1, 2} of two [ and ``` a fence",
        '["remind"]',
        "The price is < 5 and ends in <",
    ],
)
def test_what_is_no_call_is_shown_unchanged(text):
    early, late, found = read(list(text))
    assert (early + late, found) == (text, [])


def test_a_tagged_call_of_an_unknown_tool_is_a_call_too():
    text = '<tool_call>{"name": "other", "arguments": {}}</tool_call>'
    assert read([text]) == ("", "", [ToolCall("other", {})])


@pytest.mark.parametrize("length", range(25, len(PLAIN)))
def test_a_call_cut_before_its_end_is_neither_shown_nor_made(length):
    assert read(["Sure. ", PLAIN[:length]])[1:] == ("", [])
    assert read(["<tool_call>", PLAIN[:length]]) == ("", "", [])


def test_text_is_shown_as_it_comes_and_held_only_from_where_a_call_may_begin():
    calls = TextCalls(TOOLS)
    assert calls.feed("We open at nine") == "We open at nine"
    assert calls.feed(" <") == " "
    assert calls.feed("b> and") == "<b> and"
    assert calls.feed(" {") == " "
    assert calls.feed("x} and more") == ""
    assert calls.finish() == ("{x} and more", [])


def test_without_tools_everything_passes():
    calls = TextCalls(())
    assert calls.feed(PLAIN) == PLAIN
    assert calls.finish() == ("", [])


def test_deeply_nested_nonsense_is_text():
    text = '{"a":' * 100_000
    assert find_calls(text[:20_000], TOOLS) == (text[:20_000], [])


@given(st.text(alphabet='ab {}[]"<>`tol_c:,\n', max_size=60), st.integers(1, 7))
def test_text_without_a_call_is_never_lost_or_changed_however_it_is_cut(text, size):
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    early, late, found = read(pieces)
    if "<tool_call>" not in text:
        assert (early + late, found) == (text, [])


@given(
    st.sampled_from(sorted(TOOLS)),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers(), max_size=3),
    st.integers(1, 9),
)
def test_a_call_is_found_however_the_stream_cuts_it(name, arguments, size):
    text = f"<tool_call>{json.dumps({'name': name, 'arguments': arguments})}</tool_call>"
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert read(pieces) == ("", "", [ToolCall(name, arguments)])
