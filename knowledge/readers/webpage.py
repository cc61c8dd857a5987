"""Web pages: what a visitor reads of one, without what leads about and decorates."""

import re

from bs4 import BeautifulSoup
from bs4.element import Tag
from markdownify import ATX, MarkdownConverter

from knowledge.errors import UnreadableError
from knowledge.readers import markup
from knowledge.readers.content import Content

MAX_BYTES = 5_000_000  # the parser takes about 100 bytes of memory for each
MAX_SPAN = 200
LONG_CHARS = 200

_NOT_READ = (
    "nav, script, style, noscript, template, svg, math, iframe, object, embed, canvas, audio,"
    "video, img, input, select, textarea, [hidden], [role=navigation], [role=search], [role=menu],"
    "[aria-hidden=true], [style*='display:none'], [style*='display: none']"
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LAYOUT = (*_HEADINGS, "table", "form")
_NUMBER = re.compile(r"[\d.,\s%€$£+-]*\d[\d.,\s%€$£+-]*")


def read(content: bytes) -> Content:
    """Return a page's text under its headings, with its lists and tables.

    Raises:
        UnreadableError: It is over MAX_BYTES.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableError("The page is over {most} MB: split it.", most=MAX_BYTES // 1_000_000)
    soup = BeautifulSoup(content, "html.parser")
    title = markup.one_line(soup.title.get_text()) if soup.title else ""
    return Content(source=markdown(soup), title=title)


def markdown(soup: BeautifulSoup) -> str:
    """Return a parsed page as Markdown."""
    _leave_out(soup)
    for table in soup.find_all("table"):
        if _is_layout(table):
            _unwrap(table)
    for each in soup.find_all("dl"):
        _tell_apart(each)
    text = _Converter(heading_style=ATX, bullets="-").convert_soup(soup)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _leave_out(soup: BeautifulSoup) -> None:
    for part in soup.select(f"head, {_NOT_READ}"):
        part.extract()
    for button in soup.find_all("button"):
        if button.find_parent([*_HEADINGS, "summary", "dt"]) is None:
            button.extract()
    for each in soup.find_all(["ul", "ol"]):
        if _leads_about(each):
            each.extract()


class _Converter(MarkdownConverter):
    """Markdown without decoration: passages are read by people, models and platforms alike."""

    def escape(self, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return text

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        target = str(el.get("href", ""))
        if not text.strip() or not target.startswith(("http://", "https://", "mailto:", "tel:")):
            return text
        shown = markup.one_line(text)
        bare = target.partition(":")[2].strip("/")
        if "_inline" in parent_tags or shown == target or shown.strip("/") == bare:
            return text
        return f"[{shown}]({target})"

    def convert_summary(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return f"\n\n{markup.heading(_level_below(el), text)}\n\n"

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        grid = _grid(el)
        caption = el.find("caption")
        above = markup.paragraph(caption.get_text(" ")) if caption else ""
        if not grid:
            return above
        headings, rows = (grid[0], grid[1:]) if _has_headings(el, grid) else ([], grid)
        return f"\n\n{above}\n\n{markup.table(headings, rows)}\n\n"

    def _as_it_is(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return text

    convert_b = convert_strong = convert_i = convert_em = _as_it_is
    convert_del = convert_s = convert_code = convert_kbd = convert_samp = _as_it_is


def _leads_about(part: Tag) -> bool:
    """Return whether a list is nothing but links to other places of the same page."""
    links = part.find_all("a")
    return (
        len(links) > 1
        and all(str(link.get("href", "")).startswith("#") for link in links)
        and markup.one_line(part.get_text(" "))
        == markup.one_line(" ".join(link.get_text(" ") for link in links))
    )


def _is_layout(table: Tag) -> bool:
    """Return whether a table only places things on the page."""
    if table.get("role") in ("presentation", "none") or table.find(_LAYOUT):
        return True
    return all(len(row.find_all(["td", "th"])) < 2 for row in table.find_all("tr"))


def _unwrap(table: Tag) -> None:
    for part in table.find_all(["tr", "td", "th", "tbody", "thead", "tfoot", "caption"]):
        if part.find_parent("table") is table:
            part.name = "div"
    table.name = "div"


def _tell_apart(pairs: Tag) -> None:
    """Make a list of terms sections where they are questions, and a plain list otherwise."""
    terms = pairs.find_all("dt")
    told = pairs.find_all("dd")
    as_sections = any(term.get_text().strip().endswith("?") for term in terms) or any(
        len(each.get_text()) > LONG_CHARS for each in told
    )
    if as_sections:
        for term in terms:
            term.name = "summary"
        for each in told:
            each.name = "div"
        pairs.name = "div"
        return
    for term in terms:
        following = term.find_next_sibling()
        term.name = "li"
        if isinstance(following, Tag) and following.name == "dd":
            term.append(f": {markup.one_line(following.get_text(' '))}")
            following.decompose()
    for each in pairs.find_all("dd"):
        each.name = "li"
    pairs.name = "ul"


def _level_below(el: Tag) -> int:
    above = el.find_previous(_HEADINGS)
    return int(above.name[1]) + 1 if isinstance(above, Tag) else 2


def _grid(table: Tag) -> list[list[str]]:
    """Return a table's cells by row; one that spans several stands in each of them."""
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # by column: rows left, and the words
    for row in table.find_all("tr"):
        line: list[str] = []
        for cell in row.find_all(["td", "th"]):
            _fill(line, below)
            words = markup.one_line(cell.get_text(" "))
            rows = _span(cell, "rowspan")
            for _ in range(_span(cell, "colspan")):
                if rows > 1:
                    below[len(line)] = (rows - 1, words)
                line.append(words)
        _fill(line, below)
        if any(line):
            grid.append(line)
    return grid


def _fill(line: list[str], below: dict[int, tuple[int, str]]) -> None:
    while len(line) in below:
        left, words = below.pop(len(line))
        if left > 1:
            below[len(line)] = (left - 1, words)
        line.append(words)


def _span(cell: Tag, name: str) -> int:
    told = str(cell.get(name, "1"))
    return max(1, min(MAX_SPAN, int(told))) if told.isascii() and told.isdecimal() else 1


def _has_headings(table: Tag, grid: list[list[str]]) -> bool:
    first = table.find("tr")
    if isinstance(first, Tag) and (first.find_parent("thead") or not first.find("td")):
        return True
    if table.find("th"):
        return False  # they name the rows then
    return len(grid) > 1 and all(cell and not _NUMBER.fullmatch(cell) for cell in grid[0])
