import asyncio
import shutil
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import chromadb
import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document, PassageVectors, Vector
from knowledge.embedding import Embedder
from knowledge.errors import EmbeddingUnavailableError, IndexDamagedError, KnowledgeError
from knowledge.incoming import Taken
from knowledge.readers.entries import entry
from knowledge.readers.files import read
from knowledge.search import Findings, Verdict
from knowledge.vectors import content_hash
from knowledge.worker import Worker
from tests.fakes.catalog import MemoryCatalog
from tests.fakes.embedder import WordEmbedder

PUBLIC = frozenset({Audience.PUBLIC})
STAFF = frozenset({Audience.PUBLIC, Audience.STAFF})
TODAY = date(2026, 11, 24)

DOCUMENTS = [
    entry(question=question, answer=answer, audience=audience, origin="t", document_id=known)
    for known, question, answer, audience in (
        ("hours", "When are you open?", "From 7:00 to 18:00, never on Mondays.", Audience.PUBLIC),
        ("bread", "Do you bake gluten-free bread?", "Buckwheat on Fridays.", Audience.PUBLIC),
        ("cake", "Do you make wedding cakes?", "Yes, for 30 guests.", Audience.PUBLIC),
        ("float", "How much is the float?", "180 in the drawer.", Audience.STAFF),
    )
]


@asynccontextmanager
async def opened(
    path: Path, catalog: MemoryCatalog, embedder: Embedder | None = None
) -> AsyncIterator[KnowledgeBase]:
    base = KnowledgeBase(catalog, embedder or WordEmbedder(), Worker(), path / "chroma")
    await base.start()
    try:
        yield base
    finally:
        await base.close()
        # A process's end: the next one opens the folder anew.
        SharedSystemClient.clear_system_cache()


@pytest.fixture
async def filled(tmp_path: Path) -> MemoryCatalog:
    """Rows of a knowledge base whose process has ended, its index beside them in tmp_path."""
    catalog = MemoryCatalog()
    async with opened(tmp_path, catalog) as base:
        await base.add(DOCUMENTS)
    return catalog


def folder_of(embedder: str, path: Path) -> Path:
    """Return the folder of an embedder's Chroma: the marks are in its collections' names."""
    [found] = [
        each
        for each in (path / "chroma").iterdir()
        if each.is_dir() and embedder.encode() in (each / "chroma.sqlite3").read_bytes()
    ]
    return found


async def ask(
    base: KnowledgeBase, question: str, audiences: frozenset[Audience] = PUBLIC, today: date = TODAY
) -> Findings:
    return await base.search(question, audiences=audiences, today=today)


def ids(findings: Findings) -> list[str]:
    return [hit.document_id for hit in findings.hits]


async def test_what_was_added_is_found_by_the_next_question(tmp_path: Path):
    async with opened(tmp_path, MemoryCatalog()) as base:
        assert (await ask(base, "wedding cakes")).verdict is Verdict.NOTHING
        await base.add(DOCUMENTS)
        findings = await ask(base, "do you make wedding cakes")
        assert findings.verdict is Verdict.SURE
        assert findings.hits[0].passage.text == "Yes, for 30 guests."
        assert findings.meaning
        assert await base.check() == 4


async def test_what_was_added_is_found_after_a_restart(tmp_path: Path, filled: MemoryCatalog):
    embedder = WordEmbedder()
    async with opened(tmp_path, filled, embedder) as base:
        assert ids(await ask(base, "wedding cakes"))[0] == "cake"
        assert await base.check() == 4
    assert not [text for text in embedder.passages if "wedding" in text]


async def test_a_chroma_server_serves_in_place_of_the_embedded_one(
    tmp_path: Path, chroma_server: str
):
    catalog, path = MemoryCatalog(), tmp_path / "unused"
    base = KnowledgeBase(catalog, WordEmbedder(), Worker(), path, chroma_url=chroma_server)
    await base.start()
    await base.add(DOCUMENTS)
    assert (await ask(base, "do you make wedding cakes")).verdict is Verdict.SURE
    assert "float" not in ids(await ask(base, "How much is the float?"))
    await base.close()
    embedder = WordEmbedder()
    base = KnowledgeBase(catalog, embedder, Worker(), path, chroma_url=chroma_server)
    await base.start()
    assert ids(await ask(base, "wedding cakes"))[0] == "cake"
    assert await base.check() == 4
    assert not [text for text in embedder.passages if "wedding" in text]
    await base.rebuild()
    base.use(WordEmbedder("words 2"))
    await base.remove("hours")
    async with asyncio.timeout(10):
        while base.preparation:
            await asyncio.sleep(0.01)
    assert base.embedder == "words 2"
    findings = await ask(base, "wedding cakes")
    assert (ids(findings)[0], findings.meaning) == ("cake", True)
    assert await base.check() == 3
    await base.close()
    assert not path.exists()


