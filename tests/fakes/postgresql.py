"""An empty database of a real PostgreSQL for one test, gone afterwards."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url, text

from bot.storage.database import with_driver


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """Yield the URL of a new database.

    Args:
        server: URL of a database on the server, as somebody who may make others.
    """
    url = make_url(with_driver(server))
    name = f"deskhand_test_{secrets.token_hex(6)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield url.set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()
