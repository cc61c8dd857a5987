"""A larger import at the terminal: tried on the owner's questions, shown, and asked about."""

import json
import zipfile
from pathlib import Path

import pytest

from bot.upkeep.import_approval import FEW
from tests.integration.cli.conftest import ENTRIES, Terminal
from tests.integration.cli.test_transfer import changed, documents, exported, other

__all__ = ["exported", "other"]

pytestmark = pytest.mark.long

ASKED = "is there a place for my car to park"
OWN = json.dumps({"question": ASKED, "expect_document": "parking"}).encode()
STATIONS = "".join(
    json.dumps(
        {
            "question": f"Is there a place for my car to park at station {n}?",
            "answer": "No.",
            "audience": "public",
        }
    )
    + "\n"
    for n in range(FEW)
)
TABLE = ("on your questions", "1 of 1", "0 of 1", f"Found further down with it, or not: {ASKED}")


@pytest.fixture
def asking(other: Terminal, exported: Path) -> Terminal:
    """Give a terminal of a business with a question of its own, and an export's entries alone."""
    file = changed(exported, "own-questions.jsonl", OWN)
    assert other.run("knowledge", "import", str(file), "--replace", "--yes").code == 0
    assert {each["id"] for each in ENTRIES} <= documents(other).keys()
    return other


@pytest.fixture
def stations(tmp_path: Path) -> Path:
    file = tmp_path / "stations.jsonl"
    file.write_text(STATIONS)
    return file


def test_where_nobody_can_be_asked_what_is_worse_is_refused_unless_yes_is_said(
    asking: Terminal, stations: Path
):
    add = ("knowledge", "add", str(stations))
    before = documents(asking)
    refused = asking.run(*add)
    assert refused.code == 1
    assert all(words in refused.out for words in TABLE)
    assert "Less of your questions is found with it, and nothing was changed" in refused.err
    assert "--yes" in refused.err
    assert documents(asking) == before
    assert asking.run(*add, "--yes").code == 0
    assert len(documents(asking)) == len(before) + FEW


def test_on_a_terminal_the_owner_decides(asking: Terminal, stations: Path):
    before = documents(asking)
    ran = asking.types("n\n", "knowledge", "add", str(stations))
    assert all(words in ran.out for words in TABLE)
    assert "Take it in? [y/N]" in ran.out
    assert ran.code == 1
    assert "Nothing was changed" in ran.out
    assert documents(asking) == before
    ran = asking.types("y\n", "knowledge", "add", str(stations))
    assert ran.code == 0, ran.out
    assert f"added {FEW} documents" in ran.out
    assert len(documents(asking)) == len(before) + FEW


def test_an_export_is_tried_too_and_refused_where_it_is_worse(
    asking: Terminal, exported: Path, tmp_path: Path
):
    before = documents(asking)
    with zipfile.ZipFile(exported) as archive:
        entries = archive.read("entries.jsonl").decode()
    worse = changed(exported, "entries.jsonl", (entries + STATIONS).encode())
    refused = asking.run("knowledge", "import", str(worse))
    assert "Less of your questions is found with it" in refused.told
    assert all(words in refused.out for words in TABLE)
    assert documents(asking) == before
