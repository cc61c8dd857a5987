"""Text as Slack sends it, in the form people read it."""

import html
import re
from collections.abc import Awaitable, Callable

from connectors.slack.names import Names

# Between "<" and ">", which text itself holds only as entities.
_MARK = re.compile(r"<([^<>\n]*)>")
_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>\n]*)?>")
_OWN = "\x00"


def mentions(text: str) -> set[str]:
    """Return the ids of the users a text mentions."""
    return set(_USER.findall(text))


def addresses_others(text: str, own: str) -> bool:
    """Tell whether a text mentions somebody, and not the bot."""
    people = mentions(text)
    crowd = any(mark.startswith("!") and mark[1:5] != "date" for mark in _MARK.findall(text))
    return own not in people and bool(people or crowd)


async def plain(text: str, *, own: str, names: Names) -> str:
    """Return a text without the bot's own mention, everybody else's by name.

    Args:
        text: As Slack has it: entities, marks in angle brackets.
        own: The bot's user id.
        names: Whom to ask for names.
    """
    found: list[str] = []
    at = 0
    for match in _MARK.finditer(text):
        found.append(_unescaped(text[at : match.start()]))
        found.append(await _said(match[1], own, names))
        at = match.end()
    found.append(_unescaped(text[at:]))
    return _without_own("".join(found))


def _without_own(text: str) -> str:
    if _OWN not in text:
        return text.strip()
    while (start := re.sub(rf"\A\s*{_OWN}[\s,:]*", "", text)) != text:
        text = start
    return re.sub(rf"[ \t]*{_OWN}", "", text).strip()


async def _said(mark: str, own: str, names: Names) -> str:
    target, _, label = mark.partition("|")
    kind, key = target[:1], target[1:]
    named: dict[str, Callable[[str], Awaitable[str]]] = {"@": names.user_name, "#": names.room_name}
    if kind == "@" and key == own:
        return _OWN
    if kind in named:
        name = _unescaped(label) or await named[kind](key)
        return kind + (name or "?").lstrip(kind)
    if kind == "!":
        return _special(key, _unescaped(label))
    return _link(_unescaped(target), _unescaped(label))


def _special(key: str, label: str) -> str:
    if key.startswith("date"):
        return label
    return "@" + (label or key.partition("^")[0]).lstrip("@")


def _link(url: str, label: str) -> str:
    bare = re.sub(r"\A(?:https?://|mailto:|tel:)", "", url)
    if not label or label in (url, bare, bare.rstrip("/")):
        return bare if url.startswith(("mailto:", "tel:")) else url
    return f"{label} ({url})"


def _unescaped(text: str) -> str:
    """Return text with Slack's three entities resolved; others are a person's own."""
    return re.sub(r"&(?:amp|lt|gt);", lambda found: html.unescape(found[0]), text).replace(_OWN, "")