async def test_an_empty_question_finds_nothing(tmp_path: Path, filled: MemoryCatalog):
    async with opened(tmp_path, filled) as base:
        assert (await ask(base, "  ")).hits == ()
        assert (await ask(base, "wedding", frozenset())).hits == ()


async def test_the_public_never_sees_a_staff_entry_staff_do(tmp_path: Path, filled: MemoryCatalog):
    async with opened(tmp_path, filled) as base:
        for question in ("How much is the float?", "180 in the drawer", "flaot drawr"):
            assert "float" not in ids(await ask(base, question))
            assert ids(await ask(base, question, STAFF))[0] == "float"


async def test_an_entry_that_turns_into_staffs_is_public_no_longer(
    tmp_path: Path, filled: MemoryCatalog
):
    async with opened(tmp_path, filled) as base:
        secret = entry(
            question="Do you make wedding cakes?",
            answer="Yes, for 30 guests.",
            audience=Audience.STAFF,
            origin="t",
            document_id="cake",
        )
        await base.add([secret])
        assert "cake" not in ids(await ask(base, "Do you make wedding cakes?"))
        assert ids(await ask(base, "Do you make wedding cakes?", STAFF))[0] == "cake"
        assert await base.check() == 4


async def test_an_entry_holds_on_its_last_day_and_never_after(
    tmp_path: Path, filled: MemoryCatalog
):
    offers = [
        entry(
            question=f"Do you make Berliners? ({number})",
            answer="Until Tuesday.",
            audience=Audience.PUBLIC,
            origin="t",
            valid_until=TODAY,
        )
        for number in range(120)
    ]
    async with opened(tmp_path, filled) as base:
        await base.add(offers)
        assert ids(await ask(base, "do you make berliners"))[0].startswith("do-you-make")
        after = await ask(base, "do you make berliners", today=date(2026, 11, 25))
        assert set(ids(after)) == {"cake", "bread", "hours"}


async def test_an_entry_holds_from_its_first_day_on_and_not_before(
    tmp_path: Path, filled: MemoryCatalog
):
    berliners = entry(
        question="Do you make Berliners?",
        answer="From Wednesday on.",
        audience=Audience.PUBLIC,
        origin="t",
        document_id="berliners",
    )
    berliners = replace(berliners, valid_from=date(2026, 11, 25))
    async with opened(tmp_path, filled) as base:
        await base.add([berliners])
        assert "berliners" not in ids(await ask(base, "Do you make Berliners?"))
        first_day = await ask(base, "Do you make Berliners?", today=date(2026, 11, 25))
        assert first_day.verdict is Verdict.SURE
        assert ids(first_day)[0] == "berliners"


async def test_a_note_is_neither_embedded_nor_found(tmp_path: Path):
    embedder = WordEmbedder()
    noted = replace(DOCUMENTS[0], note="Ask Zebulon first.")
    async with opened(tmp_path, MemoryCatalog(), embedder) as base:
        await base.add([noted])
        assert not [text for text in embedder.passages if "Zebulon" in text]
        findings = await ask(base, "Zebulon")
        assert all("Zebulon" not in repr(hit) for hit in findings.hits)
        shown = await base.show(noted.document_id)
        assert shown is not None
        assert shown.note == "Ask Zebulon first."


async def test_a_replaced_documents_old_passages_are_gone(tmp_path: Path, filled: MemoryCatalog):
    def handbook(text: str) -> list[Document]:
        return read("guide.md", text.encode(), audience=Audience.PUBLIC, origin="t")

    async with opened(tmp_path, filled) as base:
        await base.add(handbook("# G\n\n## Bags\nLinen.\n\n## Cups\nPorcelain.\n"))
        assert (await ask(base, "porcelain cups")).hits[0].passage.text == "Porcelain."
        await base.add(handbook("# G\n\n## Bags\nLinen.\n"))
        findings = await ask(base, "porcelain cups")
        assert "Porcelain." not in [hit.passage.text for hit in findings.hits]
        assert await base.check() == 5


