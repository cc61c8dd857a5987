"""A catalog made of memory, one transaction a call like the real one."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace

from knowledge.catalog import Found
from knowledge.documents import Document, PassageVectors, following


class MemoryCatalog:
    """Keeps what a process's end would keep in a database.

    `reads` counts the passages that were read by `found`.
    """

    def __init__(self) -> None:
        self.kept: dict[str, Document] = {}
        self.vectors: dict[str, PassageVectors] = {}
        self.reads = 0

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
        self.vectors.update({each.passage_id: each for each in vectors})
        wanted = {p.passage_id for document in self.kept.values() for p in document.passages}
        assert wanted == self.vectors.keys(), "every passage has vectors, and nothing else has"

    async def remove(self, document_id: str) -> bool:
        document = self.kept.pop(document_id, None)
        for passage in document.passages if document else ():
            del self.vectors[passage.passage_id]
        return document is not None

    async def document(self, document_id: str) -> Document | None:
        return self.kept.get(document_id)

    async def whole(self, document_ids: Collection[str]) -> list[Document]:
        return [self.kept[known] for known in sorted(document_ids) if known in self.kept]

    async def documents(self) -> list[Document]:
        return [replace(self.kept[known], passages=(), source="") for known in sorted(self.kept)]

    async def found(self, passage_ids: Collection[str]) -> dict[str, Found]:
        self.reads += len(passage_ids)
        return {
            passage.passage_id: _found(document, number)
            for document_id in {known.rpartition("#")[0] for known in passage_ids}
            if (document := self.kept.get(document_id))
            for number, passage in enumerate(document.passages)
            if passage.passage_id in passage_ids
        }

    async def hashes(self, document_ids: Collection[str]) -> dict[str, PassageVectors]:
        passages = [
            passage
            for document_id in document_ids
            if document_id in self.kept
            for passage in self.kept[document_id].passages
        ]
        rows = [self.vectors[passage.passage_id] for passage in passages]
        return {row.content_hash: row for row in rows}

    async def everything(self) -> AsyncIterator[tuple[Found, PassageVectors]]:
        rows = [
            (_found(document, number), self.vectors[passage.passage_id])
            for document in self.kept.values()
            for number, passage in enumerate(document.passages)
        ]
        for row in sorted(rows, key=lambda row: row[1].passage_id):
            yield row

    async def count(self) -> int:
        return len(self.vectors)


def _found(document: Document, number: int) -> Found:
    return Found(
        passage=document.passages[number],
        title=document.title,
        audience=document.audience,
        valid_until=document.valid_until,
        approved=document.approved,
        language=document.language,
        valid_from=document.valid_from,
        rooms=document.rooms,
    )
