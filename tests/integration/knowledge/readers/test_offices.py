"""The offices' own files, made by LibreOffice and pandoc: see files/README.md."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document
from knowledge.readers.files import read
from knowledge.worker import Worker
from tests.fakes.catalog import MemoryCatalog
from tests.fakes.embedder import RememberingEmbedder

FILES = Path(__file__).with_name("files")
OFFICES = ("bakery", "clinic", "law-office")
# An office's question, and what stands in the passage that answers it.
ASKED = [
    ("bakery", "what time do the baguettes come out in the afternoon", "15:30"),
    ("bakery", "how much for a kilo of rye", "6.6"),
    ("bakery", "how long can the cream cake stand outside the fridge", "90 minutes"),
    ("bakery", "what does a cinnamon knot cost", "3.4"),
    ("clinic", "wifi password?", "Riverside-Guest"),
    ("clinic", "is the pharmacy next to you open at 7", "6:00 pm"),
    ("clinic", "how much is a shingles vaccine without insurance", "215"),
    ("law-office", "when do I have to pay the bill", "21 days"),
    ("law-office", "how much is a single will", "240"),
    ("law-office", "how early must I be at court", "45 minutes"),
]


# Reading all three takes half a minute of a core.
@pytest.mark.parametrize(
    "offices", [OFFICES[:1], pytest.param(OFFICES, marks=pytest.mark.long)], ids=["one", "all"]
)
@pytest.mark.parametrize(
    "ending",
    [
        "md",
        *(pytest.param(each, marks=pytest.mark.long) for each in ("pdf", "html", "docx", "xlsx")),
    ],
)
async def test_the_same_questions_find_the_same_facts_in_every_kind(
    ending: str, offices: tuple[str, ...], tmp_path: Path
):
    worker = Worker()
    base = KnowledgeBase(MemoryCatalog(), RememberingEmbedder(worker), worker, tmp_path)
    await base.start()
    for office in offices:
        for name in ("handbook", "price-list"):
            kind = "csv" if (ending, name) == ("md", "price-list") else ending
            content = (FILES / office / f"{name}.{kind}").read_bytes()
            given = f"{office} {name}.{kind}"
            await base.add(read(given, content, audience=Audience.PUBLIC, origin=given))
    missed = []
    for office, question, fact in (each for each in ASKED if each[0] in offices):
        findings = await base.search(
            question, audiences=frozenset(Audience), today=date(2026, 11, 25), limit=3
        )
        found = [hit for hit in findings.hits if hit.document_id.startswith(office)]
        if not any(fact in hit.passage.text for hit in found):
            missed.append((question, [hit.passage.text for hit in findings.hits]))
    await base.close()
    assert missed == []


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("ending", ["html", "docx", "xlsx", "pdf"])
def test_every_row_of_a_price_list_is_understood(office: str, ending: str):
    text = (FILES / office / "price-list.csv").read_text(encoding="utf-8")
    written = list(csv.reader(text.splitlines()))
    source = reading(office, f"price-list.{ending}").source
    rows = [line.strip("| ").split("|") for line in source.splitlines() if line.startswith("|")]
    understood = [plain(row) for row in rows if "---" not in row[0]]
    assert understood == [plain(row) for row in written]


def test_a_row_is_found_with_its_headings():
    texts = [passage.text for passage in reading("bakery", "price-list.pdf").passages]
    assert "item: Rye loaf · size: 1 kg · price_eur: 6.6 · note: Tuesday and Friday" in texts


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("ending", ["html", "docx", "pdf"])
def test_a_handbook_keeps_its_title_headings_and_words(office: str, ending: str):
    markdown = reading(office, "handbook.md")
    other = reading(office, f"handbook.{ending}")
    assert other.title == markdown.title
    # pandoc writes quotation marks as printers do.
    straight = str.maketrans("“”‘’", "\"\"''")
    assert [(each.heading, each.text.translate(straight)) for each in other.passages] == [
        (each.heading, each.text) for each in markdown.passages
    ]


def reading(office: str, name: str) -> Document:
    content = (FILES / office / name).read_bytes()
    [document] = read(name, content, audience=Audience.PUBLIC, origin=name)
    return document


def plain(row: list[str]) -> list[str]:
    """A row's cells without the zeros that a spreadsheet shows only where it knows a price."""
    cells = [re.sub(r"\.00$|(\.\d)0$", r"\1", cell.strip()) for cell in row]
    return [cell for cell in cells if cell]
