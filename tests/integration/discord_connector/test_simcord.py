"""The same client against a Discord that others wrote, as a second opinion on our own."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import simcord

from connectors.discord import posting
from connectors.discord.client import GatewayClient
from connectors.discord.interactions import Interactions
from connectors.messages import Address, Button
from tests.integration.discord_connector.room import Inbox, outgoing, until


class Office:
    """A client in a guild of simcord's, with somebody in it."""

    def __init__(self, env: simcord.Env, client: GatewayClient, waiting: Interactions) -> None:
        self.client = client
        self.waiting = waiting
        guild = env.create_guild()
        self.room = guild.create_text_channel("general")
        self.ann = guild.add_member(env.create_user("ann"))

    async def post(self, text: str, **more: object) -> str:
        return await posting.post(
            self.client, self.waiting, outgoing(str(self.room.id), text, **more)
        )


# No fixture: simcord keeps its clock in a context variable of the test's own task.
@asynccontextmanager
async def an_office(inbox: Inbox) -> AsyncIterator[Office]:
    waiting = Interactions()
    client = GatewayClient(inbox, waiting, {})
    async with simcord.run(client) as env:
        # What runs on simcord's time and what runs on the machine's read the same clock; else a
        # command is over as soon as it is given.
        await env.advance_time(time.monotonic())
        handing_over = asyncio.create_task(client._hand_over())
        yield Office(env, client, waiting)
        handing_over.cancel()
        await asyncio.wait([handing_over])


async def test_a_mention_is_answered_by_a_reply_that_is_then_edited(inbox):
    async with an_office(inbox) as office:
        asked = await office.ann.send(office.room, f"<@{office.client.bot_id}> when do you open?")
        told = await inbox.one()
        assert told.text == "when do you open?"
        assert told.to_bot
        assert told.address == Address("discord", str(office.room.id))
        reply = {"reply_to": str(asked.id), "sources": ("Hours",)}
        message = outgoing(told.address.channel, "At nine.", **reply)
        posted = await office.post("At", reply_to=str(asked.id), final=False)
        await posting.edit(office.client, office.waiting, posted, message)
        last = office.room.last_message
        assert last.content == "At nine.\n-# 📄 Hours"
        assert last.reference.message_id == asked.id
        assert await posting.find(office.client, office.waiting, message) == posted


async def test_a_slash_command_is_deferred_and_followed_up(inbox):
    async with an_office(inbox) as office:
        result = await office.ann.slash(office.room, "ask", question="open?")
        await until(lambda: inbox.received)
        assert result.deferred
        await office.post("At nine.", reply_to=inbox.received[0].message_id)
        assert result.response.content == "At nine."
        assert office.room.last_message.id == result.response.id


async def test_a_button_is_pressed(inbox):
    async with an_office(inbox) as office:
        await office.post("Call the supplier", buttons=(Button("Done", "done:12"),))
        await office.ann.click(office.room.last_message, label="Done")
        await until(lambda: inbox.presses)
        assert inbox.presses[0].action == "done:12"
