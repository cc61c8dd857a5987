"""Word documents: mammoth makes them web pages by the meaning of their styles."""

import io
import re
import zipfile

import mammoth
from bs4 import BeautifulSoup

from knowledge.readers import archive, webpage
from knowledge.readers.content import Content

# Word's names of styles are English inside whatever language it speaks.
_STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        *(f"p[style-name='heading {n}'] => h{n + 1}:fresh" for n in range(1, 6)),
        *(f"p[style-name='Heading {n}'] => h{n + 1}:fresh" for n in range(1, 6)),
    ]
)
_DRAWN = re.compile(rb"<c:chart[ />]|<dgm:relIds[ />]")


def read(content: bytes) -> Content:
    """Return a document's text under its headings, with its lists and tables.

    Raises:
        UnreadableError: See `archive.check`.
    """
    archive.check(content)
    pictures: list[object] = []

    def leave_out(picture: object) -> list[object]:
        pictures.append(picture)
        return []

    html = mammoth.convert_to_html(
        io.BytesIO(content), style_map=_STYLES, convert_image=leave_out
    ).value
    if "<h1>" not in html:
        html = re.sub(r"(</?h)([2-6])>", lambda tag: f"{tag[1]}{int(tag[2]) - 1}>", html)
    source = webpage.markdown(BeautifulSoup(html, "html.parser"))
    return Content(source=source, notes=_notes(content, len(pictures)))


def _notes(content: bytes, pictures: int) -> tuple[str, ...]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        charts = sum(
            len(_DRAWN.findall(parts.read(name)))
            for name in parts.namelist()
            if name == "word/document.xml"
        )
    notes = []
    if pictures:
        notes.append(f"Pictures in it: {pictures}; words in them were not read.")
    if charts:
        notes.append(f"Charts and diagrams in it: {charts}; they were not read.")
    return tuple(notes)
