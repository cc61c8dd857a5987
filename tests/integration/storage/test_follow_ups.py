"""Follow-ups in either database: each is claimed by exactly one, and none is lost."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.followups import FollowUp, FollowUpState, Receiver
from bot.followups.service import FollowUps, ReceiverFullError, TooOftenError
from bot.language.sentences import Phrasebook
from bot.storage.database import Database
from bot.storage.followups import FollowUpRows, NewFollowUp
from bot.storage.people import PersonRows
from bot.storage.tables import outbox
from connectors.messages import Address, Author

ROOT = Path(__file__).parents[3]
ROOM = Address("slack", "C1")
DUE = 200
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


async def promised(
    database: Database, count: int, *, due_at: datetime, rule: str = ""
) -> list[FollowUp]:
    rows = FollowUpRows(database, run="promiser")
    person = await PersonRows(database).ensure("slack", Author("U1", "Ann"))
    return [
        await rows.promise(
            NewFollowUp(
                person_id=person.person_id,
                address=ROOM,
                subject=f"bake {number}",
                due_at=due_at,
                zone="UTC",
                language="en",
                rule=rule,
                dtstart=due_at.replace(tzinfo=None) if rule else None,
            ),
            None,
            now=due_at - timedelta(days=1),
        )
        for number in range(count)
    ]


async def texts(database: Database) -> Counter[str]:
    found = await database.read(lambda connection: connection.execute(select(outbox.c.text)).all())
    return Counter(text.split(" (")[0] for (text,) in found)


async def delivered_by_processes(database: Database, count: int) -> list[int]:
    """Have processes deliver what is due at the same time; return how many each delivered."""
    command = (sys.executable, "-m", "tests.fakes.claimer", database.url)
    processes = [
        await asyncio.create_subprocess_exec(
            *command, f"p{each}", cwd=ROOT, stdin=PIPE, stdout=PIPE
        )
        for each in range(count)
    ]
    for process in processes:
        assert await process.stdout.readline() == b"ready\n"
    for process in processes:
        process.stdin.write(b"\n")
    said = [int(await process.stdout.readline()) for process in processes]
    assert [await process.wait() for process in processes] == [0] * count
    return said


async def test_two_processes_that_claim_what_is_due_lose_none_and_deliver_none_twice(any_database):
    hour_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    once = await promised(any_database, DUE, due_at=hour_ago)
    repeated = await promised(any_database, 20, due_at=hour_ago, rule="FREQ=WEEKLY")
    counts = await delivered_by_processes(any_database, 2)
    assert sum(counts) == DUE + 20
    said = await texts(any_database)
    assert set(said.values()) == {1, 2}  # The repeated ones have the first ones' subjects.
    assert said.total() == DUE + 20
    rows = FollowUpRows(any_database, run="judge")
    assert {(await rows.get(each.follow_up_id)).state for each in once} == {FollowUpState.QUEUED}
    goes_on = [await rows.get(each.follow_up_id) for each in repeated]
    assert {each.due_at for each in goes_on} == {hour_ago + timedelta(weeks=1)}
    assert {each.state for each in goes_on} == {FollowUpState.PENDING}


async def test_what_is_read_once_is_claimed_once_however_many_try(any_database):
    [series] = await promised(any_database, 1, due_at=NOW, rule="FREQ=DAILY")
    services = [
        FollowUps(
            FollowUpRows(any_database, run=f"r{each}"),
            Phrasebook(),
            now=lambda: NOW,
            started_at=NOW,
            sent=lambda: None,
        )
        for each in range(8)
    ]
    assert sum(await asyncio.gather(*(each.deliver_due() for each in services))) == 1
    assert (await texts(any_database)).total() == 1
    times = await FollowUpRows(any_database, run="j").list(states=tuple(FollowUpState), limit=9)
    assert sorted(each.due_at for each in times) == [NOW, NOW + timedelta(days=1)]
    assert [each.series_id for each in times] == [series.follow_up_id, None]


def service(database: Database, now: datetime = NOW) -> FollowUps:
    rows = FollowUpRows(database, run="service")
    return FollowUps(rows, Phrasebook(), now=lambda: now, started_at=now, sent=lambda: None)


async def person(database: Database, name: str) -> int:
    return (await PersonRows(database).ensure("slack", Author(name, name))).person_id


def for_other(asker: int, receiver: Receiver, *, address: Address = ROOM) -> NewFollowUp:
    due_at = NOW + timedelta(days=1)
    return NewFollowUp(
        asker, address, "bake", due_at, "UTC", "en", receiver=receiver, asked_by="Ann"
    )


async def test_a_follow_up_for_somebody_else_is_that_of_both_and_of_nobody_else(any_database):
    ann, ben, dan = [await person(any_database, name) for name in ("Ann", "Ben", "Dan")]
    follow_ups = service(any_database)
    made = await follow_ups.promise(for_other(ann, Receiver("Ben", ben)))
    assert (made.receiver, made.asked_by) == (Receiver("Ben", ben), "Ann")
    for each, theirs in ((ann, [made]), (ben, [made]), (dan, [])):
        assert await follow_ups.waiting(person_id=each) == theirs
    assert await follow_ups.again(made.follow_up_id, person_id=dan) is None
    assert await follow_ups.cancel(made.follow_up_id, person_id=dan) is None
    assert await follow_ups.again(made.follow_up_id, person_id=ben) is not None
    assert await follow_ups.cancel(made.follow_up_id, person_id=ben) is not None


async def test_a_time_of_a_repeated_one_is_for_whom_the_whole_is(any_database):
    ann, ben = [await person(any_database, name) for name in ("Ann", "Ben")]
    new = for_other(ann, Receiver("Ben", ben))
    new = replace(new, rule="FREQ=DAILY", dtstart=new.due_at.replace(tzinfo=None))
    made = await service(any_database).promise(new)
    assert await service(any_database, NOW + timedelta(days=1)).deliver_due() == 1
    rows = FollowUpRows(any_database, run="j")
    times = await rows.list(states=tuple(FollowUpState), limit=9)
    [time] = [each for each in times if each.series_id == made.follow_up_id]
    assert (time.receiver, time.asked_by) == (Receiver("Ben", ben), "Ann")


@pytest.mark.parametrize("room", [False, True])
async def test_one_receiver_has_no_more_waiting_than_may_be(any_database, monkeypatch, room):
    monkeypatch.setattr("bot.followups.service.MAX_FOR_ONE", 2)
    ann, ben, dan = [await person(any_database, name) for name in ("Ann", "Ben", "Dan")]
    receiver = Receiver("#shop", None) if room else Receiver("Ben", ben)
    for asker in (ann, dan):
        await service(any_database).promise(for_other(asker, receiver))
    with pytest.raises(ReceiverFullError):
        await service(any_database).promise(for_other(ann, receiver))
    other = Receiver("#yard", None) if room else Receiver("Dan", dan)
    await service(any_database).promise(for_other(ann, other, address=Address("slack", "C2")))


async def test_who_asks_for_many_for_others_has_to_wait(any_database, monkeypatch):
    monkeypatch.setattr("bot.followups.service.MAX_FOR_OTHERS", 2)
    ann, ben = [await person(any_database, name) for name in ("Ann", "Ben")]
    new = for_other(ann, Receiver("Ben", ben))
    for _ in range(2):
        await service(any_database).promise(new)
    with pytest.raises(TooOftenError):
        await service(any_database).promise(new)
    await service(any_database).promise(replace(new, receiver=None))
    await service(any_database, NOW + timedelta(hours=1)).promise(new)
