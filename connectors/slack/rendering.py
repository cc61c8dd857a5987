"""Markdown as Slack's blocks, and the plain text that stands in notifications.

Rich text is used and not mrkdwn: its text elements are literal, so nothing a model writes can be
a mention, whatever it looks like.
"""

import json
from dataclasses import dataclass
from typing import Any

from connectors.messages import Button, OutgoingMessage
from connectors.slack import inline
from connectors.slack.body import rich_elements

Block = dict[str, Any]

# Slack's advice for `text`, and what `chat.update` refuses to go beyond.
MAX_TEXT_CHARS = 4_000
# All blocks of a message, counted as JSON, were taken at 15,561 characters and refused at 17,694
# (slackapi/bolt-js#2867); other reports say 13,200 (#2509). Plain text of 3,000 characters, every
# one escaped in two, takes half of this, sources and five buttons below it less than a quarter:
# there is always a rendering that fits.
MAX_BLOCKS_CHARS = 12_000
# The longest text that is one message; see above, and `text` has room for its escapes.
MAX_CHARS = 3_000
MAX_SOURCES_CHARS = 1_000  # A context block's text; Slack takes 2,000, nobody reads that much.
MAX_LABEL_CHARS = 75  # Slack's limit of a button's label.

ACTION = "deskhand:"


@dataclass(frozen=True, slots=True)
class Rendering:
    """A message as Slack takes it.

    Attributes:
        text: Escaped, for notifications and where blocks cannot be shown.
    """

    text: str
    blocks: tuple[Block, ...]


def render(message: OutgoingMessage) -> Rendering:
    """Return a message in Slack's form: its text, its sources, its buttons."""
    below = [*_sources(message.sources), *_buttons(message.buttons)]
    body = _body(message.text, MAX_BLOCKS_CHARS - size(below))
    return Rendering(fallback(_spoken(body, message.text)), (*body, *below))


def fallback(text: str) -> str:
    """Return text escaped for Slack's `text` field, cut to its limit between signs."""
    found: list[str] = []
    room = MAX_TEXT_CHARS
    for sign in text:
        escaped = escape(sign)
        room -= len(escaped)
        if room < 1:
            return "".join(found) + "…"
        found.append(escaped)
    return "".join(found)


def escape(text: str) -> str:
    """Return text in which nothing is a mention, a link or an entity for Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def size(blocks: tuple[Block, ...] | list[Block]) -> int:
    """Return the length of blocks as Slack counts it, in characters of JSON."""
    return len(json.dumps(blocks, ensure_ascii=False))


def _body(text: str, max_size: int) -> list[Block]:
    rich = rich_elements(text)
    blocks = [{"type": "rich_text", "elements": rich}] if rich else [_literal(text)]
    return blocks if size(blocks) <= max_size else [_literal(text)]


def _literal(text: str) -> Block:
    section = {"type": "rich_text_section", "elements": [inline.text_element(text or "…")]}
    return {"type": "rich_text", "elements": [section]}


def _spoken(body: list[Block], text: str) -> str:
    """Return the text of rich text blocks, a line for each of their parts."""
    lines = [_line(part) for block in body for part in block["elements"]]
    return "\n".join(lines).strip() or text or "…"


def _line(part: Block) -> str:
    if part["type"] != "rich_text_list":
        return inline.plain(part["elements"])
    number = 1 + int(part.get("offset", 0))
    ordered = part["style"] == "ordered"
    return "\n".join(
        (f"{number + at}. " if ordered else "• ") + inline.plain(item["elements"])
        for at, item in enumerate(part["elements"])
    )


def _sources(titles: tuple[str, ...]) -> list[Block]:
    shown = " · ".join(title for title in titles if title.strip())
    if not shown:
        return []
    cut = shown if len(shown) <= MAX_SOURCES_CHARS else shown[: MAX_SOURCES_CHARS - 1] + "…"
    text = {"type": "plain_text", "text": f"📄 {cut}", "emoji": False}
    return [{"type": "context", "elements": [text]}]


def _buttons(buttons: tuple[Button, ...]) -> list[Block]:
    good = next((one for one in buttons if one.action.startswith("good:")), None)
    bad = next((one for one in buttons if one.action.startswith("bad:")), None)
    rated = (good, bad) if good and bad else ()
    rest = [one for one in buttons if one not in rated]
    blocks: list[Block] = []
    if rest:
        blocks.append({"type": "actions", "elements": [_button(one) for one in rest]})
    if good and bad:
        feedback = {
            "type": "feedback_buttons",
            "action_id": f"{ACTION}feedback",
            "positive_button": {"text": _label(good), "value": good.action},
            "negative_button": {"text": _label(bad), "value": bad.action},
        }
        blocks.append({"type": "context_actions", "elements": [feedback]})
    return blocks


def _button(button: Button) -> Block:
    return {
        "type": "button",
        "action_id": f"{ACTION}{button.action}",
        "value": button.action,
        "text": _label(button),
    }


def _label(button: Button) -> Block:
    return {"type": "plain_text", "text": button.label[:MAX_LABEL_CHARS] or "…", "emoji": True}
