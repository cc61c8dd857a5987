"""The gateway side of a made-up Discord: sessions over real websockets."""

import asyncio
import contextlib
import json
import secrets
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.fakes.discord_world import Json, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
MESSAGE_CONTENT = 1 << 15
HEARTBEAT_MS = 20_000


@dataclass
class Session:
    """What Discord keeps of a bot that identified: what it was told, to tell it again."""

    session_id: str = field(default_factory=lambda: secrets.token_hex(8))
    sequence: int = 0
    told: list[Json] = field(default_factory=list)
    socket: "Socket | None" = None


class Socket:
    """One websocket, compressed as the bot asked; what is told goes out in order."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self._transport = request.transport
        compressed = request.query.get("compress") == "zlib-stream"
        self._deflate = zlib.compressobj() if compressed else None
        self._queue: asyncio.Queue[Json] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def tell(self, payload: Json) -> None:
        """Put a payload on its way."""
        self._queue.put_nowait(payload)

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            while True:
                text = json.dumps(await self._queue.get())
                if self._deflate is None:
                    await self.socket.send_str(text)
                    continue
                packed = self._deflate.compress(text.encode())
                await self.socket.send_bytes(packed + self._deflate.flush(zlib.Z_SYNC_FLUSH))

    async def close(self, code: int) -> None:
        """Close with one of Discord's codes."""
        self._writer.cancel()
        await self.socket.close(code=code)

    def cut(self) -> None:
        """Tear the connection without a word."""
        self._writer.cancel()
        if self._transport is not None:
            self._transport.abort()

    def stop(self) -> None:
        """Write nothing more."""
        self._writer.cancel()


class Gateway:
    """Serves `GET /gateway`.

    Attributes:
        deaf: Events are kept from the sockets; heartbeats are answered all the same.
        message_content: The privileged intent is on in the portal.
        forget_sessions: A RESUME is refused.
        counts: How many were accepted, identified, resumed, were refused.
    """

    def __init__(self, world: World, token: str, *, message_content: bool) -> None:
        self.world = world
        self.token = token
        self.message_content = message_content
        self.deaf = False
        self.forget_sessions = False
        self.url = ""
        self.counts: Counter[str] = Counter()
        self.sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()

    @property
    def connected(self) -> bool:
        """Return whether a bot listens."""
        return any(session.socket for session in self.sessions.values())

    def dispatch(self, event: str, payload: Json) -> None:
        """Tell every session of something that happened, now or when it resumes."""
        for session in self.sessions.values():
            session.sequence += 1
            told = {"op": DISPATCH, "t": event, "s": session.sequence, "d": payload}
            session.told.append(told)
            if session.socket is not None and not self.deaf:
                session.socket.tell(told)

    def cut(self) -> None:
        """Tear every connection; the sessions can be resumed."""
        for socket in list(self._sockets):
            self._dropped(socket)
            socket.cut()

    async def close(self, code: int) -> None:
        """Close every connection with a code."""
        for socket in list(self._sockets):
            self._dropped(socket)
            await socket.close(code)

    def invalidate(self) -> None:
        """End every session in a way that cannot be resumed."""
        for session in self.sessions.values():
            if session.socket is not None:
                session.socket.tell({"op": INVALID, "d": False})
        self.sessions.clear()

    def ask_to_reconnect(self) -> None:
        """Send op 7, as Discord does before it restarts a gateway."""
        for session in self.sessions.values():
            if session.socket is not None:
                session.socket.tell({"op": RECONNECT, "d": None})

    def say_raw(self, payload: Any) -> None:
        """Tell the sockets anything, well formed or not."""
        for socket in self._sockets:
            socket.tell(payload)

    def _dropped(self, socket: Socket) -> None:
        self._sockets.discard(socket)
        for session in self.sessions.values():
            if session.socket is socket:
                session.socket = None

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Speak with one socket until it closes."""
        response = web.WebSocketResponse()
        await response.prepare(request)
        socket = Socket(response, request)
        self.counts["accepted"] += 1
        self._sockets.add(socket)
        socket.tell({"op": HELLO, "d": {"heartbeat_interval": HEARTBEAT_MS}})
        try:
            async for message in response:
                if message.type is WSMsgType.TEXT:
                    await self._hear(socket, json.loads(message.data))
        finally:
            self._dropped(socket)
            socket.stop()
        return response

    async def _hear(self, socket: Socket, payload: Json) -> None:
        match payload["op"]:
            case 1:
                socket.tell({"op": ACK})
            case 2:
                await self._identify(socket, payload["d"])
            case 6:
                self._resume(socket, payload["d"])

    async def _identify(self, socket: Socket, asked: Json) -> None:
        if asked["token"] != self.token:
            self.counts["refused"] += 1
            await socket.close(4004)
            return
        if asked["intents"] & MESSAGE_CONTENT and not self.message_content:
            self.counts["refused"] += 1
            await socket.close(4014)
            return
        self.counts["identified"] += 1
        session = Session(socket=socket)
        self.sessions[session.session_id] = session
        ready = {
            "v": 10,
            "user": self.world.bot,
            "session_id": session.session_id,
            "resume_gateway_url": self.url,
            "guilds": [{"id": self.world.guild_id, "unavailable": True}],
            "application": {"id": self.world.bot_id, "flags": 0},
        }
        for event, told in (("READY", ready), ("GUILD_CREATE", self.world.guild())):
            session.sequence += 1
            socket.tell({"op": DISPATCH, "t": event, "s": session.sequence, "d": told})

    def _resume(self, socket: Socket, asked: Json) -> None:
        session = self.sessions.get(asked["session_id"] or "")
        if session is None or self.forget_sessions:
            self.counts["resume refused"] += 1
            self.sessions.pop(asked["session_id"] or "", None)
            socket.tell({"op": INVALID, "d": False})
            return
        self.counts["resumed"] += 1
        session.socket = socket
        for told in session.told:
            if told["s"] > (asked["seq"] or 0):
                socket.tell(told)
        session.sequence += 1
        socket.tell({"op": DISPATCH, "t": "RESUMED", "s": session.sequence, "d": {}})

    async def stop(self) -> None:
        """Close what is open."""
        await self.close(WSCloseCode.GOING_AWAY)
