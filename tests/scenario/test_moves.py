"""An office that goes on from another database: the same answers, the same promises."""

import shutil

import pytest

from bot.domain.conversations import Kind
from bot.storage.database import Database
from bot.upkeep.backup.box import INDEX, Box
from bot.upkeep.move import move
from tests.benchmarks.move import measure as office_moved
from tests.benchmarks.table import as_text
from tests.fakes.embedder import RememberingEmbedder
from tests.scenario.conftest import BAKERY
from tests.scenario.room import bot_in_a_room

ASKED = "Is there parking?"


async def test_it_answers_and_keeps_its_promises_from_the_other_database_and_back(
    tmp_path, database_url, monkeypatch
):
    data = tmp_path / "data"
    elsewhere = database_url.replace("deskhand.db", "elsewhere.db")
    async with bot_in_a_room(data) as room:
        await room.knows("faq.jsonl", BAKERY)
        before = await room.says(ASKED)
        assert before.outcome.kind is Kind.VERBATIM
        await room.says("remind me tomorrow at 9 to call the supplier")
        await room.says("remind me tomorrow at 10 to feed the sourdough")
    await moved(data, "", elsewhere)
    shutil.rmtree(data / INDEX)

    async def embeds_nothing(*_: object) -> None:
        raise AssertionError("what is known was embedded again")

    with monkeypatch.context() as kept:
        kept.setattr(RememberingEmbedder, "embed_passages", embeds_nothing)
        async with bot_in_a_room(data, database_url=elsewhere) as room:
            again = await room.says(ASKED)
            assert again.outcome.text == before.outcome.text
            assert again.answer_id > before.answer_id
            follow_ups = room.app.services.follow_ups
            room.clock.go(hours=23, seconds=1)
            assert await follow_ups.deliver_due() == 1
            assert await follow_ups.deliver_due() == 0
            assert (await room.delivered())[-1] == "Reminder: call the supplier"
    back = f"sqlite:///{tmp_path / 'back.db'}"
    await moved(data, elsewhere, back)
    async with bot_in_a_room(data, database_url=back) as room:
        assert (await room.says(ASKED)).outcome.text == before.outcome.text
        follow_ups = room.app.services.follow_ups
        room.clock.go(hours=24, seconds=1)
        assert await follow_ups.deliver_due() == 1
        told = await room.delivered()
        for promised in ("call the supplier", "feed the sourdough"):
            assert told.count(f"Reminder: {promised}") == 1
        assert await follow_ups.waiting() == []


@pytest.mark.scale
@pytest.mark.timeout(1_800)
async def test_a_hundred_thousand_answers_go_there_and_come_back(request):
    server = request.config.option.postgresql
    if not server:
        pytest.skip("this needs a PostgreSQL: script/test --scale")
    # Each way ends only where every row is the same on both sides.
    print("\n" + as_text(await office_moved(server=server)))


async def moved(data, source: str, target: str) -> None:
    database = Database(source or f"sqlite:///{data / 'deskhand.db'}")
    try:
        await move(Box(data, database), target, progress=lambda *_: None)
    finally:
        await database.close()
