"""The knowledge as one file, out of one box and into another, with and without a server."""

import json
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.conftest import BESIDE_OR_NOT, Terminal, served

QUESTIONS = (
    ("what are your opening hours", "public"),
    ("where is the key of the safe?", "public"),
    ("where is the key of the safe?", "staff"),
)


@pytest.fixture(params=BESIDE_OR_NOT, scope="module")
def other(
    request: pytest.FixtureRequest,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Terminal]:
    """Give a terminal of another business, that has nothing yet."""
    own = environment | {"DESKHAND_DATA_DIR": str(tmp_path_factory.mktemp("other"))}
    if request.param == "without a server":
        yield Terminal(own, beside=False)
        return
    with served(own):
        yield Terminal(own, beside=True)


@pytest.fixture
def exported(shop: Terminal, tmp_path: Path) -> Path:
    """Give the first business's export."""
    file = tmp_path / "knowledge.zip"
    assert shop.run("knowledge", "export", str(file)).code == 0
    return file


def answers(terminal: Terminal) -> list[tuple[str, str, list[str]]]:
    found = []
    for question, role in QUESTIONS:
        told = terminal.run("ask", question, "--role", role, "--json").json
        sources = [source["document_id"] for source in told["sources"]]
        found.append((told["kind"], told["answer"], sources))
    return found


def documents(terminal: Terminal) -> dict[str, dict[str, object]]:
    listed = terminal.run("knowledge", "list", "--json").json
    # Changes are counted by each for itself.
    return {each["document_id"]: {**each, "version": 0} for each in listed}


def add(terminal: Terminal, folder: Path, document_id: str, answer: str) -> None:
    file = folder / "own.jsonl"
    entry = {"id": document_id, "question": f"What about {document_id}?", "answer": answer}
    file.write_text(json.dumps(entry))
    assert terminal.run("knowledge", "add", str(file)).code == 0


def changed(exported: Path, name: str, content: bytes | None) -> Path:
    """Return a copy of the export with one file changed, or left out."""
    copy = exported.with_name("changed.zip")
    with zipfile.ZipFile(exported) as good, zipfile.ZipFile(copy, "w") as bad:
        for each in good.namelist():
            held = content if each == name else good.read(each)
            if held is not None:
                bad.writestr(each, held)
    return copy


def test_the_other_box_gives_the_same_answers(shop: Terminal, other: Terminal, exported: Path):
    ran = other.run("knowledge", "import", str(exported))
    assert ran.code == 0, ran
    assert "Came in: " in ran.out
    assert answers(other) == answers(shop)
    assert documents(other).items() >= documents(shop).items()


def test_the_file_is_plain_private_and_the_same_from_a_box_without_a_server(
    terminal: Terminal, tmp_path: Path
):
    file = tmp_path / "knowledge.zip"
    file.write_text("what was here before")
    file.chmod(0o644)
    told = terminal.run("knowledge", "export", str(file), "--json").json
    assert told == {"file": str(file), "size_bytes": file.stat().st_size}
    # What only staff may read is in it.
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
    with zipfile.ZipFile(file) as archive:
        lines = archive.read("entries.jsonl").decode().splitlines()
    assert {"opening-hours", "parking", "safe"} <= {json.loads(line)["id"] for line in lines}
    assert "keep it safe" in terminal.run("knowledge", "export", str(file)).out


def test_import_names_what_it_replaces_and_says_what_came_in(
    other: Terminal, exported: Path, tmp_path: Path
):
    other.run("knowledge", "import", str(exported))
    add(other, tmp_path, "ours", "Ours.")
    ran = other.run("knowledge", "import", str(exported))
    assert ran.code == 0, ran
    first, second, last = ran.out.splitlines()
    assert first.startswith("Exported on 20")
    assert "3 entries" in first
    assert second.startswith("In place of what is here: ")
    assert "opening-hours" in second
    assert last.startswith("Came in: ")
    assert "in place of earlier ones" in last
    assert "ours" in documents(other)


