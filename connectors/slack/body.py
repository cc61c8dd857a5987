"""A whole Markdown text as the parts of one rich text block."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from connectors.slack import inline
from connectors.slack.tables import grid

Part = dict[str, Any]

MAX_INDENT = 5  # Deeper lists cannot be told apart on a phone.
MAX_NESTING = 60  # The parser drops what lies deeper; quotes in quotes in quotes end here.

_BOLD = frozenset({"bold"})


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    # Definitions of references vanish from what is shown; HTML is text.
    parser.disable(["reference", "html_block", "html_inline"])
    return parser.enable(["table", "strikethrough"])


_PARSER = _parser()


def rich_elements(markdown: str) -> list[Part]:
    """Return sections, lists, quotes and code in order; [] where nothing can be told apart.

    Text nested deeper than the parser goes comes back as [], too: nothing may be lost.
    """
    # As the parser sees lines: it counts all three ends of a line.
    markdown = markdown.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    tokens = _PARSER.parse(markdown)
    if any(token.level >= MAX_NESTING - 2 for token in tokens):
        return []
    writer = _Writer(markdown.split("\n"))
    writer.write(tokens)
    return writer.finished()


@dataclass(slots=True)
class _List:
    ordered: bool
    number: int


@dataclass(slots=True)
class _Writer:
    """Collects parts while it walks over the parser's tokens."""

    lines: list[str]
    parts: list[Part] = field(default_factory=list)
    _lists: list[_List] = field(default_factory=list)
    _quotes: int = 0
    _bold: bool = False
    _fresh: bool = False

    def write(self, tokens: Sequence[Token]) -> None:
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.type == "table_open":
                end = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
                self._code(self._table(tokens[at:end]))
                at = end
            else:
                self._one(token)
            at += 1

    def _table(self, tokens: Sequence[Token]) -> str:
        """Return a table in columns, or as it was written where the parser drops cells of it."""
        start, end = tokens[0].map or (0, 0)
        written = "\n".join(self.lines[start:end])
        shown = grid(tokens)
        lost = Counter(filter(str.isalnum, written)) - Counter(filter(str.isalnum, shown))
        return written if lost else shown

    def finished(self) -> list[Part]:
        """Return the parts, with an empty line wherever two would touch."""
        found: list[Part] = []
        for part in self.parts:
            last = found[-1] if found else None
            if last and part["type"] == last["type"] == "rich_text_section":
                gap = inline.text_element("\n\n")
                last["elements"] = inline.joined([*last["elements"], gap, *part["elements"]])
            elif last and part["type"] == last["type"] == "rich_text_quote":
                gap = inline.text_element("\n")
                last["elements"] = inline.joined([*last["elements"], gap, *part["elements"]])
            else:
                found.append(part)
        for part, following in pairwise(found):
            if part["type"] == "rich_text_section" and following["type"] != part["type"]:
                part["elements"] = inline.joined([*part["elements"], inline.text_element("\n")])
        return found

    def _one(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                start = int(token.attrs.get("start", 1))
                self._lists.append(_List(token.type.startswith("ordered"), start - 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._lists[-1].number += 1
                self._fresh = True
            case "blockquote_open" | "blockquote_close":
                self._quotes += token.nesting
            case "heading_open" | "heading_close":
                self._bold = token.nesting > 0
            case "fence" | "code_block":
                self._code(_code(token))
            case "hr":
                self._text([inline.text_element("———")])
            case "inline":
                base = _BOLD if self._bold else frozenset()
                self._text(inline.elements(token.children or (), base))

    def _text(self, elements: list[Part]) -> None:
        if not elements:
            return
        if self._lists:
            self._item(elements)
        elif self._quotes:
            self.parts.append({"type": "rich_text_quote", "elements": elements})
        else:
            self.parts.append({"type": "rich_text_section", "elements": elements})

    def _item(self, elements: list[Part]) -> None:
        """Put text into the list it stands in: as a new item, or below the one before."""
        place = self._lists[-1]
        section: Part = {"type": "rich_text_section", "elements": elements}
        last = self.parts[-1] if self.parts else None
        wanted = self._list(place)
        same = last is not None and all(
            last.get(key) == wanted[key] for key in ("type", "style", "indent")
        )
        if last is not None and same and not self._fresh:
            item = last["elements"][-1]
            gap = inline.text_element("\n")
            item["elements"] = inline.joined([*item["elements"], gap, *elements])
        elif last is not None and same and self._follows(last, place):
            last["elements"].append(section)
        else:
            self.parts.append(wanted | {"elements": [section]})
        self._fresh = False

    def _list(self, place: _List) -> Part:
        part: Part = {
            "type": "rich_text_list",
            "style": "ordered" if place.ordered else "bullet",
            "indent": min(len(self._lists) - 1, MAX_INDENT),
        }
        # Slack counts from the offset; a negative one is refused.
        return part | ({"offset": max(place.number - 1, 0)} if place.ordered else {})

    def _follows(self, last: Part, place: _List) -> bool:
        """Tell whether an item's number is the next one of a list."""
        next_number = 1 + int(last.get("offset", 0)) + len(last["elements"])
        return not place.ordered or next_number == place.number

    def _code(self, text: str) -> None:
        if text.strip():
            element = inline.text_element(text)
            self.parts.append({"type": "rich_text_preformatted", "elements": [element]})
        self._fresh = self._fresh and not text.strip()


def _code(token: Token) -> str:
    """Return a code block's text; words after its fence that name no language are kept."""
    info = token.info.strip()
    text = token.content.removesuffix("\n")
    if info and (" " in info or not text.strip()):
        return f"{info}\n{text}" if text.strip() else info
    return text
