"""What is found, and what of it is shown, beyond the nearest passage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document
from knowledge.readers.entries import entry
from knowledge.readers.files import read
from knowledge.search import Findings
from knowledge.worker import Worker
from tests.fakes.catalog import MemoryCatalog
from tests.fakes.embedder import WordEmbedder

PUBLIC = frozenset({Audience.PUBLIC})
STAFF = frozenset(Audience)
TODAY = date(2026, 11, 24)

DEPOSITS = (
    "Deposits are returned in full when an order is called off two days before it is collected."
)
HANDBOOK = f"""# House rules

## Deposits
{DEPOSITS}

## Parking
There are two spaces in the yard behind the shop, for twenty minutes each and never overnight.

## Dogs
Dogs wait outside on the hook beside the door, where there is always a bowl of fresh water.
"""

BAKERY = Path(__file__).parents[2] / "fakes" / "bakery"


@asynccontextmanager
async def knowing(path: Path, *documents: Document) -> AsyncIterator[KnowledgeBase]:
    base = KnowledgeBase(MemoryCatalog(), WordEmbedder(), Worker(), path / "chroma")
    await base.start()
    try:
        await base.add(documents)
        await base.settled()
        yield base
    finally:
        await base.close()


def handbook(name: str) -> Document:
    (document,) = read(name, HANDBOOK.encode(), audience=Audience.PUBLIC, origin=name)
    return document


def faq(question: str, answer: str, audience: Audience = Audience.PUBLIC, **more: str) -> Document:
    made = entry(question=question, answer=answer, audience=audience, origin="t")
    return replace(made, **more)


def readable(file: Path) -> list[Document]:
    return list(read(file.name, file.read_bytes(), audience=Audience.PUBLIC, origin=file.name))


def copied(document: Document) -> Document:
    return renamed(document, f"copy-{document.document_id}")


def renamed(document: Document, known: str) -> Document:
    passages = tuple(
        replace(each, document_id=known, passage_id=f"{known}#{each.position}")
        for each in document.passages
    )
    return replace(document, document_id=known, passages=passages)


async def ask(
    base: KnowledgeBase, question: str, audiences: frozenset[Audience] = PUBLIC
) -> Findings:
    return await base.search(question, audiences=audiences, today=TODAY)


async def test_a_handbook_that_is_there_twice_shows_each_fact_once(tmp_path: Path):
    async with knowing(tmp_path, handbook("old.md"), handbook("new.md")) as base:
        findings = await ask(base, "is my deposit returned, where are the parking spaces, and dogs")
    texts = [hit.passage.text for hit in findings.hits]
    assert len(texts) == len(set(texts)) == 3
    assert {hit.document_id for hit in findings.hits} == {"new.md"}


async def test_an_entry_is_as_sure_and_as_certain_with_its_answer_in_the_handbook_too(
    tmp_path: Path,
):
    entries = [
        faq("Do I get my deposit back?", DEPOSITS),
        faq("Do you bake gluten-free bread?", "Buckwheat on Fridays."),
    ]
    question = "do I get the deposit back, is it returned in full"
    async with knowing(tmp_path / "once", *entries) as base:
        alone = await ask(base, question)
    async with knowing(tmp_path / "twice", *entries, handbook("a.md"), handbook("b.md")) as base:
        beside = await ask(base, question)
    assert beside.hits[0].document_id == "do-i-get-my-deposit-back"
    assert [hit.passage.text for hit in beside.hits].count(DEPOSITS) == 1
    assert alone.certainty is not None
    assert beside.certainty is not None
    assert beside.certainty > 0


async def test_the_line_to_nothing_is_not_raised_by_what_is_there_twice(tmp_path: Path):
    """Each question would find its own double, and nothing less would ever do."""
    files = [BAKERY / "faq.jsonl", BAKERY / "handbook.md"]
    once = [each for file in files for each in readable(file)]
    twice = [*once, *(copied(each) for each in once)]
    question = "is somebody in the shop on sunday morning"
    certain = []
    for name, documents in (("once", once), ("twice", twice)):
        async with knowing(tmp_path / name, *documents) as base:
            certain.append((await ask(base, question)).certainty)
    assert certain[0] == pytest.approx(certain[1], abs=1.0)


async def test_what_the_asker_may_not_read_takes_nothings_place(tmp_path: Path):
    staff = faq("Do I get my deposit back?", DEPOSITS, Audience.STAFF)
    async with knowing(tmp_path, handbook("a.md"), staff) as base:
        public = await ask(base, "is the deposit returned")
        inside = await ask(base, "is the deposit returned", STAFF)
    assert public.hits[0].document_id == "a.md"
    assert inside.hits[0].document_id == staff.document_id
    assert [hit.passage.text for hit in inside.hits].count(DEPOSITS) == 1


FACT = {"en": "Cars for 4 euro an hour.", "de": "Autos für 4 Euro je Stunde."}


async def first(base: KnowledgeBase, question: str, language: str) -> str:
    findings = await base.search(question, audiences=PUBLIC, today=TODAY, language=language)
    return findings.hits[0].language


async def test_of_one_entry_in_two_languages_the_questions_own_comes_first(tmp_path: Path):
    both = [faq("Parking", answer, language=each) for each, answer in FACT.items()]
    named = [renamed(each, each.language) for each in both]
    async with knowing(tmp_path, *named) as base:
        assert await first(base, "parking", "de") == "de"
        assert await first(base, "parking", "en") == "en"


async def test_a_clearly_better_passage_in_another_language_stays_first(tmp_path: Path):
    parking = renamed(faq("Parking", FACT["en"], language="en"), "parking")
    dogs = renamed(faq("Hunde", "Sie warten 4 Minuten.", language="de"), "dogs")
    async with knowing(tmp_path, parking, dogs) as base:
        assert await first(base, "parking", "de") == "en"


async def test_what_says_another_number_is_no_translation(tmp_path: Path):
    old = renamed(faq("Parking", FACT["en"], language="en"), "a")
    new = renamed(faq("Parking", FACT["de"].replace("4", "6"), language="de"), "b")
    async with knowing(tmp_path, old, new) as base:
        assert await first(base, "parking", "en") == await first(base, "parking", "de")
