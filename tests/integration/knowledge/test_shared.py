"""Several processes share one PostgreSQL and one Chroma server: what one stores all find."""

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import chromadb
import pytest
from sqlalchemy import Connection, text

from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from bot.storage.sharing import SharingRows
from knowledge.base import KnowledgeBase
from knowledge.chroma import close
from knowledge.documents import Audience, Document, PassageVectors
from knowledge.embedding import Embedder
from knowledge.errors import EmbeddingUnavailableError
from knowledge.index import Index
from knowledge.readers.entries import entry
from knowledge.search import Findings, Verdict
from knowledge.vectors import embedded
from knowledge.worker import Worker
from tests.fakes import tables
from tests.fakes.chroma_server import ChromaServer
from tests.fakes.embedder import WordEmbedder

EVERYBODY = frozenset(Audience)
TODAY = date(2026, 11, 24)


def about(subject: str, answer: str = "") -> Document:
    return entry(
        question=f"What should I know about {subject}?",
        answer=answer or f"Ask at the counter about {subject}.",
        audience=Audience.PUBLIC,
        origin="t",
        document_id=subject.replace(" ", "-"),
    )


DOCUMENTS = [about(each) for each in ("wedding cakes", "parking", "dogs", "vouchers", "tours")]


@dataclass
class Process:
    """One of several, as far as the knowledge goes: with connections and memory of its own."""

    database: Database
    rows: DocumentRows
    sharing: SharingRows
    base: KnowledgeBase
    embedder: WordEmbedder


class House:
    """What the processes have in common."""

    def __init__(self, database_url: str, chroma_url: str, path: Path) -> None:
        self.database_url = database_url
        self.chroma_url = chroma_url
        self._path = path
        self._begun = 0

    @asynccontextmanager
    async def process(
        self, embedder: WordEmbedder | None = None, *others: Embedder, prepares: bool = True
    ) -> AsyncIterator[Process]:
        """Have a process at work inside the block."""
        self._begun += 1
        database = Database(self.database_url)
        rows = DocumentRows(database, now=lambda: datetime.now(UTC))
        sharing = SharingRows(database, run=f"run {self._begun}")
        chosen = embedder or WordEmbedder()
        known = {each.name: each for each in (chosen, *others)}
        base = KnowledgeBase(
            rows,
            chosen,
            Worker(),
            self._path / "chroma",
            chroma_url=self.chroma_url,
            known=known.get,
            sharing=sharing,
            prepares=prepares,
        )
        await base.start()
        try:
            yield Process(database, rows, sharing, base, chosen)
        finally:
            await base.close()
            await database.close()


@pytest.fixture
async def shared_url(database_url: str) -> str:
    """The URL of a new database that several processes may use, with its tables."""
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite serves one process")
    database = Database(database_url)
    await tables.migrate(database)
    await database.close()
    return database_url


@pytest.fixture
def house(shared_url: str, chroma_server: str, tmp_path: Path) -> House:
    return House(shared_url, chroma_server, tmp_path)


async def ask(process: Process, subject: str) -> Findings:
    return await process.base.search(
        f"what should I know about {subject}", audiences=EVERYBODY, today=TODAY
    )


def ids(findings: Findings) -> list[str]:
    return [hit.document_id for hit in findings.hits]


async def indexed(house: House, process: Process) -> int:
    """Return of how many passages the index that serves has vectors."""
    index = Index(Path(), house.chroma_url, (await process.sharing.state()).place)
    index.open()
    passages, _ = index.wrong({})
    index.close()
    return len(passages)


def collections(house: House) -> list[str]:
    """Return the names of all collections on the server."""
    where = urlsplit(house.chroma_url)
    client = chromadb.HttpClient(host=str(where.hostname), port=where.port or 0)
    names = [each.name for each in client.list_collections()]
    close(client)
    return names


async def tidied(house: House, process: Process) -> None:
    """Wait until nothing is left but the index that serves."""
    async with asyncio.timeout(30):
        while len(collections(house)) > len(Audience):
            await process.base.sweep()


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not so():
            await asyncio.sleep(0.01)


