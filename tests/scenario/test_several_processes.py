"""Several processes of one office speak on a platform as one bot."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from bot.inbox.accord import Accord
from bot.inbox.platforms import State
from bot.storage.inbox import InboxRows
from bot.storage.settings import SettingRows
from connectors.errors import ConnectorError
from connectors.messages import IncomingMessage
from tests.fakes.parts import until
from tests.fakes.platform import AWAY, TOKENS, Town, kinds, now
from tests.scenario.several import Office
from tests.scenario.test_over_sockets import discord_wire, slack_wire
from tests.scenario.town import answered_once

pytestmark = pytest.mark.usefixtures("quick")

SLACK = dict.fromkeys(TOKENS["slack"], "t")
DISCORD = dict.fromkeys(TOKENS["discord"], "t")


@pytest.fixture
def server_url(database_url: str) -> str:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite serves one process: script/test --postgresql URL")
    return database_url


@pytest.fixture
def town() -> Town:
    """Slack: each message comes to one of those who listen."""
    return Town(several_listen=True)


@pytest.fixture
def office(town: Town, tmp_path, server_url) -> Office:
    return Office(tmp_path, server_url, kinds(town))


@pytest.fixture
def guild() -> Town:
    """Discord: each message comes to all who listen."""
    return Town("discord")


@pytest.fixture
def guild_office(guild: Town, tmp_path, server_url) -> Office:
    return Office(tmp_path, server_url, kinds(guild))


def in_order(town: Town, *messages: IncomingMessage) -> list[str]:
    """Return which of some messages were answered, in the order of the answers."""
    texts = {each.message_id: each.text for each in messages}
    return [texts[post.reply_to] for post in town.posts if post.reply_to in texts]


async def test_each_process_listens_and_every_question_is_answered_once(town, office):
    async with office.process("one", tokens=SLACK), office.process("two"):
        await until(lambda: len(town.listeners) == 2)
        said = [town.says("hello", channel=f"C{number % 3}") for number in range(12)]
        await answered_once(town, *said)


async def test_who_connects_while_another_listens_holds_nobodys_turns(town, office):
    async with office.process("one", tokens=SLACK):
        await answered_once(town, town.says("hello"))
        # Whoever read rooms back now would never be done.
        town.slow_rooms["C1"] = asyncio.Event()
        async with office.process("two"):
            await until(lambda: len(town.listeners) == 2)
            await answered_once(town, *[town.says("hello") for _ in range(4)])


async def test_what_comes_to_any_process_waits_for_what_was_missed_before_it(town, office):
    async with office.process("one", tokens=SLACK):
        await answered_once(town, town.says("hello"))
    missed = town.says("hello")
    readable = town.slow_rooms["C1"] = asyncio.Event()
    async with office.process("two"):
        await until(lambda: len(town.listeners) == 1)
        async with office.process("three"):
            await until(lambda: len(town.listeners) == 2)
            live = [town.says("thanks") for _ in range(4)]
            await asyncio.sleep(1)
            assert town.answers_to(live[0]) == []
            readable.set()
            await answered_once(town, missed, *live)
    assert in_order(town, missed, *live) == ["hello", *["thanks"] * 4]


async def test_who_connects_second_waits_for_what_was_missed_though_nobody_told_it(
    town, office, monkeypatch
):
    monkeypatch.setattr("bot.inbox.elsewhere.SWEEP_S", 2.0)
    async with office.process("one", tokens=SLACK):
        await answered_once(town, town.says("hello"))
    missed = town.says("hello")
    readable = town.slow_rooms["C1"] = asyncio.Event()
    town.most_listeners = 0
    async with office.process("two", told=False) as two, office.process("three", told=False):
        await until(lambda: town.arriving >= 2)
        town.most_listeners = 1
        async with asyncio.timeout(20):
            while not (await Accord(SettingRows(two.database), now=now).read("slack")).held:
                await asyncio.sleep(0.02)
        town.most_listeners = 2
        await until(lambda: len(town.listeners) == 2)
        town.deaf = True
        live = town.says("thanks")
        town.listeners[1].put_nowait(live)
        town.deaf = False
        await asyncio.sleep(1)
        assert town.answers_to(live) == []
        readable.set()
        await answered_once(town, missed, live)
        # One of the two does not know yet that nothing is held any more.
        later = [town.says("hello") for _ in range(2)]
        await until(lambda: all(town.answers_to(each) for each in later), within_s=20)
    assert in_order(town, missed, live) == ["hello", "thanks"]


async def test_what_no_connection_brought_is_answered_and_every_process_connects_anew(town, office):
    async with office.process("one", tokens=SLACK), office.process("two"):
        await until(lambda: len(town.listeners) == 2)
        await answered_once(town, town.says("hello"))
        before, town.deaf = town.connections, True
        unheard = town.says("hello", sent_at=now() - timedelta(minutes=1, seconds=5))
        await answered_once(town, unheard)
        await until(lambda: town.connections >= before + 2)
        await until(lambda: len(town.listeners) == 2)
        town.deaf = False
        await answered_once(town, town.says("hello"), town.says("hello"))


async def test_the_room_in_which_somebody_waits_at_another_process_is_read_back_next(town, office):
    async with office.process("one", tokens=SLACK):
        await answered_once(town, *[town.says("hello", channel=f"C{n}") for n in (1, 2, 3)])
    missed = [town.says("hello", channel=f"C{number}") for number in (1, 2, 3)]
    first, _ = [town.slow_rooms.setdefault(name, asyncio.Event()) for name in ("C1", "C2")]
    async with office.process("two") as two:
        await until(lambda: _looks_out(two))
        async with office.process("three"):
            await until(lambda: len(town.listeners) == 2)
            town.deaf = True
            live = town.says("thanks", channel="C3")
            town.listeners[1].put_nowait(live)
            async with asyncio.timeout(20):
                while not await InboxRows(two.database).held("slack"):
                    await asyncio.sleep(0.02)
            first.set()
            await answered_once(town, missed[2], live)
    assert in_order(town, missed[2], live) == ["hello", "thanks"]


async def test_one_process_reads_back_and_another_once_it_is_gone(town, office):
    async with contextlib.AsyncExitStack() as later, contextlib.AsyncExitStack() as first:
        one = await first.enter_async_context(office.process("one", tokens=SLACK))
        await answered_once(town, town.says("hello"))
        two = await later.enter_async_context(office.process("two"))
        await until(lambda: len(town.listeners) == 2)
        assert (_looks_out(one), _looks_out(two)) == (True, False)
        # What it had taken of Slack and not stored: nobody else was told of it.
        readable = town.slow_rooms["C1"] = asyncio.Event()
        town.deaf = True
        lost = town.says("hello", sent_at=now() - timedelta(minutes=1, seconds=5))
        town.deaf = False
        before = town.connections
        await first.aclose()
        await until(lambda: _looks_out(two))
        readable.set()
        await answered_once(town, lost)
        assert town.connections == before


def _looks_out(app) -> bool:
    return app.together.leadership.leads("slack lookout")


async def test_one_process_listens_where_one_may_and_all_answer(guild, guild_office):
    async with (
        guild_office.process("one", tokens=DISCORD) as one,
        guild_office.process("two") as two,
    ):
        for each in (one, two):
            await until(lambda each=each: each.platforms.status("discord").state is State.ON)
        said = [guild.says("hello", channel=f"C{number}") for number in range(8)]
        await answered_once(guild, *said)
        assert len(guild.listeners) == 1


async def test_what_was_said_before_the_next_one_listens_is_answered_once_and_first(
    guild, guild_office
):
    async with contextlib.AsyncExitStack() as later, contextlib.AsyncExitStack() as first:
        one = await first.enter_async_context(guild_office.process("one", tokens=DISCORD))
        await answered_once(guild, guild.says("hello"))
        two = await later.enter_async_context(guild_office.process("two"))
        await until(lambda: two.platforms.status("discord").state is State.ON)
        readable = guild.slow_rooms["C1"] = asyncio.Event()
        guild.deaf = True
        missed = guild.says("hello")
        guild.deaf = False
        assert one.together.leadership.leads("discord")
        await first.aclose()
        await until(lambda: guild.listeners)
        live = guild.says("thanks")
        await asyncio.sleep(1)
        assert guild.answers_to(live) == []
        readable.set()
        await answered_once(guild, missed, live)
    assert in_order(guild, missed, live) == ["hello", "thanks"]


async def test_a_process_that_stands_by_shows_how_the_one_that_listens_is(guild, guild_office):
    def states():
        return [each.platforms.status("discord").state for each in (one, two)]

    guild.most_listeners = 0
    async with (
        guild_office.process("one", tokens=DISCORD) as one,
        guild_office.process("two") as two,
    ):
        await until(lambda: guild.arriving == 1)
        await until(lambda: states() == [State.CONNECTING] * 2)
        await asyncio.sleep(1)
        assert states() == [State.CONNECTING] * 2
        guild.most_listeners = 1
        await until(lambda: states() == [State.ON] * 2)
        assert guild.arriving == 1
        guild.problem = ConnectorError(AWAY)
        guild.cut()
        await until(lambda: states() == [State.WAITING] * 2)
        guild.problem = None
        await until(lambda: states() == [State.ON] * 2)


async def test_a_process_that_ends_leaves_the_way_out_to_the_others(town, tmp_path, server_url):
    town.wall = tmp_path / "open"
    town.wall.mkdir()
    way_out = {"way_out_open": str(town.wall)}
    office = Office(tmp_path, server_url, kinds(town), way_out)
    async with office.process("one", tokens=SLACK) as one:
        await answered_once(town, town.says("hello"))
        async with office.process("two"):
            await until(lambda: len(town.listeners) == 2)
        await answered_once(town, town.says("hello"))
        await one.services.choices.set("slack.on", False)
        await until(lambda: not list(town.wall.iterdir()))


async def test_what_is_set_in_one_process_connects_the_others_anew_and_switches_them_off(
    town, office
):
    async with office.process("one", tokens=SLACK) as one, office.process("two"):
        await until(lambda: len(town.listeners) == 2)
        before = town.connections
        await one.services.keep_token("slack_bot_token", "another")
        one.platforms.change("slack")
        await until(lambda: town.connections == before + 2)
        await one.services.choices.set("slack.on", False)
        await until(lambda: not town.listeners)


@pytest.mark.parametrize("wire_of", [slack_wire, discord_wire], ids=["slack", "discord"])
async def test_commands_are_answered_where_they_were_given_whichever_process_answers(
    wire_of, tmp_path, server_url
):
    async with wire_of() as wire:
        office = Office(tmp_path, server_url, settings=wire.settings)
        async with office.process("one") as one, office.process("two") as two:
            for each in (one, two):
                await until(lambda each=each: each.platforms.status(wire.name).state is State.ON)
            for number in range(10):
                wire.commands(f"remind me in 5 hours to bake bun {number}x")
            await until(lambda: all(wire.told(f"bake bun {number}x") for number in range(10)))
            await asyncio.sleep(1)
    assert [wire.told(f"bake bun {number}x") for number in range(10)] == [1] * 10
    assert not any("bake bun" in post for post in wire.posts())
