import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.archive import ENTRIES, MANIFEST, Archive, Described, read, write
from knowledge.documents import Audience, Document, Shape
from knowledge.errors import UnreadableError
from knowledge.readers import files
from knowledge.readers.entries import entry

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HANDBOOK = b"# Handbook\n\n## Oven\n\nIt is lit at four.\n\n## Cellar\n\nRented out.\n"

# A byte order mark at a text's start is a sign of its encoding, and goes when it is read.
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"), max_size=400
)
described = {
    "audience": st.sampled_from([Audience.PUBLIC, Audience.STAFF]),
    "language": st.sampled_from(["", "en", "de", "pt"]),
    "valid_from": st.none() | st.dates(max_value=date(2026, 6, 1)),
    "valid_until": st.none() | st.dates(min_value=date(2026, 6, 1)),
    "note": texts.map(str.strip),
    "version": st.integers(1, 99),
    "approved": st.booleans(),
    "origin": texts,
}

FILES = Path(__file__).parents[2] / "integration/knowledge/readers/files"


def for_anybody(document: Document) -> st.SearchStrategy[Document]:
    """Return a document for its audience, or for chosen rooms."""
    rooms = replace(document, audience=Audience.ROOMS, rooms=("slack/C1", "discord/2"))
    return st.sampled_from([document, rooms])


@st.composite
def entries(draw: st.DrawFn) -> Document:
    words = texts.filter(str.strip)
    made = entry(
        question=draw(words),
        answer=draw(words),
        document_id=draw(texts.filter(lambda text: len(text) <= 200)),
        alternatives=draw(st.lists(words, max_size=3)),
        audience=Audience.PUBLIC,
        origin="",
    )
    (passage,) = made.passages
    passage = replace(passage, drafted=draw(st.none() | st.lists(words, max_size=3).map(tuple)))
    chosen = {name: draw(values) for name, values in described.items()}
    return draw(for_anybody(replace(made, passages=(passage,), **chosen)))


@st.composite
def other_documents(draw: st.DrawFn) -> Document:
    # As a person's files are called, and as files are that came from anywhere.
    name = draw(texts.map(lambda text: text.replace("/", " ")))
    name += draw(st.sampled_from([".md", ".MD", ".txt", ".csv", ".markdown"]))
    headings = "item,price\n" if name.endswith("csv") else "word\n"
    text = draw(st.sampled_from(["", headings, "# A\n\n## B\n\n"])) + draw(texts)
    try:
        (made,) = files.read(name, text.encode(), audience=Audience.PUBLIC, origin=name)
    except (UnreadableError, ValueError):
        return draw(other_documents())
    kept = {name: draw(values) for name, values in described.items() if name != "origin"}
    return draw(for_anybody(replace(made, **kept)))


def handbook(**changes: object) -> Document:
    (made,) = files.read("Handbook.md", HANDBOOK, audience=Audience.STAFF, origin="Handbook.md")
    return replace(made, **changes)


