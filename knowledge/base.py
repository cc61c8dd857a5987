"""The knowledge base as the rest of the product sees it."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from knowledge.catalog import Catalog
from knowledge.documents import Audience, Document
from knowledge.embedding import Embedder
from knowledge.errors import EmbeddingUnavailableError, KnowledgeError
from knowledge.finder import Finder
from knowledge.following import Following
from knowledge.incoming import Reach, Taken
from knowledge.ingest import Ingest, Progress, Ready
from knowledge.learning import Indexes, Learning
from knowledge.member import SWAPPING, Member
from knowledge.prospect import Prospect
from knowledge.quotes import Quote, standing
from knowledge.search import Findings
from knowledge.sharing import Alone, Sharing
from knowledge.swap import Approve, Preparation, Swap
from knowledge.synonyms import Synonyms
from knowledge.words import Words
from knowledge.worker import Worker

log = logging.getLogger(__name__)

QUESTION_S = 2.0  # that a question waits for what others have stored; an entry takes some ms
SWEEP_S = 5.0  # between two looks at what others left undone
_LOOK_S = 0.2  # between two looks at how far an embedder is


class KnowledgeBase:
    """Documents go in, passages come out. One a data directory.

    Attributes:
        approve: Asked before another embedder takes over, with what would answer then; None: no
            need. To be set before `start`.
    """

    def __init__(
        self,
        catalog: Catalog,
        embedder: Embedder,
        worker: Worker,
        path: Path,
        *,
        chroma_url: str = "",
        known: Callable[[str], Embedder | None] = lambda _name: None,
        sharing: Sharing | None = None,
        prepares: bool = True,
    ) -> None:
        """Build the parts; nothing is opened before `start`.

        Args:
            catalog: The rows; the truth.
            embedder: The chosen one. While it has not embedded everything, one that has serves.
            worker: The thread that owns the built-in embedder and Chroma; closed by `close`.
            path: Chroma's own folder; may be deleted while nothing runs.
            chroma_url: A Chroma server in its place.
            known: Makes the embedder of a name that vectors have; None: it cannot be had any more.
            sharing: What several processes on the same rows and the same server tell each other;
                None: there is only this one.
            prepares: Of several processes one prepares the embedder that is chosen, the others
                take it up once it serves.
        """
        self._catalog = catalog
        self._worker = worker
        self._known = known
        self._words = Words()
        self._made = partial(
            Finder,
            catalog,
            worker=worker,
            words=self._words,
            path=path,
            chroma_url=chroma_url,
            follow=self._follow,
        )
        self._chosen = embedder
        self._finder = self._made(embedder)
        self._sharing = sharing or Alone()
        self._prepares = prepares
        indexes = Indexes(self._finder.meaning)
        learning = Learning(catalog, worker, self._words, indexes, self._changed)
        self._following = Following(self._sharing, learning)
        self._indexes = indexes
        self._ingest = Ingest(catalog, worker, self._words, indexes, self._following, self._sharing)
        self._member = Member(
            self._sharing,
            self._ingest,
            self._following,
            learning,
            made=lambda embedder, generation: self._made(embedder, generation=generation),
            known=self._embedder,
            answers=lambda: self._finder,
            answer=self._answer_by,
        )
        self._woken = asyncio.Event()
        self._swap: Swap | None = None
        self._swapping: asyncio.Task[None] | None = None
        self.approve: Approve | None = None

    async def start(self) -> None:
        """Prove the index against the rows, mending or rebuilding it from them where it lies.

        Raises:
            IndexDamagedError: Chroma cannot be used even with a new index.
        """
        held, count = await self._catalog.embedders(), await self._catalog.count()
        whole = (self._known(name) for name in sorted(held) if held[name] == count)
        others = [each for each in whole if each and each.name != self._chosen.name]
        if others:
            log.info("serving embedder=%s chosen=%s", others[0].name, self._chosen.name)
            self._finder = self._made(others[0])
            self._indexes.serving = self._finder.meaning
        if self._sharing.alone:
            await self._ingest.mend()
        else:
            self._ingest.up_to_date = self._member.up_to_date
            await self._member.start()
        self._changed()
        self._go_on(self._chosen)

    async def close(self) -> None:
        """Stop background work, let go of Chroma's files and end the worker."""
        if self._swapping:
            self._swapping.cancel()
            await asyncio.gather(self._swapping, return_exceptions=True)
        await self._following.close()
        await self._finder.close()
        await self._sharing.leave()
        await self._worker.close()

    async def follow(self) -> None:
        """Keep in step with the other processes until cancelled; alone there is nothing to do.

        Whatever another one stored is known at the next question in any case: this sees to what
        one left undone that ended in the middle, or that the Chroma server has lost.
        """
        while True:
            self._woken.clear()
            await self.sweep()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if self._sharing.alone else SWEEP_S):
                    await self._woken.wait()

    async def sweep(self) -> None:
        """Do once what `follow` does again and again."""
        if not self._sharing.alone:
            await self._member.sweep()

    def wake(self) -> None:
        """Have `follow` look at once: another process has changed something."""
        self._woken.set()

    @property
    def embedder(self) -> str:
        """Return the name of the embedder that questions are answered by."""
        return self._finder.name

    @property
    def preparation(self) -> Preparation | None:
        """Return how far the chosen embedder is; None when everything is embedded by it."""
        if self._swap:
            return self._swap.state
        return None if self._chosen.name == self.embedder else Preparation(self._chosen.name)

    def use(self, embedder: Embedder) -> None:
        """Prepare another embedder in the background and switch to it once it is complete.

        Until then the one before answers, from all documents, those that are added meanwhile
        too. Choosing the one that is being prepared tries again at once where something holds it
        up; choosing the one that serves ends the preparation.
        """
        if embedder.name != self._chosen.name:
            self._chosen = embedder
            self._go_on(embedder)
        elif self._swap:
            self._swap.again()

    async def add(self, documents: Iterable[Document], progress: Progress | None = None) -> Taken:
        """Store documents, replacing those of the same id; found by the next question.

        What is there already, word for word, is left alone: an import that was stopped goes on
        where it was when the same is added again.

        Args:
            documents: As readers give them.
            progress: Called with documents done and all documents.

        Raises:
            EmbeddingUnavailableError: From here on nothing was changed; what `progress` told stays.
        """
        try:
            return await self._ingest.add(documents, progress)
        finally:
            self._changed()

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
        await self.put(await self.ready(documents, alone=alone, progress=progress))

    async def reach(self, documents: Iterable[Document], *, alone: bool = False) -> Reach:
        """Return how much of what is searched `add_at_once` would change; nothing is embedded."""
        return await self._ingest.reach(documents, alone=alone)

    async def ready(
        self,
        documents: Iterable[Document],
        *,
        alone: bool = False,
        progress: Progress | None = None,
    ) -> Ready:
        """Do the longer part of `add_at_once`, after which nothing is changed yet.

        Stopped, it goes on where it was when the same is made ready again before anything else is.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """
        return await self._ingest.ready(documents, alone=alone, progress=progress)

    async def prospect(self, ready: Ready) -> Prospect:
        """Return what would be found with what is ready; nobody else finds any of it.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """
        return await self._finder.prospect(ready)

    async def put(self, ready: Ready) -> None:
        """Store what is ready, in one step.

        Raises:
            EmbeddingUnavailableError: Nothing was changed: another embedder serves by now, and did
                not answer.
        """
        try:
            await self._ingest.put(ready)
        finally:
            self._changed()

    async def undrafted(self, today: date) -> Document | None:
        """Return an entry that no other ways to ask were drafted for, None when there is none.

        Args:
            today: In the business's zone; an entry that has ended needs no ways.
        """
        document_id = await self._catalog.undrafted(today)
        return None if document_id is None else await self._catalog.document(document_id)

    async def draft(self, document: Document, ways: Sequence[str]) -> tuple[str, ...]:
        """Let other ways to ask for an entry serve the search, as drafts; none marks it as done.

        Args:
            document: The entry as it was when they were written.
            ways: In the order of their worth.

        Returns:
            Those that serve: they find their entry and pull no other's question away. None where
            the entry has changed meanwhile.

        Raises:
            EmbeddingUnavailableError: Nothing was changed.
        """
        (passage,) = document.passages
        passed = await self._finder.trial.passed(passage, ways)
        if not await self._ingest.draft(document, passed):
            return ()
        self._changed()
        return passed

    async def remove(self, document_id: str) -> bool:
        """Remove a document everywhere; False when there was none."""
        removed = await self._ingest.remove(document_id)
        self._changed()
        return removed

    async def rebuild(self, progress: Progress | None = None) -> None:
        """Make index and words anew from the rows; wait for what is being embedded.

        Args:
            progress: Called with passages that the chosen embedder has embedded, and all of them.

        Raises:
            IndexDamagedError: Chroma cannot be used even with a new index.
            EmbeddingUnavailableError: The chosen embedder does not answer; it goes on by itself.
        """
        if self._sharing.alone:
            await self._ingest.mend(afresh=True)
            self._changed()
        else:
            await self._member.renew()
        while self._swapping and self._swap and not self._swapping.done():
            state = self._swap.state
            if state.problem:
                raise EmbeddingUnavailableError(state.problem)
            if state.asked:
                return
            if progress and state.total:
                progress(state.done, state.total)
            await asyncio.wait({self._swapping}, timeout=_LOOK_S)

    async def documents(self) -> list[Document]:
        """Return all documents by id, without their passages and source."""
        return await self._catalog.documents()

    async def documents_count(self) -> int:
        """Return how many documents there are."""
        return await self._catalog.documents_count()

    async def readers(self) -> dict[Audience, int]:
        """Return how many documents there are for whom; without those for whom there are none."""
        return await self._catalog.readers()

    async def titles(self, *, limit: int) -> dict[str, str]:
        """Return the titles of the first `limit` documents, by id and in its order."""
        return await self._catalog.titles(limit=limit)

    async def titles_of(self, document_ids: Collection[str]) -> dict[str, str]:
        """Return the titles of the documents of these ids that there are, by id."""
        return {each.document_id: each.title for each in await self.heads(document_ids)}

    async def page(self, *, limit: int, after: str = "", words: str = "") -> list[Document]:
        """Return documents without their passages and source, by id.

        Args:
            limit: How many at most.
            after: The id of the last one of the page before.
            words: What their title, id or origin must hold, in any case; "" for all.
        """
        return await self._catalog.page(limit=limit, after=after, words=words)

    async def heads(self, document_ids: Collection[str]) -> list[Document]:
        """Return the documents of these ids without their passages and source, by id."""
        return await self._catalog.heads(document_ids)

    async def named(self, name: str) -> list[Document]:
        """Return the documents that have this id or title, without passages and source, by id."""
        return await self._catalog.named(name)

    async def of_origin(self, begins: str) -> list[Document]:
        """Return the documents whose origin begins so, without passages and source, by id."""
        return await self._catalog.of_origin(begins)

    async def public_entries(self, today: date, *, limit: int, first: str = "") -> list[Document]:
        """Return approved entries for everybody that hold on a day, without their passages.

        Args:
            today: In the business's zone.
            limit: How many at most.
            first: Those of this origin come before the others; each of the two by id.
        """
        return await self._catalog.public_entries(today, limit=limit, first=first)

    async def whole(self) -> list[Document]:
        """Return all documents by id, with their passages and source."""
        every = await self._catalog.documents()
        return await self._catalog.whole([document.document_id for document in every])

    async def some(self, document_ids: Collection[str]) -> list[Document]:
        """Return the documents of these ids that there are, with their passages, by id."""
        return await self._catalog.whole(document_ids)

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
        language: str = "",
    ) -> Findings:
        """Return what answers a question, best first, with a verdict.

        Args:
            query: In any language; cut at 2,000 characters.
            audiences: What the asker may read.
            today: In the business's zone; decides what has ended.
            limit: 1 to 50.
            room: Where it is asked, "platform/channel": what is for chosen rooms is found in
                these alone. "" finds none of it, EVERY_ROOM all of it.
            language: ISO 639-1 of the question: of equals the one written in it comes first.
        """
        await self._follow()
        return await self._finder.search(
            query, audiences=audiences, today=today, limit=limit, room=room, language=language
        )

    async def standing(
        self,
        quotes: Collection[Quote],
        *,
        audiences: frozenset[Audience],
        today: date,
        room: str = "",
    ) -> frozenset[Quote]:
        """Return which of the passages that were quoted before may still be said.

        Args:
            quotes: As they were then.
            audiences: What the reader may read.
            today: In the business's zone; decides what has ended.
            room: As in `search`.
        """
        return await standing(self._catalog, quotes, audiences=audiences, today=today, room=room)

    async def same_question(
        self, question: str, others: Sequence[str], *, language: str
    ) -> int | None:
        """Return which of other questions is surely the same one, by its place; None: none is.

        Args:
            question: As somebody asked it.
            others: As others did.
            language: ISO 639-1, "" when unknown; of the words that are compared.
        """
        return await self._finder.sameness.nearest(question, others, language)

    async def likeness(self, text: str, others: Sequence[str]) -> list[float]:
        """Return how near a text lies to each of others in meaning, measured in this knowledge.

        Returns:
            For each the share of the business's entries, 0.0 to 1.0, that lie less close to the
            entry nearest to them, which is about something else.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """
        return await self._finder.sameness.likeness(text, others)

    def use_synonyms(self, groups: Sequence[Sequence[str]]) -> None:
        """Take words and phrases of one group for the same, from the next question on.

        Args:
            groups: All of them, in place of those before.
        """
        self._words.synonyms = Synonyms(groups)

    async def settled(self) -> None:
        """Wait until the verdicts' calibration has caught up with the last change."""
        await self._finder.rehearsal.settled()

    async def check(self) -> int:
        """Embed, ask and find what must be found.

        Returns:
            How many passages there are.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
            IndexDamagedError: The index lies.
            KnowledgeError: Some documents are found by words only until they are embedded again.
        """
        await self._finder.embedder.embed_queries(["Are you open today?"])
        # Whoever is in the middle of a change is not waited for, and not taken for damage.
        still = self._sharing.alone or await self._member.nobody_changes()
        count = await (self._ingest.compare() if still else self._catalog.count())
        state = self.preparation
        if state and state.embedder == self.embedder:
            raise KnowledgeError(state.problem or "Documents are being read again: wait.")
        return count

    async def _follow(self) -> None:
        """Know what others have stored, but for a whole import that came at once."""
        await self._following.follow(within_s=QUESTION_S)

    def _changed(self) -> None:
        self._finder.rehearsal.changed()

    def _embedder(self, name: str) -> Embedder | None:
        return self._chosen if name == self._chosen.name else self._known(name)

    def _go_on(self, embedder: Embedder) -> None:
        if not self._prepares:
            return
        before = self._swapping
        if before and before is not asyncio.current_task():
            before.cancel()
        self._swapping = asyncio.create_task(self._keep(before, embedder), name="embedder")

    async def _keep(self, before: asyncio.Task[None] | None, embedder: Embedder) -> None:
        """Have everything embedded by the chosen embedder, and nothing kept of others."""
        if before:
            await asyncio.gather(before, return_exceptions=True)
        try:
            if not await self._kept(embedder):
                await asyncio.sleep(SWEEP_S)
                self._go_on(embedder)
        except Exception:  # the edge of background work; the next start does it again
            log.exception("failed to tidy up embedder=%s", embedder.name)

    async def _kept(self, embedder: Embedder) -> bool:
        """Have everything embedded, as the only one; False where another process is at it."""
        async with self._sharing.only_one(SWAPPING) as ours:
            if ours:
                await self._have_embedded(embedder)
            return ours

    async def _have_embedded(self, embedder: Embedder) -> None:
        old = self._finder
        new = old
        if old.name != embedder.name:
            generation = (await self._sharing.state()).place.generation
            new = self._made(embedder, generation=0 if self._sharing.alone else generation + 1)
        try:
            if new is not old or await self._catalog.lacking(new.name, after="", limit=1):
                self._swap = Swap(self._ingest, new, self.approve, partial(self._answer_by, new))
                await self._swap.run()
            self._swap = None
        finally:
            await self._ingest.leave(new.meaning)
            for each in {old, new} - {self._finder}:
                await each.close()
        self._changed()
        if self._sharing.alone:
            await self._finder.meaning.drop_others()
        else:
            self._member.left_behind()

    def _answer_by(self, finder: Finder) -> None:
        log.info("switched embedder=%s", finder.name)
        self._finder = finder
