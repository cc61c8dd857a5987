"""Another embedder takes over while questions are asked and documents change."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from bot.llm.connection import OllamaConnection
from bot.llm.embedding import OllamaEmbedder
from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document, Vector
from knowledge.embedding import Embedder
from knowledge.errors import EmbeddingUnavailableError, IndexDamagedError
from knowledge.finder import Finder
from knowledge.readers.entries import entry
from knowledge.search import Findings
from knowledge.worker import Worker
from tests.fakes import tables
from tests.fakes.catalog import MemoryCatalog
from tests.fakes.embedder import RememberingEmbedder, WordEmbedder
from tests.fakes.hosts import hosts_of
from tests.fakes.ollama import FakeOllama

EVERYBODY = frozenset(Audience)
TODAY = date(2026, 11, 24)
SUBJECTS = (
    "wedding cakes, birthday cakes, parking spaces, opening hours, gluten-free bread, gift "
    "vouchers, refunds, deliveries, invoices, allergies, seats outside, dogs, coffee to go, "
    "catering, lost keys, summer holidays, rye rolls, the newsletter, apprenticeships, tours"
).split(", ")


def about(subject: str, answer: str = "") -> Document:
    return entry(
        question=f"What should I know about {subject}?",
        answer=answer or f"Ask at the counter about {subject}, any day.",
        audience=Audience.PUBLIC,
        origin="t",
        document_id=subject.replace(" ", "-"),
    )


DOCUMENTS = [about(subject) for subject in SUBJECTS]


class Gated(WordEmbedder):
    """Embeds passages only as far as it is let."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.waits = asyncio.Event()
        self.go = asyncio.Event()

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        if texts and not self.go.is_set():
            self.waits.set()
            await self.go.wait()
        return await super().embed_passages(texts)


@asynccontextmanager
async def opened(
    path: Path,
    catalog: MemoryCatalog,
    chosen: Embedder,
    *others: Embedder,
    approve: Callable[[Finder], object] | None = None,
) -> AsyncIterator[KnowledgeBase]:
    known = {each.name: each for each in (chosen, *others)}
    base = KnowledgeBase(catalog, chosen, Worker(), path / "chroma", known=known.get)
    base.approve = approve
    await base.start()
    try:
        yield base
    finally:
        await base.close()
        SharedSystemClient.clear_system_cache()


@pytest.fixture
async def filled(tmp_path: Path) -> MemoryCatalog:
    catalog = MemoryCatalog()
    async with opened(tmp_path, catalog, WordEmbedder()) as base:
        await base.add(DOCUMENTS)
    return catalog


async def ask(base: KnowledgeBase, subject: str) -> Findings:
    return await base.search(
        f"what should I know about {subject}", audiences=EVERYBODY, today=TODAY
    )


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not so():
            await asyncio.sleep(0.01)


async def finds(base: KnowledgeBase, subject: str) -> bool:
    """Say whether meaning finds a subject first; words may help, but never alone."""
    findings = await ask(base, subject)
    assert findings.meaning, "searched by words only"
    first = findings.hits[0]
    return first.document_id == subject.replace(" ", "-") and first.meaning > 0


@pytest.mark.long
async def test_500_questions_during_a_swap_are_each_answered_from_a_complete_index(tmp_path: Path):
    """The real embedder gives way to one of Ollama's, over real rows; documents change too."""
    database = Database(f"sqlite:///{tmp_path / 'rows.db'}")
    await tables.migrate(database)
    rows = DocumentRows(database, now=lambda: datetime.now(UTC))
    worker = Worker()
    before = RememberingEmbedder(worker)
    asked, after = 0, 0
    added: list[str] = []
    async with FakeOllama() as ollama:
        connection = OllamaConnection(ollama.url)
        base = KnowledgeBase(rows, before, worker, tmp_path / "chroma")
        await base.start()
        await base.add(DOCUMENTS)

        async def keep_asking(number: int) -> None:
            nonlocal asked, after
            while asked < 500 or after < 100:
                asked += 1
                subjects = [*SUBJECTS[:-1], *added]
                switched = base.embedder != before.name
                assert await finds(base, subjects[(asked + number) % len(subjects)])
                after += switched

        askers = [asyncio.create_task(keep_asking(number)) for number in range(4)]
        await until(lambda: asked > 100)
        base.use(OllamaEmbedder(hosts_of(connection), "embed"))
        await base.remove("tours")
        for novelty in ("pretzels", "quiches", "seedlings"):
            await base.add([about(novelty)])
            added.append(novelty)
        await asyncio.gather(*askers)
        await until(lambda: base.preparation is None)
        assert base.embedder == "ollama embed"
        assert asked - after >= 100
        assert await base.check() == len(SUBJECTS) + 2
        await until(lambda: len(list((tmp_path / "chroma").iterdir())) == 1)
        assert (await rows.embedders()).keys() == {"ollama embed"}
        await base.close()
        await connection.close()
    await database.close()