def archived(*documents: Document, **others: bytes) -> bytes:
    return write(Archive(AT, documents, others))


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(content: bytes, **changes: Callable[[bytes], bytes | None]) -> bytes:
    """Return the zip with files changed by name, dots written as __; None leaves one out."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, held in opened(content).items():
            change = changes.get(name.replace(".", "__").rpartition("/")[2])
            new = change(held) if change else held
            if new is not None:
                archive.writestr(name, new)
    return written.getvalue()


def manifest(**fields: object) -> Callable[[bytes], bytes]:
    return lambda held: json.dumps(json.loads(held) | fields).encode()


def in_first(**fields: object) -> Callable[[bytes], bytes]:
    def change(held: bytes) -> bytes:
        told = json.loads(held)
        told["documents"][0] |= fields
        return json.dumps(told).encode()

    return change


@pytest.mark.parametrize("name", ["leaflet.pdf", "rules.docx", "menu.xlsx"])
def test_what_was_understood_of_other_kinds_of_files_comes_back_equal(name: str):
    content = (FILES / name).read_bytes()
    documents = tuple(files.read(name, content, audience=Audience.PUBLIC, origin=name))
    assert read(archived(*documents)).documents == documents


@given(st.lists(entries() | other_documents(), max_size=6, unique_by=lambda each: each.document_id))
def test_documents_come_back_equal_with_passages_source_audience_and_approval(
    documents: list[Document],
):
    back = read(archived(*documents))
    assert {each.document_id: each for each in back.documents} == {
        each.document_id: each for each in documents
    }
    assert back.made_at == AT


@given(st.lists(texts.filter(lambda text: 0 < len(text) <= 200), max_size=8, unique=True))
@example(["字" * 200, "字" * 199])
def test_file_names_suit_every_system_whatever_the_ids_are(ids: list[str]):
    names = [
        name.removeprefix("documents/")
        for name in opened(archived(*(handbook(document_id=each, origin="") for each in ids)))
        if name.startswith("documents/")
    ]
    assert len({name.casefold() for name in names}) == len(ids)
    for name in names:
        assert re.fullmatch(r"[\w.-]+", name), name
        assert not name.startswith("."), name
        assert len(name.encode()) < 255
        assert name.endswith((".md", ".txt", ".csv", ".markdown")), name


@pytest.mark.parametrize("document_id", ["../../etc/passwd", "con.md", "NUL", "..", "C:\\x.md"])
def test_a_hostile_id_becomes_a_plain_name_in_the_folder(document_id: str):
    (name,) = (n for n in opened(archived(handbook(document_id=document_id))) if n.endswith(".md"))
    folder, _, file = name.partition("/")
    assert folder == "documents"
    assert "/" not in file
    assert "\\" not in file
    assert not file.startswith(".")
    assert file.split(".")[0].lower() not in {"con", "nul"}


def test_the_files_are_those_of_the_contract_and_the_business_s_own_texts():
    asked = entry(
        question="Is there parking?",
        answer="Two spaces – in the yard.",
        audience=Audience.PUBLIC,
        origin="faq.jsonl",
        document_id="parking",
        alternatives=["Where can I park?"],
        valid_until=date(2026, 12, 31),
    )
    asked = replace(asked, note="Ann counts them.")
    held = opened(archived(asked, handbook(), **{"README.txt": b"Read me."}))
    assert list(held) == ["README.txt", MANIFEST, ENTRIES, "documents/handbook.md"]
    assert held["documents/handbook.md"] == HANDBOOK
    line = json.loads(held[ENTRIES])
    assert line == {
        "id": "parking",
        "question": "Is there parking?",
        "answer": "Two spaces – in the yard.",
        "alternatives": ["Where can I park?"],
        "audience": "public",
        "origin": "faq.jsonl",
        "language": "",
        "valid_from": None,
        "valid_until": "2026-12-31",
        "approved": True,
        "note": "Ann counts them.",
        "version": 1,
    }
    assert "–".encode() in held[ENTRIES]
    (again,) = files.read("entries.jsonl", held[ENTRIES], audience=Audience.STAFF, origin="")
    assert again.passages == asked.passages


def test_the_same_documents_give_the_same_bytes_in_any_order():
    several = [handbook(), handbook(document_id="a.md", origin="a.md")]
    assert archived(*several) == archived(*reversed(several))


def test_a_text_of_another_kind_of_file_is_written_as_markdown():
    held = opened(archived(handbook(document_id="handbook.pdf", origin="Handbook.pdf")))
    assert "documents/handbook.pdf.md" in held


def test_every_field_of_a_document_is_carried():
    carried = {field.name for field in fields(Document)} - {"source", "passages"}
    assert carried == set(Described.model_fields) - {"file"}


def test_what_is_not_said_is_for_staff_and_approved():
    bare = json.dumps({"question": "Who has the key?", "answer": "Ann."}).encode()
    (made,) = read(repacked(archived(), entries__jsonl=lambda _: bare)).documents
    assert (made.audience, made.approved, made.document_id) == (
        Audience.STAFF,
        True,
        "who-has-the-key",
    )
    described = Described(document_id="a.md", title="a", shape=Shape.TEXT)
    assert described.audience is Audience.STAFF


def test_a_text_changed_by_hand_is_read_as_it_is_now():
    changed = repacked(
        archived(handbook()), handbook__md=lambda held: held + b"\n## Attic\n\nOwls."
    )
    (made,) = read(changed).documents
    assert made.passages[-1].text == "Owls."


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"manifest__json": lambda _: None}, "no export of Deskhand's"),
        ({"manifest__json": manifest(format="other")}, "no export of Deskhand's"),
        ({"manifest__json": lambda _: b"[]"}, "no export of Deskhand's"),
        ({"manifest__json": lambda _: b"{"}, "manifest.json is damaged"),
        ({"manifest__json": lambda _: b"[" * 100_000}, "manifest.json is damaged"),
        ({"manifest__json": manifest(version=2)}, "newer Deskhand: update this one"),
        ({"manifest__json": manifest(made_at="x")}, "made_at"),
        ({"manifest__json": in_first(audience="all")}, "audience"),
        ({"manifest__json": in_first(shape="entry")}, "write it into entries.jsonl"),
        ({"manifest__json": in_first(file="documents/x.md")}, "documents/x.md is missing"),
        ({"manifest__json": in_first(file="/etc/passwd")}, "/etc/passwd is missing"),
        ({"manifest__json": in_first(document_id="x" * 201)}, "document_id"),
        ({"entries__jsonl": lambda _: None}, "entries.jsonl is missing"),
        ({"entries__jsonl": lambda _: b"\n{"}, "Line 2 of entries.jsonl is not JSON"),
        ({"entries__jsonl": lambda _: b'{"question": "x"}'}, "the answer is missing"),
        (
            {"entries__jsonl": lambda _: b'{"question": "x", "answer": "y", "approved": "ok"}'},
            "approved",
        ),
        (
            {"entries__jsonl": lambda _: b'{"id": "handbook.md", "question": "x", "answer": "y"}'},
            "handbook.md is in it twice",
        ),
        ({"handbook__md": lambda _: b"\xff\xff"}, "documents/handbook.md is not text in UTF-8"),
        ({"handbook__md": lambda _: b" "}, "documents/handbook.md: The file is empty"),
    ],
    ids=range(19),
)
def test_what_cannot_be_read_is_told_with_its_place(
    changes: dict[str, Callable[[bytes], bytes | None]], told: str
):
    with pytest.raises(UnreadableError) as refused:
        read(repacked(archived(handbook()), **changes))
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