async def test_unchanged_passages_are_not_embedded_again(tmp_path: Path):
    embedder = WordEmbedder()
    async with opened(tmp_path, MemoryCatalog(), embedder) as base:
        text = "# G\n\n## Bags\nLinen.\n\n## Cups\nPorcelain.\n"
        await base.add(read("g.md", text.encode(), audience=Audience.PUBLIC, origin="t"))
        await base.settled()
        embedder.passages.clear()
        text = "# G\n\n## New\nNews.\n\n" + text.removeprefix("# G\n\n")
        await base.add(read("g.md", text.encode(), audience=Audience.PUBLIC, origin="t"))
        assert embedder.passages == ["New\nNews."]
        assert (await ask(base, "porcelain cups")).hits[0].passage.text == "Porcelain."


async def test_the_first_entry_is_told_from_the_unknown_at_once(tmp_path: Path):
    async with opened(tmp_path, MemoryCatalog()) as base:
        await base.settled()
        cups = entry(
            question="Are the cups porcelain?", answer="Yes.", audience=Audience.PUBLIC, origin="t"
        )
        await base.add([cups])
        findings = await ask(base, "porcelain cups")
        assert findings.certainty is not None, "measured with a calibration, not by words alone"


async def test_a_removed_document_is_gone_everywhere(tmp_path: Path, filled: MemoryCatalog):
    async with opened(tmp_path, filled) as base:
        assert await base.remove("cake")
        assert not await base.remove("cake")
        assert "cake" not in ids(await ask(base, "Do you make wedding cakes?"))
        assert await base.show("cake") is None
        assert await base.check() == 3


@pytest.mark.parametrize("harm", ["vectors", "everything", "garbage"])
async def test_a_lost_or_damaged_index_is_made_again_without_embedding(
    tmp_path: Path, filled: MemoryCatalog, harm: str
):
    chroma = folder_of("words 1", tmp_path)
    if harm == "everything":
        shutil.rmtree(chroma)
    elif harm == "garbage":
        (chroma / "chroma.sqlite3").write_bytes(b"garbage" * 1_000)
    else:
        removed = [folder for folder in chroma.iterdir() if folder.is_dir()]
        for folder in removed:
            shutil.rmtree(folder)
    embedder = WordEmbedder()
    async with opened(tmp_path, filled, embedder) as base:
        findings = await ask(base, "Do you make wedding cakes?")
        assert ids(findings)[0] == "cake"
        assert findings.meaning
        assert await base.check() == 4
    assert not [text for text in embedder.passages if "wedding" in text]


async def test_an_index_that_lies_about_its_vectors_is_made_again(tmp_path: Path):
    """Chroma keeps its ids and answers without an error after its vectors were lost."""
    catalog = MemoryCatalog()
    many = [
        entry(
            question=f"Is number {n} there?",
            answer=f"On shelf {n}.",
            audience=Audience.PUBLIC,
            origin="t",
        )
        for n in range(600)
    ]
    async with opened(tmp_path, catalog) as base:
        await base.add(many)
    [folder] = [
        each
        for each in folder_of("words 1", tmp_path).iterdir()
        if (each / "data_level0.bin").exists()
    ]
    shutil.rmtree(folder)
    async with opened(tmp_path, catalog) as base:
        assert (await ask(base, "Is number 17 there?")).hits[0].document_id == "is-number-17-there"
        assert await base.check() == 600


async def test_a_kill_between_rows_and_index_is_healed_at_the_next_start(
    tmp_path: Path, filled: MemoryCatalog
):
    embedder = WordEmbedder()
    elsewhere = MemoryCatalog()
    async with opened(tmp_path / "other", elsewhere, embedder) as base:
        changed = entry(
            question="Do you make birthday pies?",
            answer="Yes.",
            audience=Audience.PUBLIC,
            origin="t",
            document_id="cake",
        )
        await base.add([changed, DOCUMENTS[1]])
    # The rows are committed, the index of tmp_path has not heard of it.
    for known in ("hours", "cake"):
        await filled.remove(known)
    await filled.put([elsewhere.kept["cake"]], [elsewhere.vectors["cake#0", "words 1"]])
    async with opened(tmp_path, filled) as base:
        assert ids(await ask(base, "birthday pies"))[0] == "cake"
        assert "hours" not in ids(await ask(base, "When are you open?"))
        assert await base.check() == 3


async def test_a_strangers_vectors_are_taken_out_at_the_next_start(
    tmp_path: Path, filled: MemoryCatalog
):
    client = chromadb.PersistentClient(str(folder_of("words 1", tmp_path)))
    [public] = [each for each in client.list_collections() if each.name.startswith("public")]
    public.add(ids=["ghost#0@0123.0"], embeddings=[[0.1] * 64])
    SharedSystemClient.clear_system_cache()
    async with opened(tmp_path, filled) as base:
        assert await base.check() == 4


