"""A whole database into another: from SQLite into each kind that the tests use, and back."""

import asyncio
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, event, insert, select, text

from bot.storage import moves, tables
from bot.storage.database import Database
from bot.storage.errors import DiskFullError
from bot.storage.moves import MoveError, move
from bot.storage.schema import revisions
from bot.storage.schema import tables as names_of
from tests.fakes.postgresql import new_database
from tests.fakes.tables import migrate
from tests.scenario.earlier_data import up_to
from tests.scenario.earlier_reading import read

# Of Alembic and of SQLite itself.
_OWN = ("alembic_version", "sqlite_sequence")
_SHORT = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
ROOT = Path(__file__).parents[3]
# Ends in the middle of its rows as a power cut would end it.
CUT_OFF = """
import asyncio, os, signal, sys
from bot.storage.database import Database
from bot.storage.moves import move
from bot.storage import moves
real, seen = moves._copy, []
def copy(reading, writing, table, step):
    seen.append(table)
    if len(seen) > 20:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(reading, writing, table, step)
moves._copy = copy
asyncio.run(move(Database(sys.argv[1]), Database(sys.argv[2]), progress=lambda done, total: None))
"""


def silent(_done: int, _total: int) -> None:
    pass


def file_of(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}"


def rows_of(url: str) -> dict[str, list[object]]:
    """Every row of a SQLite database, as the file has it."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(
                [tuple(map(_whole, row)) for row in database.execute(f'SELECT * FROM "{name}"')],
                key=repr,
            )
            for (name,) in found
        }


def _whole(value: object) -> object:
    """A moment as the product writes it; rows of the tests' own leave the fractions out."""
    return f"{value}.000000" if re.fullmatch(_SHORT, str(value)) else value


@pytest.fixture
async def opened() -> AsyncIterator[Callable[[str], Database]]:
    """Opens databases, which are closed at the end."""
    every: list[Database] = []

    def open_one(url: str) -> Database:
        every.append(Database(url))
        return every[-1]

    yield open_one
    for each in every:
        await each.close()


@pytest.fixture(scope="module")
def baked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database's file with rows in each of its tables."""
    file = tmp_path_factory.mktemp("baked") / "bakery.db"

    async def make() -> None:
        database = Database(f"sqlite:///{file}")
        for version in revisions():
            await database.write(lambda connection, version=version: up_to(connection, version))
        await database.close()

    asyncio.run(make())
    return file


@pytest.fixture
def bakery(baked: Path, tmp_path: Path, opened: Callable[[str], Database]) -> Database:
    shutil.copyfile(baked, tmp_path / "bakery.db")
    return opened(file_of(tmp_path, "bakery.db"))


@pytest.fixture
def elsewhere(database_url: str, opened: Callable[[str], Database]) -> Database:
    """An empty database of each kind."""
    return opened(database_url)


async def test_every_row_of_every_table_comes_over_and_back(bakery, elsewhere, opened, tmp_path):
    back = opened(file_of(tmp_path, "back.db"))
    before = rows_of(bakery.url)
    assert [name for name, rows in before.items() if not rows] == []
    told: list[tuple[int, int]] = []
    count = await move(bakery, elsewhere, progress=lambda *step: told.append(step))
    assert await move(elsewhere, back, progress=silent) == count
    kept = sum(len(rows) for name, rows in before.items() if name not in _OWN)
    assert count == kept
    await asyncio.sleep(0)
    assert told[-1] == (2 * count, 2 * count)
    assert rows_of(back.url) == before
    assert rows_of(bakery.url) == before
    assert await read(elsewhere) == await read(bakery)


async def test_new_rows_get_numbers_that_no_row_has_nor_had(bakery, elsewhere, opened, tmp_path):
    asked = tables.own_questions

    def number(connection: Connection) -> int:
        row = dict.fromkeys(("text", "document_id", "contains", "role", "origin", "kind"), "")
        made = connection.execute(insert(asked).values(**row, unknown=True))
        return int(made.inserted_primary_key[0])

    last = await bakery.write(number)
    await bakery.write(lambda each: each.execute(delete(asked)))
    back = opened(file_of(tmp_path, "back.db"))
    await move(bakery, elsewhere, progress=silent)
    await move(elsewhere, back, progress=silent)
    assert await elsewhere.write(number) == last + 1
    assert await back.write(number) == last + 1

    def person(connection: Connection) -> tuple[int, int]:
        persons = tables.persons
        highest = max(connection.scalars(select(persons.c.person_id)))
        row = {"platform": "slack", "user_id": "new", "name": "New", "role": "public"}
        made = connection.execute(insert(persons).values(**row))
        return highest, int(made.inserted_primary_key[0])

    highest, new = await elsewhere.write(person)
    assert new == highest + 1


# PostgreSQL keeps no NUL in a text and no infinity in JSON; half of a pair is no text at all.
_TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(_TEXT, each, max_size=3),
    max_leaves=8,
)
_MOMENT = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.timezones())  # noqa: DTZ001 - zones are drawn


@settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(values=st.lists(st.tuples(_TEXT, _JSON, _MOMENT), min_size=20, max_size=60))
async def test_whatever_is_in_a_row_comes_back_as_it_was(tmp_path_factory, request, values):
    folder = tmp_path_factory.mktemp("odd")
    server = request.config.option.postgresql
    source, back = (Database(file_of(folder, name)) for name in ("odd.db", "back.db"))
    await migrate(source)

    def write(connection: Connection) -> None:
        for number, (words, value, at) in enumerate(values):
            row = {"value": {"words": words, "it": value}, "version": number, "changed_at": at}
            connection.execute(insert(tables.settings).values(name=f"n{number}", **row))
            sealed = {"name": f"n{number}", "sealed": words, "changed_at": at}
            connection.execute(insert(tables.secrets).values(sealed))

    await source.write(write)
    try:
        if server:
            with new_database(server) as url:
                between = Database(url)
                await move(source, between, progress=silent)
                await move(between, back, progress=silent)
                await between.close()
        else:
            await move(source, back, progress=silent)
        assert rows_of(back.url) == rows_of(source.url)
    finally:
        await source.close()
        await back.close()


async def test_what_holds_anything_is_left_alone(bakery, elsewhere):
    await elsewhere.write(lambda each: each.execute(text("CREATE TABLE mine (at integer)")))
    with pytest.raises(MoveError, match="is not empty: name a database with nothing in it"):
        await move(bakery, elsewhere, progress=silent)
    assert await names_of(elsewhere) == ["mine"]


async def test_a_row_that_got_lost_on_the_way_has_all_of_it_taken_back(bakery, elsewhere):
    @event.listens_for(elsewhere._engine, "before_cursor_execute", retval=True)
    def lose(_connection, _cursor, statement, parameters, *_more: object):
        if statement.startswith("INSERT INTO ratings"):
            parameters = parameters[:-1]
        return statement, parameters

    await bakery.write(_rate_again)
    with pytest.raises(
        MoveError, match=r"rows of ratings are not the same on both sides \(2 and 1"
    ):
        await move(bakery, elsewhere, progress=silent)
    assert await names_of(elsewhere) == []


def _rate_again(connection: Connection) -> None:
    rating = dict(connection.execute(select(tables.ratings)).mappings().first() or {})
    other = select(tables.persons.c.person_id).where(
        tables.persons.c.person_id != rating["person_id"]
    )
    rating |= {"rating_id": 99, "person_id": connection.scalar(other)}
    connection.execute(insert(tables.ratings).values(rating))


async def test_what_is_cut_off_in_the_middle_leaves_nothing_there(bakery, elsewhere):
    before = rows_of(bakery.url)
    cut = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", CUT_OFF, bakery.url, elsewhere.url],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
    )
    assert cut.returncode == -signal.SIGKILL, cut.stderr
    assert await names_of(elsewhere) == []
    assert rows_of(bakery.url) == before
    assert await move(bakery, elsewhere, progress=silent)


async def test_who_stops_waiting_has_nothing_left_there(bakery, opened, tmp_path, monkeypatch):
    file = tmp_path / "new.db"
    copying = asyncio.create_task(
        move(bakery, opened(f"sqlite:///{file}"), progress=lambda *_: copying.cancel())
    )
    with pytest.raises(asyncio.CancelledError):
        await copying
    async with asyncio.timeout(30):
        while file.exists():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nowhere", "is no database's address"),
        ("mysql://root@localhost/desk", "SQLite or PostgreSQL, not in mysql"),
        ("sqlite://", "Name a file"),
    ],
)
def test_an_address_of_no_database_is_told_apart(url: str, told: str):
    with pytest.raises(MoveError, match=told):
        moves.destination(url)


async def test_what_cannot_be_opened_is_told_without_a_password(bakery, opened, tmp_path):
    for url in (
        "postgresql://desk:flour-water@127.0.0.1:9/desk",
        "postgresql://desk@127.0.0.1:9/desk?password=flour-water",
        f"sqlite:///{tmp_path}/none/desk.db",
        f"sqlite:///{Path(__file__)}",
    ):
        with pytest.raises(MoveError, match="cannot be opened") as error:
            await move(bakery, opened(url), progress=silent)
        assert "flour-water" not in str(error.value)


async def test_the_database_in_use_is_not_copied_into_itself(bakery, opened, tmp_path):
    (tmp_path / "folder").mkdir()
    same = opened(f"sqlite:///{tmp_path}/folder/../bakery.db")
    with pytest.raises(MoveError, match="the database in use: name another"):
        await move(bakery, same, progress=silent)


# What a server alone does


@pytest.fixture
def server(elsewhere: Database) -> Database:
    if elsewhere.is_sqlite:
        pytest.skip("needs a PostgreSQL: script/test --scale")
    return elsewhere


async def test_a_row_that_a_server_does_not_keep_is_told_with_its_table(bakery, server):
    nul = insert(tables.secrets).values(
        name="odd", sealed="a\x00b", changed_at=text("'2026-11-01 08:00:00'")
    )
    await bakery.write(lambda each: each.execute(nul))
    with pytest.raises(MoveError, match=r"A row of secrets cannot be kept there \(.*NUL"):
        await move(bakery, server, progress=silent)
    assert await names_of(server) == []


async def test_what_others_still_use_is_not_moved(bakery, server, opened, tmp_path):
    await move(bakery, server, progress=silent)
    worker = opened(server.url)
    back = opened(file_of(tmp_path, "back.db"))
    with worker.reads() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(MoveError, match=r"\(1 connections\): stop every `deskhand worker`"):
            await move(server, back, progress=silent)
    assert not (tmp_path / "back.db").exists()


async def test_a_server_whose_disk_is_full_says_so(server):
    full = "DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$"
    with pytest.raises(DiskFullError, match="server's disk is full"):
        await server.write(lambda each: each.execute(text(full)))