async def test_what_one_process_stores_the_other_finds_by_its_next_question(house: House):
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        await other.base.settled()
        findings = await ask(other, "wedding cakes")
        assert (findings.verdict, findings.meaning) == (Verdict.SURE, True)
        assert findings.hits[0].document_id == "wedding-cakes"
        await other.base.add([about("seedlings"), about("tours", "On Fridays.")])
        findings = await ask(one, "seedlings")
        assert ids(findings)[0] == "seedlings"
        assert findings.hits[0].meaning > 0
        assert (await ask(one, "tours")).hits[0].passage.text == "On Fridays."
        assert await one.base.remove("seedlings")
        assert "seedlings" not in ids(await ask(other, "seedlings"))
        for each in (one, other):
            assert await each.base.check() == len(DOCUMENTS)
        assert not [text for text in other.embedder.passages if "wedding" in text]


async def test_an_entry_that_ended_or_became_staffs_is_gone_for_the_other_process_at_once(
    house: House,
):
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        assert ids(await ask(other, "dogs"))[0] == "dogs"
        await one.base.add(
            [
                replace(about("dogs"), valid_until=date(2026, 11, 23)),
                replace(about("tours"), audience=Audience.STAFF),
            ]
        )
        assert "dogs" not in ids(await ask(other, "dogs"))
        asked = "what should I know about tours"
        public = frozenset({Audience.PUBLIC})
        findings = await other.base.search(asked, audiences=public, today=TODAY)
        assert "tours" not in ids(findings)
        assert ids(await ask(other, "tours"))[0] == "tours"
        assert await other.base.check() == len(DOCUMENTS)


async def test_a_change_that_is_stored_later_than_the_next_one_is_not_missed(house: House):
    """A number is had before it is committed: a reader must not pass by one that is not yet."""
    async with house.process() as one, house.process() as other, house.process() as reader:
        await one.base.add(DOCUMENTS)
        begun, go_on = threading.Event(), threading.Event()

        seedlings, quiches = about("seedlings"), about("quiches")
        of_seedlings = await embedded(seedlings.passages, one.embedder)
        of_quiches = await embedded(quiches.passages, one.embedder)

        def slowly(connection: Connection) -> None:
            DocumentRows.put.__wrapped__(one.rows, connection, [seedlings], of_seedlings)
            begun.set()
            go_on.wait()

        slow = asyncio.create_task(one.database.write(slowly))
        await asyncio.to_thread(begun.wait)
        quick = asyncio.create_task(other.rows.put([quiches], of_quiches))
        await asyncio.wait({quick}, timeout=0.3)
        await ask(reader, "quiches")
        go_on.set()
        await asyncio.gather(slow, quick)
        for subject in ("quiches", "seedlings"):
            findings = await ask(reader, subject)
            assert (ids(findings)[0], findings.hits[0].meaning > 0) == (subject, True)


async def test_what_a_process_left_undone_that_was_killed_another_one_finishes(house: House):
    """Killed between rows and index: rows and their vectors are there, the index knows nothing."""
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        elsewhere = WordEmbedder()
        new = about("quiches")
        vectors = await embedded(new.passages, elsewhere)
        async with one.sharing.changing():
            await one.rows.put([new], vectors, gone=["dogs"])
        found = await ask(other, "quiches")
        assert (ids(found)[0], found.hits[0].meaning > 0) == ("quiches", True)
        assert "dogs" not in ids(await ask(other, "dogs"))
        await other.base.sweep()
        found = await ask(other, "quiches")
        assert (ids(found)[0], found.hits[0].meaning > 0) == ("quiches", True)
        assert await indexed(house, other) == len(DOCUMENTS)
        for each in (one, other):
            assert await each.base.check() == len(DOCUMENTS)


async def test_a_changed_entry_is_not_found_by_what_it_meant_before(house: House):
    """The rows have it, and the index still what it was: somebody is about to write, or died."""
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        new = entry(
            question="How tall is the lighthouse?",
            answer="Forty metres.",
            audience=Audience.PUBLIC,
            origin="t",
            document_id="dogs",
        )
        await one.rows.put([new], await embedded(new.passages, one.embedder))
        findings = await ask(other, "dogs")
        assert findings.meaning
        assert ids(findings)[0] != "dogs"


async def test_an_index_that_does_not_belong_to_restored_rows_is_put_right_at_the_start(
    house: House,
):
    """It has as many vectors as the rows, and by the rows nothing is left undone."""
    async with house.process() as one:
        await one.base.add(DOCUMENTS)
        new = about("quiches")
        await one.rows.put([new], await embedded(new.passages, one.embedder), gone=["dogs"])
        place = (await one.sharing.state()).place
        await one.sharing.serve(place)
    async with house.process() as other:
        findings = await ask(other, "quiches")
        assert (ids(findings)[0], findings.hits[0].meaning > 0) == ("quiches", True)
        assert (await other.sharing.state()).place == place, "nothing had to be made anew"
        assert await other.base.check() == len(DOCUMENTS)


