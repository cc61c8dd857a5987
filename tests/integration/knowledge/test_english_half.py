"""The built-in embedder's two halves: English read better, other languages as well as without."""

import math
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document, Vector
from knowledge.embedding import BuiltInEmbedder, Embedder, OneModel
from knowledge.readers.entries import entry
from knowledge.sameness import Sameness
from knowledge.search import Findings, Verdict
from knowledge.vectors import embedded
from knowledge.worker import Worker
from tests.fakes.catalog import MemoryCatalog
from tests.fakes.embedder import DIMENSION, RememberingEmbedder, WordEmbedder

PUBLIC = frozenset({Audience.PUBLIC})
GERMAN = "Darf ich meinen Hund mitbringen?"
ENGLISH = "is there somewhere to leave my car"


def entries(*pairs: tuple[str, str]) -> list[Document]:
    return [
        entry(question=question, answer=answer, audience=Audience.PUBLIC, origin="t")
        for question, answer in pairs
    ]


IN_ENGLISH = entries(
    ("Can I park at your house?", "There is room for six cars behind the house."),
    ("When are you open?", "On weekdays from 9 to 18, on Saturdays until 14."),
    ("Do you repair old clocks?", "We do, also those that strike. It takes about two weeks."),
    ("What does a new battery cost?", "12 euros, with the seal changed."),
    ("Can I pay by card?", "By every card and in cash."),
    ("Do you buy old watches?", "Only with their papers. Please bring your passport."),
    ("Is there a guarantee on repairs?", "One year on all that we have done."),
    ("How long does a valuation take?", "Two days. It costs 40 euros for each piece."),
    ("Do you come to my house for a tall clock?", "Within 20 kilometres, on Thursdays."),
    ("Do you engrave rings?", "Up to 20 letters, while you wait."),
    ("Can you shorten a watch strap?", "We do it at once and without charge."),
    ("Do you sell vouchers?", "For every amount from 10 euros on; they hold for three years."),
    ("May I bring my dog?", "Small ones, on a lead."),
    ("Where can I catch the bus?", "The 14 stops in front of the shop."),
    ("Do you send parcels abroad?", "To every country of Europe, insured."),
    ("How do I set the date of my watch?", "Pull the crown out half way, and turn it."),
    ("Is my watch waterproof?", "We test it for 15 euros and give you a certificate."),
)
IN_GERMAN = entries(
    ("Kann ich bei Ihnen parken?", "Hinter dem Haus ist Platz für sechs Autos."),
    ("Wann haben Sie geöffnet?", "Werktags von 9 bis 18 Uhr, samstags bis 14 Uhr."),
    ("Reparieren Sie alte Uhren?", "Ja, auch solche, die schlagen. Das dauert zwei Wochen."),
    ("Was kostet eine neue Batterie?", "12 Euro, mit einer neuen Dichtung."),
    ("Kann ich mit Karte zahlen?", "Mit jeder Karte und bar."),
    ("Kaufen Sie alte Uhren an?", "Nur mit Papieren. Bringen Sie bitte Ihren Ausweis mit."),
    ("Gibt es eine Garantie?", "Ein Jahr auf alles, was wir gemacht haben."),
    ("Wie lange dauert ein Gutachten?", "Zwei Tage. Es kostet 40 Euro für jedes Stück."),
    ("Kommen Sie für eine Standuhr ins Haus?", "Im Umkreis von 20 Kilometern, donnerstags."),
    ("Gravieren Sie Ringe?", "Bis zu 20 Buchstaben, und Sie können darauf warten."),
    ("Können Sie ein Armband kürzen?", "Das machen wir gleich, und es kostet nichts."),
)  # fmt: skip


@pytest.fixture
def worker() -> Iterator[Worker]:
    return Worker()


@pytest.fixture
async def both(worker: Worker) -> AsyncIterator[Embedder]:
    yield RememberingEmbedder(worker)
    await worker.close()


@pytest.fixture
def first(both: Embedder) -> Embedder:
    """The first half alone."""
    return FirstHalf(both)


