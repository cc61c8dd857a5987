"""A conversation taken over on Slack and on Discord over real sockets, and in our own rooms."""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.deskhand import Deskhand, compose, utc_now
from bot.business.facts import WEEKDAYS
from bot.domain.hand_overs import HandOverState
from bot.domain.people import Role
from bot.settings import Settings
from tests.fakes.parts import at_work, until
from tests.scenario.room import Room
from tests.scenario.test_team_room_here import TEAM, Colleague, looking
from tests.scenario.wires import WISH, Wire, discord_wire, slack_wire, with_a_team

pytestmark = pytest.mark.usefixtures("quick_hand_overs")

DAYS = tuple(enumerate(WEEKDAYS))


Over = Callable[[], contextlib.AbstractAsyncContextManager[Wire]]
ALL_DAY = {day: [["00:00", "24:00"]] for day in WEEKDAYS}


def discord_wire_with_threads() -> contextlib.AbstractAsyncContextManager[Wire]:
    return discord_wire(in_a_thread=True)


class Ahead:
    """The real clock, and as much ahead of it as a test likes."""

    def __init__(self) -> None:
        self.by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@contextlib.asynccontextmanager
async def desk_on(
    wire: Wire, data_dir: Path, *, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Deskhand]:
    app = await compose(
        Settings(data_dir=data_dir, timezone="UTC", model="", **wire.settings),  # type: ignore[arg-type]
        now=now,
    )
    async with at_work(app):
        await until(lambda: app.platforms.status(wire.name).state == "on")
        await with_a_team(app.services.choices, wire)
        yield app


@pytest.mark.parametrize(
    "platform",
    [slack_wire, discord_wire, discord_wire_with_threads],
    ids=["slack", "discord", "discord thread"],
)
async def test_words_and_files_go_both_ways_until_the_conversation_is_given_back(
    platform: Over, tmp_path: Path
):
    async with platform() as wire, desk_on(wire, tmp_path) as app:
        wire.asks(WISH)
        await until(lambda: wire.ours("would like to talk to a person"))
        wire.presses("I take it")
        await until(lambda: wire.theirs("reads along") and wire.ours("has it:"))
        wire.replies("// careful", {})
        wire.replies("What is it about?", {"form.pdf": b"form"})
        await until(lambda: wire.files()[0])
        wire.goes_on("My order number", {"order.png": b"order"})
        await until(lambda: wire.files()[1])
        assert wire.files() == ([{"form.pdf": b"form"}], [{"order.png": b"order"}])
        wire.presses("Give back to Deskhand")
        await until(lambda: wire.theirs("answer here again") and wire.ours("Answered by"))
        assert not wire.theirs("careful")
        assert wire.theirs("My order") == wire.theirs("I can only read text") == 0
        assert (wire.theirs("What is it about?"), wire.ours("My order number")) == (1, 1)
        [ended] = await app.services.hand_overs.ended(limit=10)
        assert ended.state is HandOverState.ANSWERED


@pytest.mark.parametrize("platform", [slack_wire, discord_wire], ids=["slack", "discord"])
async def test_nobody_there_then_silence_then_out_of_hours_each_end_as_they_should(
    platform: Over, tmp_path: Path
):
    clock = Ahead()
    async with platform() as wire, desk_on(wire, tmp_path, now=clock) as app:
        choices, hand_overs = app.services.choices, app.services.hand_overs
        await choices.set("business.hours", ALL_DAY)
        for name in ("untaken_min", "silent_min"):
            await choices.set(f"hand_overs.{name}", 1)
        wire.asks(WISH)
        await until(lambda: wire.ours("would like to talk to a person"))
        clock.by += timedelta(seconds=61)
        await until(lambda: wire.ours("obody has taken this yet"))
        wire.presses("I take it")
        await until(lambda: wire.theirs("reads along"))
        clock.by += timedelta(seconds=61)
        await until(lambda: wire.theirs("It has been quiet here for a while."))
        await until(lambda: wire.ours("It has been quiet for a while"))
        [ended] = await hand_overs.ended(limit=10)
        assert ended.state is HandOverState.GIVEN_BACK
        # Of all days only the one after tomorrow is one of business.
        later = clock() + timedelta(days=2)
        opens = {day: [["09:00", "17:00"]] if n == later.weekday() else [] for n, day in DAYS}
        await choices.set("business.hours", opens)
        before = len(wire.seen()[1])
        wire.asks(WISH)
        back = f"the team is back on {later:%A}, {later.day} {later:%B %Y}, 09:00."
        await until(lambda: wire.theirs(back))
        assert len(wire.seen()[1]) == before
        [waiting] = await hand_overs.waiting(limit=10)
        assert waiting.state is HandOverState.WAITING
        await choices.set("business.hours", ALL_DAY)
        await until(lambda: len(wire.seen()[1]) > before)


