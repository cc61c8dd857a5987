"""What is set in one process holds in the others, each group of settings for itself."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from bot.business.facts import BusinessFacts
from bot.choices import Choices, InvalidSettingError
from bot.people.choices import Manners
from bot.storage.database import Database
from bot.storage.settings import SettingRows

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FIRST = {"business": BusinessFacts(zone="UTC"), "manners": Manners()}


class SlowRows(SettingRows):
    """Rows that come to who reads them only once they may."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.read, self.may_come = asyncio.Event(), asyncio.Event()

    async def all(self) -> dict[str, JsonValue]:
        found = await super().all()
        self.read.set()
        await self.may_come.wait()
        return found


def choices_of(rows: SettingRows) -> tuple[Choices, list[str]]:
    """Return the choices of a process, and the names that it was told have changed."""
    choices, told = Choices(rows, first=FIRST, now=lambda: NOW), list[str]()
    choices.on_change(told.append)
    return choices, told


@pytest.fixture
async def other(any_database: Database) -> AsyncIterator[Database]:
    """The same database, as another process opens it."""
    opened = Database(any_database.url)
    yield opened
    await opened.close()


async def test_what_another_process_sets_holds_here_and_is_told_once(any_database, other):
    here, told = choices_of(SettingRows(any_database))
    there, _ = choices_of(SettingRows(other))
    await there.set("business.name", "Bakery")
    assert here.business.name == ""
    await here.refresh()
    await here.refresh()
    assert (here.business.name, told) == ("Bakery", ["business"])


async def test_what_is_set_here_is_told_once_although_it_is_read_again(any_database):
    here, told = choices_of(SettingRows(any_database))
    await here.set("business.name", "Bakery")
    await here.refresh()
    assert told == ["business"]


async def test_what_is_set_while_the_rows_are_read_is_not_undone_by_them(any_database):
    rows = SlowRows(any_database)
    here, _ = choices_of(rows)
    await SettingRows(any_database).put("business", {"name": "Old", "zone": "UTC"}, now=NOW)
    reading = asyncio.create_task(here.refresh())
    await rows.read.wait()
    setting = asyncio.create_task(here.set("business.name", "New"))
    # The rows come last, if nothing holds what is set back until then.
    await asyncio.wait({setting}, timeout=0.2)
    rows.may_come.set()
    await asyncio.gather(reading, setting)
    assert here.business.name == "New"


async def test_one_group_that_does_not_fit_keeps_no_other_from_holding(any_database):
    here, _ = choices_of(SettingRows(any_database))
    rows = SettingRows(any_database)
    await rows.put("business", {"of a later version": True}, now=NOW)
    await rows.put("manners", Manners(answers_missed_h=7).model_dump(mode="json"), now=NOW)
    with pytest.raises(InvalidSettingError, match="business"):
        await here.refresh()
    assert (here.business.zone, here.manners.answers_missed_h) == ("UTC", 7)