class FirstHalf(OneModel):
    """What an embedder of two halves says by its first."""

    name = "first half"

    def __init__(self, both: Embedder) -> None:
        self._both = both

    async def windows(self, text: str, *, heading: str = "") -> list[str]:
        return await self._both.windows(text, heading=heading)

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        return _first(await self._both.embed_queries(texts))

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        return _first(await self._both.embed_passages(texts))


def _first(vectors: Vector) -> Vector:
    half = vectors[:, :384]
    first: Vector = half / np.linalg.norm(half, axis=1, keepdims=True)
    return first


async def test_a_questions_vector_is_what_both_halves_say_each_with_its_share(both, worker):
    earlier = BuiltInEmbedder(worker, english=False)
    [vector] = await both.embed_queries([ENGLISH])
    [alone] = await earlier.embed_queries([ENGLISH])
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    assert np.linalg.norm(vector[384:]) == pytest.approx(math.sqrt(0.2), abs=1e-5)
    assert np.allclose(vector[:384], math.sqrt(0.8) * alone, atol=1e-5)
    assert np.array_equal(earlier.in_any_language(alone), alone)


async def test_what_is_read_in_any_language_is_what_the_first_half_says(both, first):
    vectors = await both.embed_queries([ENGLISH, GERMAN])
    alike = both.in_any_language(vectors)
    assert np.allclose(alike[:, :384], await first.embed_queries([ENGLISH, GERMAN]), atol=1e-5)
    assert not alike[:, 384:].any()
    assert np.array_equal(both.in_any_language(vectors[0]), alike[0])


async def test_to_a_question_in_another_language_passages_lie_as_near_as_to_the_first_half(
    both, first
):
    passages = [document.passages[0] for document in IN_ENGLISH]
    ways = np.concatenate([each.vectors for each in await embedded(passages, both)])
    alone = np.concatenate([each.vectors for each in await embedded(passages, first)])
    asked = both.in_any_language(await both.embed_queries([GERMAN]))[0]
    by_first = (await first.embed_queries([GERMAN]))[0]
    assert np.allclose(ways @ asked, math.sqrt(0.8) * (alone @ by_first), atol=1e-5)


@asynccontextmanager
async def opened(path: Path, embedder: Embedder, documents: list[Document]):
    worker = Worker()
    base = KnowledgeBase(MemoryCatalog(), embedder, worker, path / "chroma")
    await base.start()
    await base.add(documents)
    await base.settled()
    yield base
    await base.close()


async def ask(base: KnowledgeBase, question: str) -> Findings:
    return await base.search(question, audiences=PUBLIC, today=date(2026, 11, 24))


async def test_a_question_in_another_language_is_judged_as_by_the_first_half_alone(
    tmp_path, both, first
):
    async with (
        opened(tmp_path / "both", both, IN_ENGLISH) as base,
        opened(tmp_path / "first", first, IN_ENGLISH) as alone,
    ):
        found, expected = await ask(base, GERMAN), await ask(alone, GERMAN)
        assert found.certainty == pytest.approx(expected.certainty, abs=0.01)
        assert found.verdict is expected.verdict is not Verdict.NOTHING
        assert [hit.title for hit in found.hits] == [hit.title for hit in expected.hits]


async def test_where_most_is_in_another_language_english_is_judged_by_the_first_half(
    tmp_path, both, first
):
    documents = IN_GERMAN + IN_ENGLISH[-5:]
    async with (
        opened(tmp_path / "both", both, documents) as base,
        opened(tmp_path / "first", first, documents) as alone,
    ):
        found, expected = await ask(base, ENGLISH), await ask(alone, ENGLISH)
        assert found.certainty == pytest.approx(expected.certainty, abs=0.01)
        assert [hit.title for hit in found.hits] == [hit.title for hit in expected.hits]


async def test_an_english_question_is_measured_by_both_halves(tmp_path, both, first):
    async with (
        opened(tmp_path / "both", both, IN_ENGLISH) as base,
        opened(tmp_path / "first", first, IN_ENGLISH) as alone,
    ):
        found, by_first = await ask(base, ENGLISH), await ask(alone, ENGLISH)
        assert found.hits[0].title == "Can I park at your house?"
        assert found.certainty > by_first.certainty


