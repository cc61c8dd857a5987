"""The text inside a paragraph, as the elements of Slack's rich text."""

import re
from collections.abc import Sequence
from typing import Any

from markdown_it.token import Token

Element = dict[str, Any]

# Slack's own limit of an address in a button; longer ones stay text.
MAX_URL_CHARS = 3_000
SCHEMES = ("http://", "https://", "mailto:")

_STYLES = {
    "strong_open": ("bold", True),
    "strong_close": ("bold", False),
    "em_open": ("italic", True),
    "em_close": ("italic", False),
    "s_open": ("strike", True),
    "s_close": ("strike", False),
}
_ADDRESS = re.compile(r"https?://[^\s<>\"'`()\[\]{}]*[^\s<>\"'`()\[\]{}.,;:!?*_]")


def text_element(text: str, styles: frozenset[str] = frozenset()) -> Element:
    """Return a piece of literal text: nothing in it can ever be a mention."""
    element: Element = {"type": "text", "text": text}
    return element | ({"style": dict.fromkeys(sorted(styles), True)} if styles else {})


def elements(tokens: Sequence[Token], base: frozenset[str] = frozenset()) -> list[Element]:
    """Return the elements of inline tokens, neighbours of one style in one piece.

    Args:
        tokens: The children of one `inline` token.
        base: Styles of the whole, as a heading has.
    """
    found: list[Element] = []
    styles = set(base)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type in _STYLES:
            style, on = _STYLES[token.type]
            if on:
                styles.add(style)
            elif style not in base:
                styles.discard(style)
        elif token.type == "link_open":
            end = _closing(tokens, at)
            found += _link(token, tokens[at + 1 : end], frozenset(styles))
            at = end
        else:
            found += _plain(token, frozenset(styles))
        at += 1
    return joined(found)


def joined(found: Sequence[Element]) -> list[Element]:
    """Return elements without empty ones, neighbours of one style made one."""
    result: list[Element] = []
    for element in found:
        if element["type"] == "text" and not element["text"]:
            continue
        last = result[-1] if result else None
        if (
            last
            and element["type"] == last["type"] == "text"
            and element.get("style") == last.get("style")
        ):
            result[-1] = last | {"text": last["text"] + element["text"]}
        else:
            result.append(element)
    return result


def plain(found: Sequence[Element]) -> str:
    """Return elements as plain text, links with their address behind them."""
    return "".join(_said(element) for element in found)


def _said(element: Element) -> str:
    if element["type"] != "link":
        return str(element["text"])
    text, url = str(element.get("text", "")), str(element["url"])
    return f"{text} ({url})" if text and text != url else url


def _closing(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        depth += {"link_open": 1, "link_close": -1}.get(tokens[index].type, 0)
        if depth == 0:
            return index
    return len(tokens) - 1


def _plain(token: Token, styles: frozenset[str]) -> list[Element]:
    if token.type in ("softbreak", "hardbreak"):
        return [text_element("\n", styles)]
    if token.type == "code_inline":
        return [text_element(token.content, styles | {"code"})]
    if token.type == "image":
        label = token.content or "image"
        return link(_attribute(token, "src"), _titled(label, token), styles)
    return _with_addresses(token.content, styles)


def _link(token: Token, inside: Sequence[Token], styles: frozenset[str]) -> list[Element]:
    label = "".join("\n" if one.type.endswith("break") else one.content for one in inside)
    return link(_attribute(token, "href"), _titled(label, token), styles)


def link(url: str, label: str, styles: frozenset[str] = frozenset()) -> list[Element]:
    """Return a link, or where Slack takes none its label with the address as text."""
    if url.lower().startswith(SCHEMES) and len(url) <= MAX_URL_CHARS:
        element: Element = {"type": "link", "url": url}
        if label.strip():
            element["text"] = label
        return [element | ({"style": dict.fromkeys(sorted(styles), True)} if styles else {})]
    return [text_element(f"{label} ({url})" if url else label, styles)]


def _titled(label: str, token: Token) -> str:
    title = _attribute(token, "title")
    return f"{label} ({title})" if title else label


def _attribute(token: Token, name: str) -> str:
    return str(token.attrs.get(name, ""))


def _with_addresses(text: str, styles: frozenset[str]) -> list[Element]:
    """Return text with the bare addresses in it as links."""
    found: list[Element] = []
    at = 0
    for match in _ADDRESS.finditer(text):
        found.append(text_element(text[at : match.start()], styles))
        found += link(match[0], "", styles)
        at = match.end()
    return [*found, text_element(text[at:], styles)]
