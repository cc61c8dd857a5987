"""Answers are Markdown: shown as people mean it, with nothing in it that acts."""

from markdown_it import MarkdownIt
from markupsafe import Markup

# CommonMark without HTML and pictures: a picture would be fetched from wherever a text says.
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


def block(text: str) -> Markup:
    """Return a text's paragraphs, lists and quotes as HTML; its own HTML is shown as text."""
    return Markup(_READER.render(text))  # noqa: S704 - escaped by the reader, HTML switched off


def line(text: str) -> Markup:
    """Return one sentence as HTML, such as one that names a command in backticks."""
    return Markup(_READER.renderInline(text))  # noqa: S704 - as above
