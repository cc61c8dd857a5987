"""Markdown as Discord shows it, with nothing in it that pings, hides an address or unfurls.

Discord reads most of Markdown itself. What it would read wrongly is changed: tables become blocks
of aligned text, links show their address, mentions are broken by a space of no width.
"""

import re
from collections.abc import Callable, Sequence

from connectors.discord.tables import aligned, begins_table, belongs_to_table

MESSAGE_CHARS = 2_000  # Discord's limit, in code points
# What comes here at most. The rest is room for what rendering adds, and for the sources; a text
# that still grows too long is shown plainer, in a form that never grows.
MAX_CHARS = 1_800
_SOURCES_ROOM = 120  # of the message; enough for one or two titles

_NOTHING = "\u200b"  # a space of no width
_SOURCES = "-# 📄 "
_BETWEEN = " · "
_LEAST_TITLE = 12  # a title shortened below this says nothing

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)")
_LINK = re.compile(
    r"!?\[(?P<label>[^\[\]\n]*)\]"
    r"\(\s*<?(?P<address>[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)>?\s*\)"
)
_DEEP_HEADING = re.compile(r"( {0,3})#{4,6}(?=\s)")

# What Discord turns into a ping or a link of its own, and what is left of a link that hides its
# address: the sign after which a gap makes plain text of it.
_LIVE = re.compile(
    r"(?P<everyone>@)(?=everyone|here)"
    r"|(?P<entity><)(?=@[!&]?\d|#\d|/[^<>\n]*:\d|id:)"
    r"|(?P<masked>\])(?=\(\s*<?\s*[a-z][a-z0-9+.-]*:)",
    re.IGNORECASE,
)
# The same without a sign more: look-alikes of twice the width.
_LOOK_ALIKE = {"@": "\uff20", "<": "\u2039", "]": "\uff3d"}


def rendered(text: str, sources: Sequence[str] = ()) -> str:
    """Return a message's text for Discord, at most 2,000 code points.

    Args:
        text: Markdown, at most `MAX_CHARS` long.
        sources: Titles, best first; they stand in a last line, shortened to the room there is.
    """
    limit = MESSAGE_CHARS - (_SOURCES_ROOM if sources else 0)
    shown = _neutral(_translated(text, tables=True))
    if len(shown) > limit:
        shown = _neutral(_translated(text, tables=False))
    if len(shown) > limit:
        shown = _LIVE.sub(lambda found: _LOOK_ALIKE[found[0]], _in_prose(text, _plain_links))
    return _with_sources(shown, sources)


def _neutral(text: str) -> str:
    return _LIVE.sub(lambda found: found[0] + _NOTHING, text)


def _translated(text: str, *, tables: bool) -> str:
    """Return a text with Discord's own fences, headings, links and, if wished, tables."""
    shown: list[str] = []
    lines = text.split("\n")
    opened, at = "", 0
    while at < len(lines):
        line = lines[at]
        at += 1
        fence = _FENCE.fullmatch(line)
        if opened:
            if fence and not fence[2].strip() and fence[1].startswith(opened):
                opened = ""
                shown.append("```")
            else:
                shown.append(line.replace("```", f"``{_NOTHING}`"))
        elif fence and "`" not in fence[2]:
            opened = fence[1]
            shown.append(f"```{fence[2].strip()}")
        elif tables and at < len(lines) and begins_table(line, lines[at]):
            end = _table_end(lines, at + 1)
            shown += _table([line, *lines[at:end]])
            at = end
        else:
            shown.append(_prose(line))
    if opened:
        shown.append("```")  # Discord shows an open block as plain text.
    return "\n".join(shown)


def _table_end(lines: list[str], at: int) -> int:
    while at < len(lines) and belongs_to_table(lines[at]):
        at += 1
    return at


def _table(lines: list[str]) -> list[str]:
    cells = [_plain_links(line).replace("```", f"``{_NOTHING}`") for line in lines]
    return ["```", *aligned(cells), "```"]


def _prose(line: str) -> str:
    return _plain_links(_DEEP_HEADING.sub(r"\1###", line))  # Discord knows three levels.


def _plain_links(line: str) -> str:
    return _LINK.sub(_link, line)


def _link(found: re.Match[str]) -> str:
    label, address = found["label"].strip(), found["address"]
    if not label or label == address:
        return address
    if address == f"mailto:{label}":
        return label
    return f"{label} ({address})"


def _in_prose(text: str, change: Callable[[str], str]) -> str:
    """Return a text changed line by line, whatever stands in it."""
    return "\n".join(change(line) for line in text.split("\n"))


def _with_sources(text: str, sources: Sequence[str]) -> str:
    """Return a text with as many titles below it as there is room for."""
    line = ""
    for title in sources:
        before = line + _BETWEEN if line else _SOURCES
        room = MESSAGE_CHARS - len(text) - 1 - len(before)
        shown = _shortened(_title(title), room)
        if not shown:
            break
        line = before + shown
    return f"{text}\n{line}" if line else text


def _title(title: str) -> str:
    one_line = _plain_links(" ".join(title.split()))
    return _LIVE.sub(lambda found: _LOOK_ALIKE[found[0]], one_line)


def _shortened(title: str, room: int) -> str:
    if len(title) <= room:
        return title
    return title[: room - 1].rstrip() + "…" if room >= _LEAST_TITLE else ""
