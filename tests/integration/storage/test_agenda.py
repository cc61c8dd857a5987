"""Follow-ups page by page, and a stretch of days with repeated ones at each of their times."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.followups import FollowUpState, Receiver, Sought
from bot.followups.agenda import Agenda
from bot.storage.database import Database
from bot.storage.followups import FollowUpRows, NewFollowUp
from bot.storage.people import PersonRows
from connectors.messages import Address, Author

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


class Office:
    """Two who are reminded, and their follow-ups."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rows = FollowUpRows(database, run="test")
        self.agenda = Agenda(self.rows)

    async def promise(
        self, subject: str, due_at: datetime, *, person: str = "Ann", **more: object
    ) -> int:
        author = Author(user_id=person, name=person)
        who = await PersonRows(self.database).ensure("slack", author)
        new = NewFollowUp(
            who.person_id, Address("slack", "C1"), subject, due_at, "Europe/Berlin", "en"
        )
        made = await self.rows.promise(replace(new, **more), None, now=NOW)
        return made.follow_up_id


@pytest.fixture
def office(any_database: Database) -> Office:
    return Office(any_database)


async def test_a_list_goes_on_where_the_page_before_ended_also_where_many_are_due_at_once(office):
    for number in range(7):
        await office.promise(f"{number}", NOW + timedelta(days=1 + number // 4))
    for latest_first in (False, True):
        sought = Sought(latest_first=latest_first)
        every = await office.agenda.page(sought, limit=99)
        assert len(every) == 7
        found, after = [], None
        while page := await office.agenda.page(sought, limit=2, after=after):
            found += page
            after = page[-1].follow_up.follow_up_id
        assert found == every


async def test_each_is_shown_with_whom_it_is_for_and_found_by_that_and_by_who_asked(office):
    due_at = NOW + timedelta(days=1)
    await office.promise("her own", due_at)
    await office.promise("for Ben", due_at, receiver=Receiver("Ben", None), asked_by="Ann")
    await office.promise("his own", due_at, person="Özgür")

    async def found(**sought: object) -> dict[str, str]:
        page = await office.agenda.page(Sought(**sought), limit=9)
        return {each.follow_up.subject: each.name for each in page}

    assert await found() == {"her own": "Ann", "for Ben": "Ben", "his own": "Özgür"}
    assert list(await found(name="ANN")) == ["her own", "for Ben"]
    assert list(await found(name="ben")) == ["for Ben"]
    assert list(await found(name="özg")) == ["his own"]
    assert list(await found(person_id=1)) == ["her own", "for Ben"]
    assert await found(states=(FollowUpState.SENT,)) == {}
    named = await office.agenda.named([await office.rows.get(2), await office.rows.get(3)])
    assert [each.name for each in named] == ["Ben", "Özgür"]


async def test_a_repeated_one_stands_at_each_of_its_times_by_the_clock_of_its_zone(office):
    # Clocks go back in the night to Sunday the 25th: eight o'clock stays eight o'clock.
    first = datetime(2026, 10, 21, 8, 0, tzinfo=BERLIN)
    await office.promise("bake", first, rule="FREQ=DAILY", dtstart=first.replace(tzinfo=None))
    await office.promise("call", datetime(2026, 10, 23, 12, 0, tzinfo=BERLIN))
    begins = datetime(2026, 10, 19, tzinfo=BERLIN)
    stretch = await office.agenda.between(Sought(), begins, begins + timedelta(days=7))
    told = [
        (f"{each.at.astimezone(BERLIN):%d %H:%M}", each.named.follow_up.subject, each.later)
        for each in stretch.occurrences
    ]
    assert told == [
        ("21 08:00", "bake", False),
        ("22 08:00", "bake", True),
        ("23 08:00", "bake", True),
        ("23 12:00", "call", False),
        ("24 08:00", "bake", True),
        ("25 08:00", "bake", True),
    ]
    assert stretch.whole
    # A week further on, where it has no row at all.
    after = await office.agenda.between(
        Sought(), begins + timedelta(days=7), begins + timedelta(days=14)
    )
    assert len(after.occurrences) == 7
    # What is over does not come again.
    over = Sought(states=(FollowUpState.SENT,))
    assert not (await office.agenda.between(over, begins, begins + timedelta(7))).occurrences
    before = await office.agenda.between(Sought(), begins - timedelta(days=7), begins)
    assert not before.occurrences


async def test_more_than_fit_are_said_to_be_more(office, monkeypatch):
    monkeypatch.setattr("bot.followups.agenda.MAX_BETWEEN", 2)
    for number in range(3):
        await office.promise(f"{number}", NOW + timedelta(hours=1 + number))
    stretch = await office.agenda.between(Sought(), NOW, NOW + timedelta(days=1))
    assert [each.named.follow_up.subject for each in stretch.occurrences] == ["0", "1"]
    assert not stretch.whole
