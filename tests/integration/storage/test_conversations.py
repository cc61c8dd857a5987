"""Conversations listed, looked through and read, on each kind of database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversations import Kind, Outcome
from bot.domain.listed import Listed, Speaker, Wanted
from bot.storage import conversations as listing
from bot.storage import conversed
from bot.storage.conversations import ConversationRows
from bot.storage.conversed import ConversedRows
from bot.storage.database import Database
from bot.storage.hand_over_words import HandOverWordRows
from bot.storage.inbox import InboxRows
from bot.storage.outbox import NewOutgoing, OutboxRows
from bot.storage.ratings import RatingRows
from bot.storage.turns import TurnRows
from connectors.messages import Address, Author, IncomingMessage

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(any_database: Database) -> Database:
    return any_database


class Office:
    """Messages that are answered, a minute each."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.rows = ConversationRows(database)

    async def says(
        self,
        text: str,
        *,
        thread: str = "",
        channel: str = "C1",
        author: str = "Ann",
        kind: Kind = Kind.VERBATIM,
        said: str = "Yes.",
    ) -> int:
        self.now += timedelta(minutes=1)
        message = IncomingMessage(
            f"{channel}{thread}{self.now}",
            Address("slack", channel, thread),
            Author(f"U{author}", author),
            text,
            to_bot=True,
            sent_at=self.now,
            room_name="general",
        )
        turn_id = await InboxRows(self.database).store(message, now=self.now)
        assert turn_id is not None
        turn = await HandOverWordRows(self.database, run="x").turn(turn_id)
        outcome = Outcome(kind, said, "en", searched=text)
        answer_id = await TurnRows(self.database, run="x").finish(turn, outcome, [], now=self.now)
        assert answer_id is not None
        return answer_id

    async def pages(self, **wanted: object) -> list[Listed]:
        """Return each page there is, as somebody goes through them."""
        pages, before = [], None
        while True:
            page = await self.rows.listed(Wanted(**wanted, before=before))  # type: ignore[arg-type]
            pages.append(page)
            if page.older is None:
                return pages
            before = page.older


def asked(pages: Sequence[Listed]) -> list[list[str]]:
    return [[line.asked for line in page.lines] for page in pages]


async def test_each_conversation_stands_once_by_its_last_answer(database, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    office = Office(database)
    for thread in ("a", "b", "c", "d"):
        await office.says(f"{thread} first", thread=thread)
    await office.says("b again", thread="b", kind=Kind.UNKNOWN)
    assert asked(await office.pages()) == [["b again", "d first"], ["c first", "a first"]]
    [line] = (await office.rows.listed(Wanted(words="again"))).lines
    assert line.kinds == {Kind.VERBATIM: 1, Kind.UNKNOWN: 1}
    assert (line.place.name, line.name) == ("general", "Ann")


async def test_a_conversation_stands_by_the_last_answer_that_is_looked_for(database, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 1)
    office = Office(database)
    await office.says("cake in a", thread="a")
    await office.says("cake in b", thread="b")
    await office.says("bread in a", thread="a")
    await office.says("cake in a again", thread="a")
    await office.says("bread in b", thread="b")
    assert asked(await office.pages(words="cake")) == [["cake in a again"], ["cake in b"]]


async def test_what_is_not_looked_through_at_once_is_gone_on_with(database, monkeypatch):
    monkeypatch.setattr(listing, "WINDOW", 3)
    office = Office(database)
    await office.says("the needle", thread="0")
    for number in range(1, 6):
        await office.says("hay", thread=str(number))
    first, second = await office.pages(words="needle")
    assert (first.lines, first.looked_back_to) == ((), NOW + timedelta(minutes=4))
    assert [line.asked for line in second.lines] == ["the needle"]
    assert second.looked_back_to is None


async def test_somebody_s_and_a_room_s_are_found_however_far_back(database, monkeypatch):
    monkeypatch.setattr(listing, "WINDOW", 1)
    office = Office(database)
    await office.says("by Ben", thread="0", author="Ben", channel="C2")
    for number in range(1, 5):
        await office.says("hay", thread=str(number))
    assert asked(await office.pages(person="ben")) == [["by Ben"]]
    assert asked(await office.pages(room="slack/C2")) == [["by Ben"]]
    # Where they are too many, page by page.
    monkeypatch.setattr(listing, "FEW", 0)
    assert asked(await office.pages(room="slack/C2"))[-1] == ["by Ben"]


async def test_ratings_and_days_narrow_it(database):
    office = Office(database)
    first = await office.says("first", thread="a")
    person = 1
    await office.says("second", thread="b")
    await RatingRows(database).rate(first, person_id=person, good=False, now=NOW)
    assert asked(await office.pages(helped=False)) == [["first"]]
    assert asked(await office.pages(helped=True)) == [[]]
    assert asked(await office.pages(since=NOW + timedelta(minutes=2))) == [["second"]]
    assert asked(await office.pages(until=NOW + timedelta(minutes=2))) == [["first"]]


@pytest.mark.parametrize("words", ["ÖFEN", "öfen", "Öfen", "50%", "a_b", "back\\slash"])
async def test_words_stand_for_themselves_however_they_are_written(database, words):
    office = Office(database)
    await office.says("Öfen 50% a_b back\\slash", thread="a")
    await office.says("ofen 500 axb backslash", thread="b")
    assert asked(await office.pages(words=words)) == [["Öfen 50% a_b back\\slash"]]


async def test_one_is_read_in_the_order_in_which_it_was_said(database, monkeypatch):
    monkeypatch.setattr(conversed, "PART_SIZE", 2)
    office = Office(database)
    for number in range(3):
        await office.says(f"question {number}", said=f"answer {number}")
    posted = NOW + timedelta(minutes=2, seconds=30)
    outgoing = OutboxRows(database, run="x")
    for origin in ("follow-up 1", "hand-over 1.1 words 7.0"):
        reminder = NewOutgoing(origin, origin.replace(" ", ""), Address("slack", "C1"), origin)
        await outgoing.put(reminder, now=posted)
    rows = ConversedRows(database)
    last = await rows.one(1)
    assert last is not None
    told = [(each.speaker, each.text) for each in last.said]
    assert told[:2] == [(Speaker.PERSON, "question 1"), (Speaker.BOT, "answer 1")]
    assert set(told[2:4]) == {
        (Speaker.BOT, "follow-up 1"),
        (Speaker.COLLEAGUE, "hand-over 1.1 words 7.0"),
    }
    assert told[4:] == [(Speaker.PERSON, "question 2"), (Speaker.BOT, "answer 2")]
    before = await rows.one(1, before=last.older)
    assert before is not None
    assert [each.text for each in before.said] == ["question 0", "answer 0"]
    assert before.older is None
    assert await rows.one(99) is None