async def test_what_changes_while_an_embedder_is_prepared_is_in_both(
    tmp_path: Path, filled: MemoryCatalog
):
    new = Gated("words 2")
    async with opened(tmp_path, filled, WordEmbedder()) as base:
        base.use(new)
        await new.waits.wait()
        await base.add([about("a new oven"), about("tours", "Only on Fridays.")])
        await base.remove("dogs")
        assert base.embedder == "words 1"
        assert await finds(base, "a new oven")
        assert await base.check() == len(SUBJECTS)
        new.go.set()
        await until(lambda: base.embedder == "words 2")
        assert await finds(base, "a new oven")
        assert (await ask(base, "tours")).hits[0].passage.text == "Only on Fridays."
        assert (await ask(base, "dogs")).hits[0].document_id != "dogs"
        assert await base.check() == len(SUBJECTS)


async def test_a_question_that_is_asked_before_the_switch_is_answered_by_the_old_embedder(
    tmp_path: Path, filled: MemoryCatalog
):
    class Thoughtful(WordEmbedder):
        thinks = asyncio.Event()
        answer = asyncio.Event()

        async def embed_queries(self, texts: Sequence[str]) -> Vector:
            if any("dogs" in text for text in texts) and base.preparation:
                self.thinks.set()
                await self.answer.wait()
            return await super().embed_queries(texts)

    old, new = Thoughtful(), Gated("words 2")
    async with opened(tmp_path, filled, old) as base:
        await base.settled()
        base.use(new)
        await new.waits.wait()
        asking = asyncio.create_task(finds(base, "dogs"))
        await old.thinks.wait()
        new.go.set()
        await until(lambda: base.embedder == "words 2")
        await until(lambda: base.preparation is None)
        await asyncio.sleep(0.1)
        old.answer.set()
        assert await asking


async def test_what_was_embedded_before_the_switch_is_embedded_again_after_it(
    tmp_path: Path, filled: MemoryCatalog
):
    class Lazy(WordEmbedder):
        begun = asyncio.Event()
        done = asyncio.Event()

        async def embed_passages(self, texts: Sequence[str]) -> Vector:
            if any("a new oven" in text for text in texts):
                self.begun.set()
                await self.done.wait()
            return await super().embed_passages(texts)

    old = Lazy()
    async with opened(tmp_path, filled, old) as base:
        adding = asyncio.create_task(base.add([about("a new oven")]))
        await old.begun.wait()
        base.use(WordEmbedder("words 2"))
        await until(lambda: base.embedder == "words 2")
        old.done.set()
        await adding
        assert await base.check() == len(SUBJECTS) + 1
        assert (await filled.embedders())["words 2"] == len(SUBJECTS) + 1
        assert await finds(base, "a new oven")


async def test_a_start_in_the_middle_serves_the_old_embedder_and_goes_on_with_the_new(
    tmp_path: Path, filled: MemoryCatalog
):
    class OneBatch(Gated):
        async def embed_passages(self, texts: Sequence[str]) -> Vector:
            if self.passages:
                return await super().embed_passages(texts)
            return await WordEmbedder.embed_passages(self, texts)

    first = OneBatch("words 2")
    async with opened(tmp_path, filled, WordEmbedder()) as base:
        base.use(first)
        await first.waits.wait()
        assert base.preparation is not None
        assert (base.preparation.done, base.preparation.total) == (16, len(SUBJECTS))
    second = Gated("words 2")
    async with opened(tmp_path, filled, second, WordEmbedder()) as base:
        assert base.embedder == "words 1"
        await second.waits.wait()
        assert await finds(base, "tours")
        second.go.set()
        await until(lambda: base.embedder == "words 2")
        assert await finds(base, "tours")
    texts = {text for text in first.passages if "What should" in text}
    assert texts.isdisjoint(second.passages)


