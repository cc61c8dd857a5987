import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from connectors.discord import client
from connectors.discord.permissions import invite_url
from connectors.errors import ConnectorError, PermissionMissingError, TokenRefusedError
from tests.fakes.discord_server import FakeDiscord, Fault
from tests.integration.discord_connector.room import connector_to, outgoing, running, until

DEADLINE_S = 60.0


async def ended(connector, inbox):
    """Run a connector and return the error that ended it."""
    async with asyncio.timeout(DEADLINE_S):
        try:
            await connector.run(inbox)
        except ConnectorError as error:
            return error


async def test_a_cut_connection_is_resumed_and_what_was_missed_comes_once(
    discord, inbox, connector
):
    general = discord.channel("general")
    discord.says("ann", general, "before")
    await until(lambda: inbox.texts == ["before"])
    discord.gateway.cut()
    discord.says("ann", general, "meanwhile")
    await until(lambda: inbox.texts == ["before", "meanwhile"])
    discord.says("ann", general, "after")
    await until(lambda: len(inbox.received) == 3)
    assert inbox.texts == ["before", "meanwhile", "after"]
    assert discord.gateway.counts["resumed"] == 1
    assert inbox.connections == 1


async def test_twenty_cuts_lose_nothing_and_keep_the_order(discord, inbox, connector):
    general = discord.channel("general")
    for number in range(200):
        discord.says("ann", general, f"{number}")
        if number % 10 == 5:
            await asyncio.sleep(0.02)
            discord.gateway.cut()
    await until(lambda: len(inbox.received) >= 200)
    assert inbox.texts == [f"{number}" for number in range(200)]
    assert inbox.connections == 1


async def test_a_request_to_reconnect_is_followed(discord, inbox, connector):
    discord.gateway.ask_to_reconnect()
    await until(lambda: discord.gateway.counts["resumed"] == 1)
    discord.says("ann", discord.channel("general"), "hello")
    assert (await inbox.one()).text == "hello"
    assert inbox.connections == 1


async def test_an_ended_session_begins_anew_and_says_so(discord, inbox, connector):
    general = discord.channel("general")
    discord.gateway.invalidate()
    await until(lambda: inbox.connections == 2)
    discord.says("ann", general, "hello")
    assert (await inbox.one()).text == "hello"


async def test_a_session_that_cannot_be_resumed_begins_anew_and_says_so(discord, inbox, connector):
    discord.gateway.forget_sessions = True
    discord.gateway.cut()
    await until(lambda: inbox.connections == 2)
    assert discord.gateway.counts["resume refused"] == 1


async def test_a_deaf_connection_hears_again_after_a_new_run(discord, inbox):
    general = discord.channel("general")
    async with running(discord, inbox) as connector:
        since = datetime.now(UTC) - timedelta(seconds=1)
        discord.gateway.deaf = True
        discord.says("ann", general, "<@bot> are you there?")
        await connector.post(outgoing(general, "posts go out all the same"))
        history = await connector.history(_room(general), since=since)
        assert [message.text for message in history] == ["are you there?"]
        assert inbox.received == []
    discord.gateway.deaf = False
    async with running(discord, inbox):
        discord.says("ann", general, "and now?")
        assert (await inbox.one()).text == "and now?"


def _room(channel):
    return outgoing(channel, "").address


async def test_a_token_refused_at_login_is_told(discord, inbox):
    error = await ended(connector_to(discord, "another"), inbox)
    assert isinstance(error, TokenRefusedError)
    assert "another" not in str(error)


@pytest.mark.parametrize("token", ["", "line\nbreak"])
async def test_what_cannot_be_a_token_is_refused(discord, inbox, token):
    assert isinstance(await ended(connector_to(discord, token), inbox), TokenRefusedError)


async def test_a_token_refused_by_the_gateway_is_told(discord, inbox):
    discord.gateway.token = "another"
    error = await ended(connector_to(discord), inbox)
    assert isinstance(error, TokenRefusedError)


async def test_a_missing_intent_is_told_with_the_place_to_click(inbox):
    async with FakeDiscord(message_content=False) as discord:
        error = await ended(connector_to(discord), inbox)
        assert isinstance(error, PermissionMissingError)
        assert "Message Content Intent" in str(error)
        assert error.missing == ("message_content",)