def test_a_dry_run_tells_the_same_and_changes_nothing(
    other: Terminal, exported: Path, tmp_path: Path
):
    add(other, tmp_path, "safe", "Ours.")
    add(other, tmp_path, "ours", "Ours.")
    before = documents(other)
    ran = other.run("knowledge", "import", str(exported), "--dry-run", "--replace")
    assert ran.code == 0, ran
    assert "In place of what is here: " in ran.out
    assert "Removed, since the file does not hold them: " in ran.out
    assert "Came in" not in ran.out
    told = other.run("knowledge", "import", str(exported), "--dry-run", "--json").json
    assert "safe" in told["replaces"]
    assert "ours" in told["others"]
    assert documents(other) == before


def test_replace_removes_the_rest_and_wants_yes_where_nobody_can_be_asked(
    shop: Terminal, other: Terminal, exported: Path, tmp_path: Path
):
    add(other, tmp_path, "ours", "Ours.")
    for options in ((), ("--json",)):
        refused = other.run("knowledge", "import", str(exported), "--replace", *options)
        assert (refused.code, refused.out) == (2, "")
        assert "--yes" in refused.err
    assert "ours" in documents(other)
    told = other.run("knowledge", "import", str(exported), "--replace", "--yes", "--json").json
    assert told["removed"] >= 1
    assert documents(other) == documents(shop)


def test_settings_come_only_when_wanted(shop: Terminal, other: Terminal, exported: Path):
    shop.run("settings", "set", "business.name", "Crumb & Co.")
    other.run("settings", "set", "business.name", "Another")
    assert shop.run("knowledge", "export", str(exported)).code == 0
    other.run("knowledge", "import", str(exported))
    assert other.run("settings", "get", "business.name").out == "Another\n"
    ran = other.run("knowledge", "import", str(exported), "--settings")
    assert "business.name" in ran.out
    assert other.run("settings", "get", "business.name").out == "Crumb & Co.\n"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("manifest.json", None, "no export of Deskhand's"),
        ("manifest.json", b'{"format": "deskhand-knowledge", "version": 9}', "newer Deskhand"),
        ("entries.jsonl", b"{", "Line 1 of entries.jsonl"),
        ("questions.jsonl", None, "questions.jsonl is missing"),
        ("settings.json", b'{"business": {"zone": "Mars"}}', "business.zone"),
    ],
)
def test_what_cannot_be_taken_in_is_told_in_one_sentence_and_nothing_is_changed(
    other: Terminal, exported: Path, name: str, content: bytes | None, told: str
):
    before = documents(other)
    bad = changed(exported, name, content)
    refused = other.run("knowledge", "import", str(bad), "--replace", "--yes", "--settings")
    (line,) = refused.told.splitlines()
    assert told in line
    assert documents(other) == before


def test_files_that_are_none_are_told(other: Terminal, tmp_path: Path):
    assert "no such file" in other.run("knowledge", "import", str(tmp_path / "x.zip")).told
    assert "cannot be read" in other.run("knowledge", "import", str(tmp_path)).told
    none = tmp_path / "none.zip"
    none.write_bytes(b"PK\x03\x04 but no zip")
    assert "damaged" in other.run("knowledge", "import", str(none)).told
    with none.open("wb") as file:
        file.truncate(100_000_001)
    assert "over 100 MB" in other.run("knowledge", "import", str(none)).told
    nowhere = tmp_path / "none" / "x.zip"
    assert "cannot be written" in other.run("knowledge", "export", str(nowhere)).told
    assert other.run("knowledge", "export").code == 2


@pytest.mark.parametrize("reply", ["n", "y"])
def test_on_a_terminal_it_asks_before_it_removes(
    other: Terminal, exported: Path, tmp_path: Path, reply: str
):
    add(other, tmp_path, "ours", "Ours.")
    ran = other.types(f"{reply}\n", "knowledge", "import", str(exported), "--replace")
    assert "Remove them? [y/N]" in ran.out
    if reply == "n":
        assert ran.code == 1
        assert "Nothing was changed." in ran.out
    else:
        assert ran.code == 0, ran.out
        # How far it is stands on the terminal while it works.
        assert "Documents: " in ran.out
    assert ("ours" in documents(other)) == (reply == "n")
