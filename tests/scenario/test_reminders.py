"""Promises in plain words, without a model."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.domain.conversations import Kind
from bot.domain.followups import FollowUpState
from bot.domain.people import Role
from tests.fakes.parts import until
from tests.scenario.room import bot_in_a_room


async def test_a_reminder_is_confirmed_from_its_row_and_delivered_once_when_due(room):
    answer = await room.says("remind me tomorrow at 9 to call the supplier")
    assert answer.outcome.kind is Kind.ACTION
    [promised] = await room.app.services.follow_ups.waiting()
    assert promised.due_at == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert promised.subject == "call the supplier"
    assert f"no. {promised.follow_up_id}" in answer.outcome.text
    assert await room.app.services.follow_ups.deliver_due() == 0

    room.clock.go(hours=23, seconds=1)
    assert await room.app.services.follow_ups.deliver_due() == 1
    assert await room.app.services.follow_ups.deliver_due() == 0
    assert (await room.delivered())[-1] == "Reminder: call the supplier"
    done = await room.app.services.follow_ups.get(promised.follow_up_id)
    assert done.state is FollowUpState.SENT


async def test_a_reminder_kept_through_an_outage_says_that_it_is_late(tmp_path):
    async with bot_in_a_room(tmp_path / "data") as room:
        await room.says("remind me at 11:00 to call the supplier")
    async with bot_in_a_room(tmp_path / "data") as room:
        follow_ups = room.app.services.follow_ups
        room.clock.go(hours=1, minutes=40)
        # The box came back at 11:40: what was due before that could not be delivered.
        follow_ups._started_at = room.clock()
        assert await follow_ups.deliver_due() == 1
        text = (await room.delivered())[-1]
    assert "call the supplier" in text
    assert "11:00" in text
    assert "11:40" in text


async def test_a_moment_that_is_over_is_refused(room):
    answer = await room.says("remind me yesterday at 9 to call the supplier")
    assert answer.outcome.kind is Kind.ASKED
    assert answer.outcome.text.startswith("That time has already passed. Please say a day")
    assert await room.app.services.follow_ups.waiting() == []


async def test_of_a_time_that_is_over_today_tomorrows_is_asked_about_and_not_called_over(room):
    asked = await room.says("remind me at 08:00 to call the supplier")
    assert asked.outcome.text == (
        "That time has already passed. Do you mean Wednesday, 25 November 2026, 08:00? Please say"
        " the day and the time."
    )
    answer = await room.says("tomorrow at 08:00")
    assert answer.outcome.kind is Kind.ACTION
    [promised] = await room.app.services.follow_ups.waiting()
    assert promised.due_at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


async def test_a_reminder_without_a_time_is_asked_for_and_completed_by_the_answer(room):
    asked = await room.says("remind me to call the supplier")
    assert asked.outcome.kind is Kind.ASKED
    answer = await room.says("tomorrow at 9")
    assert answer.outcome.kind is Kind.ACTION
    [promised] = await room.app.services.follow_ups.waiting()
    assert promised.subject == "call the supplier"


async def test_people_see_and_cancel_their_own_reminders_only(room):
    await room.says("remind me tomorrow at 9 to call the supplier", person="ann")
    [promised] = await room.app.services.follow_ups.waiting()
    number = promised.follow_up_id
    mine = await room.says("my follow-ups", person="ann")
    assert "call the supplier" in mine.outcome.text
    others = await room.says("my follow-ups", person="ben")
    assert "call the supplier" not in others.outcome.text
    refused = await room.says(f"cancel follow-up {number}", person="ben")
    assert refused.outcome.kind is Kind.REFUSED
    cancelled = await room.says(f"cancel follow-up {number}", person="ann")
    assert cancelled.outcome.kind is Kind.ACTION
    assert await room.app.services.follow_ups.waiting() == []


async def test_a_cancellation_is_confirmed_although_its_turn_ran_before_and_was_not_recorded(
    room, monkeypatch
):
    await room.says("remind me tomorrow at 9 to call the supplier", person="ann")
    finish, unrecorded = room.app.services.turns.finish, []

    async def failing(turn, outcome, *_said: object, **_named: object) -> int:
        monkeypatch.setattr(room.app.services.turns, "finish", finish)
        unrecorded.append(outcome.text)
        raise RuntimeError("once")

    monkeypatch.setattr(room.app.services.turns, "finish", failing)
    # The languages in which no other words about reminders are read.
    said = asyncio.create_task(room.says("cancela mi recordatorio 1", person="ann"))
    await until(lambda: unrecorded)
    await until(lambda: not room.app.runner._running)
    room.clock.go(seconds=5)
    room.app.runner.wake()
    confirmed = (await said).outcome
    assert (confirmed.kind, [confirmed.text]) == (Kind.ACTION, unrecorded)
    again = await room.says("cancela mi recordatorio 1", person="ann")
    assert again.outcome.kind is Kind.REFUSED


async def test_a_question_about_reminding_is_not_a_reminder(room):
    answer = await room.says("do you remind patients of appointments?", role=Role.STAFF)
    assert answer.outcome.kind is not Kind.ACTION
    assert await room.app.services.follow_ups.waiting() == []


async def test_what_fell_due_while_the_box_was_off_comes_in_the_order_it_was_due(tmp_path):
    async with bot_in_a_room(tmp_path / "data") as room:
        for time, cake in (("12:00", "rye"), ("11:00", "spelt"), ("13:00", "corn")):
            await room.says(f"remind me at {time} to bake {cake}")
        await room.says("remind me every day at 11:30 to sweep")
    async with bot_in_a_room(tmp_path / "data") as room:
        room.clock.go(hours=5)
        assert await room.app.services.follow_ups.deliver_due() == 4
        came = await room.delivered()
    assert [text.split(" (")[0] for text in came[-4:]] == [
        "Reminder: bake spelt",
        "Reminder: sweep",
        "Reminder: bake rye",
        "Reminder: bake corn",
    ]


async def test_remind_us_is_delivered_to_the_room_it_was_said_in(room):
    await room.says("remind us tomorrow at 9 to order flour", person="ann", room="bakery")
    room.clock.go(days=1)
    assert await room.app.services.follow_ups.deliver_due() == 1
    assert (await room.delivered(room="bakery"))[-1].startswith("Reminder: order flour")


async def test_a_day_by_which_something_is_to_be_done_is_warned_of_and_told_once_more(room):
    answer = await room.says("remind me of the tax return by Friday")
    assert answer.outcome.text == (
        "Reminder set: the tax return (by Friday, 27 November 2026), Thursday, 26 November 2026,"
        " 09:00 (no. 1). That is a warning before; it comes once more: Friday, 27 November 2026,"
        " 09:00."
    )
    follow_ups = room.app.services.follow_ups
    for _ in range(2):
        room.clock.at = await follow_ups.next_due()
        assert await follow_ups.deliver_due() == 1
    said = "Reminder: the tax return (by Friday, 27 November 2026)"
    assert (await room.delivered())[-2:] == [said, said]
    assert await follow_ups.waiting() == []


async def test_what_is_done_after_the_warning_does_not_come_again(room):
    await room.says("remind me of the tax return by Friday")
    follow_ups = room.app.services.follow_ups
    room.clock.at = await follow_ups.next_due()
    assert await follow_ups.deliver_due() == 1
    assert (await room.says("done")).outcome.text.startswith("Done: the tax return")
    assert await follow_ups.waiting() == []


async def test_a_warning_missed_until_the_limit_is_over_comes_once_and_late(room):
    await room.says("remind me of the tax return by Friday")
    follow_ups = room.app.services.follow_ups
    room.clock.go(days=4)
    follow_ups._started_at = room.clock()
    assert await follow_ups.deliver_due() == 1
    assert "the box was off until" in (await room.delivered())[-1]
    assert await follow_ups.deliver_due() == 0


@pytest.mark.parametrize("yes", ["yes", "Yes please", "ja genau"])
async def test_a_yes_to_the_only_time_that_was_asked_about_promises_it(room, yes):
    await room.says("remind me at 08:00 to call the supplier")
    answer = await room.says(yes)
    assert answer.outcome.kind is Kind.ACTION
    [promised] = await room.app.services.follow_ups.waiting()
    assert promised.subject == "call the supplier"
    assert promised.due_at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


async def test_a_yes_to_a_question_which_of_two_times_promises_nothing(room):
    asked = await room.says("remind me on 03/04 at 9 to call the supplier")
    assert asked.outcome.kind is Kind.ASKED
    await room.says("yes")
    assert await room.app.services.follow_ups.waiting() == []


async def test_where_one_time_may_be_meant_it_asks_for_that_and_a_yes_promises_it(room):
    asked = await room.says("remind me on Friday at 9 or 10 to call the supplier")
    assert asked.outcome.text == "Do you mean Friday, 27 November 2026, 09:00?"
    assert (await room.says("yes")).outcome.kind is Kind.ACTION
