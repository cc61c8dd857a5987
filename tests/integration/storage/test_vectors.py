"""Vectors of several embedders beside each other, and those from before that was possible."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from bot.storage.migrate import migrate
from knowledge.documents import Audience, Document, PassageVectors
from knowledge.readers.entries import entry

MIGRATIONS = Path(__file__).parents[3] / "migrations"
DOCUMENTS = [
    entry(question=f"Question {n}?", answer="Yes.", audience=Audience.PUBLIC, origin="t")
    for n in range(3)
]


def vectors(document: Document, embedder: str) -> PassageVectors:
    passage_id = document.passages[0].passage_id
    return PassageVectors(passage_id, embedder, f"{embedder} {passage_id}", np.eye(2, dtype="<f4"))


async def opened(folder: Path) -> tuple[Database, DocumentRows]:
    database = Database(f"sqlite:///{folder / 'deskhand.db'}")
    await migrate(database)
    return database, DocumentRows(database, now=lambda: datetime.now(UTC))


async def test_an_embedders_vectors_come_and_go_without_touching_anothers(tmp_path):
    database, rows = await opened(tmp_path)
    await rows.put(DOCUMENTS, [vectors(each, "one") for each in DOCUMENTS])
    await rows.put_vectors([vectors(DOCUMENTS[0], "two")])
    await rows.put_vectors([vectors(DOCUMENTS[0], "two")])
    assert await rows.embedders() == {"one": 3, "two": 1}
    lacking = await rows.lacking("two", after="", limit=10)
    assert [each.document_id for each in lacking] == ["question-1", "question-2"]
    assert await rows.lacking("two", after=lacking[0].passage_id, limit=10) == lacking[1:]
    held = {found.passage.document_id: each async for found, each in rows.everything("two")}
    assert held["question-0"] is not None
    assert held["question-1"] is held["question-2"] is None
    assert len(await rows.hashes(["question-0"])) == 2
    await rows.forget("one", ["question-1#0"])
    assert await rows.embedders() == {"one": 2, "two": 1}
    await rows.forget("one")
    assert await rows.embedders() == {"two": 1}
    await rows.remove("question-0")
    assert await rows.embedders() == {}
    await database.close()


async def test_vectors_from_before_are_kept_under_the_embedder_that_was_chosen(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
    await database.write(_as_before)
    await migrate(database)
    rows = DocumentRows(database, now=lambda: datetime.now(UTC))
    assert await rows.embedders() == {"ollama bge-m3": 1}
    [(found, held)] = [each async for each in rows.everything("ollama bge-m3")]
    assert found.passage.text == "Yes."
    assert held is not None
    assert (held.content_hash, held.vectors.tolist()) == ("abc", [[1.0, 0.0], [0.0, 1.0]])
    await database.close()


def _as_before(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "0003")
    connection.execute(
        text(
            "INSERT INTO documents VALUES"
            " ('a', 'A?', 'entry', 'public', 't', 'A', 'en', NULL, 1, '2026-11-24')"
        )
    )
    connection.execute(
        text("INSERT INTO passages VALUES ('a#0', 'a', 0, 'A?', 'Yes.', '[]', 'abc', 2, :vectors)"),
        {"vectors": np.eye(2, dtype="<f4").tobytes()},
    )
    connection.execute(
        text("INSERT INTO settings VALUES ('model', '{\"embedder\": \"bge-m3\"}', 1, '2026-11-24')")
    )
