"""Reminders whose room is gone, or takes nothing from the bot any more."""

import asyncio

import pytest

from bot.app.deskhand import Deskhand
from bot.domain.followups import FollowUpState
from connectors.errors import SendError
from tests.fakes.parts import until
from tests.fakes.platform import Town
from tests.scenario.room import FakeClock
from tests.scenario.town import answered_once, bot_in, on

pytestmark = pytest.mark.usefixtures("quick")


def told(town: Town, channel: str) -> list[str]:
    return [post.text for post in town.posts if post.address.channel == channel]


async def lose_a_reminder(app: Deskhand, town: Town, clock: FakeClock) -> int:
    """Have U1 be promised a reminder in C1, whose room is gone when it is due."""
    await on(app)
    wish = town.says("remind me in 2 hours to call the doctor", sent_at=clock())
    await answered_once(town, wish)
    [promised] = await app.services.follow_ups.waiting()
    town.gone.add("C1")
    clock.go(hours=2)
    assert await app.services.follow_ups.deliver_due() == 1
    await failed(app, promised.follow_up_id)
    return promised.follow_up_id


async def failed(app: Deskhand, number: int) -> None:
    async def gave_up() -> bool:
        return (await app.services.follow_ups.get(number)).state is FollowUpState.FAILED

    await until_so(gave_up)


async def until_so(so) -> None:
    async with asyncio.timeout(10):
        while not await so():
            await asyncio.sleep(0.02)


async def test_the_owner_is_told_once_of_a_reminder_that_could_not_be_delivered(town, tmp_path):
    clock = FakeClock()
    async with bot_in(town, tmp_path, now=clock) as app:
        await app.services.choices.set("slack.owner_room", "CBOSS")
        await app.services.choices.set("slack.staff_room", "CTEAM")
        number = await lose_a_reminder(app, town, clock)
        assert await app.undelivered.tell() == 1
        assert await app.undelivered.tell() == 0
        await until(lambda: told(town, "CBOSS"))
    async with bot_in(town, tmp_path, now=clock) as app:
        assert await app.undelivered.tell() == 0
    assert told(town, "CTEAM") == []
    [text] = told(town, "CBOSS")
    assert text == (
        "I could not deliver a reminder for U1, due Tuesday, 24 November 2026, 12:00"
        f" (no. {number}): its room is gone or closed to me. Please tell them.\n> call the doctor"
    )


async def test_the_team_is_told_where_there_is_no_room_of_the_owner_and_not_what_it_is_about(
    town, tmp_path
):
    clock = FakeClock()
    async with bot_in(town, tmp_path, now=clock) as app:
        await app.services.choices.set("slack.staff_room", "CTEAM")
        await lose_a_reminder(app, town, clock)
        assert await app.undelivered.tell() == 1
        await until(lambda: told(town, "CTEAM"))
    [text] = told(town, "CTEAM")
    assert "a reminder for U1" in text
    assert "doctor" not in text


async def test_it_is_told_once_there_is_a_room_to_tell_it_in(town, tmp_path):
    clock = FakeClock()
    async with bot_in(town, tmp_path, now=clock) as app:
        # Where it could not be delivered it cannot be told either.
        await app.services.choices.set("slack.owner_room", "C1")
        await lose_a_reminder(app, town, clock)
        assert await app.undelivered.tell() == 0
        await app.services.choices.set("slack.owner_room", "CBOSS")
        assert await app.undelivered.tell() == 1
        await until(lambda: told(town, "CBOSS"))


async def test_a_reminder_that_its_platform_did_not_take_in_time_says_that_it_is_late(
    town, tmp_path
):
    clock = FakeClock()
    async with bot_in(town, tmp_path, now=clock) as app:
        await on(app)
        wish = town.says("remind me in 2 hours to call the doctor", sent_at=clock())
        await answered_once(town, wish)
        town.post_problem = SendError("away")
        clock.go(hours=2)
        assert await app.services.follow_ups.deliver_due() == 1
        await until_so(lambda: _tried(app))
        town.post_problem = None
        clock.go(hours=3)
        app.sender.wake()
        await until(lambda: len(told(town, "C1")) == 2)
    assert told(town, "C1")[-1] == (
        "Reminder: call the doctor (due 12:00, it could not be delivered before 15:00)"
    )


async def _tried(app: Deskhand) -> bool:
    [waiting] = await app.services.outbox.first_of_each_room()
    return waiting.outgoing.attempts > 0


async def test_a_repeated_reminder_goes_on_although_one_time_was_not_delivered(town, tmp_path):
    clock = FakeClock()
    async with bot_in(town, tmp_path, now=clock) as app:
        await on(app)
        wish = town.says("remind me every day at 12:00 to call home", sent_at=clock())
        await answered_once(town, wish)
        town.gone.add("C1")
        clock.go(hours=2)
        assert await app.services.follow_ups.deliver_due() == 1
        await until_so(lambda: _none_queued(app))
        town.gone.clear()
        clock.go(days=1)
        assert await app.services.follow_ups.deliver_due() == 1
        await until(lambda: "Reminder: call home" in told(town, "C1"))


async def _none_queued(app: Deskhand) -> bool:
    waiting = await app.services.follow_ups.waiting()
    return all(each.state is FollowUpState.PENDING for each in waiting)
