import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.discord.rendering import MAX_CHARS, MESSAGE_CHARS, rendered
from connectors.splitting import split

PINGS = re.compile(r"@everyone|@here|<@[!&]?\d+>|<#\d+>|</[^<>\n]*:\d+>", re.IGNORECASE)
MASKED = re.compile(r"\]\(\s*<?\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE)

PIECES = st.sampled_from(
    [
        "We open at **nine**.",
        "\n\n",
        "\n",
        " ",
        "```python\nprint('[a](http://b.example)')\n```",
        "```",
        "~~~\ncode\n~~~",
        "````\n```\n````",
        "`inline`",
        "👩‍👩‍👧‍👦🏳️‍🌈👍🏽",
        "🇩🇪🇫🇷",
        "é́́",
        "שלום עולם",
        "مرحبا \u202eabc\u202c",
        "| Bread | Price |\n|---|---:|\n| Rye | 3.50 |\n| 全麦 | 4 |",
        "a | b\n--|--\n[x](https://y.example) | @everyone",
        "[the shop](https://kornblume.example/a_(b))",
        "[click](<https://evil.example>)",
        "[click](https://evil.example 'title')",
        "![cake](https://kornblume.example/cake.png)",
        "[[nested]](https://evil.example)",
        "[a\nb](https://evil.example)",
        "[mail](mailto:a@kornblume.example)",
        "[](https://evil.example)",
        "https://evil.example/?a=@here",
        "@everyone",
        "@here",
        "@[every](x)one",
        "<!channel>",
        "<@123>",
        "<@!123>",
        "<@&45>",
        "<#67>",
        "<[@](x)123>",
        "</ask:123>",
        "#### Deep",
        "> quoted",
        "- one\n- two",
        "||spoiler||",
        "\\",
        "&amp;",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=20), max_size=60).map("".join)
LONG = st.builds(lambda text, times: (text * times)[:MAX_CHARS], TEXTS, st.integers(1, 40))
TITLES = st.lists(PIECES | st.text(max_size=80), max_size=6)


def words(text):
    """Return what a reader reads, without marks and what is not seen."""
    return "".join(sign for sign in text if sign.isalnum() and sign not in "\uff20\u2039\uff3d")


@settings(max_examples=300, deadline=None)
@given(LONG, TITLES)
def test_what_is_shown_fits_loses_nothing_pings_nobody_and_hides_no_address(text, titles):
    shown = rendered(text, titles)
    assert len(shown) <= MESSAGE_CHARS
    assert not PINGS.search(shown)
    assert not MASKED.search(shown)
    plain = rendered(text)
    left = words(plain)
    for part in re.findall(r"\w+", text):
        assert words(part) in left


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=20).map("\n\n".join))
def test_pieces_of_a_long_text_fit_and_hold_all_of_it(text):
    pieces = [rendered(piece, ("Opening hours",)) for piece in split(text, MAX_CHARS)]
    assert all(len(piece) <= MESSAGE_CHARS for piece in pieces)
    assert not any(PINGS.search(piece) or MASKED.search(piece) for piece in pieces)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ask [the shop](https://a.example/b).", "Ask the shop (https://a.example/b)."),
        ("[https://a.example](https://a.example)", "https://a.example"),
        ("![cake](https://a.example/c.png)", "cake (https://a.example/c.png)"),
        ("[mail us](mailto:a@b.example)", "mail us (mailto:a@b.example)"),
        ("[a@b.example](mailto:a@b.example)", "a@b.example"),
        ("#### Deep\n# High", "### Deep\n# High"),
        ("@everyone", "@\u200beveryone"),
        ("<@123> <#4>", "<\u200b@123> <\u200b#4>"),
        ("```py\n[a](b)\n```", "```py\n[a](b)\n```"),
        ("~~~\ncode\n~~~", "```\ncode\n```"),
        ("```\nopen", "```\nopen\n```"),
        (
            "| Bread | Price |\n|:--|--:|\n| **Rye** | 3.50 |\n| Spelt |",
            "```\nBread | Price\n------+------\nRye   | 3.50\nSpelt |\n```",
        ),
        ("a | b", "a | b"),
    ],
)
def test_markdown_becomes_discords_own(text, shown):
    assert rendered(text) == shown


def test_sources_stand_in_the_last_line_as_many_as_there_is_room_for():
    assert rendered("Yes.", ("Hours", "Prices")) == "Yes.\n-# 📄 Hours · Prices"
    shown = rendered("x" * MAX_CHARS, ("first " * 10, "second " * 100, "third"))
    assert len(shown) == MESSAGE_CHARS
    assert "📄 first" in shown
    assert shown.endswith("…")


def test_a_source_is_one_line_without_links_or_mentions():
    line = rendered("Yes.", ("A\n[b](https://c.example) @here",)).split("\n")[1]
    assert line == "-# 📄 A b (https://c.example) \uff20here"


def test_a_text_of_nothing_but_mentions_still_fits():
    shown = rendered("@here" * (MAX_CHARS // 5), ("Hours",))
    assert len(shown) <= MESSAGE_CHARS
    assert not PINGS.search(shown)
    assert shown.endswith("-# 📄 Hours")


def test_a_table_too_wide_for_the_message_is_shown_as_it_is_written():
    rows = "\n".join(f"| {'x' * 60 if n == 3 else n} | y |" for n in range(60))
    wide = f"| a | b |\n|---|---|\n{rows}"
    assert rendered(wide) == wide
