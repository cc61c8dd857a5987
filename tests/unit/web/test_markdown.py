from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.web import markdown

# What CommonMark makes without HTML and pictures.
TAGS = {
    "p", "br", "hr", "em", "strong", "code", "pre", "a", "ul", "ol", "li", "blockquote",
    "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
ATTRIBUTES = {"href", "title", "start", "class"}
PIECES = st.sampled_from(
    ["<", ">", "script", "img", " src=x", " onerror=x", "[a](", "javascript:", "data:text/html,",
     ")", "](", "![", "`", "```", "\n", "> ", "- ", "&lt;", "&#106;", '"', "'", "/", "<!--", "x"]
)  # fmt: skip


class Seen(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
@settings(deadline=None)
def test_no_text_becomes_anything_that_acts(text: str):
    for html in (markdown.block(text), markdown.line(text)):
        for tag, attributes in Seen(str(html)).tags:
            assert tag in TAGS
            assert attributes.keys() <= ATTRIBUTES
            address = (attributes.get("href") or "").strip().lower()
            assert not address.startswith(("javascript:", "data:", "vbscript:", "file:"))


def test_bold_quotes_and_line_breaks_are_shown_as_meant():
    html = markdown.block("**Bread**\n> 3 euros\n\none\ntwo")
    assert "<strong>Bread</strong>" in html
    assert "<blockquote>" in html
    assert "one<br />" in html


def test_a_command_in_backticks_stands_out():
    assert markdown.line("run `ollama serve`") == "run <code>ollama serve</code>"