async def test_words_go_both_ways_in_our_own_rooms_and_everybody_hears_that_they_did(room: Room):
    await room.app.services.choices.set("local.staff_room", TEAM)
    async with looking(room) as team, looking(room, name="shop", role=Role.PUBLIC) as customer:
        wish = await customer.says(WISH)
        assert "The team can read what we last wrote here." in wish.text
        post = await team.seen("would like to talk to a person")
        assert post.answerable
        assert await team.presses("I take it", post) == (
            "It is yours: what you write below the message reaches public."
        )
        await customer.seen("staff is here now and reads along.")
        plan = {"plan.pdf": b"plan"}
        passed = await team.says("Hello!", reply_to=post.message_id, files=plan)
        assert passed.text == "Passed on to public."
        await customer.seen("**staff:** Hello!")
        assert await customer.opens(await customer.seen("**staff:** plan.pdf")) == plan
        heard = await customer.says("are you open on sundays?")
        assert heard.text == "Passed on to staff."
        photo = {"photo.jpg": b"photo"}
        await customer.says("", files=photo)
        assert await team.opens(await team.seen("**public:** photo.jpg")) == photo
        words = await team.seen("**public:** are you open on sundays?")
        assert words.answerable
        assert (await team.says("// no", reply_to=words.message_id)).text == (
            "That stays with the team."
        )
        await team.says("Yes.", reply_to=words.message_id)
        await customer.seen("**staff:** Yes.")
        async with looking(room) as late:
            await late.seen("staff has it")
        assert await team.presses("Give back to Deskhand", await team.seen("staff has it")) == (
            "Done, and the customer is told."
        )
        await customer.seen("answer here again")
        assert not any(each.text[-2:] == "no" for each in customer.sees)


async def test_nobody_there_then_silence_then_out_of_hours_in_our_own_rooms(room: Room):
    choices, hand_overs = room.app.services.choices, room.app.services.hand_overs
    await choices.set("local.staff_room", TEAM)
    await choices.set("business.hours", {day: [["09:00", "17:00"]] for day in WEEKDAYS})
    async with looking(room) as team, looking(room, name="shop", role=Role.PUBLIC) as customer:
        await customer.says(WISH)
        await team.seen("would like to talk to a person")
        room.clock.go(minutes=16)
        again = await team.seen("Nobody has taken this yet.")
        await team.presses("I take it", again)
        await customer.seen("staff is here now and reads along.")
        room.clock.go(minutes=31)
        await customer.seen("It has been quiet here for a while.")
        await team.seen("It has been quiet for a while")
        await team.seen("Given back by staff without an answer.")
        [ended] = await hand_overs.ended(limit=10)
        assert ended.state is HandOverState.GIVEN_BACK
        room.clock.go(hours=8)
        wish = await customer.says(WISH)
        assert "the team is back on Wednesday, 25 November 2026, 09:00." in wish.text
        before = len(team.sees)
        await hand_overs.see_to()
        assert len(team.sees) == before
        room.clock.go(hours=15)
        await until(lambda: len(team.sees) > before)
        assert "would like to talk to a person" in team.sees[-1].text


async def test_who_speaks_as_a_customer_takes_nothing_in_our_own_rooms(room: Room):
    await room.app.services.choices.set("local.staff_room", TEAM)
    async with looking(room) as team, looking(room, name="shop", role=Role.PUBLIC) as customer:
        await customer.says(WISH)
        post = await team.seen("would like to talk to a person")
        stranger = Colleague(room, role=Role.PUBLIC)
        assert await stranger.presses("I take it", post) == "I can't do that for you here."
