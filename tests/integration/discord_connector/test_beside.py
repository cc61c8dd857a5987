"""A process that is signed in while another one listens."""

import asyncio

import pytest

from connectors.errors import SendError, TokenRefusedError
from connectors.messages import Address
from tests.fakes.discord_server import FakeDiscord, Fault
from tests.fakes.reply_addresses import KeptAddresses
from tests.integration.discord_connector.room import (
    Inbox,
    connector_to,
    outgoing,
    running,
    until,
)


async def test_it_posts_edits_finds_fetches_and_types_without_listening(discord: FakeDiscord):
    general = discord.channel("general")
    asked = discord.says("ann", general, "open?", files={"menu.md": b"soup"})
    connector = connector_to(discord)
    with pytest.raises(SendError):
        await connector.post(outgoing(general, "At nine."))
    async with connector.signed_in():
        posted = await connector.post(outgoing(general, "At nine.", reply_to=asked))
        await connector.edit(posted, outgoing(general, "At ten."))
        assert [post.text for post in discord.posts] == ["At ten."]
        assert await connector.find(outgoing(general, "At ten.", reply_to=asked)) == posted
        await connector.show_status(Address("discord", general), "one before you")
        assert discord.rest.asked.count("typing") == 1
        [file_id] = discord.files.contents
        room = Address("discord", general)
        assert await connector.fetch(room, asked, file_id, max_bytes=10) == b"soup"
    assert discord.gateway.counts["accepted"] == 0
    with pytest.raises(SendError):
        await connector.post(outgoing(general, "At nine."))


async def test_it_tells_the_rooms_as_one_that_listens_does(discord: FakeDiscord, inbox: Inbox):
    for name, how in (("general", {}), ("team", {"private": True}), ("board", {"hidden": True})):
        discord.channel(name, **how)
    discord.forum("help")
    async with running(discord, inbox) as listening:
        told = await listening.rooms()
    beside = connector_to(discord)
    async with beside.signed_in():
        asked = await beside.rooms()
    assert [each.name for each in asked] == ["general", "team", "help"]
    assert asked == told


async def test_what_is_posted_outlives_the_end_of_its_listening(discord: FakeDiscord, inbox: Inbox):
    general = discord.channel("general")
    connector = connector_to(discord)
    async with connector.signed_in():
        listening = asyncio.create_task(connector.run(inbox))
        await until(lambda: inbox.connections)
        discord.fail("send", Fault(wait_s=0.5))
        posting = asyncio.create_task(connector.post(outgoing(general, "At nine.")))
        await until(lambda: "send" in discord.rest.asked)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        assert await posting == discord.posts[0].message_id


async def test_a_token_that_is_refused_is_told(discord: FakeDiscord):
    with pytest.raises(TokenRefusedError):
        async with connector_to(discord, "wrong").signed_in():
            pass


@pytest.mark.parametrize("command", ["ask", "followups"])
async def test_it_answers_a_command_that_came_to_another_process(
    discord: FakeDiscord, inbox: Inbox, command: str
):
    general, addresses = discord.channel("general"), KeptAddresses()
    beside = connector_to(discord, addresses=addresses)
    async with running(discord, inbox, addresses=addresses), beside.signed_in():
        given = discord.commands("ann", general, command, **_options(command))
        told = await inbox.one()
        message = outgoing(general, "We open", reply_to=told.message_id, final=False)
        posted = await beside.post(message)
        assert given.texts == ["We open"]
    # Whoever listened is gone; the answer grows on all the same, by whichever process has it.
    third, fourth = (connector_to(discord, addresses=addresses) for _ in range(2))
    async with third.signed_in(), fourth.signed_in():
        assert await third.find(message) == posted
        await fourth.edit(posted, outgoing(general, "At nine.", reply_to=told.message_id))
    assert given.texts == ["At nine."]
    assert discord.rest.asked.count("send") == 0


async def test_a_command_too_old_to_be_answered_is_answered_by_a_message(
    discord: FakeDiscord, inbox: Inbox
):
    general, addresses = discord.channel("general"), KeptAddresses()
    async with running(discord, inbox, addresses=addresses):
        discord.commands("ann", general, "ask", question="open?")
        told = await inbox.one()
    discord.rest.token_s = 0
    beside, third = (connector_to(discord, addresses=addresses) for _ in range(2))
    async with beside.signed_in(), third.signed_in():
        posted = await beside.post(outgoing(general, "At nine.", reply_to=told.message_id))
        assert discord.posts[-1].text == "At nine."
        await third.edit(posted, outgoing(general, "At ten.", reply_to=told.message_id))
        assert discord.posts[-1].text == "At ten."
        # It is not asked for again.
        asked = discord.rest.asked.count("followup")
        await beside.post(outgoing(general, "Or so.", reply_to=told.message_id, nonce="n2"))
        assert discord.rest.asked.count("followup") == asked


async def test_a_message_that_was_no_answer_is_changed_while_its_command_could_be_answered(
    discord: FakeDiscord, inbox: Inbox
):
    general, addresses = discord.channel("general"), KeptAddresses()
    async with running(discord, inbox, addresses=addresses) as connector:
        discord.commands("ann", general, "ask", question="open?")
        told = await inbox.one()
        plain = await connector.post(outgoing(general, "At nine."))
        await connector.edit(plain, outgoing(general, "At ten.", reply_to=told.message_id))
    assert discord.posts[-1].text == "At ten."


def _options(command: str) -> dict[str, str]:
    return {"question": "open?"} if command == "ask" else {}