async def test_the_check_says_so_when_index_and_rows_disagree(
    tmp_path: Path, filled: MemoryCatalog
):
    async with opened(tmp_path, filled) as base:
        await filled.remove("cake")
        with pytest.raises(IndexDamagedError, match="rebuild"):
            await base.check()
        await base.rebuild()
        assert await base.check() == 3


async def test_another_embedder_embeds_everything_again(tmp_path: Path, filled: MemoryCatalog):
    embedder = WordEmbedder("words 2")
    async with opened(tmp_path, filled, embedder) as base:
        await base.rebuild()
        assert await base.check() == 4
        assert ids(await ask(base, "wedding cakes"))[0] == "cake"
        assert [text for text in embedder.passages if "wedding" in text]
    assert list((tmp_path / "chroma").iterdir()) == [folder_of("words 2", tmp_path)]


async def test_another_embedder_is_taken_up_in_the_background(
    tmp_path: Path, filled: MemoryCatalog
):
    async with opened(tmp_path, filled, WordEmbedder("words 2")) as base:
        assert ids(await ask(base, "wedding cakes"))[0] == "cake"
        async with asyncio.timeout(20):
            while not await healthy(base):
                await asyncio.sleep(0.01)
        known = {row.content_hash for row in filled.vectors.values()}
        [passage] = filled.kept["cake"].passages
        assert content_hash(passage, "words 2") in known


async def healthy(base: KnowledgeBase) -> bool:
    try:
        return await base.check() == 4
    except KnowledgeError:
        return False


async def test_without_the_embedder_words_alone_find_and_the_entrys_own_words_are_sure(
    tmp_path: Path, filled: MemoryCatalog
):
    embedder = WordEmbedder()
    async with opened(tmp_path, filled, embedder) as base:
        embedder.fails = True
        findings = await ask(base, "do you make wedding cakes")
        assert not findings.meaning
        assert findings.verdict is Verdict.SURE
        assert (await ask(base, "wedding cakes")).verdict is Verdict.FOUND
        assert (await ask(base, "parking space")).verdict is Verdict.NOTHING
        with pytest.raises(EmbeddingUnavailableError):
            await base.check()


async def test_a_failed_import_changes_nothing(tmp_path: Path, filled: MemoryCatalog):
    embedder = WordEmbedder()
    async with opened(tmp_path, filled, embedder) as base:
        embedder.fails = True
        with pytest.raises(EmbeddingUnavailableError):
            await base.add(
                [entry(question="New?", answer="New.", audience=Audience.PUBLIC, origin="t")]
            )
        embedder.fails = False
        assert await base.check() == 4
        assert len(await base.documents()) == 4


async def test_a_cancelled_import_leaves_rows_and_index_agreeing(tmp_path: Path):
    class SlowCatalog(MemoryCatalog):
        async def put(
            self,
            documents: Sequence[Document],
            vectors: Sequence[PassageVectors],
            *,
            gone: Collection[str] = (),
        ) -> None:
            await super().put(documents, vectors, gone=gone)
            committed.set()
            await asyncio.sleep(0.05)

    committed = asyncio.Event()
    async with opened(tmp_path, SlowCatalog()) as base:
        adding = asyncio.create_task(base.add(DOCUMENTS))
        await committed.wait()
        adding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await adding
        await asyncio.sleep(0.3)
        assert await base.check() == 4


async def test_an_import_that_was_stopped_goes_on_where_it_was(tmp_path: Path):
    class Stopped(WordEmbedder):
        async def embed_passages(self, texts: Sequence[str]) -> Vector:
            if any("Question 40" in text for text in texts):
                raise asyncio.CancelledError
            return await super().embed_passages(texts)

    many = [
        entry(
            question=f"Question {n}?", answer=f"Answer {n}.", audience=Audience.PUBLIC, origin="t"
        )
        for n in range(60)
    ]
    catalog = MemoryCatalog()
    async with opened(tmp_path, catalog, Stopped()) as base:
        with pytest.raises(asyncio.CancelledError):
            await base.add(many)
        assert await base.check() == 32
    embedder = WordEmbedder()
    async with opened(tmp_path, catalog, embedder) as base:
        await base.settled()
        embedder.passages.clear()
        assert await base.add(many) == Taken(documents=60, unchanged=32)
        assert len([text for text in embedder.passages if text.endswith("?")]) == 28
        assert await base.check() == 60
        changed = replace(many[5], approved=False)
        assert await base.add([changed, many[6]]) == Taken(documents=2, unchanged=1)