async def test_a_malformed_event_ends_the_run(discord, inbox, caplog):
    task = asyncio.create_task(ended(connector_to(discord), inbox))
    await until(lambda: inbox.connections)
    discord.gateway.dispatch("MESSAGE_CREATE", {"what": "secret words"})
    assert type(await task) is ConnectorError
    assert "secret" not in caplog.text


async def test_a_run_that_ends_before_the_guilds_are_counted_leaves_nothing_behind(discord, inbox):
    run = asyncio.create_task(connector_to(discord).run(inbox))
    await until(lambda: inbox.connections)
    run.cancel()
    await asyncio.wait([run])
    assert [task for task in asyncio.all_tasks() if "/discord/" in _file_of(task)] == []


def _file_of(task):
    return task.get_coro().cr_code.co_filename


async def test_a_platform_that_is_down_is_told(inbox):
    async with FakeDiscord() as discord:
        connector = connector_to(discord)
    error = await ended(connector, inbox)
    assert type(error) is ConnectorError


async def test_a_failing_login_is_told(discord, inbox):
    discord.fail("me", Fault(503))
    assert type(await ended(connector_to(discord), inbox)) is ConnectorError


async def test_a_run_ends_when_the_gateway_stays_away(discord, inbox, monkeypatch):
    monkeypatch.setattr(client, "MAX_AWAY_S", 0.5)
    task = asyncio.create_task(connector_to(discord).run(inbox))
    await until(lambda: inbox.connections)
    await discord.stop()
    with pytest.raises(ConnectorError):
        async with asyncio.timeout(DEADLINE_S):
            await task


async def test_a_run_ends_at_once_when_cancelled_while_it_reconnects(discord, inbox):
    # discord.py loses a cancellation that comes in the moment it is connected.
    counts = discord.gateway.counts
    for steps in range(6):
        before = inbox.connections
        task = asyncio.create_task(connector_to(discord).run(inbox))
        await until(lambda before=before: inbox.connections > before)
        accepted = counts["accepted"]
        discord.gateway.cut()
        async with asyncio.timeout(DEADLINE_S):
            while counts["accepted"] == accepted:
                await asyncio.sleep(0)
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task], timeout=3)
        assert task.cancelled()


async def test_a_run_cancelled_before_it_identifies_leaves_no_thread_behind(discord, inbox):
    task = asyncio.create_task(connector_to(discord).run(inbox))
    await until(lambda: inbox.connections)
    discord.gateway.invalidate()
    await until(lambda: discord.gateway.counts["accepted"] == 2)
    await until(lambda: len(_heartbeats()) == 1)  # discord.py waits 5 s before it identifies
    task.cancel()
    await asyncio.wait([task], timeout=3)
    await until(lambda: not _heartbeats())


def _heartbeats():
    return [one for one in threading.enumerate() if "keep-alive" in one.name]


async def test_commands_that_cannot_be_told_do_not_stop_the_bot(discord, inbox):
    discord.fail("commands", Fault(503))
    async with running(discord, inbox):
        discord.says("ann", discord.channel("general"), "hello")
        assert (await inbox.one()).text == "hello"


async def test_check_says_as_whom_and_where(discord):
    assert await connector_to(discord).check() == "Deskhand in Kornblume Bakery"
    assert discord.gateway.counts == {}


async def test_check_tells_what_is_missing(inbox):
    async with FakeDiscord(message_content=False) as discord:
        with pytest.raises(PermissionMissingError, match="Message Content Intent"):
            await connector_to(discord).check()
    async with FakeDiscord(guild="") as discord:
        with pytest.raises(PermissionMissingError) as error:
            await connector_to(discord).check()
        assert invite_url(int(discord.bot_id)) in str(error.value)
        with pytest.raises(TokenRefusedError):
            await connector_to(discord, "another").check()
        discord.fail("guilds", Fault(503))
        with pytest.raises(ConnectorError) as error:
            await connector_to(discord).check()
        assert type(error.value) is ConnectorError


def test_the_invite_link_asks_for_exactly_what_is_needed():
    link = invite_url(123)
    assert link == (
        "https://discord.com/oauth2/authorize?client_id=123&scope=bot+applications.commands"
        f"&permissions={1 << 10 | 1 << 11 | 1 << 15 | 1 << 16 | 1 << 38}"
    )
