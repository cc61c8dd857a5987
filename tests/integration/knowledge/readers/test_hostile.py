"""Damaged, locked, empty, huge, packed and wrongly named files: one sentence each."""

import io
import re
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents import Audience
from knowledge.errors import UnreadableError
from knowledge.readers import apart, child
from knowledge.readers.files import MAX_BYTES, read
from knowledge.readers.kinds import ENDINGS, Kind

FILES = Path(__file__).with_name("files")
PDF = (FILES / "leaflet.pdf").read_bytes()
WORD = (FILES / "rules.docx").read_bytes()
WORKBOOK = (FILES / "menu.xlsx").read_bytes()
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BOMB_BYTES = 200_000_000


def archive(**parts: str | bytes) -> bytes:
    """A zip file of these parts, "__" in a name for "/"."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(f"{name.replace('__', '/')}.xml", content)
    return packed.getvalue()


def changed(office: bytes, part: str, content: Callable[[bytes], bytes]) -> bytes:
    """An Office file with one of its parts changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(office)) as old, zipfile.ZipFile(packed, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, content(old.read(name)) if name == part else old.read(name))
    return packed.getvalue()


def lying_archive() -> bytes:
    """A part that says that it is small and unpacks to much more."""
    made = archive(word__document="x" * 1_000_000)
    size, small = (1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    return made.replace(size, small)


def entities(_: bytes) -> bytes:
    """An XML bomb."""
    ten = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY e0 "lol">{ten}]><x>&e9;</x>'.encode()


def pages(
    count: int, content: bytes = b"BT /F1 12 Tf 72 700 Td (Hello) Tj ET", how: str = ""
) -> bytes:
    """A PDF of many pages with the same content."""
    kids = " ".join(f"{number} 0 R" for number in range(5, 5 + count))
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 3 0 R>>>>>>"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {count}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), how.encode(), content),
        *[page] * count,
        b"<</Length 2/Filter/Nonsense>>stream\nBT\nendstream",  # no page's own
    ]
    body = b"%PDF-1.4\n"
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, each)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        body
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
            f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
        ).encode()
    )


def unpacking_pdf() -> bytes:
    """A PDF of some kilobytes whose one page unpacks to 2,000 million bytes."""
    packer = zlib.compressobj(9)
    piece, times = bytes(10_000_000), 200
    begun = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    # What follows a full flush knows nothing of what was before, so the same may come again; of
    # nothing but zeros, Adler's sums (RFC 1950) are 1 and the count.
    head, again = begun[:2], begun[2:] * times
    total = (len(piece) * times % 65_521 << 16 | 1).to_bytes(4, "big")
    once = head + again + zlib.compressobj(wbits=-15).flush() + total
    return pages(1, zlib.compress(once, 9), "/Filter[/FlateDecode/FlateDecode]")


def bomb() -> bytes:
    return archive(word__document=bytes(BOMB_BYTES))


