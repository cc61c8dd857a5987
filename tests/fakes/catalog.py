"""A catalog made of memory, one transaction a call like the real one."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from knowledge.catalog import Found
from knowledge.documents import (
    Audience,
    Document,
    Passage,
    PassageVectors,
    Shape,
    following,
    holds,
)

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class MemoryCatalog:
    """Keeps what a process's end would keep in a database.

    `reads` counts the passages that were read by `found`.
    """

    def __init__(self) -> None:
        self.kept: dict[str, Document] = {}
        self.vectors: dict[tuple[str, str], PassageVectors] = {}  # by passage id and embedder
        self.reads = 0
        self._stored = 0
        self._changed_at: dict[str, datetime] = {}

    async def put(
        self,
        documents: Sequence[Document],
        vectors: Sequence[PassageVectors],
        *,
        gone: Collection[str] = (),
    ) -> None:
        for document_id in gone:
            await self.remove(document_id)
        for document in documents:
            stored = following(document, self.kept.get(document.document_id))
            await self.remove(document.document_id)
            self.kept[document.document_id] = stored
            self._stored += 1
            self._changed_at[document.document_id] = _EPOCH + timedelta(seconds=self._stored)
        await self.put_vectors(vectors)

    async def remove(self, document_id: str) -> bool:
        document = self.kept.pop(document_id, None)
        for passage in document.passages if document else ():
            for embedder in await self.embedders():
                self.vectors.pop((passage.passage_id, embedder), None)
        return document is not None

    async def document(self, document_id: str) -> Document | None:
        return self.kept.get(document_id)

    async def whole(self, document_ids: Collection[str]) -> list[Document]:
        return [self.kept[known] for known in sorted(document_ids) if known in self.kept]

    async def documents(self) -> list[Document]:
        return [replace(self.kept[known], passages=(), source="") for known in sorted(self.kept)]

    async def documents_count(self) -> int:
        return len(self.kept)

    async def readers(self) -> dict[Audience, int]:
        return dict(Counter(each.audience for each in self.kept.values()))

    async def titles(self, *, limit: int) -> dict[str, str]:
        return {known: self.kept[known].title for known in sorted(self.kept)[:limit]}

    async def page(self, *, limit: int, after: str = "", words: str = "") -> list[Document]:
        return [
            each
            for each in await self.documents()
            if each.document_id > after
            and words.lower() in f"{each.title}\n{each.document_id}\n{each.origin}".lower()
        ][:limit]

    async def heads(self, document_ids: Collection[str]) -> list[Document]:
        return [each for each in await self.documents() if each.document_id in document_ids]

    async def named(self, name: str) -> list[Document]:
        return [each for each in await self.documents() if name in (each.document_id, each.title)]

    async def of_origin(self, begins: str) -> list[Document]:
        return [each for each in await self.documents() if each.origin.startswith(begins)]

    async def public_entries(self, today: date, *, limit: int, first: str = "") -> list[Document]:
        entries = [
            each
            for each in await self.documents()
            if each.shape is Shape.ENTRY
            and each.approved
            and each.audience is Audience.PUBLIC
            and holds(each.valid_from, each.valid_until, today)
        ]
        return sorted(entries, key=lambda each: each.origin != first)[:limit]

    async def found(self, passage_ids: Collection[str]) -> dict[str, Found]:
        self.reads += len(passage_ids)
        return {
            passage.passage_id: self._found(document, number)
            for document_id in {known.rpartition("#")[0] for known in passage_ids}
            if (document := self.kept.get(document_id))
            for number, passage in enumerate(document.passages)
            if passage.passage_id in passage_ids
        }

    async def quoted(self, document_ids: Collection[str], texts: Collection[str]) -> list[Found]:
        return [
            self._found(document, number)
            for document_id in document_ids
            if (document := self.kept.get(document_id))
            for number, passage in enumerate(document.passages)
            if passage.text in texts
        ]

    async def hashes(self, document_ids: Collection[str]) -> dict[str, PassageVectors]:
        passages = [
            passage
            for document_id in document_ids
            if document_id in self.kept
            for passage in self.kept[document_id].passages
        ]
        wanted = {passage.passage_id for passage in passages}
        rows = [row for (known, _), row in self.vectors.items() if known in wanted]
        return {row.content_hash: row for row in rows}

    async def put_vectors(self, vectors: Sequence[PassageVectors]) -> None:
        self.vectors.update({(each.passage_id, each.embedder): each for each in vectors})
        strange = {known for known, _ in self.vectors} - {
            each.passage_id for each in self._passages()
        }
        assert not strange, "no vectors without their passage"

    async def everything(self, embedder: str) -> AsyncIterator[tuple[Found, PassageVectors | None]]:
        rows = [
            (self._found(document, number), self.vectors.get((passage.passage_id, embedder)))
            for document in self.kept.values()
            for number, passage in enumerate(document.passages)
        ]
        for row in sorted(rows, key=lambda row: row[0].passage.passage_id):
            yield row

    async def lacking(self, embedder: str, *, after: str, limit: int) -> list[Passage]:
        rows = [
            each
            for each in self._passages()
            if each.passage_id > after and (each.passage_id, embedder) not in self.vectors
        ]
        return sorted(rows, key=lambda each: each.passage_id)[:limit]

    async def embedders(self) -> dict[str, int]:
        return dict(Counter(embedder for _, embedder in self.vectors))

    async def forget(self, embedder: str, passage_ids: Collection[str] | None = None) -> None:
        for place in list(self.vectors):
            if place[1] == embedder and (passage_ids is None or place[0] in passage_ids):
                del self.vectors[place]

    async def undrafted(self, today: date) -> str | None:
        waiting = (
            document.document_id
            for document in self.kept.values()
            if document.shape is Shape.ENTRY
            and document.approved
            and (document.valid_until is None or document.valid_until >= today)
            and document.passages[0].drafted is None
        )
        return min(waiting, default=None)

    async def count(self) -> int:
        return len(self._passages())

    def _passages(self) -> list[Passage]:
        return [passage for document in self.kept.values() for passage in document.passages]

    def _found(self, document: Document, number: int) -> Found:
        return Found(
            passage=document.passages[number],
            title=document.title,
            audience=document.audience,
            valid_until=document.valid_until,
            approved=document.approved,
            language=document.language,
            valid_from=document.valid_from,
            rooms=document.rooms,
            changed_at=self._changed_at[document.document_id],
        )
