"""What each bot that is composed would make anew, made once for all tests of a process."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Engine

from tests.fakes import tables
from tests.fakes.embedder import RememberingEmbedder

# By driver. A third of the work of a bot that answers a few questions is to compile its statements,
# which an engine remembers by itself alone.
_dialects: dict[str, sqlalchemy.Dialect] = {}
_compiled: dict[Any, Any] = {}


# Asked for by the fixtures of a module that compose a bot: by itself it might come after them.
@pytest.fixture(autouse=True, scope="module")
def once() -> Iterator[None]:
    """Copy a new bot's tables, compile each statement once, and embed each text once.

    With the real embedder, which is slow.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bot.app.deskhand.migrate", tables.migrate)
        patched.setattr("bot.storage.database.create_engine", _create_engine)
        patched.setattr("bot.app.mind.BuiltInEmbedder", RememberingEmbedder)
        yield


def _create_engine(url: str, **options: Any) -> Engine:
    engine = sqlalchemy.create_engine(url, **options)
    # What is compiled is known by its dialect, too, which knows the database once it has met it.
    first = _dialects.setdefault(engine.url.drivername, engine.dialect)
    if first.server_version_info is not None:
        engine.dialect = first
        engine.update_execution_options(compiled_cache=_compiled)
    return engine
