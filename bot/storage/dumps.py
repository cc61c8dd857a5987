"""Whole copies of a PostgreSQL database, by its own pg_dump and pg_restore."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.database import Database, with_driver
from bot.storage.errors import StorageError
from bot.storage.schema import tables

_SECRETS = "secrets"
# Rows of a table that stay: which, and their columns.
_HEARD = ("settings", "name LIKE 'heard %'", "name, value, version, changed_at")
_KEYS = ("sessions", "setup_links", "sign_in_attempts")


class ToolMissingError(StorageError):
    """A program of PostgreSQL's own is not on this computer."""


async def dump(database: Database, target: Path, *, with_secrets: bool) -> dict[str, int]:
    """Copy a PostgreSQL database as it is at one moment, while others read and write it.

    Args:
        database: Of PostgreSQL.
        target: The file, in pg_dump's own format.
        with_secrets: False leaves the sealed secrets' rows out. Those of who is signed in are
            always left out.

    Returns:
        How many rows each table has in it.

    Raises:
        ToolMissingError: There is no pg_dump.
        StorageError: It could not be copied.
    """
    tool = _tool("pg_dump")
    left_out = (*_KEYS, *(() if with_secrets else (_SECRETS,)))
    loop = asyncio.get_running_loop()

    def copied(connection: Connection) -> dict[str, int]:
        # Its moment is pg_dump's, too.
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        arguments = [
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={target}",
            *(f"--exclude-table-data={name}" for name in left_out),
        ]
        asyncio.run_coroutine_threadsafe(_run(tool, arguments, database.url), loop).result()
        return {
            name: 0 if name in left_out else _count(connection, name)
            for name in sorted(inspect(connection).get_table_names())
        }

    return await database.read(copied)


async def load(source: Path, database: Database, *, keeping_secrets: bool = False) -> None:
    """Put a copy in place of all that a database holds: all of it, or nothing is changed.

    How far this box has heard each platform stays as it is there.

    Args:
        source: The copy.
        database: Of PostgreSQL, as who owns its tables.
        keeping_secrets: The copy was made without secrets: those that are there stay, too.

    Raises:
        ToolMissingError: PostgreSQL's client programs are not there.
        StorageError: It could not be put there.
    """
    restore, client = _tool("pg_restore"), _tool("psql")
    first, script, last = (source.with_suffix(f".{n}.sql") for n in (1, 2, 3))
    names = await tables(database)
    kept = [*([_HEARD] if "settings" in names else [])]
    if keeping_secrets and _SECRETS in names:
        kept.append((_SECRETS, "true", "name, sealed, changed_at"))
    try:
        options = ["--no-owner", "--no-privileges", f"--file={script}", str(source)]
        await _run(restore, options)
        # What is there goes first, tables among it that the copy knows nothing of.
        gone = [f'DROP TABLE IF EXISTS public."{name}" CASCADE;' for name in names]
        await asyncio.to_thread(_write, first, [*map(_set_aside, kept), *gone])
        await asyncio.to_thread(_write, last, list(map(_put_in, kept)))
        order = ["--no-psqlrc", "--single-transaction", "--quiet", "--set=ON_ERROR_STOP=1"]
        files = [f"--file={each}" for each in (first, script, last)]
        await _run(client, [*order, *files], database.url)
    finally:
        for each in (first, script, last):
            await asyncio.to_thread(each.unlink, missing_ok=True)


@asynccontextmanager
async def scratch_database(url: str) -> AsyncIterator[str]:
    """Yield the URL of a new, empty database on the same server; it is gone afterwards.

    Raises:
        StorageError: The server does not let us make one.
    """
    name = f"deskhand_proof_{secrets.token_hex(6)}"
    own = make_url(with_driver(url))
    engine = create_engine(own, isolation_level="AUTOCOMMIT")

    def do(statement: str) -> None:
        with engine.connect() as connection:
            connection.execute(text(statement))

    try:
        try:
            await asyncio.to_thread(do, f"CREATE DATABASE {name}")
        except SQLAlchemyError as error:
            raise StorageError(
                "The backup could not be tried: Deskhand may not make databases on your"
                " PostgreSQL. Let it: ALTER ROLE … CREATEDB."
            ) from error
        try:
            yield own.set(database=name).render_as_string(hide_password=False)
        finally:
            await asyncio.to_thread(do, f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        engine.dispose()


async def counts(database: Database) -> dict[str, int]:
    """Return how many rows each table has."""
    names = await tables(database)
    return await database.read(lambda each: {name: _count(each, name) for name in names})


def _count(connection: Connection, table: str) -> int:
    return int(connection.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0)  # noqa: S608


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ToolMissingError(
            f"Your data are in PostgreSQL, and its {name} is not on this computer: install"
            " PostgreSQL's client programs (on Debian: apt install postgresql-client)."
        )
    return found


def _set_aside(kept: tuple[str, str, str]) -> str:
    table, where, columns = kept
    return (
        f"CREATE TEMPORARY TABLE kept_{table} ON COMMIT DROP AS"  # noqa: S608 - names of ours
        f" SELECT {columns} FROM public.{table} WHERE {where};"
    )


def _put_in(kept: tuple[str, str, str]) -> str:
    table, _, columns = kept
    new = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns.split(", "))
    return (
        f"INSERT INTO public.{table} ({columns}) SELECT {columns} FROM pg_temp.kept_{table}"  # noqa: S608
        f" ON CONFLICT (name) DO UPDATE SET {new};"
    )


def _write(path: Path, statements: Sequence[str]) -> None:
    path.write_text("\n".join(statements), encoding="utf-8")


async def _run(tool: str, arguments: Sequence[str], url: str = "") -> None:
    told, secret = [*arguments], {}
    if url:
        parsed = make_url(url)
        told.append(f"--dbname={_without_password(parsed)}")
        # A password on the command line is everybody's to read.
        secret = {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
    process = await asyncio.create_subprocess_exec(
        tool,
        *told,
        env={**os.environ, **secret, "LC_ALL": "C"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaint = await process.communicate()
    if process.returncode:
        lines = complaint.decode(errors="replace").strip().splitlines()
        raise StorageError(f"{Path(tool).name} failed: {lines[0] if lines else 'without a word'}.")


def _without_password(url: URL) -> str:
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string(hide_password=False)
