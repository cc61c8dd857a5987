"""The knowledge base as the rest of the product sees it."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from knowledge.catalog import Catalog
from knowledge.documents import Audience, Document
from knowledge.embedding import Embedder
from knowledge.errors import KnowledgeError
from knowledge.index import Index
from knowledge.ingest import Ingest, Progress
from knowledge.rehearsal import Rehearsal
from knowledge.search import Findings, Search
from knowledge.words import Words
from knowledge.worker import Priority, Worker

log = logging.getLogger(__name__)


class KnowledgeBase:
    """Documents go in, passages come out. One a data directory."""

    def __init__(
        self,
        catalog: Catalog,
        embedder: Embedder,
        worker: Worker,
        path: Path,
        *,
        chroma_url: str = "",
    ) -> None:
        """Build the parts; nothing is opened before `start`.

        Args:
            catalog: The rows; the truth.
            embedder: Another name than before means that everything is embedded again, in the
                background, while words alone find what is not done yet.
            worker: The thread that owns the built-in embedder and Chroma; closed by `close`.
            path: Chroma's own folder; may be deleted while nothing runs.
            chroma_url: A Chroma server in its place.
        """
        self._catalog = catalog
        self._embedder = embedder
        self._worker = worker
        self._words = Words()
        self._index = Index(path, chroma_url, embedder.name)
        self._ingest = Ingest(catalog, embedder, worker, self._index, self._words)
        self._rehearsal = Rehearsal(catalog, embedder, worker, self._words)
        self._search = Search(catalog, embedder, worker, self._index, self._words, self._rehearsal)
        self._embedding: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Prove the index against the rows, mending or rebuilding it from them where it lies.

        Raises:
            IndexDamagedError: Chroma cannot be used even with a new index.
        """
        stale = await self._ingest.mend()
        self._rehearsal.changed()
        if stale:
            log.info("embedding again documents=%s", len(stale))
            self._embedding = asyncio.create_task(self._embed_again(stale))

    async def close(self) -> None:
        """Stop background work, let go of Chroma's files and end the worker."""
        await self._stop_embedding()
        await self._rehearsal.close()
        await self._worker.run(Priority.IMPORT, self._index.close)
        await self._worker.close()

    async def add(self, documents: Iterable[Document], progress: Progress | None = None) -> None:
        """Store documents, replacing those of the same id; found by the next question.

        Args:
            documents: As readers give them.
            progress: Called with documents done and all documents.

        Raises:
            EmbeddingUnavailableError: From here on nothing was changed; what `progress` told stays.
        """
        try:
            await self._ingest.add(documents, progress)
        finally:
            self._rehearsal.changed()

    async def add_at_once(
        self,
        documents: Iterable[Document],
        *,
        alone: bool = False,
        progress: Progress | None = None,
    ) -> None:
        """Store documents like `add`, but in one step: after an error nothing was changed.

        Args:
            documents: All of them are held in memory with their vectors, 1.5 KB a way to ask.
            alone: Remove every other document in the same step.
            progress: Called with documents made ready and all documents.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """
        try:
            await self._ingest.add_at_once(documents, alone=alone, progress=progress)
        finally:
            self._rehearsal.changed()

    async def remove(self, document_id: str) -> bool:
        """Remove a document everywhere; False when there was none."""
        removed = await self._ingest.remove(document_id)
        self._rehearsal.changed()
        return removed

    async def rebuild(self, progress: Progress | None = None) -> None:
        """Make index and words anew from the rows; embed only what another embedder had embedded.

        Args:
            progress: Called with documents embedded again and all of those.

        Raises:
            IndexDamagedError: Chroma cannot be used even with a new index.
            EmbeddingUnavailableError: The embedder did not answer; `rebuild` again goes on.
        """
        await self._stop_embedding()
        stale = await self._ingest.mend(afresh=True)
        await self._ingest.embed_again(stale, progress)
        self._rehearsal.changed()

    async def documents(self) -> list[Document]:
        """Return all documents by id, without their passages and source."""
        return await self._catalog.documents()

    async def whole(self) -> list[Document]:
        """Return all documents by id, with their passages and source."""
        every = await self._catalog.documents()
        return await self._catalog.whole([document.document_id for document in every])

    async def show(self, document_id: str) -> Document | None:
        """Return one document with its passages, or None."""
        return await self._catalog.document(document_id)

    async def search(
        self,
        query: str,
        *,
        audiences: frozenset[Audience],
        today: date,
        limit: int = 6,
        room: str = "",
    ) -> Findings:
        """Return what answers a question, best first, with a verdict.

        Args:
            query: In any language; cut at 2,000 characters.
            audiences: What the asker may read.
            today: In the business's zone; decides what has ended.
            limit: 1 to 50.
            room: Where it is asked, "platform/channel": what is for chosen rooms is found in
                these alone. "" finds none of it, EVERY_ROOM all of it.
        """
        return await self._search.search(
            query, audiences=audiences, today=today, limit=limit, room=room
        )

    async def settled(self) -> None:
        """Wait until the verdicts' calibration has caught up with the last change."""
        await self._rehearsal.settled()

    async def check(self) -> int:
        """Embed, ask and find what must be found.

        Returns:
            How many passages there are.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
            IndexDamagedError: The index lies.
            KnowledgeError: Documents are still being embedded again.
        """
        await self._embedder.embed_queries(["Are you open today?"])
        census = await self._ingest.compare()
        if self._embedding and not self._embedding.done():
            raise KnowledgeError("Documents are being read again with the new embedder: wait.")
        return census

    async def _stop_embedding(self) -> None:
        if self._embedding:
            self._embedding.cancel()
            await asyncio.gather(self._embedding, return_exceptions=True)

    async def _embed_again(self, document_ids: list[str]) -> None:
        try:
            await self._ingest.embed_again(document_ids, None)
        except KnowledgeError as error:
            log.warning("stopped embedding again error=%s", type(error).__name__)
        self._rehearsal.changed()