async def test_progress_is_told_and_the_last_of_two_with_one_id_stays(tmp_path: Path):
    told: list[tuple[int, int]] = []
    twice = [
        entry(
            question=f"Question {n}?", answer=f"Answer {n}.", audience=Audience.PUBLIC, origin="t"
        )
        for n in range(20)
    ]
    again = entry(question="Question 3?", answer="Newer.", audience=Audience.PUBLIC, origin="t")
    async with opened(tmp_path, MemoryCatalog()) as base:
        await base.add([*twice, again], lambda done, total: told.append((done, total)))
        assert told == [(16, 20), (20, 20)]
        shown = await base.show("question-3")
        assert shown is not None
        assert shown.passages[0].text == "Newer."


async def test_many_documents_go_in_at_once_alone_and_are_counted_on_the_way(tmp_path: Path):
    told: list[tuple[int, int]] = []
    many = [
        entry(
            question=f"Question {n}?", answer=f"Answer {n}.", audience=Audience.PUBLIC, origin="t"
        )
        for n in range(20)
    ]
    async with opened(tmp_path, MemoryCatalog()) as base:
        await base.add(DOCUMENTS)
        await base.add_at_once(
            many, alone=True, progress=lambda done, total: told.append((done, total))
        )
        assert told == [(16, 20), (20, 20)]
        assert {each.document_id for each in await base.whole()} == {
            each.document_id for each in many
        }
        assert await base.check() == 20


async def test_of_many_documents_none_goes_in_when_the_last_cannot_be_embedded(tmp_path: Path):
    class FailsLater(WordEmbedder):
        async def embed_passages(self, texts: Sequence[str]) -> Vector:
            self.fails = self.fails or any("Question 19" in text for text in texts)
            return await super().embed_passages(texts)

    many = [
        entry(
            question=f"Question {n}?", answer=f"Answer {n}.", audience=Audience.PUBLIC, origin="t"
        )
        for n in range(20)
    ]
    async with opened(tmp_path, MemoryCatalog(), FailsLater()) as base:
        await base.add(DOCUMENTS)
        before = await base.whole()
        with pytest.raises(EmbeddingUnavailableError):
            await base.add_at_once(many, alone=True)
        assert await base.whole() == before


async def test_a_draft_is_never_sure(tmp_path: Path, filled: MemoryCatalog):
    draft = entry(
        question="Is there a playground?",
        answer="Yes.",
        audience=Audience.PUBLIC,
        origin="t",
        approved=False,
    )
    async with opened(tmp_path, filled) as base:
        await base.add([draft])
        findings = await ask(base, "Is there a playground?")
        assert ids(findings)[0] == "is-there-a-playground"
        assert findings.verdict is not Verdict.SURE


async def test_questions_during_changes_never_see_half_a_document(tmp_path: Path):
    def guide(word: str) -> list[Document]:
        text = "".join(f"## Part {n}\n{word} number {n}.\n\n" for n in range(30))
        return read("guide.md", f"# G\n\n{text}".encode(), audience=Audience.PUBLIC, origin="t")

    async with opened(tmp_path, MemoryCatalog()) as base:
        await base.add(guide("apple"))
        changing = asyncio.create_task(base.add(guide("pear")))
        while not changing.done():
            findings = await ask(base, "part number 7 apple pear")
            words = {hit.passage.text.split()[0] for hit in findings.hits}
            assert len(words) == 1
        await changing
        assert await base.check() == 30


async def test_an_index_that_ended_the_process_while_it_was_opened_is_not_opened_again(
    tmp_path: Path, filled: MemoryCatalog
):
    """Chroma dies on some damaged files; what is left is the mark of an opening."""
    folder = folder_of("words 1", tmp_path)
    mark = folder.with_name(f"{folder.name}.opening")
    mark.touch()
    poison = folder / "poison"
    poison.touch()
    async with opened(tmp_path, filled) as base:
        assert not poison.exists()
        assert not mark.exists()
        assert ids(await ask(base, "wedding cakes"))[0] == "cake"
        assert await base.check() == 4


async def test_a_row_that_turned_into_staffs_is_not_shown_before_the_index_knows(
    tmp_path: Path, filled: MemoryCatalog
):
    async with opened(tmp_path, filled) as base:
        await base.settled()
        filled.kept["cake"] = replace(filled.kept["cake"], audience=Audience.STAFF)
        assert "cake" not in ids(await ask(base, "Do you make wedding cakes?"))