async def test_a_question_does_not_wait_for_all_of_an_import_that_another_process_made(
    house: House,
):
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        assert ids(await ask(other, "dogs"))[0] == "dogs"
        go_on = asyncio.Event()
        whole = DocumentRows.whole

        async def slowly(document_ids: Collection[str]) -> list[Document]:
            await go_on.wait()
            return await whole(other.rows, document_ids)

        other.rows.whole = slowly  # type: ignore[method-assign]
        await one.base.add([about("quiches")])
        assert ids(await ask(other, "dogs"))[0] == "dogs"
        go_on.set()
        await other.base.sweep()
        assert ids(await ask(other, "quiches"))[0] == "quiches"


async def test_the_next_to_change_something_finishes_first_what_another_left_undone(house: House):
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        new = about("quiches")
        async with one.sharing.changing():
            await one.rows.put([new], await embedded(new.passages, WordEmbedder()))
        await other.base.add([about("seedlings")])
        assert await indexed(house, other) == len(DOCUMENTS) + 2


async def test_nobody_repairs_what_another_process_is_in_the_middle_of(house: House):
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        place = (await one.sharing.state()).place
        new = about("quiches")
        async with one.sharing.changing():
            await one.rows.put([new], await embedded(new.passages, WordEmbedder()))
            sweeping = asyncio.create_task(other.base.sweep())
            done, _ = await asyncio.wait({sweeping}, timeout=0.5)
            assert not done
            assert await indexed(house, other) == len(DOCUMENTS)
        await sweeping
        assert await indexed(house, other) == len(DOCUMENTS) + 1
        assert (await other.sharing.state()).place == place


async def test_a_question_waits_for_what_is_read_before_its_process_changes_something(
    house: House,
):
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        await ask(other, "dogs")
        begun, go_on = asyncio.Event(), asyncio.Event()
        whole = DocumentRows.whole

        async def slowly(document_ids: Collection[str]) -> list[Document]:
            begun.set()
            await go_on.wait()
            return await whole(other.rows, document_ids)

        other.rows.whole = slowly  # type: ignore[method-assign]
        await one.base.add([about("quiches")])
        removing = asyncio.create_task(other.base.remove("nothing"))
        await begun.wait()
        asking = asyncio.create_task(ask(other, "quiches"))
        await asyncio.wait({asking}, timeout=1.0)
        go_on.set()
        assert ids(await asking)[0] == "quiches"
        await removing


async def test_a_check_waits_for_nobodys_import_and_does_not_take_it_for_damage(house: House):
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        new = about("quiches")
        async with one.sharing.changing():
            await one.rows.put([new], await embedded(new.passages, one.embedder))
            assert await other.base.check() == len(DOCUMENTS) + 1
            async with house.process() as third:
                found = await ask(third, "quiches")
                assert (ids(found)[0], found.hits[0].meaning > 0) == ("quiches", True)


async def test_who_was_gone_for_long_reads_everything_again(house: House):
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        await ask(other, "dogs")
        await one.base.remove("dogs")
        await one.base.add([about("quiches")])
        # As if it had stood still for longer than a process lives unseen.
        await other.sharing.leave()
        await one.base.sweep()
        await one.sharing.forget()
        state, changed = await one.sharing.news(0)
        assert state.forgotten > 0
        assert "dogs" not in changed
        assert ids(await ask(other, "quiches"))[0] == "quiches"
        assert "dogs" not in ids(await ask(other, "dogs"))
        assert await other.base.check() == len(DOCUMENTS)


async def test_rebuilding_fills_another_index_while_all_answer_from_the_one_before(house: House):
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        asked = 0
        done = asyncio.Event()

        async def keep_asking(process: Process) -> None:
            nonlocal asked
            while not done.is_set():
                findings = await ask(process, "wedding cakes")
                assert findings.meaning, "searched by words only"
                assert findings.hits[0].meaning > 0
                asked += 1

        askers = [asyncio.create_task(keep_asking(each)) for each in (one, other)]
        for _ in range(3):
            before = (await one.sharing.state()).place
            await one.base.rebuild()
            assert (await one.sharing.state()).place.generation == before.generation + 1
            await other.base.sweep()
        done.set()
        await asyncio.gather(*askers)
        assert asked > 6
        await tidied(house, one)
        for each in (one, other):
            assert await each.base.check() == len(DOCUMENTS)