async def test_an_embedder_that_is_gone_leaves_the_old_serving_and_goes_on_when_it_is_back(
    tmp_path: Path, filled: MemoryCatalog
):
    new = WordEmbedder("words 2")
    new.fails = True
    async with opened(tmp_path, filled, WordEmbedder()) as base:
        base.use(new)
        await until(lambda: base.preparation is not None and bool(base.preparation.problem))
        assert base.preparation is not None
        assert base.preparation.problem == "The embedder does not answer."
        assert await finds(base, "tours")
        assert await base.check() == len(SUBJECTS)
        with pytest.raises(EmbeddingUnavailableError, match="does not answer"):
            await base.rebuild()
        await base.add([about("a new oven")])
        assert await finds(base, "a new oven")
        new.fails = False
        base.use(new)
        await until(lambda: base.embedder == "words 2")
        assert await finds(base, "a new oven")


async def test_an_embedder_that_waits_to_be_approved_may_be_refused_and_leaves_nothing_behind(
    tmp_path: Path, filled: MemoryCatalog
):
    asked: list[str] = []

    async def wait(candidate: Finder) -> None:
        findings = await candidate.search("dogs", audiences=EVERYBODY, today=TODAY)
        assert findings.meaning
        asked.append(findings.hits[0].document_id)
        await asyncio.Event().wait()

    old = WordEmbedder()
    async with opened(tmp_path, filled, old, approve=wait) as base:
        base.use(WordEmbedder("words 2"))
        await until(lambda: bool(asked))
        assert asked == ["dogs"]
        assert base.preparation is not None
        assert base.preparation.asked
        await base.rebuild()
        assert base.embedder == "words 1"
        assert await finds(base, "tours")
        base.use(old)
        await until(lambda: base.preparation is None)
        await until(lambda: len(list((tmp_path / "chroma").iterdir())) == 1)
        assert (await filled.embedders()).keys() == {"words 1"}


async def test_what_comes_while_an_embedder_waits_to_be_approved_is_found_by_it(
    tmp_path: Path, filled: MemoryCatalog
):
    approved = asyncio.Event()

    async def wait(_candidate: Finder) -> None:
        await approved.wait()

    async with opened(tmp_path, filled, WordEmbedder(), approve=wait) as base:
        base.use(WordEmbedder("words 2"))
        await until(lambda: base.preparation is not None and base.preparation.asked)
        await base.add([about("a new oven")])
        assert await finds(base, "a new oven")
        approved.set()
        await until(lambda: base.embedder == "words 2")
        assert await finds(base, "a new oven")
        assert base.preparation is None


async def test_choosing_the_old_one_again_ends_the_preparation(
    tmp_path: Path, filled: MemoryCatalog
):
    old, new = WordEmbedder(), Gated("words 2")
    async with opened(tmp_path, filled, old) as base:
        base.use(new)
        await new.waits.wait()
        base.use(old)
        await until(lambda: base.preparation is None)
        assert await finds(base, "tours")
        await until(lambda: len(list((tmp_path / "chroma").iterdir())) == 1)
        assert base.embedder == "words 1"


async def test_a_prepared_index_that_lies_is_made_again_before_it_serves(
    tmp_path: Path, filled: MemoryCatalog, monkeypatch: pytest.MonkeyPatch
):
    from knowledge.index import Index

    lies = ["once"]
    prove = Index.prove

    def lie_once(self: Index, canaries: object, passages: int) -> None:
        if self._embedder == "words 2" and passages and lies:
            raise IndexDamagedError(lies.pop())
        prove(self, canaries, passages)  # type: ignore[arg-type]

    monkeypatch.setattr(Index, "prove", lie_once)
    async with opened(tmp_path, filled, WordEmbedder()) as base:
        base.use(WordEmbedder("words 2"))
        await until(lambda: base.embedder == "words 2")
        assert not lies
        assert await finds(base, "tours")
        assert await base.check() == len(SUBJECTS)


async def test_rebuilding_waits_for_the_embedder_that_is_prepared(
    tmp_path: Path, filled: MemoryCatalog
):
    told: list[tuple[int, int]] = []
    new = Gated("words 2")
    async with opened(tmp_path, filled, WordEmbedder()) as base:
        base.use(new)
        await new.waits.wait()
        rebuilding = asyncio.create_task(base.rebuild(lambda *step: told.append(step)))
        await asyncio.sleep(0)
        new.go.set()
        await rebuilding
        assert base.embedder == "words 2"
        assert await base.check() == len(SUBJECTS)
