"""PDFs: each page's lines and tables, or what tesseract makes of its picture."""

import io
import re
import time
from collections import Counter
from collections.abc import Sequence

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from knowledge.errors import UnreadableError
from knowledge.readers import pdf_page, pdf_text
from knowledge.readers.content import Content
from knowledge.readers.pdf_page import TextLine
from knowledge.readers.pictures import Pictures

MAX_PAGES = 300
READING_S = 80.0  # less than the process is given, so that the sentence says how far it came
# A line that stands at the edge of most pages says where one is, and nothing else.
EDGE = 0.09
MIN_REPEATS = 3
_PAGE_NUMBER = re.compile(r"\W*(\w+ )?\d{1,3}( ?(/|\w+) ?\d{1,3})?\W*")
_NUMBER = "#"


def read(content: bytes) -> Content:
    """Return a PDF's text; pages that hold none are read by tesseract where it is installed.

    Raises:
        UnreadableError: It is locked, has too many pages or none with words.
    """
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            return _read(pdf, content)
    except PdfminerException as error:
        if isinstance(error.args[0], PDFPasswordIncorrect):
            raise UnreadableError(
                "The file is locked with a password: save it without one and add that."
            ) from error
        raise


def _read(pdf: PDF, content: bytes) -> Content:
    count = len(pdf.pages)
    if count > MAX_PAGES:
        raise UnreadableError(f"The file has {count} pages: {MAX_PAGES} is the most, so split it.")
    pictures = Pictures(content)
    began = time.monotonic()
    pages: list[Sequence[pdf_text.Part]] = []
    damaged: list[str] = []
    for number, page in enumerate(pdf.pages):
        if time.monotonic() - began > READING_S:
            raise UnreadableError(
                f"Only {number} of its {count} pages were read in time: split the file."
            )
        try:
            pages.append(_parts(page, pictures))
        except PdfminerException as error:
            if isinstance(error.args[0], MemoryError):
                raise error.args[0] from error
            pages.append([])
            damaged.append(f"Page {number + 1} is damaged and was left out.")
        page.close()
    source = pdf_text.markdown(_without_edges(pages, [float(page.height) for page in pdf.pages]))
    return Content(source=source, notes=(*pictures.notes(), *damaged))


def _parts(page: Page, pictures: Pictures) -> Sequence[pdf_text.Part]:
    if page.chars and not pdf_page.is_unreadable(page):
        return pdf_page.parts(page)
    if page.chars or page.images:
        return pictures.read(page.page_number)
    return []  # an empty page


def _without_edges(
    pages: Sequence[Sequence[pdf_text.Part]], heights: Sequence[float]
) -> list[list[pdf_text.Part]]:
    """Return pages without the running titles and page numbers at their edges."""
    marked = [
        [(_edge(part, height), part) for part in page]
        for page, height in zip(pages, heights, strict=True)
    ]
    repeats = Counter(found for page in marked for found in {found for found, _ in page if found})
    least = max(MIN_REPEATS, len(pages) // 2)
    return [
        [part for found, part in page if repeats[found] < least and found != _NUMBER]
        for page in marked
    ]


def _edge(part: pdf_text.Part, height: float) -> str:
    """Return what a line at the edge has in common with those of other pages; "" elsewhere."""
    if not isinstance(part, TextLine) or EDGE * height < part.top < (1 - EDGE) * height:
        return ""
    return _NUMBER if _PAGE_NUMBER.fullmatch(part.text) else re.sub(r"\d+", "#", part.text)
