"""The office into another database, in the terminal."""

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Terminal, entries_file

PARKING = ("ask", "is there parking?", "--role", "public", "--json")


@pytest.fixture
def alone(environment: dict[str, str], tmp_path: Path) -> Terminal:
    """Give a terminal of a business with three entries, where no server runs."""
    terminal = Terminal(environment | {"DESKHAND_DATA_DIR": str(tmp_path / "data")}, beside=False)
    assert terminal.run("knowledge", "add", str(entries_file(tmp_path))).code == 0
    return terminal


def test_it_goes_on_from_the_other_database(alone: Terminal, tmp_path: Path):
    before = alone.run(*PARKING).json
    url = f"sqlite:///{tmp_path / 'other.db'}"
    moved = alone.run("move", "-", stdin=f"{url}\n")
    first, then, last = moved.out.splitlines()
    assert first.startswith("Copied ")
    assert first.endswith(f" rows to {url}, and read them back: all the same.")
    assert then == f"Set DESKHAND_DATABASE_URL={url} and start it."
    assert last == (
        f"sqlite:///{tmp_path / 'data' / 'deskhand.db'} is as it was: remove it once all is well."
    )
    after = alone.run(*PARKING, DESKHAND_DATABASE_URL=url).json
    assert (after["answer"], after["kind"]) == (before["answer"], "verbatim")
    assert after["answer_id"] == before["answer_id"] + 1
    assert "is not empty" in alone.run("move", url).told
    third = f"sqlite:///{tmp_path / 'third.db'}"
    told = alone.run("move", third, "--json", DESKHAND_DATABASE_URL=url).json
    assert (told["from"], told["to"]) == (url, third)


def test_nothing_is_moved_while_a_server_runs(shop: Terminal, tmp_path: Path):
    assert "already runs" in shop.run("move", f"sqlite:///{tmp_path / 'other.db'}").told
    assert not (tmp_path / "other.db").exists()


def test_what_cannot_be_moved_is_told(alone: Terminal, tmp_path: Path):
    assert "no database's address" in alone.run("move", "there").told
    unreachable = alone.run("move", "postgresql://desk:flour-water@127.0.0.1:9/desk").told
    assert unreachable.startswith("postgresql://desk:***@127.0.0.1:9/desk cannot be opened")
    empty = alone.run(
        *("move", f"sqlite:///{tmp_path / 'other.db'}"),
        DESKHAND_DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}",
    )
    assert empty.told.startswith("There is nothing to move")


def test_data_of_an_older_version_are_not_moved(
    alone: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as newer:
        newer.setattr("bot.upkeep.move.revisions", lambda: ["0001", "0021", "9999"])
        newer.setattr("bot.upkeep.move.revision", _older)
        told = alone.run("move", f"sqlite:///{tmp_path / 'other.db'}").told
    assert "`deskhand migrate` first" in told
    with monkeypatch.context() as older:
        older.setattr("bot.upkeep.move.revisions", lambda: ["0001"])
        told = alone.run("move", f"sqlite:///{tmp_path / 'other.db'}").told
    assert "written by a newer Deskhand" in told


async def _older(_database: object) -> str:
    return "0001"
