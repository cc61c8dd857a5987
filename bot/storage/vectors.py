"""Passages' vectors, each embedder's beside the others'."""

from collections.abc import Collection, Sequence

import numpy as np
from sqlalchemy import Connection, Row, delete, func, select

from bot.storage.database import BATCH, Database, batches, reading, writing
from bot.storage.sharing import note_changed, number_change
from bot.storage.tables import passage_vectors, passages
from knowledge.documents import Passage, PassageVectors


class VectorRows:
    """The vectors' part of `knowledge.catalog.Catalog`."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def hashes(
        self, connection: Connection, document_ids: Collection[str]
    ) -> dict[str, PassageVectors]:
        """Return by content hash the vectors that these documents' passages have now."""
        result: dict[str, PassageVectors] = {}
        for batch in batches(list(document_ids)):
            rows = connection.execute(
                select(passage_vectors)
                .join_from(passage_vectors, passages)
                .where(passages.c.document_id.in_(batch))
            )
            result.update((row.content_hash, vectors_of(row)) for row in rows)
        return result

    @writing
    def put_vectors(self, connection: Connection, vectors: Sequence[PassageVectors]) -> None:
        """Store vectors of passages that are there, beside those of other embedders."""
        self._note(connection, [each.passage_id.rpartition("#")[0] for each in vectors])
        for each in vectors:
            _delete(connection, each.embedder, [each.passage_id])
        self._insert(connection, vectors)

    @reading
    def lacking(
        self, connection: Connection, embedder: str, *, after: str, limit: int
    ) -> list[Passage]:
        """Return passages without vectors of an embedder, by passage id, those after one id."""
        has = select(passage_vectors.c.passage_id).where(
            passage_vectors.c.passage_id == passages.c.passage_id,
            passage_vectors.c.embedder == embedder,
        )
        rows = connection.execute(
            select(passages)
            .where(passages.c.passage_id > after, ~has.exists())
            .order_by(passages.c.passage_id)
            .limit(limit)
        )
        return [passage_of(row) for row in rows]

    @reading
    def embedders(self, connection: Connection) -> dict[str, int]:
        """Return of how many passages there are vectors, by embedder."""
        rows = connection.execute(
            select(passage_vectors.c.embedder, func.count()).group_by(passage_vectors.c.embedder)
        )
        return {row[0]: row[1] for row in rows}

    async def forget(self, embedder: str, passage_ids: Collection[str] | None = None) -> None:
        """Remove an embedder's vectors, of these passages or all; in pieces, they can be many."""
        if passage_ids is None:
            while ids := await self._some(embedder):
                await self._forget(embedder, ids)
        else:
            for ids in batches(list(passage_ids)):
                await self._forget(embedder, ids)

    @reading
    def _some(self, connection: Connection, embedder: str) -> Sequence[str]:
        mine = passage_vectors.c.embedder == embedder
        return connection.scalars(
            select(passage_vectors.c.passage_id).where(mine).limit(BATCH)
        ).all()

    @writing
    def _forget(self, connection: Connection, embedder: str, passage_ids: Sequence[str]) -> None:
        _delete(connection, embedder, passage_ids)

    def _note(self, connection: Connection, document_ids: Sequence[str]) -> None:
        """Note a change for the other processes, where there can be some; before it is made."""
        if document_ids and not self._database.is_sqlite:
            note_changed(connection, number_change(connection), document_ids)

    def _insert(self, connection: Connection, vectors: Sequence[PassageVectors]) -> None:
        columns = [
            {
                "passage_id": each.passage_id,
                "embedder": each.embedder,
                "content_hash": each.content_hash,
                "dimension": each.vectors.shape[1],
                "vectors": np.ascontiguousarray(each.vectors, dtype="<f4").tobytes(),
            }
            for each in vectors
        ]
        if columns:
            connection.execute(passage_vectors.insert(), columns)


def _delete(connection: Connection, embedder: str, passage_ids: Sequence[str]) -> None:
    connection.execute(
        delete(passage_vectors).where(
            passage_vectors.c.passage_id.in_(passage_ids), passage_vectors.c.embedder == embedder
        )
    )


def vectors_of(row: Row[tuple[object, ...]]) -> PassageVectors:
    """Return a row's vectors."""
    vectors = np.frombuffer(row.vectors, dtype="<f4").reshape(-1, row.dimension)
    return PassageVectors(row.passage_id, row.embedder, row.content_hash, vectors)


def passage_of(row: Row[tuple[object, ...]]) -> Passage:
    """Return a row's passage."""
    return Passage(
        passage_id=row.passage_id,
        document_id=row.document_id,
        position=row.position,
        heading=row.heading,
        text=row.text,
        ways=tuple(row.ways),
        drafted=None if row.drafted is None else tuple(row.drafted),
    )
