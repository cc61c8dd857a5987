"""A made-up Discord over real sockets, for the real discord.py: REST, gateway, interactions.

async with FakeDiscord() as discord:
    general = discord.channel("general")
    discord.says("ann", general, "hello <@bot>")
    await discord.until(lambda: discord.posts)
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.discord_files import Files
from tests.fakes.discord_gateway import Gateway
from tests.fakes.discord_interactions import Interaction
from tests.fakes.discord_posts import Post, post_of
from tests.fakes.discord_requests import MAX_FILE_BYTES, Fault
from tests.fakes.discord_rest import Rest
from tests.fakes.discord_world import DM, FORUM, THREAD_CREATED, VIEW, Json, World, moment

TOKEN = "MTIz.fake.token"
DEADLINE_S = 60.0

__all__ = ["TOKEN", "FakeDiscord", "Fault", "Post"]


class FakeDiscord:
    """One guild, its people, and a bot that may connect with `TOKEN`.

    It calls itself by the name of `host`.
    """

    def __init__(
        self,
        *,
        guild: str = "Kornblume Bakery",
        message_content: bool = True,
        host: str = "127.0.0.1",
    ) -> None:
        self._host = host
        self.world = World(guild)
        self.files = Files(self.world.ids)
        self.gateway = Gateway(self.world, TOKEN, message_content=message_content)
        self.rest = Rest(self.files, self.world, self.gateway, TOKEN)
        if not message_content:
            self.rest.flags = 0
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after a stop at the same port."""
        app = web.Application(client_max_size=2 * MAX_FILE_BYTES)
        app.add_routes([*self.rest.routes(), web.get("/gateway", self.gateway.serve)])
        app.router.add_get("/attachments/{id}/{name}", self.files.serve)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = self.gateway_url
        self.files.base = self.cdn_url

    async def stop(self) -> None:
        """Be gone, sessions kept."""
        self.gateway.cut()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """Return where REST is served."""
        return f"http://{self._host}:{self.port}/api/v10"

    @property
    def gateway_url(self) -> str:
        """Return where the gateway is served."""
        return f"ws://{self._host}:{self.port}/gateway"

    @property
    def cdn_url(self) -> str:
        """Return where files are served."""
        return f"http://{self._host}:{self.port}"

    async def until(
        self, condition: Callable[[], object], *, deadline_s: float = DEADLINE_S
    ) -> None:
        """Wait for something to be true."""
        async with asyncio.timeout(deadline_s):
            while not condition():
                await asyncio.sleep(0.01)

    # Places and people

    @property
    def bot_id(self) -> str:
        """Return the bot's user id, which is its application's too."""
        return self.world.bot_id

    def person(self, name: str, *, nick: str | None = None, roles: Iterable[str] = ()) -> str:
        """Add a person; returns their id."""
        return str(self.world.person(name, nick=nick, roles=roles)["id"])

    def role(self, name: str) -> str:
        """Add a role; returns its id."""
        role = self.world.role(name)
        told = {"guild_id": self.world.guild_id, "role": role}
        self.gateway.dispatch("GUILD_ROLE_CREATE", told)
        return str(role["id"])

    def channel(self, name: str, *, private: bool = False, hidden: bool = False) -> str:
        """Add a text channel, for invited people only or not even for the bot; returns its id."""
        overwrites: list[Json] = []
        if private or hidden:
            shut = {"id": self.world.guild_id, "type": 0, "allow": "0", "deny": str(VIEW)}
            overwrites.append(shut)
        if private:
            overwrites.append({"id": self.bot_id, "type": 1, "allow": str(VIEW), "deny": "0"})
        return self._created(self.world.channel(name, permission_overwrites=overwrites))

    def forum(self, name: str) -> str:
        """Add a forum; returns its id."""
        return self._created(self.world.channel(name, FORUM))

    def _created(self, channel: Json) -> str:
        self.gateway.dispatch("CHANNEL_CREATE", channel)
        return str(channel["id"])

    def thread(self, parent: str, name: str, by: str, *, under: str = "", told: bool = True) -> str:
        """Open a thread or a forum post; returns its id.

        Args:
            under: The message it is made from.
            told: False for a thread the bot has never heard of.
        """
        owner = self.person(by)
        thread = self.world.thread(parent, name, owner, thread_id=under)
        if told:
            self.gateway.dispatch("THREAD_CREATE", {**thread, "newly_created": True})
        if under:
            self._say(parent, self.world.users[owner], name, type=THREAD_CREATED)
        return str(thread["id"])

    def archive(self, thread: str) -> None:
        """Archive a thread."""
        self.world.channels[thread]["thread_metadata"]["archived"] = True
        self.gateway.dispatch("THREAD_UPDATE", self.world.channels[thread])

    def direct(self, name: str) -> str:
        """Return the id of the direct channel of the bot and a person."""
        return str(self.world.direct(self.person(name))["id"])

    def dissolve(self, channel: str) -> None:
        """Delete a channel."""
        self.gateway.dispatch("CHANNEL_DELETE", self.world.channels.pop(channel))

    # What people do

    def says(
        self,
        name: str,
        channel: str,
        text: str,
        *,
        reply_to: str = "",
        files: Mapping[str, bytes] | Iterable[str] = (),
        bot: bool = False,
        at: float | None = None,
        told: bool = True,
    ) -> str:
        """Let somebody write; returns the message's id.

        Args:
            at: A moment in the past, seconds since 1970.
            told: False for what the bot is not told of, as if it had been away.
        """
        author = self.world.person(name, bot=bot)
        attached = self.files.attached(files)
        return self._say(
            channel, author, text, told=told, reply_to=reply_to, attachments=attached, at=at
        )

    def hook_says(self, channel: str, text: str) -> str:
        """Let a webhook of somebody's write."""
        author = {"id": str(self.world.ids.next()), "username": "hook", "discriminator": "0000"}
        author |= {"avatar": None, "bot": True, "global_name": None}
        return self._say(channel, author, text, webhook_id=author["id"])

    def _say(self, channel: str, author: Json, text: str, *, told: bool = True, **more: Any) -> str:
        message = self.world.message(channel, author, text, **more)
        if told:
            live = self.world.live(message)
            if not self.gateway.message_content and "guild_id" in live:
                live = {**live, "content": ""}
            self.gateway.dispatch("MESSAGE_CREATE", live)
        return str(message["id"])

    def edits(self, channel: str, message_id: str, text: str) -> None:
        """Change what somebody wrote."""
        message = self._known(channel, message_id)
        message["content"] = self.world.named(text)
        message["edited_timestamp"] = moment(self.world.ids.next())
        self.gateway.dispatch("MESSAGE_UPDATE", self.world.live(message))

    def unfurls(self, channel: str, message_id: str) -> None:
        """Add a preview to a message, which Discord tells as an update without an edit."""
        message = self._known(channel, message_id)
        message["embeds"] = [{"type": "link", "url": "https://kornblume.example"}]
        self.gateway.dispatch("MESSAGE_UPDATE", self.world.live(message))

    def deletes(self, channel: str, message_id: str) -> None:
        """Delete a message."""
        self.world.messages[channel].remove(self._known(channel, message_id))
        told = {"id": message_id, "channel_id": channel}
        if self.world.channels[channel]["type"] != DM:
            told["guild_id"] = self.world.guild_id
        self.gateway.dispatch("MESSAGE_DELETE", told)

    def _known(self, channel: str, message_id: str) -> Json:
        message = self.world.find(channel, message_id)
        assert message is not None
        return message

    def commands(self, name: str, channel: str, command: str, **options: str) -> Interaction:
        """Let somebody use a slash command."""
        given = [{"type": 3, "name": key, "value": value} for key, value in options.items()]
        return self._command(name, channel, {"name": command, "type": 1, "options": given})

    def asks_about(self, name: str, channel: str, message_id: str, command: str) -> Interaction:
        """Let somebody choose a command from a message's context menu."""
        message = self._known(channel, message_id)
        resolved = {"messages": {message_id: message}}
        given = {"name": command, "type": 3, "target_id": message_id, "resolved": resolved}
        return self._command(name, channel, given)

    def _command(self, name: str, channel: str, given: Json) -> Interaction:
        known = [c for c in self.rest.commands if c["name"] == given["name"]]
        assert known, f"no command {given['name']} is registered"
        return self._interact(name, channel, {"type": 2, "data": {"id": known[0]["id"], **given}})

    def presses(self, name: str, message_id: str, label: str) -> Interaction:
        """Let somebody press a button under one of the bot's messages."""
        shown = [m for i in self.rest.interactions.values() for m in i.shown]
        every = [*shown, *(m for messages in self.world.messages.values() for m in messages)]
        message = next(m for m in every if m["id"] == message_id)
        buttons = [b for row in message["components"] for b in row["components"]]
        button = next(b for b in buttons if b["label"] == label)
        given = {"component_type": 2, "custom_id": button["custom_id"]}
        channel = message["channel_id"]
        return self._interact(name, channel, {"type": 3, "data": given, "message": message})

    def _interact(self, name: str, channel: str, given: Json) -> Interaction:
        user = self.world.person(name)
        made = Interaction(str(self.world.ids.next()), secrets.token_hex(8), channel, user)
        self.rest.interactions[made.token] = made
        payload = {
            "id": made.interaction_id,
            "application_id": self.bot_id,
            "token": made.token,
            "version": 1,
            "channel_id": channel,
            "channel": {**self.world.channels[channel], "permissions": "0"},
            "app_permissions": "0",
            "attachment_size_limit": 1,
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {},
            **given,
        }
        if self.world.channels[channel]["type"] == DM:
            payload |= {"user": user, "context": 1}
        else:
            member = {**self.world.member(user["id"]), "permissions": "0"}
            payload |= {"guild_id": self.world.guild_id, "member": member, "context": 0}
        self.gateway.dispatch("INTERACTION_CREATE", payload)
        return made

    # What goes wrong

    def fail(self, kind: str, *faults: Fault) -> None:
        """Let the next requests of a kind ("send", "edit", "me" …) go wrong, in turn."""
        self.rest.faults[kind].extend(faults)

    # What the bot did

    @property
    def posts(self) -> list[Post]:
        """Return the bot's messages that everybody in their rooms can see, oldest first."""
        ours = [
            message
            for messages in self.world.messages.values()
            for message in messages
            if message["author"]["id"] == self.bot_id
        ]
        in_order = sorted(ours, key=lambda one: int(one["id"]))
        return [post_of(message, self.files.contents) for message in in_order]

    def sent(self, kind: str = "send") -> list[Json]:
        """Return the bodies of all requests of a kind."""
        return [body for asked, body in self.rest.bodies if asked == kind]
