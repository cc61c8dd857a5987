"""Whatever a model writes: taken by Slack, kept, and nobody's mention."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.messages import Address, Button, OutgoingMessage
from connectors.slack.rendering import (
    MAX_BLOCKS_CHARS,
    MAX_CHARS,
    MAX_TEXT_CHARS,
    Rendering,
    render,
    size,
)
from connectors.splitting import split
from tests.fakes.slack_api import refusal

Block = dict[str, Any]

HARMLESS = {"text", "link"}
BUTTONS = (
    Button("👍", "good:1"),
    Button("👎", "bad:1"),
    Button("x" * 40, "why:1"),
    Button("Cancel", "cancel:12"),
    Button("Snooze", "snooze:12"),
)

# Each holds words no Markdown swallows; they are numbered, so that every one can be looked for.
PIECES = [
    "plain {0} words",
    "**bold {0}** and *soft {0}* and ~~gone {0}~~",
    "`code {0}`",
    "# heading {0}",
    "- item {0}\n  - below {0}\n    1. deep {0}",
    "3. third {0}\n4. fourth {0}",
    "> quoted {0}\n> > twice {0}",
    "```python\nfenced_{0} = 1\n```",
    "```\nleft open {0}",
    "~~~ words {0}\n~~~",
    "    indented {0}",
    "| a{0} | b |\n|---|---|\n| c{0} | 日本{0} |",
    "| {0} " + "long " * 30 + "| b |\n|---|---|\n| x{0} | y |",
    "[label {0}](https://a.example/{0})",
    "[bad {0}](javascript:{0})",
    '[rel {0}](/path/{0} "title {0}")',
    "![picture {0}](https://a.example/{0}.png)",
    "<https://a.example/{0}> https://b.example/{0}.",
    "<b onclick=x>{0}</b> <!-- hidden {0} -->",
    "[ref{0}]: https://a.example/{0}",
    "<!channel> <!here> <!everyone> {0}",
    "<@U123> <#C123|general> <!subteam^S1> {0}",
    "@everyone @channel {0}",
    "&lt;!channel&gt; &amp; {0}",
    "👩‍👩‍👧‍👦🏽 🇩🇪🇫🇷 é {0}",
    "\u202e\u05e9\u05dc\u05d5\u05dd {0} \u0645\u0631\u062d\u0628\u0627\u202c",
    "\\*escaped {0}\\* \\<",
    "***",
    "Setext {0}\n===",
    "> " * 30 + "deep {0}",
    "- " * 30 + "deep {0}",
]


def rendered(text: str) -> Rendering:
    message = OutgoingMessage(
        "n1", Address("slack", "C1"), text, sources=("FAQ", "A" * 2_000), buttons=BUTTONS
    )
    return render(message)


def leaves(part: Any) -> list[Block]:
    """Return all elements of rich text blocks that stand for something shown."""
    if isinstance(part, list):
        return [leaf for one in part for leaf in leaves(one)]
    if "elements" in part:
        return leaves(part["elements"])
    return [part]


def shown(rendering: Rendering) -> str:
    body = [block for block in rendering.blocks if block["type"] == "rich_text"]
    return " ".join(f"{one.get('text', '')} {one.get('url', '')}" for one in leaves(body))


def check(rendering: Rendering) -> None:
    assert refusal(list(rendering.blocks)) == ""
    body = [block for block in rendering.blocks if block["type"] == "rich_text"]
    assert size(body) <= MAX_BLOCKS_CHARS
    assert 0 < len(rendering.text) <= MAX_TEXT_CHARS
    assert "<" not in rendering.text
    assert ">" not in rendering.text
    assert {one["type"] for one in leaves(body)} <= HARMLESS


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.sampled_from(PIECES), st.sampled_from(["\n\n", "\n", " ", "\n\n> ", "\n- "])),
        min_size=1,
        max_size=60,
    )
)
def test_written_texts_are_taken_and_lose_no_word(pieces: list[tuple[str, str]]):
    text = "".join(
        piece.replace("{0}", f"w{number}w") + gap for number, (piece, gap) in enumerate(pieces)
    )
    renderings = [rendered(piece) for piece in split(text, MAX_CHARS)]
    for rendering in renderings:
        check(rendering)
    together = "".join(shown(rendering) for rendering in renderings)
    for number in range(len(pieces)):
        if "{0}" in pieces[number][0]:
            wanted = text.count(f"w{number}w")
            assert together.count(f"w{number}w") >= wanted, f"w{number}w in {text!r}"


# Entities are read as Markdown has them, and a number before a dot may be a list's.
@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_characters="&0123456789"), max_size=MAX_CHARS))
def test_any_text_is_taken_and_loses_no_letter(text: str):
    rendering = rendered(text)
    check(rendering)
    letters = "".join(sign for sign in text if sign.isalnum())
    kept = "".join(sign for sign in shown(rendering) if sign.isalnum())
    assert letters in kept or sorted(letters) == sorted(kept)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(alphabet='*_`~[]()<>|!#-> \n1.a&"\\', max_size=MAX_CHARS))
def test_any_markdown_is_taken(text: str):
    check(rendered(text))


@pytest.mark.parametrize(
    "unit", ["**a** b ", "`a` ", "- a\n", "> a\n\n- b\n\n", "[a](https://a.example) ", '"', "\\"]
)
def test_the_longest_text_of_anything_is_taken(unit: str):
    check(rendered((unit * MAX_CHARS)[:MAX_CHARS]))


def test_a_table_stands_in_columns():
    text = "| Day | Hours |\n|---|---|\n| Monday | 9 |\n| 日 | 10 |"
    (table,) = rendered(text).blocks[0]["elements"]
    assert table["type"] == "rich_text_preformatted"
    assert table["elements"][0]["text"].splitlines() == [
        "Day    │ Hours",
        "───────┼──────",
        "Monday │ 9",
        "日     │ 10",
    ]


def test_lists_quotes_and_code_keep_their_form():
    text = "1. one\n   - under\n2. two\n\n> said\n\n```python\nx = 1\n```\n\nend"
    parts = rendered(text).blocks[0]["elements"]
    assert [part["type"].removeprefix("rich_text_") for part in parts] == [
        *("list", "list", "list", "quote", "preformatted", "section")
    ]
    assert [(part["style"], part["indent"], part.get("offset")) for part in parts[:3]] == [
        *(("ordered", 0, 0), ("bullet", 1, None), ("ordered", 0, 1))
    ]
    assert parts[4]["elements"][0]["text"] == "x = 1"


def test_mentions_are_letters():
    rendering = rendered("@everyone <!channel> <@U123> https://evil.example")
    texts = [one for one in leaves([rendering.blocks[0]]) if one["type"] == "text"]
    assert texts == [{"type": "text", "text": "@everyone <!channel> <@U123> "}]
    assert json.dumps(rendering.blocks).count('"type": "user') == 0
