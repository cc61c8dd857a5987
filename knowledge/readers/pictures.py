"""Pages that are pictures: read by the program tesseract where it is installed."""

import io
import shutil
import subprocess
import time
from itertools import pairwise

import pypdfium2

from knowledge.readers import markup

RESOLUTION = 200 / 72  # dots a point; below 200 an inch tesseract reads small print badly
MAX_DOTS = 16_000_000  # a page of A4 has 4 million
PAGE_S = 20.0
ALL_PAGES_S = 60.0
MAX_LANGUAGES = 4  # each makes a page slower
_NO_LANGUAGES = frozenset({"osd", "equ", "snum"})


class Pictures:
    """Reads a PDF's pages as pictures and keeps account of those that it could not."""

    def __init__(self, content: bytes) -> None:
        """Read pages of this PDF."""
        self._content = content
        self._program = shutil.which("tesseract")
        self._languages = _languages(self._program) if self._program else ""
        self._left_s = ALL_PAGES_S
        self._recognised: list[int] = []
        self._late: list[int] = []
        self._wordless: list[int] = []
        self._missing: list[int] = []

    def read(self, page: int) -> list[str]:
        """Return a page's paragraphs; pages count from 1."""
        if not self._program or not self._languages:
            self._missing.append(page)
            return []
        if self._left_s <= 0:
            self._late.append(page)
            return []
        began = time.monotonic()
        try:
            text = self._recognise(page)
        except subprocess.SubprocessError:
            self._late.append(page)
            return []
        finally:
            self._left_s -= time.monotonic() - began
        paragraphs = [markup.paragraph(each) for each in text.split("\n\n")]
        found = [each for each in paragraphs if each]
        (self._recognised if found else self._wordless).append(page)
        return found

    def notes(self) -> tuple[str, ...]:
        """Return what people must know of these pages, a sentence each."""
        told = (
            (self._recognised, "read by its looks: check what was understood"),
            (self._wordless, "without words that could be read"),
            (self._late, "not read in time: add them as a file of their own"),
            (
                self._missing,
                "without text: install the program tesseract-ocr here, or add a text of it",
            ),
        )
        return tuple(_sentence(pages, what) for pages, what in told if pages)

    def _recognise(self, page: int) -> str:
        given = [str(self._program), "stdin", "stdout", "-l", self._languages]
        done = subprocess.run(  # noqa: S603 - a fixed program and arguments; the picture is input
            given, input=self._drawn(page), capture_output=True, timeout=PAGE_S, check=True
        )
        return done.stdout.decode(errors="replace")

    def _drawn(self, page: int) -> bytes:
        with pypdfium2.PdfDocument(self._content) as pdf:
            width, height = pdf[page - 1].get_size()
            scale = min(RESOLUTION, (MAX_DOTS / max(1.0, width * height)) ** 0.5)
            picture = io.BytesIO()
            pdf[page - 1].render(scale=scale, grayscale=True).to_pil().save(picture, "PNG")
        return picture.getvalue()


def _languages(program: str) -> str:
    listed = subprocess.run(  # noqa: S603
        [program, "--list-langs"], capture_output=True, timeout=PAGE_S, check=False
    )
    names = listed.stdout.decode(errors="replace").splitlines()[1:]
    return "+".join([name for name in names if name not in _NO_LANGUAGES][:MAX_LANGUAGES])


def _sentence(pages: list[int], what: str) -> str:
    """Return "Page 3 is a picture …" or "Pages 3 to 5 and 8 are pictures …"."""
    if len(pages) == 1:
        return f"Page {pages[0]} is a picture {what}."
    breaks = [(a, b) for a, b in pairwise(pages) if b != a + 1]
    starts, ends = [pages[0], *(b for _, b in breaks)], [*(a for a, _ in breaks), pages[-1]]
    runs = [str(a) if a == b else f"{a} to {b}" for a, b in zip(starts, ends, strict=True)]
    listed = " and ".join([", ".join(runs[:-1]), runs[-1]] if len(runs) > 1 else runs)
    return f"Pages {listed} are pictures {what}."
