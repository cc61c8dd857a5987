"""Reminders that come again and again, promised in plain words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.conversations import Kind
from bot.domain.followups import FollowUpState
from bot.domain.people import Role
from bot.inbox.talk import author, room_address
from bot.storage.followups import NewFollowUp
from connectors.messages import Press
from tests.scenario.room import bot_in_a_room

BERLIN = "Europe/Berlin"


async def waiting(room):
    return await room.app.services.follow_ups.waiting()


async def ring(room) -> int:
    return await room.app.services.follow_ups.deliver_due()


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


async def test_a_repeated_reminder_is_confirmed_with_its_rule_and_its_next_time(room):
    answer = await room.says("remind me every first Monday at 8 to water the plants")
    assert answer.outcome.kind is Kind.ACTION
    [promised] = await waiting(room)
    assert (promised.rule, promised.due_at) == ("FREQ=MONTHLY;BYDAY=1MO", at(2026, 12, 7, 8))
    assert answer.outcome.text == (
        "Reminder set: water the plants, every month on the first Monday, next on"
        f" Monday, 7 December 2026, 08:00 (no. {promised.follow_up_id})"
    )
    listed = (await room.says("my reminders")).outcome.text
    assert "every month on the first Monday, next on Monday, 7 December 2026, 08:00" in listed


async def test_it_comes_each_time_once_and_waits_for_the_next(room):
    await room.says("remind me every Monday at 8 to water the plants")
    for day in (30, 37, 44):
        [promised] = await waiting(room)
        assert promised.due_at == at(2026, 11 + day // 31, (day - 1) % 30 + 1, 8)
        room.clock.at = promised.due_at
        assert await ring(room) == 1
        assert await ring(room) == 0
        await room.delivered()
    assert (await room.delivered()).count("Reminder: water the plants") == 3


async def test_it_keeps_to_the_clock_on_the_wall_when_summer_begins(tmp_path):
    async with bot_in_a_room(tmp_path / "data", zone=BERLIN) as room:
        room.clock.at = at(2027, 3, 26, 12)
        await room.says("remind me every day at 8 to bake")
        came = []
        for _ in range(3):
            [promised] = await waiting(room)
            came.append(promised.due_at)
            room.clock.at = promised.due_at
            await ring(room)
            await room.delivered()
    assert came == [at(2027, 3, 27, 7), at(2027, 3, 28, 6), at(2027, 3, 29, 6)]


async def test_an_hour_that_is_skipped_moves_forward_that_day_alone(tmp_path):
    async with bot_in_a_room(tmp_path / "data", zone=BERLIN) as room:
        # The first time already is on the day without a half past two.
        room.clock.at = at(2027, 3, 27, 12)
        said = (await room.says("remind me every day at 02:30 to bake")).outcome.text
        assert said.endswith("The clocks go forward at that hour, so it comes at 03:30.")
        [first] = await waiting(room)
        assert first.due_at == at(2027, 3, 28, 1, 30)  # 03:30 in Berlin
        room.clock.at = first.due_at
        await ring(room)
        [second] = [each for each in await waiting(room) if each.rule]
        assert second.due_at == at(2027, 3, 29, 0, 30)  # 02:30 in Berlin


async def test_an_hour_that_comes_twice_is_the_first(tmp_path):
    async with bot_in_a_room(tmp_path / "data", zone=BERLIN) as room:
        room.clock.at = at(2027, 10, 30, 12)
        await room.says("remind me every day at 02:30 to bake")
        [promised] = await waiting(room)
        room.clock.at = promised.due_at
        assert promised.due_at == at(2027, 10, 31, 0, 30)
        assert await ring(room) == 1
        room.clock.go(hours=1)
        assert await ring(room) == 0
        [promised] = [each for each in await waiting(room) if each.rule]
        assert promised.due_at == at(2027, 11, 1, 1, 30)


async def test_what_was_missed_several_times_comes_once_with_how_often(tmp_path):
    async with bot_in_a_room(tmp_path / "data") as room:
        await room.says("remind me every day at 9 to bake")
    async with bot_in_a_room(tmp_path / "data") as room:
        room.clock.at = at(2026, 11, 27, 12)
        assert await ring(room) == 1
        assert await ring(room) == 0
        text = (await room.delivered())[-1]
        [promised] = await waiting(room)
    assert text == (
        "Reminder: bake (3 times while the box was off; the last was due Friday, 27 November 2026,"
        " 09:00)"
    )
    assert promised.due_at == at(2026, 11, 28, 9)


async def test_a_clock_set_forward_and_back_neither_doubles_nor_loses_a_time(room):
    await room.says("remind me every day at 9 to bake")
    room.clock.at = at(2026, 11, 26, 9)
    assert await ring(room) == 1
    room.clock.at = at(2026, 11, 24, 10)
    assert await ring(room) == 0
    for day in (25, 26):
        room.clock.at = at(2026, 11, day, 9)
        assert await ring(room) == 0
    room.clock.at = at(2026, 11, 27, 9)
    assert await ring(room) == 1
    texts = await room.delivered()
    assert "2 times" in texts[-2]
    assert texts[-1] == "Reminder: bake"


async def test_cancelling_ends_all_times_to_come_those_put_off_among_them(room):
    await room.says("remind me every day at 9 to bake", person="ann")
    [promised] = await waiting(room)
    room.clock.at = promised.due_at
    await ring(room)
    await room.delivered()
    assert "again" in await press(room, "Again in an hour")
    assert len(await waiting(room)) == 2
    said = await room.says(f"cancel reminder {promised.follow_up_id}", person="ann")
    assert said.outcome.kind is Kind.ACTION
    assert await waiting(room) == []
    room.clock.go(days=3)
    assert await ring(room) == 0


async def press(room, label: str) -> str:
    """Press a button under the last message, as Ann."""
    outbox = room.app.services.outbox
    [last] = await outbox.room(room_address("room", Role.PUBLIC), limit=1)
    [action] = [each.action for each in last.message.buttons if each.label == label]
    ann = author(Role.PUBLIC, "ann")
    return await room.app.presses.pressed(Press(last.message.address, ann, action, "1"))


async def test_done_and_again_are_for_the_one_time_and_the_next_come_as_ever(room):
    await room.says("remind me every day at 9 to bake", person="ann")
    [promised] = await waiting(room)
    room.clock.at = promised.due_at
    await ring(room)
    await room.delivered()
    await press(room, "Again in an hour")
    room.clock.go(hours=1)
    assert await ring(room) == 1
    await room.delivered()
    assert "Done" in await press(room, "Done")
    [series] = await waiting(room)
    assert series.due_at == at(2026, 11, 26, 9)
    room.clock.at = series.due_at
    assert await ring(room) == 1


async def test_a_rule_with_an_end_ends(room):
    follow_ups = room.app.services.follow_ups
    await room.says("remind me every day at 9 to bake")
    [promised] = await waiting(room)
    await follow_ups.cancel(promised.follow_up_id, person_id=None)
    ended = await follow_ups.promise(
        NewFollowUp(
            person_id=promised.person_id,
            address=promised.address,
            subject="bake",
            due_at=promised.due_at,
            zone="UTC",
            language="en",
            rule="FREQ=DAILY;COUNT=2",
            dtstart=promised.dtstart,
        )
    )
    for day in (25, 26):
        room.clock.at = at(2026, 11, day, 9)
        assert await ring(room) == 1
        await room.delivered()
    room.clock.go(days=30)
    assert await ring(room) == 0
    assert await waiting(room) == []
    last = await follow_ups.get(ended.follow_up_id)
    assert last.state is FollowUpState.SENT


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Auckland"])
async def test_the_last_day_that_was_said_is_the_last_on_the_clock_of_who_said_it(tmp_path, zone):
    async with bot_in_a_room(tmp_path / "data", zone=zone) as room:
        said = await room.says("remind me every day at 21:00 until 26 November to bake")
        assert "until Thursday, 26 November" in said.outcome.text
        rung = []
        for _ in range(6 * 24):
            room.clock.go(hours=1)
            if await ring(room):
                rung.append(room.clock().astimezone(ZoneInfo(zone)))
        assert f"{rung[-1]:%d %H:%M}" == "26 21:00"
        await room.delivered()
        assert await waiting(room) == []


async def test_moving_a_repeated_reminder_moves_its_next_time_alone(room):
    await room.says("remind me every day at 9 to bake")
    [promised] = await waiting(room)
    follow_ups = room.app.services.follow_ups
    moved = await follow_ups.snooze(promised.follow_up_id, at(2026, 11, 25, 7))
    assert moved.follow_up_id != promised.follow_up_id
    room.clock.at = at(2026, 11, 25, 7)
    assert await ring(room) == 1
    room.clock.at = at(2026, 11, 25, 9)
    assert await ring(room) == 0
    room.clock.at = at(2026, 11, 26, 9)
    assert await ring(room) == 1