def many_parts() -> bytes:
    return archive(word__document="<a/>", **dict.fromkeys(map(str, range(5000)), ""))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"", "empty"),
        ("a.docx", b"  \n", "empty"),
        ("a.html", b"<html><nav>Home</nav></html>", "empty"),
        ("a.pdf", b"x" * (MAX_BYTES + 1), "over 20 MB: split it"),
        ("a.pdf", WORD, "the file is a Word document: let its name end in .docx"),
        ("a.docx", PDF, "the file is a PDF: let its name end in .pdf"),
        ("a.csv", WORKBOOK, "the file is an Excel workbook: let its name end in .xlsx"),
        ("a.docx", b"<!DOCTYPE html><p>Hi", "the file is a web page: let its name end in .html"),
        ("a.xlsx", archive(readme="x"), "the file is an archive: save it as .xlsx anew"),
        ("a.docx", OLD_OFFICE, "an Office file of the old form: save it as .docx anew"),
        ("a.md", b"\x89PNG\r\n", "the file is a picture"),
        ("a.xlsx", b"item,price\n", "not an Excel workbook, or is damaged from its beginning"),
        ("a.doc", OLD_OFFICE, "Files ending in .doc cannot be read: save it as .docx"),
        ("a.odt", WORD, "save it as .docx"),
        ("a.jpg", b"\xff\xd8\xff", "save it as .pdf"),
        ("a.pdf", (FILES / "locked.pdf").read_bytes(), "locked with a password"),
        ("a.xlsx", OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        ("a.pdf", PDF[: len(PDF) // 2], "The file"),
        ("a.docx", WORD[: len(WORD) // 2], "The file is damaged"),
        ("a.xlsx", WORKBOOK.replace(b"xl/worksheets", b"xl/wrongsheets"), "The file is damaged"),
        ("a.docx", archive(word__document="<w:document>"), "The file is damaged"),
        ("a.docx", archive(word__document="<nothing/>"), "The file is damaged"),
        ("a.docx", bomb, "unpacks to more than 150 MB"),
        ("a.docx", many_parts, "5000 parts"),
        ("a.docx", lying_archive(), "The file is damaged"),
        ("a.docx", changed(WORD, "word/document.xml", entities), "XML that no Office program"),
        (
            "a.xlsx",
            changed(WORKBOOK, "xl/sharedStrings.xml", entities),
            "XML that no Office program",
        ),
        (
            "a.xlsx",
            changed(
                WORKBOOK,
                "xl/worksheets/sheet1.xml",
                lambda xml: xml.replace(b'r="C8"', b'r="XFD1048576"'),
            ),
            "Sheet Menu reaches to row",
        ),
        ("a.pdf", partial(pages, 1000), "has 1000 pages: 300 is the most, so split it"),
        ("a.pdf", pages(1, b""), "empty"),
        ("a.pdf", unpacking_pdf, "too much memory"),
        ("a.html", b"<div>" * 100_000, "The file"),
        ("a.html", b"<p>x" * 1_500_000, "over 5 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_said_in_one_sentence(
    name: str, content: bytes | Callable[[], bytes], said: str
):
    """What takes long to make is made here: every worker collects every test."""
    content = content() if callable(content) else content
    with pytest.raises(UnreadableError) as refused:
        read(name, content, audience=Audience.STAFF, origin=name)
    assert said in str(refused.value)
    assert re.fullmatch(r"[A-Z][^\n]{10,250}\.", str(refused.value))


def test_running_titles_and_page_numbers_are_left_out():
    lines = ((820, "Linde, May 2026"), (500, "We bake at four."), (20, "Page 3 of 4"))
    content = "".join(f"BT /F1 10 Tf 72 {y} Td ({words}) Tj ET\n" for y, words in lines)
    [document] = read("a.pdf", pages(4, content.encode()), audience=Audience.STAFF, origin="a")
    assert document.source == "\n\n".join(["We bake at four."] * 4) + "\n"
    [document] = read("a.pdf", pages(1, content.encode()), audience=Audience.STAFF, origin="a")
    assert document.source == "Linde, May 2026\n\nWe bake at four.\n"


def test_a_file_of_pictures_alone_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UnreadableError, match=r"^Page 1 is a picture without text: install"):
        read("a.pdf", (FILES / "photo.pdf").read_bytes(), audience=Audience.STAFF, origin="a")


def test_a_damaged_page_is_named_and_the_others_are_read():
    many = pages(3).replace(b"/Contents 4 0 R", b"/Contents 8 0 R", 1)
    reading = read("a.pdf", many, audience=Audience.STAFF, origin="a")
    assert reading.notes == ("Page 1 is damaged and was left out.",)
    assert reading.documents[0].source.count("Hello") == 2


def living(mark: str) -> list[psutil.Process]:
    """Return the processes with an argument; one that has ended and nobody buried is none."""
    return [
        each
        for each in psutil.process_iter(["cmdline", "status"])
        if mark in (each.info["cmdline"] or []) and each.info["status"] != psutil.STATUS_ZOMBIE
    ]


def test_a_reader_that_takes_too_long_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # No other process of this machine sleeps just as long.
    seconds = f"600.{uuid4().int}"
    slow = tmp_path / "tesseract"
    slow.write_text(
        f"#!/bin/sh\ncase $1 in --list-langs) echo; echo eng;; *) exec sleep {seconds};; esac\n"
    )
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(UnreadableError, match="not read within 3 seconds"):
        apart.understand(Kind.PDF, (FILES / "scanned.pdf").read_bytes(), wait_s=3.0)
    # What is killed may take a moment to end.
    for _ in range(500):
        if not living(seconds):
            break
        time.sleep(0.01)
    assert living(seconds) == []


@pytest.mark.parametrize(
    ("signal", "said"), [("SEGV", "broke its reader"), ("KILL", "too long or too much memory")]
)
def test_a_reader_that_dies_is_told_in_one_sentence(
    signal: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    deadly = tmp_path / "tesseract"
    deadly.write_text(f"#!/bin/sh\nkill -{signal} $PPID\n")
    deadly.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(UnreadableError, match=said):
        apart.understand(Kind.PDF, (FILES / "photo.pdf").read_bytes())


def test_a_reader_sees_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    told = tmp_path / "told"
    spy = tmp_path / "tesseract"
    spy.write_text(f"#!/bin/sh\nenv > {told}\n")
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    read("a.pdf", (FILES / "scanned.pdf").read_bytes(), audience=Audience.STAFF, origin="a")
    assert "PATH=" in told.read_text()
    assert "secret" not in told.read_text()


STARTS = {
    Kind.PDF: b"%PDF-1.7\n",
    Kind.WORD: b"PK\x03\x04word/document",
    Kind.WORKBOOK: b"PK\x03\x04xl/workbook",
}
REAL = {
    ".pdf": PDF,
    ".docx": WORD,
    ".xlsx": WORKBOOK,
    ".html": (FILES / "bakery" / "price-list.html").read_bytes(),
}


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=25, deadline=None)
@given(noise=st.binary(max_size=400))
def test_noise_of_any_kind_is_read_or_refused_in_words(ending: str, noise: bytes):
    kind = ENDINGS[ending]
    if kind in (Kind.JSON_LINES, Kind.CSV, Kind.TEXT, Kind.MARKDOWN):
        with suppress(UnreadableError):
            read(f"a{ending}", noise, audience=Audience.STAFF, origin="a")
        return
    answer = child.answer(kind, STARTS.get(kind, b"") + noise)
    assert answer.get("content") or answer["error"]


@pytest.mark.parametrize("ending", REAL)
@settings(max_examples=10, deadline=None)
@given(wrong=st.dictionaries(st.floats(0, 0.999), st.integers(0, 255), min_size=1, max_size=30))
def test_a_file_with_wrong_bytes_is_read_or_refused_in_words(ending: str, wrong: dict[float, int]):
    content = bytearray(REAL[ending])
    for place, byte in wrong.items():
        content[int(place * len(content))] = byte
    answer = child.answer(ENDINGS[ending], bytes(content))
    assert answer.get("content") or answer["error"]


def test_noise_that_looks_like_a_kind_is_refused_by_the_whole_way_in():
    for kind, start in STARTS.items():
        name = next(f"a{ending}" for ending, of in ENDINGS.items() if of is kind)
        with pytest.raises(UnreadableError):
            read(name, start + bytes(range(256)), audience=Audience.STAFF, origin=name)
