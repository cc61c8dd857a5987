"""What would be found is what is found once it is in force; until then nobody finds it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document, Vector
from knowledge.errors import EmbeddingUnavailableError
from knowledge.prospect import Prospect
from knowledge.readers.entries import entry
from knowledge.search import Findings
from tests.fakes.catalog import MemoryCatalog
from tests.fakes.embedder import WordEmbedder
from tests.integration.knowledge.test_base import opened

TODAY = date(2026, 11, 24)
COLOURS = ("red", "blue", "green", "white", "black", "grey", "pink", "brown")
THINGS = ("kiln", "loom", "oven", "saw", "lamp", "rug", "jar", "bell")
NAMES = [f"{colour} {thing}" for colour in COLOURS for thing in THINGS]


def about(name: str, place: str, audience: Audience = Audience.PUBLIC) -> Document:
    return entry(
        question=f"Where is the {name}?",
        answer=f"The {name} stands in the {place}.",
        audience=audience,
        origin="t",
        document_id=name.replace(" ", "-"),
    )


OLD = [about(name, "cellar") for name in NAMES[:48]]
# Of those that are there some change their words, some their readers; others are new.
NEW = [
    *(about(name, "loft") for name in NAMES[16:32]),
    *(about(name, "cellar", Audience.STAFF) for name in NAMES[32:40]),
    *(about(name, "cellar") for name in NAMES[40:48]),
    *(about(name, "yard") for name in NAMES[48:]),
]


async def asked(search: KnowledgeBase | Prospect, question: str, *who: Audience) -> Findings:
    """Return what is found; it equals what differs from it by the order of sums alone."""
    found = await search.search(question, audiences=frozenset(who), today=TODAY)
    hits = tuple(
        replace(hit, score=_about(hit.score), meaning=_about(hit.meaning)) for hit in found.hits
    )
    certainty, needed = _about(found.certainty), _about(found.needed)
    return replace(found, hits=hits, certainty=certainty, needed=needed, timings_ms={})


class _About(float):
    """A number that equals those that lie near to it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and abs(self - other) < 1e-4

    __hash__ = float.__hash__


def _about(number: float | None) -> float | None:
    return None if number is None else _About(number)


async def everything_asked(search: KnowledgeBase | Prospect) -> list[Findings]:
    questions = [f"where does the {name} stand" for name in NAMES] + ["what is in the loft"]
    return [
        await asked(search, question, *who)
        for question in questions
        for who in ((Audience.PUBLIC,), tuple(Audience))
    ]


@pytest.mark.parametrize("alone", [False, pytest.param(True, marks=pytest.mark.long)])
async def test_what_would_be_found_is_what_is_found_then(tmp_path: Path, alone: bool):
    embedder = WordEmbedder()
    async with opened(tmp_path, MemoryCatalog(), embedder) as base:
        await base.add(OLD)
        await base.settled()
        before = await everything_asked(base)
        ready = await base.ready(NEW, alone=alone)
        prospect = await base.prospect(ready)
        assert prospect.documents == (48 if alone else 64)
        expected = await everything_asked(prospect)
        assert await everything_asked(base) == before != expected
        embedded = len(embedder.passages)
        await base.put(ready)
        await base.settled()
        assert await everything_asked(base) == expected
        assert len(embedder.passages) == embedded
        assert await base.check() == (48 if alone else 64)


class Knowing(WordEmbedder):
    """Knows that a luminaire is a lamp, which no word tells."""

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        return await super().embed_queries([text.replace("luminaire", "lamp") for text in texts])


async def test_what_would_replace_most_of_what_lies_near_hides_nothing_behind_it(tmp_path: Path):
    one = "The lamp stands in the hall and burns."
    same = [
        entry(question=f"Lamp {n}?", answer=f"{one} {n}", audience=Audience.PUBLIC, origin="t")
        for n in range(150)
    ]
    last = entry(
        question="Which lamp has wick and oil?",
        answer="A brass one burns oil by its wick.",
        audience=Audience.PUBLIC,
        origin="t",
    )
    async with opened(tmp_path, MemoryCatalog(), Knowing()) as base:
        await base.add([*same, last])
        await base.settled()
        moved = [replace(each, audience=Audience.STAFF) for each in same]
        prospect = await base.prospect(await base.ready(moved))
        found = await asked(prospect, "luminaire?", Audience.PUBLIC)
        assert [hit.document_id for hit in found.hits] == [last.document_id]


async def test_how_far_an_import_reaches_is_told_without_embedding(tmp_path: Path):
    embedder = WordEmbedder()
    async with opened(tmp_path, MemoryCatalog(), embedder) as base:
        await base.add(OLD)
        embedded = len(embedder.passages)
        reach = await base.reach(NEW)
        assert (reach.passages, reach.of) == (16 + 8 + 16, 48)
        assert (await base.reach(NEW, alone=True)).passages == 16 + 8 + 16 + 16
        assert (await base.reach(OLD)).passages == 0
        assert len(embedder.passages) == embedded


async def test_what_fails_while_it_is_made_ready_goes_on_where_it_was(tmp_path: Path):
    embedder = WordEmbedder()

    def fail_after_sixteen(done: int, _total: int) -> None:
        embedder.fails = done == 16

    async with opened(tmp_path, MemoryCatalog(), embedder) as base:
        with pytest.raises(EmbeddingUnavailableError):
            await base.ready(OLD, progress=fail_after_sixteen)
        assert await base.documents() == []
        embedder.fails = False
        embedder.passages.clear()
        await base.put(await base.ready(OLD))
        first = {way for each in OLD[:16] for way in each.passages[0].ways}
        assert not first & set(embedder.passages)
        assert len(await base.documents()) == 48
