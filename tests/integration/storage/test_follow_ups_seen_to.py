"""What becomes of delivered follow-ups, in either database."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.conversations import Kind, Outcome
from bot.domain.followups import FollowUp, FollowUpState, Receiver
from bot.domain.people import Person, Role
from bot.domain.quiet import QuietHours
from bot.storage.database import Database
from bot.storage.exchanges import ExchangeRows
from bot.storage.followups import FollowUpRows, NewFollowUp
from bot.storage.inbox import InboxRows
from bot.storage.outbox import NewOutgoing, OutboxRows
from bot.storage.people import PersonRows
from bot.storage.quiet_hours import QuietRows
from bot.storage.receivers import ReceiverRows
from bot.storage.turns import TurnRows
from connectors.messages import Address, Author, IncomingMessage

ROOM, OTHER = Address("slack", "C1"), Address("slack", "D2")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Office:
    """Ann and Ben, and what Ann was promised."""

    def __init__(self, database: Database, ann: int, ben: int) -> None:
        self.database = database
        self.rows = FollowUpRows(database, run="here")
        self.ann = ann
        self.ben = ben

    async def promised(self, due_at: datetime = NOW, **more: object) -> FollowUp:
        new = NewFollowUp(self.ann, ROOM, "bake", due_at, "UTC", "en", **more)
        return await self.rows.promise(new, None, now=NOW - HOUR)

    async def delivered(self, **more: object) -> FollowUp:
        made = await self.promised(**more)
        message = said(f"follow-up {made.follow_up_id}", made)
        assert await self.rows.claim(made, message, now=NOW)
        outbox = OutboxRows(self.database, run="here")
        [waiting] = await outbox.first_of_each_room()
        await outbox.sent(waiting.outgoing, f"post {made.follow_up_id}", now=NOW)
        return await self.rows.get(made.follow_up_id)

    async def again(self, number: int, choice: str, due_at: datetime) -> datetime:
        again = await self.rows.again(
            number, person_id=self.ann, due_at=due_at, later=None, choice=choice, now=NOW
        )
        return again.due_at


def said(origin: str, follow_up: FollowUp) -> NewOutgoing:
    return NewOutgoing(origin, origin, ROOM, "bake", follow_up_id=follow_up.follow_up_id)


@pytest.fixture
async def office(any_database) -> Office:
    people = PersonRows(any_database)
    ann = await people.ensure("slack", Author("U1", "Ann", role="staff", zone="Europe/Berlin"))
    ben = await people.ensure("slack", Author("U2", "Ben"))
    return Office(any_database, ann.person_id, ben.person_id)


async def test_what_is_unfinished_is_taken_by_exactly_one_and_not_once_it_is_done(office):
    made = await office.delivered(insists=True)
    after = NOW - HOUR
    assert await office.rows.unfinished(delivered_after=after, nudges=2, limit=9) == [made]
    nudged = await asyncio.gather(
        *(
            FollowUpRows(office.database, run=f"r{each}").nudge(
                made, said(f"again {each}", made), second_id=office.ben, now=NOW
            )
            for each in range(8)
        )
    )
    assert sum(nudged) == 1
    # Who was told besides may see to it.
    assert await office.rows.done(made.follow_up_id, person_id=office.ben, now=NOW) is not None
    now = await office.rows.get(made.follow_up_id)
    assert (now.nudged, now.done_at) == (1, NOW)
    assert await office.rows.unfinished(delivered_after=after, nudges=2, limit=9) == []
    assert not await office.rows.nudge(now, None, second_id=None, now=NOW)


async def test_only_the_team_s_that_insist_are_unfinished_and_not_for_ever(office):
    made = await office.delivered(insists=True)
    assert made.by_team
    await office.delivered()
    found = await office.rows.unfinished(delivered_after=NOW - HOUR, nudges=1, limit=9)
    assert [each.follow_up_id for each in found] == [made.follow_up_id]
    assert await office.rows.unfinished(delivered_after=NOW, nudges=1, limit=9) == []


async def test_the_same_choice_holds_once_and_another_takes_its_place(office):
    number = (await office.delivered()).follow_up_id
    assert await office.again(number, "hour", NOW + HOUR) == NOW + HOUR
    assert await office.again(number, "hour", NOW + 2 * HOUR) == NOW + HOUR
    assert await office.again(number, "soon", NOW + 3 * HOUR) == NOW + 3 * HOUR
    assert await office.again(number, "", NOW + 4 * HOUR) == NOW + 4 * HOUR


@pytest.mark.parametrize("room", [False, True])
async def test_what_was_delivered_is_handed_on_once_and_what_waits_is_not(office, room):
    receiver = Receiver("#kitchen", None) if room else Receiver("Ben", office.ben)
    by = Person(office.ann, "slack", "U1", "Ann", Role.STAFF)
    to = {"receiver": receiver, "address": OTHER, "by": by, "now": NOW}
    waits = await office.promised(NOW + HOUR)
    assert await office.rows.hand(waits.follow_up_id, **to) is None
    number = (await office.delivered(receiver=Receiver("Zoe", office.ann))).follow_up_id
    handed = await office.rows.hand(number, **to)
    assert (handed.receiver, handed.address, handed.state, handed.due_at) == (
        receiver,
        OTHER,
        FollowUpState.PENDING,
        NOW,
    )
    assert await office.rows.claim(handed, said("handed", handed), now=NOW)
    again = await office.rows.hand(number, **to)
    assert again.state is FollowUpState.QUEUED
    # Who has handed it on may still see to it.
    assert again.concerns(office.ann)
    assert again.second_id == office.ann


async def test_done_after_the_warning_ends_what_was_to_come_at_the_limit(office):
    made = await office.promised(limit_at=NOW + HOUR)
    assert await office.rows.claim_time(
        made, lambda time: said("warning", time), due_at=NOW, next_at=NOW + HOUR, now=NOW
    )
    every = await office.rows.list(states=tuple(FollowUpState), limit=9)
    [warning] = [each for each in every if each.series_id == made.follow_up_id]
    assert warning.limit_at is None
    await office.rows.done(warning.follow_up_id, person_id=office.ann, now=NOW)
    ended = await office.rows.get(made.follow_up_id)
    assert (ended.state, ended.done_at) == (FollowUpState.CANCELLED, NOW)


async def test_what_is_held_back_is_due_at_the_end_and_keeps_its_moment_where_it_is_late(office):
    late, on_time = await office.promised(NOW - HOUR), await office.promised(NOW)
    await office.rows.hold(late, NOW + HOUR, late=True)
    await office.rows.hold(on_time, NOW + 2 * HOUR, late=False)
    assert await office.rows.due(NOW, limit=9) == []
    assert await office.rows.earliest() == NOW + HOUR
    [first] = await office.rows.due(NOW + HOUR, limit=9)
    assert first.due_at == NOW - HOUR
    assert await office.rows.claim(first, said("late", first), now=NOW)
    assert await office.rows.earliest() == NOW + 2 * HOUR


async def test_quiet_hours_are_kept_by_person_with_their_zone(office):
    rows = QuietRows(office.database)
    assert await rows.of(office.ann) is None
    for hours in (QuietHours(time(20), time(7, 30)), QuietHours(time(0), time(8))):
        await rows.put(office.ann, hours)
        assert await rows.of(office.ann) == (hours, "Europe/Berlin")
    assert await rows.of(office.ben) is None
    await rows.forget(office.ann)
    assert await rows.of(office.ann) is None


async def test_the_team_is_known_with_the_rooms_they_have_written_in_and_what_they_were_asked(
    office,
):
    receivers, turns = ReceiverRows(office.database), TurnRows(office.database, run="here")
    assert [each.name for each in await receivers.team("slack")] == ["Ann"]
    assert [each.name for each in await receivers.team("")] == ["Ann"]
    assert await receivers.team("discord") == []
    inbox, author = InboxRows(office.database), Author("U1", "Ann", role="staff")
    for number, kind in enumerate((Kind.UNKNOWN, Kind.ASKED, Kind.ASKED)):
        message = IncomingMessage(f"m{number}", ROOM, author, f"words {number}", True, NOW)
        await inbox.store(message, now=NOW)
        turn = (await turns.take(suspects=True, now=NOW)).turn
        await turns.finish(turn, Outcome(kind, "?", "en"), [], introduces=False, now=NOW)
    assert await receivers.channels(office.ann) == {"C1"}
    assert await receivers.channels(office.ben) == set()
    assert await receivers.spoken_in(ROOM)
    assert not await receivers.spoken_in(OTHER)
    asked = await ExchangeRows(office.database).asked_back(
        turn.conversation.conversation_id,
        person_id=office.ann,
        before_turn=turn.turn_id + 1,
        limit=9,
    )
    assert [each.text for each in asked] == ["words 2", "words 1"]
