"""What answers a question with one embedder from beginning to end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

from knowledge.catalog import Catalog
from knowledge.documents import Audience
from knowledge.embedding import Embedder
from knowledge.errors import EmbeddingUnavailableError
from knowledge.index import Index
from knowledge.ingest import Ready
from knowledge.meaning import Meaning
from knowledge.prospect import Prospect
from knowledge.rehearsal import Rehearsal
from knowledge.sameness import Sameness
from knowledge.search import Findings, Search
from knowledge.sharing import Place
from knowledge.sides import Sides
from knowledge.trial import Trial
from knowledge.words import Words
from knowledge.worker import Worker


class Finder:
    """An embedder with its index and the calibration that follows from it; never a mix of two."""

    def __init__(
        self,
        catalog: Catalog,
        embedder: Embedder,
        *,
        worker: Worker,
        words: Words,
        path: Path,
        chroma_url: str,
        generation: int = 0,
        follow: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Build the parts; `meaning` opens the index, or another one of the same embedder."""
        place = Place(embedder.name, generation)
        index = Index(path, chroma_url, place)
        self.embedder = embedder
        self.meaning = Meaning(catalog, embedder, worker, index, place)
        self.rehearsal = Rehearsal(catalog, embedder, worker, words)
        self.trial = Trial(catalog, embedder, Sides(worker, index, words, follow), self.rehearsal)
        self.sameness = Sameness(catalog, embedder)
        self._search = Search(catalog, worker, index, words, self.rehearsal, follow)
        self._catalog, self._worker, self._index, self._words = catalog, worker, index, words
        self._asking = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def name(self) -> str:
        """Return the embedder's name."""
        return self.embedder.name

    async def search(
        self,
        query: str,
        *,
        audiences: frozenset[Audience],
        today: date,
        limit: int = 6,
        room: str = "",
        language: str = "",
    ) -> Findings:
        """Return what answers a question, best first, as `KnowledgeBase.search` does."""
        self._asking += 1
        self._idle.clear()
        try:
            return await self._search.search(
                query,
                audiences=audiences,
                today=today,
                limit=limit,
                room=room,
                language=language,
            )
        finally:
            self._asking -= 1
            if not self._asking:
                self._idle.set()

    async def prospect(self, ready: Ready) -> Prospect:
        """Return what would answer with these documents in force; nothing is changed.

        Raises:
            EmbeddingUnavailableError: It did not answer, or is not the one they were made ready by.
        """
        if ready.made.by is not self.meaning:
            raise EmbeddingUnavailableError("Another embedder took over meanwhile: try again.")
        prospect = Prospect(self._catalog, self.embedder, self._worker, self._index, ready)
        await prospect.prepare(self._words.synonyms)
        return prospect

    async def close(self) -> None:
        """Answer what was asked, then let go of the index's files."""
        await self._idle.wait()
        await self.rehearsal.close()
        await self.meaning.close()
