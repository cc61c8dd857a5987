"""A backup made while people write, on an empty box: what was there is there, and the same."""

import json
import sqlite3
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Terminal, entries_file, served

QUESTIONS = (
    "what are your opening hours?",
    "is there parking?",
    "where is the key of the safe?",
    "do you repair bicycles?",
)
ROOMS = ("counter", "kitchen", "office")
# Rows of these are never changed or removed by what is said here, so that a copy of one moment has
# the first of them, whole and in order.
GROWING = {"messages": "text", "follow_ups": "subject", "open_questions": "text"}


@dataclass
class People:
    """Who write one thing after the other, each in a room, until they are told to stop.

    Attributes:
        acknowledged: What was answered, in this order.
    """

    terminal: Terminal
    acknowledged: list[str] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)
    talks: list[Future[None]] = field(default_factory=list)

    def wait(self, at_least: int) -> None:
        """Wait until so much was answered."""
        while len(self.acknowledged) < at_least:
            time.sleep(0.05)
            for each in self.talks:
                if each.done():
                    each.result()

    def _talk(self, room: str) -> None:
        number = 0
        while not self.enough.is_set():
            number += 1
            text = (
                f"remind me in {number} weeks to order flour {room} {number}"
                if number % 2
                else QUESTIONS[number // 2 % len(QUESTIONS)] + f" ({room} {number})"
            )
            said = self.terminal.spawn("ask", text, "--role", "staff", "--room", room, "--json")
            assert said.json["answer"]
            self.acknowledged.append(text)

    @contextmanager
    def talking(self) -> Iterator[None]:
        """Have them write while the block runs."""
        with ThreadPoolExecutor(len(ROOMS)) as pool:
            self.talks = [pool.submit(self._talk, room) for room in ROOMS]
            try:
                yield
            finally:
                self.enough.set()
        for each in self.talks:
            each.result()


def column(folder: Path, table: str) -> list[str]:
    """Return what a table holds, the oldest first."""
    with closing(sqlite3.connect(folder / "deskhand.db")) as database:
        rows = database.execute(f"SELECT {GROWING[table]} FROM {table} ORDER BY rowid")
        return [row[0] for row in rows]


def counts(folder: Path, names: list[str]) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "deskhand.db")) as database:
        return {
            name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names
        }


def answers(terminal: Terminal) -> list[dict[str, Any]]:
    """Ask everything anew, as somebody who never wrote before."""
    told = []
    for number, text in enumerate(QUESTIONS):
        asked = ("ask", text, "--role", "staff", "--room", f"new {number}", "--as", f"New {number}")
        said = terminal.run(*asked, "--json").json
        told.append({name: said[name] for name in ("kind", "answer", "sources", "follow_ups")})
    return told


def listed(terminal: Terminal, what: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = terminal.run(what, "list", "--json").json
    return rows


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_backup_under_load_is_the_same_on_an_empty_box(
    environment: dict[str, str], tmp_path: Path
):
    one, two = (environment | {"DESKHAND_DATA_DIR": str(tmp_path / name)} for name in ("1", "2"))
    here, there = Terminal(one, beside=True), Terminal(two, beside=True)
    file = tmp_path / "all.zip"
    with served(one):
        assert here.run("knowledge", "add", str(entries_file(tmp_path))).code == 0
        people = People(here)
        with people.talking():
            people.wait(12)
            before = list(people.acknowledged)
            assert here.spawn("backup", str(file), "--json").json["rows"] > len(before)
            # They wrote on while it was made.
            people.wait(len(before) + 4)
        promised, open_questions = listed(here, "followups"), listed(here, "questions")
        told = answers(here)
    assert there.spawn("restore", str(file), "--json").json["aside"] is None
    manifest = json.loads(zipfile.ZipFile(file).read("manifest.json"))
    # That it was restored is a line more of who changed what.
    then = manifest["counts"] | {"changes": manifest["counts"]["changes"] + 1}
    assert counts(tmp_path / "2", list(then)) == then
    for table in GROWING:
        restored, all_of_it = (column(tmp_path / name, table) for name in ("2", "1"))
        assert restored == all_of_it[: len(restored)]
    messages = column(tmp_path / "2", "messages")
    assert set(before) <= set(messages)
    assert set(people.acknowledged) - set(messages), "nothing was written while it was made"
    with served(two):
        pending = listed(there, "followups")
        assert pending == promised[: len(pending)]
        assert len(pending) >= sum("remind me" in each for each in before)
        unknown = listed(there, "questions")
        known = {each["id"]: each["question"] for each in open_questions}
        assert unknown
        assert {each["id"]: each["question"] for each in unknown}.items() <= known.items()
        assert answers(there) == told