async def test_an_index_that_another_process_reads_is_not_deleted(house: House):
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        await ask(other, "dogs")
        await one.base.rebuild()
        await one.base.sweep()
        assert len(collections(house)) == 2 * len(Audience)
        findings = await ask(other, "dogs")
        assert findings.hits[0].meaning > 0
        await other.base.sweep()
        await tidied(house, one)
        assert (await ask(other, "dogs")).hits[0].meaning > 0


async def test_500_questions_in_two_processes_during_a_swap_find_all_by_a_complete_index(
    house: House,
):
    """Documents change meanwhile, in either process."""
    old, new = WordEmbedder("words 1"), WordEmbedder("words 2")
    async with (
        house.process(WordEmbedder("words 1"), new) as one,
        house.process(old, WordEmbedder("words 2"), prepares=False) as other,
    ):
        await one.base.add(DOCUMENTS)
        await other.base.sweep()
        subjects = [each.document_id.replace("-", " ") for each in DOCUMENTS if each.title]
        asked = {"words 1": 0, "words 2": 0}

        async def keep_asking(process: Process) -> None:
            while min(asked.values()) < 100 or sum(asked.values()) < 500:
                for subject in list(subjects):
                    by = process.base.embedder
                    findings = await ask(process, subject)
                    assert findings.meaning, "searched by words only"
                    assert findings.hits[0].document_id == subject.replace(" ", "-")
                    assert findings.hits[0].meaning > 0
                    asked[by] += 1

        following = [asyncio.create_task(each.base.follow()) for each in (one, other)]
        askers = [asyncio.create_task(keep_asking(each)) for each in (one, other)]
        await until(lambda: asked["words 1"] > 50)
        one.base.use(new)
        other.base.use(WordEmbedder("words 2"))
        for process, novelty in ((one, "pretzels"), (other, "quiches"), (other, "seedlings")):
            await process.base.add([about(novelty)])
            subjects.append(novelty)
            other.base.wake()
        await asyncio.gather(*askers)
        await until(lambda: {each.base.embedder for each in (one, other)} == {"words 2"})
        for process, novelty in ((one, "rolls"), (other, "seats")):
            await process.base.add([about(novelty)])
        for process in (one, other):
            assert await process.base.check() == len(DOCUMENTS) + 5
            assert (await ask(process, "seats")).hits[0].meaning > 0
        for each in following:
            each.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        await other.base.sweep()
        await tidied(house, one)
        assert (await one.rows.embedders()).keys() == {"words 2"}


async def test_a_swap_comes_to_its_end_while_other_processes_never_cease_to_change_something(
    house: House,
):
    async with (
        house.process() as one,
        house.process(WordEmbedder(), WordEmbedder("words 2"), prepares=False) as other,
        house.process(WordEmbedder(), WordEmbedder("words 2"), prepares=False) as third,
    ):
        await one.base.add(DOCUMENTS)

        async def keep_changing(process: Process, subject: str) -> None:
            for number in itertools.count():
                await process.base.add([about(subject, f"Change {number}.")])

        changing = [
            asyncio.create_task(keep_changing(process, subject))
            for process, subject in ((other, "dogs"), (third, "tours"))
        ]
        one.base.use(WordEmbedder("words 2"))
        try:
            await until(lambda: one.base.embedder == "words 2")
        finally:
            for each in changing:
                each.cancel()
            await asyncio.gather(*changing, return_exceptions=True)


async def test_who_still_reads_the_old_index_after_a_swap_finds_new_documents_by_it(house: House):
    async with (
        house.process() as one,
        house.process(WordEmbedder(), prepares=False) as other,
    ):
        await one.base.add(DOCUMENTS)
        await ask(other, "dogs")
        one.base.use(WordEmbedder("words 2"))
        await until(lambda: one.base.embedder == "words 2")
        await one.base.add([about("quiches")])
        await one.base.remove("dogs")
        findings = await ask(other, "quiches")
        assert other.base.embedder == "words 1"
        assert (ids(findings)[0], findings.hits[0].meaning > 0) == ("quiches", True)
        assert "dogs" not in ids(await ask(other, "dogs"))
        with pytest.raises(EmbeddingUnavailableError, match="took over"):
            await other.base.add([about("seedlings")])
        assert await one.base.check() == len(DOCUMENTS)


