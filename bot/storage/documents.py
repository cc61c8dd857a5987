"""Documents, passages and their vectors: the rows that knowledge is rebuilt from."""

from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from datetime import date, datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, func, or_, select

from bot.storage.database import BATCH, Database, batches, holds, insert_into, reading, writing
from bot.storage.document_changes import record_documents
from bot.storage.tables import documents, passage_vectors, passages, settings
from bot.storage.vectors import VectorRows, passage_of, vectors_of
from knowledge.catalog import Found
from knowledge.documents import Audience, Document, Passage, PassageVectors, Shape, following

# The row among the settings whose version counts how often documents were changed.
KNOWLEDGE = "knowledge changes"

_HEAD = tuple(column for column in documents.c if column.name != "source")
# Built once: asked for each question, and building costs more than asking.
_FOUND = (
    select(passages, *_HEAD[1:])
    .join_from(passages, documents)
    .where(passages.c.passage_id.in_(bindparam("passage_ids", expanding=True)))
)
_QUOTED = (
    select(passages, *_HEAD[1:])
    .join_from(passages, documents)
    .where(
        passages.c.document_id.in_(bindparam("document_ids", expanding=True)),
        passages.c.text.in_(bindparam("texts", expanding=True)),
    )
)
_WHOLE = (
    select(documents)
    .where(documents.c.document_id.in_(bindparam("document_ids", expanding=True)))
    .order_by(documents.c.document_id)
)
_CHANGED = select(documents.c.document_id, documents.c.changed_at).where(
    documents.c.document_id.in_(bindparam("document_ids", expanding=True))
)
_PARTS = (
    select(passages)
    .where(passages.c.document_id.in_(bindparam("document_ids", expanding=True)))
    .order_by(passages.c.document_id, passages.c.position)
)


