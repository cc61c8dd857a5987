from datetime import UTC, datetime, timedelta

import pytest

from connectors.errors import ConnectorError, RoomGoneError
from connectors.messages import Address, Room
from tests.integration.discord_connector.room import connector_to, outgoing, running, until

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def test_rooms_are_what_the_bot_can_read(discord, inbox, connector):
    general = discord.channel("general")
    office = discord.channel("office", private=True)
    forum = discord.forum("questions")
    hidden = discord.channel("hidden", hidden=True)
    direct = discord.direct("ann")
    discord.says("ann", office, "hello")
    discord.says("ann", direct, "hello")
    await until(lambda: len(inbox.received) == 2)
    rooms = await connector.rooms()
    assert rooms[0] == Room(Address("discord", office), "office", private=True)
    assert Room(Address("discord", general), "general") in rooms
    assert Room(Address("discord", forum), "questions") in rooms
    assert Room(Address("discord", direct), "Ann", direct=True, private=True) in rooms
    assert hidden not in {room.address.channel for room in rooms}


async def test_before_connecting_there_are_no_rooms_to_tell(discord):
    with pytest.raises(ConnectorError):
        await connector_to(discord).rooms()
    with pytest.raises(ConnectorError):
        await connector_to(discord).history(Address("discord", "1"), since=LONG_AGO)


async def test_history_has_messages_in_the_very_form_they_had_live(discord, inbox, connector):
    discord.role("staff")
    discord.person("ann", nick="Ann from sales", roles=["staff"])
    discord.person("ben", nick="Big Ben")
    general, forum = discord.channel("general"), discord.forum("questions")
    thread = discord.thread(general, "cakes", by="ann")
    post = discord.thread(forum, "hours", by="ann")
    direct = discord.direct("ann")
    answer = await connector.post(outgoing(general, "Good morning"))
    first = discord.says("ann", general, "<@bot> hello, <@ben> and <#general>")
    discord.says("ben", general, "at one", reply_to=first)
    discord.says("ann", general, "and then?", reply_to=answer)
    discord.says("ann", thread, "<@bot> how much?", files=["cake.png"])
    discord.says("newsbot", general, "news", bot=True)
    discord.hook_says(general, "deployed")
    discord.says("ann", post, "when?")
    discord.says("ann", direct, "open?")
    await until(lambda: len(inbox.received) == 8)
    told = []
    for room in (general, forum, direct):
        told += await connector.history(Address("discord", room), since=LONG_AGO)
    assert sorted(told, key=lambda one: int(one.message_id)) == inbox.received


async def test_history_begins_after_a_moment_and_is_in_order(discord, inbox, connector):
    general = discord.channel("general")
    thread = discord.thread(general, "cakes", by="ann")
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    for minutes in (90, 70, 50, 30):
        at = (datetime.now(UTC) - timedelta(minutes=minutes)).timestamp()
        room = thread if minutes in (70, 30) else general
        discord.says("ann", room, f"{minutes} minutes ago", at=at, told=False)
    told = await connector.history(Address("discord", general), since=hour_ago)
    assert [message.text for message in told] == ["50 minutes ago", "30 minutes ago"]
    told = await connector.history(Address("discord", general, thread), since=hour_ago)
    assert [message.text for message in told] == ["30 minutes ago"]


async def test_history_reads_threads_that_were_archived_meanwhile(discord, inbox, connector):
    general = discord.channel("general")
    thread = discord.thread(general, "cakes", by="ann")
    since = datetime.now(UTC) - timedelta(minutes=1)
    discord.says("ann", thread, "<@bot> how much?", told=False)
    discord.archive(thread)
    told = await connector.history(Address("discord", general), since=since)
    assert [message.address for message in told] == [Address("discord", general, thread)]


async def test_history_reads_long_absences_whole(discord, inbox, connector):
    general = discord.channel("general")
    for number in range(250):
        discord.says("ann", general, f"{number}", told=False)
    told = await connector.history(Address("discord", general), since=LONG_AGO)
    assert [message.text for message in told] == [f"{number}" for number in range(250)]


async def test_history_of_a_direct_message_works_after_a_restart(discord, inbox):
    direct = discord.direct("ann")
    discord.says("ann", direct, "open?", told=False)
    async with running(discord, inbox) as connector:
        (told,) = await connector.history(Address("discord", direct), since=LONG_AGO)
    assert told.direct
    assert told.to_bot
    assert told.author.name == "Ann"


async def test_a_room_that_may_not_be_read_is_told(discord, inbox, connector):
    general = discord.channel("general")
    discord.rest.hidden.add(general)
    with pytest.raises(RoomGoneError, match="Read Message History"):
        await connector.history(Address("discord", general), since=LONG_AGO)
    discord.says("ann", general, "end")
    await until(lambda: inbox.received)
    discord.dissolve(general)
    with pytest.raises(ConnectorError):
        await connector.history(Address("discord", general), since=LONG_AGO)
