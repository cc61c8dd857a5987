"""A Slack of our own over real sockets: Socket Mode, web methods and what goes wrong with them.

async with FakeSlack() as slack:
    slack.says("U1", "C1", "<@UBOT> are you open?")
    ...
    assert slack.posts[0]["text"] == "Until six."
"""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from aiohttp import web

from tests.fakes.slack_api import Methods, SlackError, body_of
from tests.fakes.slack_files import SIGN_IN
from tests.fakes.slack_rooms import BOT, Rooms
from tests.fakes.slack_sockets import Envelope, Sockets

Body = dict[str, Any]

ALL_SCOPES = {
    *("app_mentions:read", "assistant:write", "chat:write", "commands", "files:read"),
    "files:write",
    *("channels:history", "channels:read", "groups:history", "groups:read"),
    *("im:history", "im:read", "im:write", "mpim:history", "mpim:read"),
    *("users:read", "usergroups:read"),
}


@dataclass(frozen=True)
class Fault:
    """What a call meets: an error code, a status, a wait, or a break in the connection.

    Attributes:
        after: It is done all the same before the connection breaks.
    """

    code: str = ""
    status: int = 200
    retry_after: int = 0
    broken: bool = False
    after: bool = False
    hang_s: float = 0.0


class FakeSlack:
    """The server, and the hands of the people who use it; it calls itself by the name of `host`."""

    def __init__(self, *, host: str = "127.0.0.1") -> None:
        self._host = host
        self.port = 0
        self.rooms = Rooms()
        self.sockets = Sockets()
        self.methods = Methods(self.rooms)
        self.methods.scopes = set(ALL_SCOPES)
        self.files = self.methods.files
        self.calls: list[tuple[str, Body]] = []
        self.responses: list[Body] = []
        self.redelivery_s = 0.0
        self._faults: defaultdict[str, list[Fault]] = defaultdict(list)
        self._ids = itertools.count(1)
        self._redelivering: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20_000_000)
        app.router.add_get("/socket", self.sockets.serve)
        app.router.add_post("/response/{id}", self._respond)
        app.router.add_route("*", "/api/{method}", self._serve)
        app.router.add_get("/files-pri/{id}/{name}", self.files.serve)
        app.router.add_post("/upload/{id}", self.files.take)
        app.router.add_get(SIGN_IN, self.files.sign_in)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.methods.base = self.files.base = f"http://{self._host}:{self.port}"
        if self.redelivery_s:
            self._redelivering = asyncio.create_task(self._redeliver())
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._redelivering:
            self._redelivering.cancel()
        self.sockets.cut()
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"{self.methods.base}/api/"

    @property
    def posts(self) -> list[Body]:
        """Our own messages as they stand now, oldest first, in all rooms."""
        found = [
            message | {"channel": room.channel}
            for room in self.rooms.rooms.values()
            for message in room.messages
            if message.get("user") == BOT
        ]
        return sorted(found, key=lambda one: str(one["ts"]))

    def called(self, method: str) -> list[Body]:
        return [body for name, body in self.calls if name == method]

    def fails(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of a method meet a fault."""
        self._faults[method].extend([fault] * times)

    def says(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread: str = "",
        at: datetime | None = None,
        files: Mapping[str, bytes] | Sequence[str] = (),
        told: bool = True,
        **more: Any,
    ) -> str:
        """Let somebody write; `told` False keeps it from the app. Returns the message's ts."""
        if files:
            more |= {"subtype": "file_share", "files": self.files.sent(files)}
        message = self.rooms.written(user, channel, text, at, thread_ts=thread, **more)
        if told:
            room = self.rooms.rooms[channel]
            kinds = {"public_channel": "channel", "private_channel": "group"}
            place = {"channel": channel, "channel_type": kinds.get(room.kind, room.kind)}
            self.tells(message | place)
            if f"<@{BOT}>" in text and room.kind != "im":
                self.tells({**message, "channel": channel, "type": "app_mention"})
        return str(message["ts"])

    def tells(self, event: Body) -> Envelope:
        """Send an event."""
        return self.sockets.tell(
            "events_api",
            {
                "type": "event_callback",
                "team_id": "T1",
                "event_id": f"Ev{next(self._ids)}",
                "event": event,
            },
        )

    def edits(self, channel: str, ts: str, text: str) -> Envelope:
        """Let the author of a message change it; the same text is what an unfurl looks like."""
        message = self._message(channel, ts)
        before = dict(message)
        message["text"] = text
        return self.tells(
            {
                "type": "message",
                "subtype": "message_changed",
                "channel": channel,
                "ts": self.rooms.stamp(),
                "message": dict(message),
                "previous_message": before,
            }
        )

    def deletes(self, channel: str, ts: str) -> Envelope:
        message = self._message(channel, ts)
        self.rooms.rooms[channel].messages.remove(message)
        return self.tells(
            {
                "type": "message",
                "subtype": "message_deleted",
                "channel": channel,
                "ts": self.rooms.stamp(),
                "deleted_ts": ts,
                "previous_message": message,
            }
        )

    def commands(self, user: str, channel: str, text: str) -> Envelope:
        """Let somebody type "/deskhand …"."""
        room = self.rooms.rooms[channel]
        return self.sockets.tell(
            "slash_commands",
            {
                "command": "/deskhand",
                "text": text,
                "user_id": user,
                "channel_id": channel,
                "channel_name": room.name or "directmessage",
                "team_id": "T1",
                **self._trigger(),
            },
        )

    def presses(self, user: str, channel: str, ts: str, action: str) -> Envelope:
        """Let somebody press a button under a message."""
        message = self._message(channel, ts)
        found = {"action_id": f"deskhand:{action}", "value": action, "type": "button"}
        return self._interacts("block_actions", user, channel, message, actions=[found])

    def reminds(self, user: str, channel: str, ts: str) -> Envelope:
        """Let somebody choose "Remind me about this" in a message's menu."""
        message = self._message(channel, ts)
        more = {"callback_id": "remind_me", "message_ts": ts}
        return self._interacts("message_action", user, channel, message, **more)

    def opens(self, user: str, channel: str) -> Envelope:
        """Let somebody open the direct message with the bot."""
        event = {"type": "app_home_opened", "user": user, "channel": channel, "tab": "messages"}
        return self.tells(event)

    def _interacts(
        self, kind: str, user: str, channel: str, message: Body, **more: Any
    ) -> Envelope:
        payload = {
            "type": kind,
            "user": {"id": user, "name": "x", "team_id": "T1"},
            "channel": {"id": channel, "name": "x"},
            "team": {"id": "T1"},
            "message": message,
            "container": {"message_ts": message["ts"], "channel_id": channel},
        }
        return self.sockets.tell("interactive", payload | self._trigger() | more)

    def _trigger(self) -> Body:
        number = next(self._ids)
        return {
            "trigger_id": f"{number}.2222.abcdef",
            "response_url": f"{self.methods.base}/response/{number}",
        }

    def _message(self, channel: str, ts: str) -> Body:
        return next(one for one in self.rooms.rooms[channel].messages if one["ts"] == ts)

    async def _redeliver(self) -> None:
        while True:
            await asyncio.sleep(self.redelivery_s)
            self.sockets.redeliver()

    async def _respond(self, request: web.Request) -> web.Response:
        self.responses.append(await request.json() | {"id": request.match_info["id"]})
        return web.Response(text="ok")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        body = await body_of(request)
        self.calls.append((method, body))
        faults = self._faults[method]
        fault = faults.pop(0) if faults else Fault()
        if fault.hang_s:
            await asyncio.sleep(fault.hang_s)
        if fault.retry_after:
            headers = {"Retry-After": str(fault.retry_after)}
            refused = {"ok": False, "error": "ratelimited"}
            return web.json_response(refused, status=429, headers=headers)
        if fault.status != 200:
            return web.Response(status=fault.status, text="upstream")
        if fault.broken:
            if fault.after:
                await self._answer(method, body, request)
            request.transport.abort()  # type: ignore[union-attr]
            raise asyncio.CancelledError
        if fault.code:
            return web.json_response({"ok": False, "error": fault.code})
        return await self._answer(method, body, request)

    async def _answer(self, method: str, body: Body, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            answer = await self.methods.call(method, body, token)
        except SlackError as error:
            answer = {"ok": False, "error": str(error)}
        headers = {"x-oauth-scopes": ",".join(sorted(self.methods.scopes))}
        return web.json_response(answer, headers=headers)
