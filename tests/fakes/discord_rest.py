"""The REST side of a made-up Discord: what a bot may ask, with Discord's refusals and limits."""

from typing import Any

from aiohttp import web

from tests.fakes.discord_interactions import EPHEMERAL, Callbacks
from tests.fakes.discord_requests import (
    MAY_NOT,
    NO_ACCESS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    RefusedError,
    Route,
    body_of,
    check_content,
)
from tests.fakes.discord_world import FORUM, Json

CONTENT_INTENT_FLAG = 1 << 19  # gateway_message_content_limited


class Rest(Callbacks):
    """Serves `/api/v10`.

    Attributes:
        closed: Channels the bot may not write to.
        hidden: Channels it may not even read.
        flags: The application's.
    """

    def __init__(self, *known: Any) -> None:
        super().__init__(*known)
        self.closed: set[str] = set()
        self.hidden: set[str] = set()
        self.flags = CONTENT_INTENT_FLAG

    def routes(self) -> list[web.RouteDef]:
        """Return every route, each under a kind."""
        message, hook = "/channels/{channel}/messages", "/webhooks/{app}/{token}"
        table: list[tuple[str, str, str, Route]] = [
            ("me", "GET", "/users/@me", self._me),
            ("guilds", "GET", "/users/@me/guilds", self._guilds),
            ("guild", "GET", "/guilds/{guild}", self._guild),
            ("guild channels", "GET", "/guilds/{guild}/channels", self._guild_channels),
            ("application", "GET", "/oauth2/applications/@me", self._application),
            ("gateway", "GET", "/gateway/bot", self._gateway),
            ("dm", "POST", "/users/@me/channels", self._direct),
            ("member", "GET", "/guilds/{guild}/members/{user}", self._member),
            ("threads", "GET", "/guilds/{guild}/threads/active", self._active),
            ("archived", "GET", "/channels/{channel}/threads/archived/public", self._archived),
            ("channel", "GET", "/channels/{channel}", self._channel),
            ("send", "POST", message, self._send),
            ("history", "GET", message, self._history),
            ("message", "GET", message + "/{message}", self._message),
            ("edit", "PATCH", message + "/{message}", self._edit),
            ("typing", "POST", "/channels/{channel}/typing", self._typing),
            ("commands", "GET", "/applications/{app}/commands", self._commands),
            ("sync", "PUT", "/applications/{app}/commands", self._sync),
            ("callback", "POST", "/interactions/{id}/{token}/callback", self._callback),
            ("followup", "POST", hook, self._followup),
            ("original", "GET", hook + "/messages/@original", self._original),
            ("followup edit", "PATCH", hook + "/messages/{message}", self._followup_edit),
            ("followup delete", "DELETE", hook + "/messages/{message}", self._followup_delete),
        ]
        return [
            web.route(method, f"/api/v10{path}", self.guarded(kind, route))
            for kind, method, path, route in table
        ]

    # Who we are

    async def _me(self, request: web.Request) -> Json:
        return self.world.bot

    async def _guilds(self, request: web.Request) -> list[Json]:
        world = self.world
        if not world.guild_name:
            return []
        guild = {"id": world.guild_id, "name": world.guild_name, "icon": None, "owner": False}
        return [{**guild, "permissions": "0", "features": []}]

    async def _guild(self, request: web.Request) -> Json:
        return self.world.guild()

    async def _guild_channels(self, request: web.Request) -> list[Json]:
        channels: list[Json] = self.world.guild()["channels"]
        return channels

    async def _application(self, request: web.Request) -> Json:
        return {
            "id": self.world.bot_id,
            "name": "Deskhand",
            "description": "",
            "icon": None,
            "bot_public": False,
            "bot_require_code_grant": False,
            "owner": self.world.bot,
            "verify_key": "",
            "flags": self.flags,
        }

    async def _gateway(self, request: web.Request) -> Json:
        return {"url": self.gateway.url, "shards": 1}

    async def _direct(self, request: web.Request) -> Json:
        return self.world.direct(str((await request.json())["recipient_id"]))

    async def _member(self, request: web.Request) -> Json:
        user_id = request.match_info["user"]
        if user_id not in self.world.members:
            raise RefusedError(404, 10007, "Unknown Member")
        return self.world.member(user_id)

    # Places

    async def _active(self, request: web.Request) -> Json:
        return {"threads": self.world.threads(archived=False), "members": []}

    async def _archived(self, request: web.Request) -> Json:
        threads = self.world.threads(archived=True, parent=self._place(request)["id"])
        return {"threads": threads, "members": [], "has_more": False}

    async def _channel(self, request: web.Request) -> Json:
        return self._place(request)

    def _place(self, request: web.Request) -> Json:
        channel = self.world.channels.get(request.match_info["channel"])
        if channel is None:
            raise RefusedError(*UNKNOWN_CHANNEL)
        if channel["id"] in self.hidden:
            raise RefusedError(*NO_ACCESS)
        return channel

    # Messages

    async def _send(self, request: web.Request) -> Json:
        channel, body = self._place(request), await body_of(request)
        if channel["id"] in self.closed:
            raise RefusedError(*MAY_NOT)
        if channel["type"] == FORUM:
            raise RefusedError(400, 50008, "Cannot send messages in a non-text channel")
        check_content(body)
        nonce = f"{channel['id']} {body.get('nonce')}"
        if body.get("enforce_nonce") and nonce in self.world.nonces:
            return self.world.nonces[nonce]
        return self._posted(channel, body, nonce)

    def _posted(self, channel: Json, body: Json, nonce: str) -> Json:
        reference = body.get("message_reference") or {}
        replied = str(reference.get("message_id", ""))
        if replied and self.world.find(channel["id"], replied) is None:
            if reference.get("fail_if_not_exists", True):
                raise RefusedError(400, 50035, "Invalid Form Body")
            replied = ""
        message = self.world.message(
            channel["id"],
            self.world.bot,
            body["content"],
            reply_to=replied,
            flags=body.get("flags", 0),
            components=body.get("components", []),
            attachments=self.files.attached(body.get("uploaded", {})),
        )
        told = {**message, "nonce": body.get("nonce")}
        if body.get("enforce_nonce"):
            self.world.nonces[nonce] = told
        self.gateway.dispatch("MESSAGE_CREATE", self.world.live(told))
        return told

    async def _history(self, request: web.Request) -> list[Json]:
        channel, query = self._place(request), request.query
        limit = int(query.get("limit", 50))
        after, before = int(query.get("after", 0)), int(query.get("before", 1 << 63))
        found = [m for m in self.world.messages[channel["id"]] if after < int(m["id"]) < before]
        return list(reversed(found[:limit] if "after" in query else found[-limit:]))

    async def _message(self, request: web.Request) -> Json:
        return self._known(request)

    def _known(self, request: web.Request) -> Json:
        found = self.world.find(self._place(request)["id"], request.match_info["message"])
        if found is None or found["flags"] & EPHEMERAL:
            raise RefusedError(*UNKNOWN_MESSAGE)
        return found

    async def _edit(self, request: web.Request) -> Json:
        message, body = self._known(request), await request.json()
        if message["author"]["id"] != self.world.bot_id:
            raise RefusedError(403, 50005, "Cannot edit a message authored by another user")
        return self.changed(message, body)

    async def _typing(self, request: web.Request) -> None:
        self._place(request)
