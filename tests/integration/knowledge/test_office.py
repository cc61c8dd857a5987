"""A small business with the real embedder and the real Chroma."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date

import numpy as np
import pytest
import pytest_asyncio

from knowledge.base import KnowledgeBase
from knowledge.documents import Audience
from knowledge.embedding import BuiltInEmbedder
from knowledge.readers.files import read
from knowledge.search import Findings, Verdict
from knowledge.worker import Worker
from tests.fakes.catalog import MemoryCatalog

PUBLIC = frozenset({Audience.PUBLIC})
TODAY = date(2026, 11, 24)
FAQ = [
    ("hours", "What are your opening hours?", "Weekdays 9 to 17, Sunday 10 to 13."),
    ("bikes", "Can I rent a bicycle?", "Yes, for 15 euros a day, helmet included."),
    ("repair", "Do you repair punctures?", "While you wait, for 12 euros with a new tube."),
    ("kids", "Do you have children's bikes?", "From 16 inches up, and trailers for two."),
    ("deposit", "How much is the deposit?", "100 euros in cash or your identity card."),
    ("tours", "Do you offer guided tours?", "Every Saturday at 11, three hours along the river."),
]  # fmt: skip


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[KnowledgeBase]:
    worker, path = Worker(), tmp_path_factory.mktemp("shop")
    base = KnowledgeBase(MemoryCatalog(), BuiltInEmbedder(worker), worker, path / "chroma")
    await base.start()
    lines = [json.dumps({"id": i, "question": q, "answer": a}) for i, q, a in FAQ]
    await base.add(
        read("faq.jsonl", "\n".join(lines).encode(), audience=Audience.PUBLIC, origin="faq.jsonl")
    )
    await base.settled()
    yield base
    await base.close()


async def ask(base: KnowledgeBase, question: str) -> Findings:
    return await base.search(question, audiences=PUBLIC, today=TODAY)


async def test_a_covered_question_is_sure_and_a_near_miss_is_not(shop: KnowledgeBase):
    sure = await ask(shop, "are you open on sundays")
    assert (sure.verdict, sure.hits[0].document_id) == (Verdict.SURE, "hours")
    for near_miss in ("do you repair wooden surfboards", "can i rent a bicycle for 3 euros"):
        assert (await ask(shop, near_miss)).verdict is not Verdict.SURE


async def test_a_question_in_another_language_finds_but_is_not_answered_word_for_word(
    shop: KnowledgeBase,
):
    findings = await ask(shop, "Kann man bei Ihnen Fahrräder mieten?")
    assert findings.hits[0].document_id == "bikes"
    assert findings.verdict is Verdict.FOUND


async def test_what_the_shop_knows_nothing_of_is_nothing(shop: KnowledgeBase):
    assert (await ask(shop, "who won the world cup in 1998")).verdict is Verdict.NOTHING


async def test_a_question_does_not_wait_for_an_import(shop: KnowledgeBase):
    many = [
        json.dumps({"question": f"Where is shelf {n}?", "answer": f"In room {n}. " * 8})
        for n in range(60)
    ]
    documents = read("m.jsonl", "\n".join(many).encode(), audience=Audience.PUBLIC, origin="m")
    told: list[int] = []
    adding = asyncio.create_task(shop.add(documents, lambda done, _: told.append(done)))
    await asyncio.sleep(0.2)
    before = len(told)
    await ask(shop, "are you open on sundays")
    assert not adding.done()
    assert len(told) - before <= 1
    adding.cancel()
    await asyncio.gather(adding, return_exceptions=True)


async def test_the_built_in_embedder_reads_whatever_it_is_given():
    worker = Worker()
    embedder = BuiltInEmbedder(worker)
    vectors = await embedder.embed_queries(["", "a\x00b", "\ud800", "word " * 600, "日本語"])
    assert vectors.shape == (5, 768)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)
    assert (await embedder.embed_passages([])).shape[0] == 0
    await worker.close()
