"""Which questions are surely the same, by the built-in embedder."""

from collections.abc import AsyncIterator

import pytest

from knowledge.documents import Audience
from knowledge.embedding import BuiltInEmbedder, Embedder
from knowledge.readers.entries import entry
from knowledge.sameness import Sameness
from knowledge.worker import Worker
from tests.fakes.catalog import MemoryCatalog
from tests.fakes.embedder import WordEmbedder

VOUCHERS = "Do you sell gift vouchers?"
OTHERS = (
    "Do you repair bicycles?",
    VOUCHERS,
    "Do you deliver on Sundays?",
    "Do you sell gluten-free bread?",
    "A cake for 10 people?",
)


@pytest.fixture
async def embedder() -> AsyncIterator[Embedder]:
    worker = Worker()
    yield BuiltInEmbedder(worker)
    await worker.close()


@pytest.mark.parametrize(
    "asked",
    [
        "do you sell gift vouchers",
        "can I buy gift vouchers here?",
        "gift vouchers?",
        "I was wondering whether you sell gift vouchers",
    ],
)
async def test_the_same_question_in_other_words_is_found(embedder, asked):
    assert await Sameness(MemoryCatalog(), embedder).nearest(asked, OTHERS, "en") == 1


@pytest.mark.parametrize(
    "asked",
    [
        "Do you deliver on Mondays?",
        "Do you have gluten-free wedding cakes?",
        "A cake for 12 people?",
        "Do you sell umbrellas?",
        "I lost a voucher, a gift from my aunt, will the police sell it?",
    ],
)
async def test_a_near_miss_is_a_question_of_its_own(embedder, asked):
    assert await Sameness(MemoryCatalog(), embedder).nearest(asked, OTHERS, "en") is None


async def test_the_line_is_where_the_business_s_own_questions_lie_apart(embedder):
    asked = "I was wondering whether you sell gift vouchers"
    catalog = MemoryCatalog()
    sameness = Sameness(catalog, embedder)
    assert await sameness.nearest(asked, [VOUCHERS], "en") == 0
    # A shop whose own questions are all but alike tells them apart more finely.
    for thing in ("", "red ", "blue ", "paper ", "old ", "new ", "big ", "my "):
        for verb in ("Do you sell", "Do you really sell"):
            document = entry(
                question=f"{verb} {thing}gift vouchers?",
                answer="Yes.",
                audience=Audience.PUBLIC,
                origin="page",
            )
            catalog.kept[document.document_id] = document
    assert await sameness.nearest(asked, [VOUCHERS], "en") is None


async def test_without_the_embedder_equal_content_words_are_the_same_and_nothing_else_is():
    embedder = WordEmbedder()
    embedder.fails = True
    sameness = Sameness(MemoryCatalog(), embedder)
    assert await sameness.nearest("gift vouchers, do you sell them?", OTHERS, "en") == 1
    assert await sameness.nearest("gift vouchers?", OTHERS, "en") is None