class TwoReadings(WordEmbedder):
    """A tenth of a meaning is any language's reading, the rest English's: of questions as told.

    Args:
        any_language: By question, as what it is read; else as it is.
        english: The same for the other half.
    """

    def __init__(self, any_language: dict[str, str], english: dict[str, str]) -> None:
        super().__init__("two readings 1")
        self._read = any_language, english

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self._halves([[read.get(text, text) for text in texts] for read in self._read])

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        return self._halves([texts, texts])

    def in_any_language(self, questions: Vector) -> Vector:
        first = questions / math.sqrt(0.1)
        first[..., DIMENSION:] = 0.0
        return first

    def _halves(self, readings: list[Sequence[str]]) -> Vector:
        first, second = (self._embed(each) for each in readings)
        return np.concatenate([math.sqrt(0.1) * first, math.sqrt(0.9) * second], axis=1)


LANTERNS = entries(
    ("Lantern repair?", "We mend the glass."), ("Lantern hire?", "By the week, until May.")
)
REPAIR, HIRE, NEITHER = "Lantern repair?", "Lantern hire?", "Is there a mill?"


async def read_as(path: Path, question: str, any_language: str, english: str) -> Findings:
    """Return what a question finds that is read so by each half."""
    embedder = TwoReadings({question: any_language}, {question: english})
    async with opened(path, embedder, IN_ENGLISH + LANTERNS) as base:
        return await ask(base, question)


@pytest.mark.parametrize(
    ("any_language", "english", "told"),
    [(REPAIR, NEITHER, "is there a lantern"), (NEITHER, REPAIR, "Laternen und Uhren")],
)
async def test_a_question_that_may_be_english_is_as_certain_as_the_less_certain_reading(
    tmp_path, any_language, english, told
):
    certain = await read_as(tmp_path / "both", "lantern", REPAIR, REPAIR)
    doubtful = await read_as(tmp_path / "one", "lantern", any_language, english)
    alone = await read_as(tmp_path / "alone", told, any_language, english)
    assert certain.verdict is Verdict.SURE
    assert certain.certainty >= certain.needed
    assert doubtful.verdict is not Verdict.SURE
    assert doubtful.certainty < doubtful.needed == alone.needed


async def test_a_question_that_may_be_english_finds_what_it_means_in_any_language(tmp_path):
    findings = await read_as(tmp_path, "lantern", HIRE, REPAIR)
    assert findings.hits[0].title == HIRE


async def test_of_a_passage_that_only_one_reading_finds_nothing_is_sure(tmp_path):
    both = await read_as(tmp_path / "both", "lantern", HIRE, HIRE)
    findings = await read_as(tmp_path / "one", "lantern", HIRE, REPAIR)
    assert both.verdict is Verdict.SURE
    assert findings.verdict is Verdict.FOUND


async def test_the_words_of_an_entry_are_sure_however_they_are_read(tmp_path):
    findings = await read_as(tmp_path, "lantern hire", HIRE, REPAIR)
    assert findings.verdict is Verdict.SURE


async def test_a_question_in_a_language_that_is_told_is_read_in_one_way(tmp_path):
    in_english = await read_as(tmp_path / "en", "is there a lantern", NEITHER, REPAIR)
    in_german = await read_as(tmp_path / "de", "Laternen und Uhren", REPAIR, NEITHER)
    assert in_english.hits[0].title == REPAIR
    assert in_german.hits[0].title == REPAIR
    assert in_english.certainty > 0 < in_german.certainty


async def test_whether_questions_are_the_same_does_not_hang_on_telling_their_language(both):
    sameness = Sameness(MemoryCatalog(), both)
    [likeness] = await sameness.likeness("vouchers?", ["Do you sell vouchers?"])
    [in_german] = await sameness.likeness("Gutscheine?", ["Do you sell vouchers?"])
    assert (likeness, in_german) == (1.0, 1.0)