async def test_a_chroma_server_that_dies_and_comes_back_costs_only_meaning_and_only_meanwhile(
    shared_url: str, own_chroma: ChromaServer, tmp_path: Path
):
    house = House(shared_url, own_chroma.url, tmp_path)
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        assert (await ask(other, "dogs")).meaning
        own_chroma.kill()
        for process in (one, other):
            findings = await ask(process, "dogs")
            assert (ids(findings)[0], findings.meaning) == ("dogs", False)
        await one.base.add([about("quiches")])
        await other.base.remove("tours")
        await other.base.sweep()
        for process in (one, other):
            assert ids(await ask(process, "quiches"))[0] == "quiches"
        async with house.process() as third:
            assert ids(await ask(third, "quiches"))[0] == "quiches"
        own_chroma.start(tmp_path / "server")
        await other.base.sweep()
        await one.base.sweep()
        for process in (one, other):
            findings = await ask(process, "quiches")
            assert (ids(findings)[0], findings.hits[0].meaning > 0) == ("quiches", True)
            assert await process.base.check() == len(DOCUMENTS)
        assert await indexed(house, one) == len(DOCUMENTS)
        assert (await one.sharing.state()).place.generation == 1


async def test_a_chroma_server_that_comes_back_empty_is_filled_from_the_rows_without_embedding(
    shared_url: str, own_chroma: ChromaServer, tmp_path: Path
):
    house = House(shared_url, own_chroma.url, tmp_path)
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        assert (await ask(other, "dogs")).meaning
        own_chroma.kill()
        own_chroma.start(tmp_path / "another server")
        findings = await ask(other, "dogs")
        assert (ids(findings)[0], findings.meaning) == ("dogs", False)
        for process in (one, other):
            process.embedder.passages.clear()
        await asyncio.gather(*(each.base.sweep() for each in (one, other)))
        await asyncio.gather(*(each.base.sweep() for each in (one, other)))
        for process in (one, other):
            findings = await ask(process, "dogs")
            assert (ids(findings)[0], findings.hits[0].meaning > 0) == ("dogs", True)
            assert await process.base.check() == len(DOCUMENTS)
            assert not [text for text in process.embedder.passages if "dogs" in text]
        assert (await one.sharing.state()).place.generation == 2


async def test_a_chroma_server_that_stands_still_holds_no_question_up_for_ever(
    shared_url: str, own_chroma: ChromaServer, tmp_path: Path
):
    house = House(shared_url, own_chroma.url, tmp_path)
    async with house.process() as one:
        await one.base.add(DOCUMENTS)
        own_chroma.freeze()
        for _ in range(5):
            findings = await ask(one, "dogs")
            assert (ids(findings)[0], findings.meaning) == ("dogs", False)
        own_chroma.freeze(frozen=False)
        async with asyncio.timeout(20):
            while not (await ask(one, "dogs")).meaning:
                await asyncio.sleep(0.1)


async def test_who_lost_the_right_to_change_tells_nothing_and_reads_again_what_others_did(
    house: House,
):
    async with house.process() as one, house.process() as other:
        await one.base.add(DOCUMENTS)
        put = DocumentRows.put

        async def cut_off(
            new: Sequence[Document],
            vectors: Sequence[PassageVectors],
            *,
            gone: Collection[str] = (),
        ) -> None:
            await put(one.rows, new, vectors, gone=gone)
            await other.database.write(lambda connection: end_sessions(connection, one.database))
            await other.base.add([about("seedlings")])
            await put(other.rows, [about("pretzels")], [])

        one.rows.put = cut_off  # type: ignore[method-assign]
        await one.base.add([about("quiches")])
        state = await other.sharing.state()
        assert state.behind
        for process in (one, other):
            for subject in ("quiches", "seedlings"):
                findings = await ask(process, subject)
                assert (ids(findings)[0], findings.hits[0].meaning > 0) == (subject, True)
            await process.base.sweep()
        assert not (await other.sharing.state()).behind


def end_sessions(connection: Connection, of: Database) -> None:
    connection.execute(
        text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :of"),
        {"of": of.name},
    )
