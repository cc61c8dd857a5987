from dataclasses import replace

import numpy as np

from knowledge.documents import Passage
from knowledge.vectors import content_hash, embedded_texts, passage_vectors
from tests.fakes.embedder import WordEmbedder

ENTRY = Passage("e#0", "e", 0, "Open?", "From 7. Closed on Monday.", ("Open?", "hours"))
TEXT = Passage("t#0", "t", 0, "Cakes", "Round ones. Writing is free.")


async def vectors(passage: Passage, name: str = "words 1"):
    embedder = WordEmbedder(name)
    texts = embedded_texts(passage)
    embedded = dict(zip(texts, await embedder.embed_passages(texts), strict=True))
    return passage_vectors(passage, name, embedded), embedded


async def test_an_entry_is_found_by_whole_by_sentence_and_by_each_other_way():
    found, embedded = await vectors(ENTRY)
    assert found.vectors.shape == (4, 64)
    assert found.vectors.dtype == np.float32
    other = (embedded["hours"] + embedded[ENTRY.text]) / 2
    assert np.allclose(found.vectors[3], other)


async def test_a_vectors_inner_product_is_the_mean_of_the_cosines():
    found, embedded = await vectors(ENTRY)
    question = embedded["hours"]
    cosines = [embedded[text] @ question for text in ("Open?", f"Open? {ENTRY.text}", ENTRY.text)]
    assert np.isclose(found.vectors[0] @ question, np.mean(cosines))


async def test_a_text_is_found_under_its_heading():
    found, embedded = await vectors(TEXT)
    assert set(embedded) == {
        "Cakes\nRound ones. Writing is free.",
        "Cakes: Round ones.",
        "Cakes: Writing is free.",
    }
    assert len(found.vectors) == 3


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
