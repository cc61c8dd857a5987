from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from bot.storage.tables import documents
from knowledge.background import background
from knowledge.documents import Audience, Document, PassageVectors
from knowledge.readers.entries import entry

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PARKING = entry(
    question="Is there parking?",
    answer="In the yard.",
    audience=Audience.PUBLIC,
    origin="page",
    document_id="parking",
    valid_until=date(2026, 12, 31),
)
PARKING = replace(PARKING, valid_from=date(2026, 12, 1), note="Ann has the key of the gate.")


class Clock:
    at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def database(any_database: Database) -> Database:
    return any_database


async def put(rows: DocumentRows, document: Document) -> None:
    vectors = [
        PassageVectors(passage.passage_id, "words", "hash", np.ones((1, 4), dtype=np.float32))
        for passage in document.passages
    ]
    await rows.put([document], vectors)


async def test_a_document_comes_back_with_all_that_is_said_about_it(database):
    rows = DocumentRows(database, now=Clock())
    await put(rows, PARKING)
    assert await rows.document("parking") == PARKING
    (head,) = await rows.documents()
    assert head == replace(PARKING, source="", passages=())
    (found,) = (await rows.found(["parking#0"])).values()
    assert (found.valid_from, found.valid_until) == (PARKING.valid_from, PARKING.valid_until)


async def test_everyday_questions_that_stand_in_for_a_business_are_nowhere_in_its_rows(database):
    rows = DocumentRows(database, now=Clock())
    await put(rows, PARKING)
    assert await rows.found([each.passage_id for each in background()]) == {}


async def test_a_change_raises_the_version_and_the_same_again_does_not(database):
    clock = Clock()
    rows = DocumentRows(database, now=clock)

    async def stored(document: Document) -> tuple[int, datetime]:
        clock.at += timedelta(hours=1)
        await put(rows, document)
        row = await database.read(
            lambda connection: connection.execute(
                select(documents.c.version, documents.c.changed_at)
            ).one()
        )
        return row.version, row.changed_at

    assert await stored(PARKING) == (1, START + timedelta(hours=1))
    assert await stored(PARKING) == (1, START + timedelta(hours=1))
    noted = replace(PARKING, note="Ben has it now.")
    assert await stored(noted) == (2, START + timedelta(hours=3))
    assert await stored(noted) == (2, START + timedelta(hours=3))
    (passage,) = PARKING.passages
    reworded = replace(noted, passages=(replace(passage, ways=(*passage.ways, "parking?")),))
    assert await stored(reworded) == (3, START + timedelta(hours=5))


async def test_what_comes_from_elsewhere_keeps_its_version_only_where_nothing_was(database):
    rows = DocumentRows(database, now=Clock())
    carried = replace(PARKING, version=7)
    await put(rows, carried)
    assert await rows.document("parking") == carried
    await put(rows, replace(carried, title="Parking", version=3))
    found = await rows.document("parking")
    assert found is not None
    assert found.version == 8


async def test_a_list_of_documents_comes_in_pieces_and_holds_the_words_looked_for(database):
    rows = DocumentRows(database, now=Clock())
    names = ["ähre", "brot", "Ähre 100%", "kuchen", "Zopf"]
    for place, name in enumerate(names):
        await put(rows, replace(PARKING, document_id=f"d{place}", title=name, passages=()))
    found, after = [], ""
    while page := await rows.page(limit=2, after=after):
        found += page
        after = page[-1].document_id
    assert [each.title for each in found] == names
    found = await rows.page(limit=9, words="ÄHRE")
    assert [each.title for each in found] == ["ähre", "Ähre 100%"]
    assert [each.title for each in await rows.page(limit=9, words="0%")] == ["Ähre 100%"]
    # By its id, too.
    assert [each.title for each in await rows.page(limit=9, words="D3")] == ["kuchen"]
    assert await rows.titles(limit=2) == {"d0": "ähre", "d1": "brot"}
    assert [each.title for each in await rows.heads(["d4", "d1", "gone"])] == ["brot", "Zopf"]
    assert [each.document_id for each in await rows.named("Zopf")] == ["d4"]
    assert [each.document_id for each in await rows.named("d4")] == ["d4"]
    assert await rows.documents_count() == 5
    assert await rows.readers() == {Audience.PUBLIC: 5}
