"""Ways to ask, drafted by a model over a real socket while nobody asks."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from bot.choices import Choices, KnowledgeChoice, ModelChoice
from bot.llm.connection import OllamaConnection
from bot.llm.gate import Gate
from bot.llm.ollama import ModelSettings, OllamaChat
from bot.upkeep.more_ways import MoreWays
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document, Vector
from knowledge.embedding import OneModel
from knowledge.readers.entries import entry
from knowledge.search import Findings, Verdict
from knowledge.worker import Worker
from tests.fakes.catalog import MemoryCatalog
from tests.fakes.embedder import WordEmbedder
from tests.fakes.ollama import FakeOllama, Reply, hangs, says

PUBLIC = frozenset({Audience.PUBLIC})
TODAY = date(2026, 11, 24)


@dataclass
class Wishes:
    """What of the choices is read."""

    knowledge: KnowledgeChoice = field(default_factory=KnowledgeChoice)
    model: ModelChoice = field(default_factory=lambda: ModelChoice(name="tiny:1b"))


@dataclass
class Office:
    """Knowledge, a model and what drafts between them."""

    base: KnowledgeBase
    ollama: FakeOllama
    gate: Gate
    drafting: MoreWays
    wishes: Wishes
    warmed: asyncio.Event

    async def ways(self, document_id: str) -> tuple[str, ...] | None:
        return (await self.shown(document_id)).passages[0].drafted

    async def shown(self, document_id: str) -> Document:
        document = await self.base.show(document_id)
        assert document is not None
        return document

    async def find(self, question: str) -> Findings:
        return await self.base.search(question, audiences=PUBLIC, today=TODAY)


class Drawn(OneModel):
    """An embedder whose vectors are drawn by hand; what is not drawn lies apart from all that."""

    name = "drawn 1"

    def __init__(self, drawn: Mapping[str, tuple[float, float, float]]) -> None:
        self._drawn = drawn

    async def windows(self, text: str, *, heading: str = "") -> list[str]:
        return [text]

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        rows = [(*self._drawn.get(text, (0, 0, 0)), text not in self._drawn) for text in texts]
        vectors: Vector = np.asarray(rows, dtype=np.float32).reshape(-1, 4)
        return vectors

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        return await self.embed_queries(texts)


def faq(question: str, answer: str, *alternatives: str) -> Document:
    return entry(
        question=question,
        answer=answer,
        alternatives=alternatives,
        audience=Audience.PUBLIC,
        origin="t",
        document_id=question.rsplit(maxsplit=1)[-1].strip("?"),
    )


BREAD = faq("Do you sell gluten-free bread?", "Buckwheat loaves on Fridays.")
PARKING = faq("Where is parking?", "Behind the shop, in the yard.")
DOGS = faq("May I bring dogs?", "They wait outside on the hook.")


def drafts(*messages: str) -> Reply:
    return says(json.dumps({"messages": messages}))


@asynccontextmanager
async def office(
    path: Path, *documents: Document, catalog: MemoryCatalog | None = None
) -> AsyncIterator[Office]:
    base = KnowledgeBase(catalog or MemoryCatalog(), WordEmbedder(), Worker(), path / "chroma")
    await base.start()
    await base.add(documents)
    await base.settled()
    wishes, gate, warmed = Wishes(), Gate(), asyncio.Event()

    async def warm() -> None:
        warmed.set()

    async with FakeOllama() as ollama:
        connection = OllamaConnection(ollama.url)
        drafting = MoreWays(
            base,
            OllamaChat(connection, ModelSettings("tiny:1b")),
            gate,
            cast("Choices", wishes),
            today=lambda: TODAY,
            warm=warm,
            quiet_s=0.0,
        )
        try:
            yield Office(base, ollama, gate, drafting, wishes, warmed)
        finally:
            await connection.close()
            await base.close()


@asynccontextmanager
async def running(drafting: MoreWays) -> AsyncIterator[None]:
    task = asyncio.create_task(drafting.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_drafted_way_finds_its_entry_and_is_sure_of_nothing(tmp_path: Path):
    asked = "something for coeliac customers"
    async with office(tmp_path, BREAD, PARKING, DOGS) as here:
        here.ollama.answer = lambda body: (
            drafts("gluten-free for coeliac customers")
            if "gluten" in body["messages"][-1]["content"]
            else drafts()
        )
        before = await here.find(asked)
        async with running(here.drafting), asyncio.timeout(10):
            await here.warmed.wait()
        after = await here.find(asked)
        same_words = await here.find("gluten-free for coeliac customers")
        assert await here.ways("bread") == ("gluten-free for coeliac customers",)
        assert await here.ways("parking") == ()
    best = {hit.document_id: hit.meaning for hit in after.hits}
    assert best["bread"] > {hit.document_id: hit.meaning for hit in before.hits}["bread"]
    assert same_words.hits[0].document_id == "bread"
    assert same_words.verdict is not Verdict.SURE
    assert same_words.hits[0].passage.ways == BREAD.passages[0].ways


async def test_a_way_that_finds_another_entry_is_dropped(tmp_path: Path):
    async with office(tmp_path, BREAD, PARKING, DOGS) as here:
        passed = await here.base.draft(await here.shown("bread"), ("parking behind the shop",))
        assert passed == ()


async def test_a_way_that_pulls_another_entrys_question_away_is_dropped(tmp_path: Path):
    """It finds its own entry, but in place it would answer what the other one answers.

    What finds the other entry itself is dropped too, although in place it pulls nothing away.
    """
    catalog = MemoryCatalog()
    umbrellas = faq("Lost umbrellas", "Third shelf.", "\u2602")
    embedder = Drawn(
        {
            "\u2602": (0, 1, 0),
            "Third shelf.": (0, 0, 1),
            "Do you sell gluten-free bread?": (1, 0, 0),
            "Do you sell gluten-free bread? Buckwheat loaves on Fridays.": (1, 0, 0),
            "Buckwheat loaves on Fridays.": (0.6, 0.8, 0),
            "pulls": (0, 0.92, -0.392),
            "stays": (0.9, 0.436, 0),
            "strays": (0, 0.3, 0.95),
        }
    )
    base = KnowledgeBase(catalog, embedder, Worker(), tmp_path / "chroma")
    await base.start()
    await base.add([BREAD, umbrellas])
    await base.settled()
    bread = await base.show("bread")
    assert bread is not None
    assert await base.draft(bread, ("pulls", "strays", "stays")) == ("stays",)
    findings = await base.search("\u2602", audiences=PUBLIC, today=TODAY)
    assert findings.hits[0].document_id == "umbrellas"
    await base.close()


async def test_who_comes_to_the_gate_ends_the_drafting_at_once(tmp_path: Path):
    async with office(tmp_path, BREAD) as here:
        here.ollama.script(hangs('{"messages": ["cut'))
        async with running(here.drafting), asyncio.timeout(10):
            await here.ollama.chat_came.wait()
            async with here.gate.place("a customer"):
                await here.ollama.chats[0].over.wait()
        assert here.ollama.chats[0].closed_at is not None
        assert await here.ways("bread") is None


async def test_a_message_ends_the_drafting_before_it_needs_the_model(tmp_path: Path):
    async with office(tmp_path, BREAD) as here:
        here.ollama.script(hangs())
        async with running(here.drafting), asyncio.timeout(10):
            await here.ollama.chat_came.wait()
            here.drafting.give_way()
            await here.ollama.chats[0].over.wait()
        assert here.ollama.chats[0].closed_at is not None


@pytest.mark.parametrize(
    "wishes",
    [Wishes(knowledge=KnowledgeChoice(more_ways=False)), Wishes(model=ModelChoice(name=""))],
)
async def test_nothing_is_drafted_where_it_is_not_wished_or_no_model_is_chosen(
    tmp_path: Path, wishes: Wishes
):
    async with office(tmp_path, BREAD) as here:
        here.wishes.knowledge, here.wishes.model = wishes.knowledge, wishes.model
        async with running(here.drafting):
            await asyncio.sleep(0.05)
        assert here.ollama.seen == []


async def test_ways_stay_while_the_text_does_and_are_written_anew_when_it_changes(tmp_path: Path):
    catalog = MemoryCatalog()
    async with office(tmp_path, BREAD, catalog=catalog) as here:
        assert await here.base.draft(await here.shown("bread"), ("gluten-free loaves",))
        await here.base.add([replace(BREAD, audience=Audience.STAFF)])
        assert await here.ways("bread") == ("gluten-free loaves",)
        assert await here.base.undrafted(TODAY) is None
    async with office(tmp_path, catalog=catalog) as here:  # after a restart
        assert await here.base.undrafted(TODAY) is None
        changed = faq("Do you sell gluten-free bread?", "No longer.")
        await here.base.add([changed])
        waiting = await here.base.undrafted(TODAY)
        assert waiting is not None
        assert await here.ways("bread") is None


async def test_ways_for_a_text_that_was_changed_meanwhile_are_not_taken(tmp_path: Path):
    async with office(tmp_path, BREAD) as here:
        before = await here.shown("bread")
        await here.base.add([faq("Do you sell gluten-free bread?", "No longer.")])
        assert await here.base.draft(before, ("gluten-free loaves",)) == ()
        assert (await here.shown("bread")).passages[0].text == "No longer."


async def test_an_entry_that_has_ended_needs_no_ways(tmp_path: Path):
    async with office(tmp_path, replace(BREAD, valid_until=date(2026, 11, 23))) as here:
        assert await here.base.undrafted(TODAY) is None
