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
from bot.storage.hints import FUNCTION_NAME
from bot.storage.schema import KEYS, tables

_SECRETS = "secrets"
# Rows of a table that stay: which, and their columns.
_HEARD = ("settings", "name LIKE 'heard %'", "name, value, version, changed_at")
_SEALED = (_SECRETS, "true", "name, sealed, changed_at")
# Where a copy waits beside what a database holds, and where that waits while the copy is read in.
_BESIDE, _MEANWHILE = "deskhand_restored", "deskhand_meanwhile"
# Whose process is killed may leave psql behind, at work for a while: who comes next waits for it.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('deskhand restore'))"


def _functions_moved(here: str, there: str) -> str:
    """Return the SQL that moves our functions from one schema to another; triggers keep theirs."""
    return f"""
DO $$
DECLARE ours regprocedure;
BEGIN
    FOR ours IN SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = '{here}'::regnamespace AND proname = '{FUNCTION_NAME}'
    LOOP
        EXECUTE 'ALTER FUNCTION ' || ours || ' SET SCHEMA {there}';
    END LOOP;
END $$;
"""  # noqa: S608 - names of ours


# Which tables a copy has is known once it is read in.
_ALL_BESIDE = f"""
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER TABLE public.%I SET SCHEMA {_BESIDE}', name);
    END LOOP;
END $$;
"""  # noqa: S608 - names of ours


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
    left_out = (*KEYS, *(() if with_secrets else (_SECRETS,)))
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
            f"--exclude-schema={_BESIDE}",
            f"--file={target}",
            *(f"--exclude-table-data={name}" for name in left_out),
        ]
        asyncio.run_coroutine_threadsafe(_run(tool, arguments, database.url), loop).result()
        return {
            name: 0 if name in left_out else _count(connection, name)
            for name in sorted(inspect(connection).get_table_names())
        }

    return await database.read(copied)


async def load(source: Path, database: Database) -> None:
    """Put a copy into an empty database.

    Raises:
        ToolMissingError: PostgreSQL's client programs are not there.
        StorageError: It could not be put there; the database is empty.
    """
    await _read_in(source, database, before=[], after=[])


async def load_beside(source: Path, database: Database) -> str:
    """Put a copy beside what a database holds, of which nothing is changed.

    Args:
        source: The copy.
        database: Of PostgreSQL, as who owns it and its tables.

    Returns:
        The URL by which the copy is used, as any database, until `switch` or `forget`.

    Raises:
        ToolMissingError: PostgreSQL's client programs are not there.
        StorageError: It could not be put there.
    """
    names = await tables(database)
    # A dump names the schema it comes from: what is there makes room until it is read in.
    before = [
        f"{_ALONE};",
        f"DROP SCHEMA IF EXISTS {_BESIDE} CASCADE;",
        f"CREATE SCHEMA {_MEANWHILE};",
        *(f'ALTER TABLE public."{name}" SET SCHEMA {_MEANWHILE};' for name in names),
        _functions_moved("public", _MEANWHILE),
    ]
    after = [
        f"CREATE SCHEMA {_BESIDE};",
        _ALL_BESIDE,
        _functions_moved("public", _BESIDE),
        _functions_moved(_MEANWHILE, "public"),
        *(f'ALTER TABLE {_MEANWHILE}."{name}" SET SCHEMA public;' for name in names),
        f"DROP SCHEMA {_MEANWHILE};",
    ]
    await _read_in(source, database, before=before, after=after)
    url = make_url(database.url)
    given = str(url.query.get("options", ""))
    options = f"{given} -csearch_path={_BESIDE}".strip()
    return url.update_query_dict({"options": options}).render_as_string(hide_password=False)


async def keep_of_box(database: Database, *, secrets: bool) -> None:
    """Keep in the copy beside what is true of this box: how far it has heard, what it may open.

    Args:
        database: With a copy beside, of this version's tables.
        secrets: Keep this box's secrets, too, for a copy that was made without any.

    Raises:
        StorageError: They could not be kept.
    """
    names = await tables(database)
    kept = [each for each in (_HEARD, *([_SEALED] if secrets else [])) if each[0] in names]

    def carry(connection: Connection) -> None:
        for table, where, columns in kept:
            new = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns.split(", "))
            connection.execute(
                text(
                    f"INSERT INTO {_BESIDE}.{table} ({columns})"  # noqa: S608 - names of ours
                    f" SELECT {columns} FROM public.{table} WHERE {where}"
                    f" ON CONFLICT (name) DO UPDATE SET {new}"
                )
            )

    await database.write(carry)


async def switch(database: Database) -> None:
    """Put the copy beside in place of what a database holds, at one moment; again does nothing.

    Raises:
        StorageError: It could not be; nothing is changed.
    """

    def switched(connection: Connection) -> None:
        fresh = inspect(connection).get_table_names(schema=_BESIDE)
        if not fresh:
            return
        # Tables among them that the copy knows nothing of.
        for name in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE public."{name}" CASCADE'))
        connection.execute(text(f"DROP FUNCTION IF EXISTS public.{FUNCTION_NAME}"))
        connection.exec_driver_sql(_functions_moved(_BESIDE, "public"))
        for name in fresh:
            connection.execute(text(f'ALTER TABLE {_BESIDE}."{name}" SET SCHEMA public'))
        connection.execute(text(f"DROP SCHEMA {_BESIDE}"))

    await database.write(switched)


async def forget(database: Database) -> None:
    """Remove the copy beside what a database holds, if there is one.

    Raises:
        StorageError: It could not be removed.
    """

    def forgotten(connection: Connection) -> None:
        connection.execute(text(_ALONE))
        connection.execute(text(f"DROP SCHEMA IF EXISTS {_BESIDE} CASCADE"))

    await database.write(forgotten)


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


async def _read_in(
    source: Path, database: Database, *, before: Sequence[str], after: Sequence[str]
) -> None:
    """Read a copy in, between statements: all of it or nothing."""
    restore, client = _tool("pg_restore"), _tool("psql")
    first, script, last = (source.with_suffix(f".{n}.sql") for n in (1, 2, 3))
    try:
        await _run(restore, ["--no-owner", "--no-privileges", f"--file={script}", str(source)])
        await asyncio.to_thread(_write, first, before)
        await asyncio.to_thread(_write, last, after)
        order = ["--no-psqlrc", "--single-transaction", "--quiet", "--set=ON_ERROR_STOP=1"]
        files = [f"--file={each}" for each in (first, script, last)]
        await _run(client, [*order, *files], database.url)
    finally:
        for each in (first, script, last):
            await asyncio.to_thread(each.unlink, missing_ok=True)


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
