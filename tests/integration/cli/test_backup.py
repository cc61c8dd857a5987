"""Backups in the terminal: beside a running server, without one, and on another box."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.cli.conftest import ROOT, Terminal, entries_file, served

WORDS = "flour water salt\n"
PARKING = ("ask", "is there parking?", "--role", "public", "--json")
# Ends at its second step of putting things in place, as a power cut would end it.
KILLED = """
import os, signal
from pathlib import Path
real, left = Path.rename, 2
def rename(self, target):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, target)
Path.rename = rename
from bot.cli.main import main
main()
"""


@pytest.fixture
def other(environment: dict[str, str], tmp_path: Path) -> Terminal:
    """Give a terminal of another box, on which nothing is yet."""
    return Terminal(environment | {"DESKHAND_DATA_DIR": str(tmp_path / "other")}, beside=False)


def test_a_backup_comes_back_on_another_box(terminal: Terminal, other: Terminal, tmp_path: Path):
    file = tmp_path / "all.zip"
    wrote = terminal.run("backup", str(file))
    assert "restored and tested" in wrote.out
    assert "questions found in it" in wrote.out
    assert "tokens are not in it" in wrote.out
    assert file.stat().st_mode & 0o777 == 0o600
    restored = other.run("restore", str(file))
    assert restored.out.startswith("Restored what was here on 20"), restored
    assert other.run(*PARKING).json["answer"] == terminal.run(*PARKING).json["answer"]


def test_a_sealed_backup_asks_for_its_passphrase(
    terminal: Terminal, other: Terminal, tmp_path: Path
):
    file = tmp_path / "all.sealed"
    told = terminal.run("backup", str(file), "--passphrase", "--json", stdin=WORDS).json
    assert (told["sealed"], told["file"]) == (True, str(file))
    assert not zipfile.is_zipfile(file)
    assert "another passphrase" in other.run("restore", str(file), stdin="salt water\n").told
    assert "give its passphrase" in other.run("restore", str(file)).told
    assert other.run("restore", str(file), "--json", stdin=WORDS).json["secrets"] is True


def test_nothing_is_restored_while_a_server_runs(shop: Terminal, tmp_path: Path):
    file = tmp_path / "all.zip"
    shop.run("backup", str(file))
    assert "already runs" in shop.run("restore", str(file)).told


def test_what_cannot_be_written_or_read_is_told(shop: Terminal, other: Terminal, tmp_path: Path):
    assert "cannot be written" in shop.run("backup", str(tmp_path / "none" / "all.zip")).told
    assert "cannot be read" in other.run("restore", str(tmp_path / "none")).told
    short = shop.run("backup", str(tmp_path / "x"), "--passphrase", stdin="short\n").told
    assert "10 characters" in short
    assert not (tmp_path / "x").exists()


def test_a_restore_that_is_killed_in_the_middle_is_finished_by_the_next_start(
    environment: dict[str, str], other: Terminal, tmp_path: Path
):
    file, folder = tmp_path / "all.zip", Path(other.environment["DESKHAND_DATA_DIR"])
    assert other.run("knowledge", "add", str(entries_file(tmp_path))).code == 0
    assert other.run("backup", str(file)).code == 0
    assert other.run("knowledge", "remove", "parking").code == 0
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, "restore", str(file)],
        cwd=ROOT,
        env={**os.environ, **other.environment},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == -signal.SIGKILL
    assert (folder / "exchange.json").exists()
    with served(other.environment):
        documents = other.run("knowledge", "list", "--json").json
        assert "parking" in json.dumps(documents)
        assert other.run(*PARKING).json["kind"] == "verbatim"
    assert not (folder / "exchange.json").exists()


def ids(terminal: Terminal) -> list[str]:
    return [each["document_id"] for each in terminal.run("knowledge", "list", "--json").json]


def test_a_restore_is_undone_by_a_command_and_that_one_by_the_same(
    shop: Terminal, other: Terminal, tmp_path: Path
):
    file, folder = tmp_path / "all.zip", Path(other.environment["DESKHAND_DATA_DIR"])
    assert shop.run("backup", str(file)).code == 0
    assert other.run("restore").code == other.run("restore", str(file), "--undo").code == 2
    assert "no restore to undo" in other.run("restore", "--undo").told
    assert other.run("knowledge", "add", str(entries_file(tmp_path))).code == 0
    assert other.run("knowledge", "remove", "parking").code == 0
    there, backed_up = ids(other), ids(shop)
    assert there != backed_up
    assert "`deskhand restore --undo` brings it back" in other.run("restore", str(file)).out
    assert ids(other) == backed_up
    undone = other.run("restore", "--undo").out
    assert undone.startswith("Undid the restore of 20"), undone
    assert ids(other) == there
    aside = other.run("restore", "--undo", "--json").json["aside"]
    assert ids(other) == backed_up
    assert [str(each) for each in folder.glob("before-restore-*")] == [aside]


def test_a_byte_that_is_another_one_is_refused_in_a_sentence_and_nothing_is_changed(
    shop: Terminal, other: Terminal, tmp_path: Path
):
    file, folder = tmp_path / "all.zip", Path(other.environment["DESKHAND_DATA_DIR"])
    assert shop.run("backup", str(file)).code == 0
    assert other.run("restore", str(file)).code == 0
    content = file.read_bytes()

    def held() -> dict[str, bytes]:
        return {str(each): each.read_bytes() for each in folder.rglob("*") if each.is_file()}

    before = held()

    @settings(max_examples=40, deadline=None)
    @given(at=st.integers(0, len(content) - 1), by=st.integers(1, 255))
    def flip(at: int, by: int) -> None:
        file.write_bytes(content[:at] + bytes([content[at] ^ by]) + content[at + 1 :])
        told = other.run("restore", str(file)).told
        assert told.endswith(".")
        assert "\n" not in told
        assert "damaged" in told or "is no backup" in told
        assert held() == before

    flip()


def test_a_person_s_data_are_shown_given_and_erased(shop: Terminal, tmp_path: Path):
    asked = ("do you mend umbrellas?", "--as", "Ann Umbrella", "--role", "public")
    assert shop.run("ask", *asked).code == 0
    assert "1  messages of theirs" in shop.run("person", "show", "ann umbrella").out
    told = shop.run("person", "export", "Ann Umbrella", str(tmp_path / "ann.json"), "--json").json
    assert told["size_bytes"] == (tmp_path / "ann.json").stat().st_size
    assert "do you mend umbrellas?" in (tmp_path / "ann.json").read_text()
    assert shop.run("person", "erase", "Ann Umbrella").code == 2
    assert "Erased." in shop.run("person", "erase", "Ann Umbrella", "--yes").out
    assert "Nobody here is called" in shop.run("person", "show", "Ann Umbrella").told
    folder = Path(shop.environment["DESKHAND_DATA_DIR"])
    left = [
        each for each in folder.glob("deskhand.db*") if b"umbrella" in each.read_bytes().lower()
    ]
    assert left == []
