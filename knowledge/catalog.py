"""The port to the rows: documents, passages and vectors live there, everything else is rebuilt."""

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from knowledge.documents import Audience, Document, Passage, PassageVectors


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with what decides whether it may be shown.

    Attributes:
        changed_at: When its document was stored.
    """

    passage: Passage
    title: str
    audience: Audience
    valid_until: date | None
    approved: bool
    language: str
    changed_at: datetime
    valid_from: date | None = None
    rooms: tuple[str, ...] = ()


class Passages(Protocol):
    """What a search reads of them."""

    async def found(self, passage_ids: Collection[str]) -> dict[str, Found]:
        """Return the passages of these ids that still exist."""

    def everything(
        self, embedder: str
    ) -> AsyncGenerator[tuple[Found, PassageVectors | None], None]:
        """Yield every passage with its vectors of one embedder, by passage id; None: none."""


class Catalog(Passages, Protocol):
    """Where documents are kept. Each method is one transaction."""

    async def put(
        self,
        documents: Sequence[Document],
        vectors: Sequence[PassageVectors],
        *,
        gone: Collection[str] = (),
    ) -> None:
        """Store documents with their passages and vectors, replacing those of the same id.

        Args:
            documents: What is stored, each with the version that `following` tells.
            vectors: Of their passages, of any embedders; no others stay.
            gone: Ids of documents that go in the same step.
        """

    async def remove(self, document_id: str) -> bool:
        """Remove a document, its passages and vectors; False when there was none."""

    async def document(self, document_id: str) -> Document | None:
        """Return one document with its passages, or None."""

    async def whole(self, document_ids: Collection[str]) -> list[Document]:
        """Return the documents of these ids that still exist, with passages and source, by id."""

    async def documents(self) -> list[Document]:
        """Return all documents without their passages and source, by id."""

    async def documents_count(self) -> int:
        """Return how many documents there are."""

    async def readers(self) -> dict[Audience, int]:
        """Return how many documents there are for whom; without those for whom there are none."""

    async def titles(self, *, limit: int) -> dict[str, str]:
        """Return the titles of the first `limit` documents, by id and in its order."""

    async def page(self, *, limit: int, after: str = "", words: str = "") -> list[Document]:
        """Return documents without their passages and source, by id.

        Args:
            limit: How many at most.
            after: The id of the last one of the page before.
            words: What their title, id or origin must hold, in any case; "" for all.
        """

    async def heads(self, document_ids: Collection[str]) -> list[Document]:
        """Return the documents of these ids without their passages and source, by id."""

    async def named(self, name: str) -> list[Document]:
        """Return the documents that have this id or title, without passages and source, by id."""

    async def of_origin(self, begins: str) -> list[Document]:
        """Return the documents whose origin begins so, without passages and source, by id."""

    async def public_entries(self, today: date, *, limit: int, first: str = "") -> list[Document]:
        """Return approved entries for everybody that hold on a day, without their passages.

        Args:
            today: In the business's zone.
            limit: How many at most.
            first: Those of this origin come before the others; each of the two by id.
        """

    async def quoted(self, document_ids: Collection[str], texts: Collection[str]) -> list[Found]:
        """Return the passages of these documents that are one of these texts."""

    async def count(self) -> int:
        """Return how many passages there are."""

    async def hashes(self, document_ids: Collection[str]) -> dict[str, PassageVectors]:
        """Return by content hash the vectors that these documents' passages have now."""

    async def put_vectors(self, vectors: Sequence[PassageVectors]) -> None:
        """Store vectors of passages that are there, beside those of other embedders."""

    async def lacking(self, embedder: str, *, after: str, limit: int) -> list[Passage]:
        """Return passages without vectors of an embedder, by passage id, those after one id."""

    async def embedders(self) -> dict[str, int]:
        """Return of how many passages there are vectors, by embedder."""

    async def forget(self, embedder: str, passage_ids: Collection[str] | None = None) -> None:
        """Remove an embedder's vectors, of these passages or all; in pieces, they can be many."""

    async def undrafted(self, today: date) -> str | None:
        """Return an approved entry that holds and whose text no other ways were drafted for."""
