from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from knowledge.documents import Passage, PassageVectors, Vector
from knowledge.vectors import MAX_PARTS, content_hash, embedded
from knowledge.windows import windows
from tests.fakes.embedder import WordEmbedder

ENTRY = Passage("e#0", "e", 0, "Open?", "From 7. Closed on Monday.", ("Open?", "hours"))
TEXT = Passage("t#0", "t", 0, "Cakes", "Round ones. Writing is free.")
LONG = "The oven is hot. The dough is cold. The baker sings. The cellar holds a lantern."


class Shortsighted(WordEmbedder):
    """Reads eight words at once, those of the heading among them."""

    async def windows(self, text: str, *, heading: str = "") -> list[str]:
        room = 8 - len(heading.split())
        return windows(text, lambda part: len(part.split()) <= room)


async def vectors(
    passage: Passage, embedder: WordEmbedder | None = None
) -> tuple[PassageVectors, Mapping[str, Vector]]:
    embedder = embedder or WordEmbedder()
    [made] = await embedded([passage], embedder)
    texts = list(embedder.passages)
    return made, dict(zip(texts, await embedder.embed_passages(texts), strict=True))


def between(*vectors: Vector) -> Vector:
    mean = np.mean(np.stack(vectors), axis=0)
    return mean / np.linalg.norm(mean)


async def nearest(question: str, passages: list[Passage], embedder: WordEmbedder) -> str:
    [asked] = await embedder.embed_queries([question])
    made = await embedded(passages, embedder)
    return max(made, key=lambda each: float((each.vectors @ asked).max())).passage_id


async def test_an_entry_is_found_by_whole_by_sentence_and_by_each_other_way():
    found, known = await vectors(ENTRY)
    assert found.vectors.shape == (4, 64)
    assert found.vectors.dtype == np.float32
    assert np.allclose(found.vectors[3], between(known["hours"], known[ENTRY.text]))


async def test_a_way_lies_between_its_texts_and_is_no_shorter_where_they_are_unlike():
    found, known = await vectors(ENTRY)
    cosines = [found.vectors[0] @ known[text] for text in ("Open?", ENTRY.text)]
    assert min(cosines) > known["Open?"] @ known[ENTRY.text]
    for passage in (ENTRY, TEXT):
        found, _ = await vectors(passage)
        assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1.0)


async def test_a_text_is_found_under_its_heading():
    found, known = await vectors(TEXT)
    assert set(known) == {
        "Cakes\nRound ones. Writing is free.",
        "Cakes: Round ones.",
        "Cakes: Writing is free.",
    }
    assert len(found.vectors) == 3


async def test_many_sentences_share_the_parts_and_none_is_left_out():
    every = [f"Sentence {number}." for number in range(2 * MAX_PARTS + 1)]
    found, known = await vectors(replace(TEXT, text=" ".join(every)))
    assert len(found.vectors) <= 1 + MAX_PARTS
    parts = [text.removeprefix("Cakes: ") for text in known if text.startswith("Cakes: ")]
    assert " ".join(parts) == " ".join(every)


async def test_what_the_embedder_does_not_read_at_once_is_found_under_its_heading_all_the_same():
    found, known = await vectors(replace(TEXT, text=LONG), Shortsighted())
    assert set(known) == {
        "Cakes\nThe oven is hot. ",
        "Cakes\nThe dough is cold. ",
        "Cakes\nThe baker sings. ",
        "Cakes\nThe cellar holds a lantern.",
    }
    assert len(found.vectors) == 4


async def test_the_last_sentence_of_a_long_passage_is_found_as_well_as_its_first():
    beginning = "The oven is hot. The dough is cold. " * (2 * MAX_PARTS)
    for ways in ((), ("About us",)):
        passages = [
            Passage(f"p#{n}", "p", n, "About us", beginning + end, ways)
            for n, end in enumerate(("A lantern hangs there.", "Dogs wait outside.", "Rye sells."))
        ]
        for number, question in enumerate(("lantern", "dogs", "rye")):
            assert await nearest(question, passages, Shortsighted()) == f"p#{number}"


async def test_each_way_to_ask_for_a_long_entry_is_one_vector_and_the_drafted_ones_come_last():
    entry = replace(ENTRY, text=LONG, drafted=("when?",))
    found, known = await vectors(entry, Shortsighted())
    parts = await Shortsighted().windows(LONG, heading="Open?")
    assert len(parts) > 1
    answer = between(*(known[part] for part in parts))
    hours, when = between(known["hours"], answer), between(known["when?"], known["Open?"], answer)
    assert np.allclose(found.vectors[-2], hours, atol=1e-6)
    length = np.linalg.norm(found.vectors[-1])
    assert np.allclose(found.vectors[-1] / length, when, atol=1e-6)


async def test_of_two_that_lie_as_near_what_the_business_wrote_comes_before_what_a_model_drafted():
    found, _ = await vectors(replace(ENTRY, drafted=("when?", "closed?")))
    lengths = np.linalg.norm(found.vectors, axis=1)
    assert np.allclose(lengths[:-2], 1.0)
    assert (lengths[-2:] < 0.999).all()


async def test_a_part_without_words_is_not_embedded():
    class Characters(WordEmbedder):
        async def windows(self, text: str, *, heading: str = "") -> list[str]:
            return windows(text, lambda part: len(part) <= 50)

    _, known = await vectors(replace(TEXT, text=f"One.{' ' * 400}Two."), Characters())
    assert {text.split()[-1] for text in known} == {"One.", "Two."}


def test_the_content_hash_changes_with_everything_that_is_embedded_and_nothing_else():
    known = content_hash(ENTRY, "a")
    assert known == content_hash(replace(ENTRY, passage_id="x#3", document_id="x", position=3), "a")
    changed = [
        content_hash(ENTRY, "b"),
        content_hash(replace(ENTRY, text="From 8."), "a"),
        content_hash(replace(ENTRY, heading="Shut?"), "a"),
        content_hash(replace(ENTRY, ways=("Open?",)), "a"),
    ]
    assert len({known, *changed}) == 5