class DocumentRows(VectorRows):
    """Implements `knowledge.catalog.Catalog` on the database."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        """Use one database and one clock."""
        super().__init__(database)
        self._now = now

    @writing
    def put(
        self,
        connection: Connection,
        new: Sequence[Document],
        vectors: Sequence[PassageVectors],
        *,
        gone: Collection[str] = (),
    ) -> None:
        """Store documents with their passages and vectors, replacing those of the same id.

        Args:
            new: What is stored.
            vectors: Of their passages, of any embedders; no others stay.
            gone: Ids of documents that go in the same transaction.
        """
        changed_at = self._now()
        new_ids = [document.document_id for document in new]
        self._note(connection, [*gone, *new_ids])
        before = {each.document_id: each for each in _whole(connection, [*gone, *new_ids])}
        changed_before = _changed_at(connection, new_ids)
        for batch in batches([*gone, *new_ids]):
            connection.execute(delete(documents).where(documents.c.document_id.in_(batch)))
        stored = [following(each, before.get(each.document_id)) for each in new]
        # What is the same as before has not changed now.
        columns = [
            _document_columns(
                each,
                changed_before[each.document_id]
                if each.document_id in before and each.version == before[each.document_id].version
                else changed_at,
            )
            for each in stored
        ]
        if columns:
            connection.execute(documents.insert(), columns)
        after = {each.document_id: each for each in stored}
        record_documents(connection, before, after, at=changed_at)
        parts = [_passage_columns(each) for document in new for each in document.passages]
        if parts:
            connection.execute(passages.insert(), parts)
        self._insert(connection, vectors)
        self._count_change(connection)

    @writing
    def remove(self, connection: Connection, document_id: str) -> bool:
        """Remove a document, its passages and vectors; False when there was none."""
        self._note(connection, [document_id])
        before = {each.document_id: each for each in _whole(connection, [document_id])}
        gone = connection.execute(delete(documents).where(documents.c.document_id == document_id))
        record_documents(connection, before, {}, at=self._now())
        if gone.rowcount:
            self._count_change(connection)
        return gone.rowcount == 1

    def _count_change(self, connection: Connection) -> None:
        statement = insert_into(settings, sqlite_database=self._database.is_sqlite).values(
            name=KNOWLEDGE, value={}, version=1, changed_at=self._now()
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"],
                set_={"version": settings.c.version + 1, "changed_at": self._now()},
            )
        )

    async def document(self, document_id: str) -> Document | None:
        """Return one document with its passages, or None."""
        found = await self.whole([document_id])
        return found[0] if found else None

    @reading
    def whole(self, connection: Connection, document_ids: Collection[str]) -> list[Document]:
        """Return the documents of these ids that still exist, with passages and source, by id."""
        return _whole(connection, document_ids)

    @reading
    def documents(self, connection: Connection) -> list[Document]:
        """Return all documents without their passages and source, by id."""
        rows = connection.execute(select(*_HEAD).order_by(documents.c.document_id))
        return [_document(row, "", ()) for row in rows]

    @reading
    def documents_count(self, connection: Connection) -> int:
        """Return how many documents there are."""
        return connection.scalar(select(func.count()).select_from(documents)) or 0

    @reading
    def readers(self, connection: Connection) -> dict[Audience, int]:
        """Return how many documents there are for whom; without those for whom there are none."""
        counted = select(documents.c.audience, func.count()).group_by(documents.c.audience)
        return {Audience(audience): number for audience, number in connection.execute(counted)}

    @reading
    def titles(self, connection: Connection, *, limit: int) -> dict[str, str]:
        """Return the titles of the first `limit` documents, by id and in its order."""
        wanted = select(documents.c.document_id, documents.c.title)
        rows = connection.execute(wanted.order_by(documents.c.document_id).limit(limit))
        return {row.document_id: row.title for row in rows}

    @reading
    def page(
        self, connection: Connection, *, limit: int, after: str = "", words: str = ""
    ) -> list[Document]:
        """Return documents without their passages and source, by id; those after one id.

        Args:
            connection: Of the transaction.
            limit: How many at most.
            after: The id of the last one of the page before.
            words: What their title, id or origin must hold, in any case; "" for all.
        """
        wanted = select(*_HEAD).where(documents.c.document_id > after)
        if words:
            named = (documents.c.title, documents.c.document_id, documents.c.origin)
            wanted = wanted.where(or_(*(holds(each, words) for each in named)))
        rows = connection.execute(wanted.order_by(documents.c.document_id).limit(limit))
        return [_document(row, "", ()) for row in rows]

    @reading
    def heads(self, connection: Connection, document_ids: Collection[str]) -> list[Document]:
        """Return the documents of these ids without their passages and source, by id."""
        found: list[Document] = []
        for batch in batches(sorted(document_ids)):
            wanted = select(*_HEAD).where(documents.c.document_id.in_(batch))
            rows = connection.execute(wanted.order_by(documents.c.document_id))
            found += [_document(row, "", ()) for row in rows]
        return found

    @reading
    def named(self, connection: Connection, name: str) -> list[Document]:
        """Return the documents that have this id or title, without passages and source, by id."""
        return _heads(connection, or_(documents.c.document_id == name, documents.c.title == name))

    @reading
    def of_origin(self, connection: Connection, begins: str) -> list[Document]:
        """Return the documents whose origin begins so, without passages and source, by id."""
        return _heads(connection, documents.c.origin.startswith(begins, autoescape=True))

    @reading
    def public_entries(
        self, connection: Connection, today: date, *, limit: int, first: str = ""
    ) -> list[Document]:
        """Return approved entries for everybody that hold on a day, without their passages.

        Args:
            connection: Of the transaction.
            today: In the business's zone.
            limit: How many at most.
            first: Those of this origin come before the others; each of the two by id.
        """
        begun, ends = documents.c.valid_from, documents.c.valid_until
        rows = connection.execute(
            select(*_HEAD)
            .where(
                documents.c.shape == Shape.ENTRY,
                documents.c.approved,
                documents.c.audience == Audience.PUBLIC,
                or_(begun.is_(None), begun <= today),
                or_(ends.is_(None), ends >= today),
            )
            .order_by(documents.c.origin != first, documents.c.document_id)
            .limit(limit)
        )
        return [_document(row, "", ()) for row in rows]

    @reading
    def found(self, connection: Connection, passage_ids: Collection[str]) -> dict[str, Found]:
        """Return the passages of these ids that still exist."""
        result: dict[str, Found] = {}
        for batch in batches(list(passage_ids)):
            rows = connection.execute(_FOUND, {"passage_ids": batch})
            result.update((row.passage_id, _found(row)) for row in rows)
        return result

    @reading
    def quoted(
        self, connection: Connection, document_ids: Collection[str], texts: Collection[str]
    ) -> list[Found]:
        """Return the passages of these documents that are one of these texts."""
        result: list[Found] = []
        for batch in batches(document_ids):
            for words in batches(texts):
                rows = connection.execute(_QUOTED, {"document_ids": batch, "texts": words})
                result += [_found(row) for row in rows]
        return result

    async def everything(
        self, embedder: str
    ) -> AsyncGenerator[tuple[Found, PassageVectors | None], None]:
        """Yield every passage with its vectors of one embedder, by passage id; None: none.

        Read in pieces, each a transaction of its own: a long walk holds nobody up.
        """
        after = ""
        while True:
            rows = await self._database.read(partial(_piece, embedder=embedder, after=after))
            for row in rows:
                yield _found(row), None if row.vectors is None else vectors_of(row)
            if len(rows) < BATCH:
                return
            after = rows[-1].passage_id

    @reading
    def undrafted(self, connection: Connection, today: date) -> str | None:
        """Return an approved entry that holds and whose text no other ways were drafted for."""
        found: str | None = connection.scalar(
            select(documents.c.document_id)
            .join_from(passages, documents)
            .where(documents.c.shape == Shape.ENTRY, documents.c.approved)
            .where(or_(documents.c.valid_until.is_(None), documents.c.valid_until >= today))
            .where(passages.c.drafted.is_(None))
            .order_by(documents.c.document_id)
            .limit(1)
        )
        return found

    @reading
    def count(self, connection: Connection) -> int:
        """Return how many passages there are."""
        return connection.scalar(select(func.count()).select_from(passages)) or 0


def _heads(connection: Connection, which: ColumnElement[bool]) -> list[Document]:
    rows = connection.execute(select(*_HEAD).where(which).order_by(documents.c.document_id))
    return [_document(row, "", ()) for row in rows]


def _whole(connection: Connection, document_ids: Collection[str]) -> list[Document]:
    result: list[Document] = []
    for batch in batches(sorted(document_ids)):
        parts: dict[str, list[Passage]] = {}
        for part in connection.execute(_PARTS, {"document_ids": batch}):
            parts.setdefault(part.document_id, []).append(passage_of(part))
        for row in connection.execute(_WHOLE, {"document_ids": batch}):
            mine = tuple(parts.get(row.document_id, ()))
            result.append(_document(row, row.source, mine))
    return result


def _changed_at(connection: Connection, document_ids: Collection[str]) -> dict[str, datetime]:
    result: dict[str, datetime] = {}
    for batch in batches(document_ids):
        rows = connection.execute(_CHANGED, {"document_ids": batch})
        result.update((row.document_id, row.changed_at) for row in rows)
    return result


def _piece(connection: Connection, embedder: str, after: str) -> Sequence[Row[tuple[object, ...]]]:
    mine = and_(
        passage_vectors.c.passage_id == passages.c.passage_id,
        passage_vectors.c.embedder == embedder,
    )
    rows = connection.execute(
        select(passages, *_HEAD[1:], *list(passage_vectors.c)[1:])
        .join_from(passages, documents)
        .outerjoin(passage_vectors, mine)
        .where(passages.c.passage_id > after)
        .order_by(passages.c.passage_id)
        .limit(BATCH)
    )
    return rows.all()


def _document_columns(document: Document, changed_at: datetime) -> dict[str, object]:
    return {
        "document_id": document.document_id,
        "title": document.title,
        "shape": document.shape,
        "audience": document.audience,
        "origin": document.origin,
        "source": document.source,
        "language": document.language,
        "valid_from": document.valid_from,
        "valid_until": document.valid_until,
        "approved": document.approved,
        "note": document.note,
        "version": document.version,
        "rooms": list(document.rooms),
        "changed_at": changed_at,
    }


def _passage_columns(passage: Passage) -> dict[str, object]:
    return {
        "passage_id": passage.passage_id,
        "document_id": passage.document_id,
        "position": passage.position,
        "heading": passage.heading,
        "text": passage.text,
        "ways": list(passage.ways),
        "drafted": None if passage.drafted is None else list(passage.drafted),
    }


def _document(row: Row[tuple[object, ...]], source: str, parts: tuple[Passage, ...]) -> Document:
    valid_from: date | None = row.valid_from
    valid_until: date | None = row.valid_until
    return Document(
        document_id=row.document_id,
        title=row.title,
        shape=Shape(row.shape),
        audience=Audience(row.audience),
        origin=row.origin,
        source=source,
        language=row.language,
        valid_from=valid_from,
        valid_until=valid_until,
        approved=row.approved,
        note=row.note,
        version=row.version,
        rooms=tuple(row.rooms),
        passages=parts,
    )


def _found(row: Row[tuple[object, ...]]) -> Found:
    return Found(
        passage=passage_of(row),
        title=row.title,
        audience=Audience(row.audience),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        approved=row.approved,
        language=row.language,
        rooms=tuple(row.rooms),
        changed_at=row.changed_at,
    )
