"""Slack's side of Socket Mode: envelopes, their acknowledgements and what goes wrong with both."""

import asyncio
import contextlib
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

ATTEMPTS = 4  # Slack sends an event once and three times more.
MAX_CONNECTIONS = 10  # of one app


@dataclass
class Envelope:
    """Something Slack tells the app, until it is acknowledged."""

    envelope_id: str
    kind: str
    payload: dict[str, Any]
    attempts: int = 0
    socket: web.WebSocketResponse | None = None
    acked: asyncio.Event = field(default_factory=asyncio.Event)
    answer: dict[str, Any] | None = None


class Sockets:
    """The open connections of the app; each envelope goes to one of them, in turn.

    What was not acknowledged when its connection is gone goes to another one at once.
    """

    def __init__(self) -> None:
        self.envelopes: dict[str, Envelope] = {}
        self.opened = 0
        self.silent = False
        self.deaf = False
        self._open: list[web.WebSocketResponse] = []
        self._queues: dict[web.WebSocketResponse, asyncio.Queue[str]] = {}
        self._ids = itertools.count(1)
        self._turns = itertools.count()

    @property
    def count(self) -> int:
        return len(self._open)

    def tell(self, kind: str, payload: dict[str, Any]) -> Envelope:
        envelope = Envelope(f"envelope-{next(self._ids)}", kind, payload)
        self.envelopes[envelope.envelope_id] = envelope
        self._send(envelope)
        return envelope

    def unacknowledged(self) -> list[Envelope]:
        return [one for one in self.envelopes.values() if not one.acked.is_set()]

    def redeliver(self) -> None:
        """Send again what was not acknowledged, as Slack does at once, after 1 and 5 minutes."""
        for envelope in self.unacknowledged():
            if envelope.attempts < ATTEMPTS:
                self._send(envelope)

    def repeat(self, envelope: Envelope) -> None:
        """Send an envelope again although it was acknowledged."""
        self._send(envelope)

    def _send(self, envelope: Envelope) -> None:
        body: dict[str, Any] = {
            "envelope_id": envelope.envelope_id,
            "type": envelope.kind,
            "accepts_response_payload": envelope.kind != "events_api",
            "payload": envelope.payload,
        }
        if envelope.kind == "events_api":
            body["retry_attempt"] = envelope.attempts
            body["retry_reason"] = "timeout" if envelope.attempts else ""
        envelope.attempts += 1
        if self._open and not self.deaf:
            envelope.socket = self._open[next(self._turns) % len(self._open)]
            self._queues[envelope.socket].put_nowait(json.dumps(body))

    def cut(self) -> None:
        """Break every connection without a word."""
        for socket in self._open:
            transport = socket._req.transport if socket._req else None
            if transport:
                transport.abort()

    def ask_to_reconnect(self) -> None:
        """Announce that the connections are about to be closed."""
        for socket in self._open:
            self._queues[socket].put_nowait(
                json.dumps({"type": "disconnect", "reason": "refresh_requested"})
            )

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=not self.silent, timeout=0.1)
        await socket.prepare(request)
        self.opened += 1
        queue: asyncio.Queue[str] = asyncio.Queue()
        if self.silent:
            await self._hold(socket)
            return socket
        if len(self._open) >= MAX_CONNECTIONS:
            refused = {"type": "disconnect", "reason": "too_many_websockets"}
            await socket.send_str(json.dumps(refused))
            await self._hold(socket)
            return socket
        self._open.append(socket)
        self._queues[socket] = queue
        queue.put_nowait(json.dumps({"type": "hello", "num_connections": len(self._open)}))
        writer = asyncio.create_task(self._write(socket, queue))
        try:
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    self._acknowledged(json.loads(frame.data))
        finally:
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            self._open.remove(socket)
            del self._queues[socket]
            if self._open:
                for envelope in self.unacknowledged():
                    if envelope.socket is socket and envelope.attempts < ATTEMPTS:
                        self._send(envelope)
        return socket

    async def _hold(self, socket: web.WebSocketResponse) -> None:
        """Keep a connection open and say nothing, not even to a ping."""
        with contextlib.suppress(Exception):
            while not socket.closed:
                frame = await socket.receive()
                if frame.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR):
                    return

    async def _write(self, socket: web.WebSocketResponse, queue: asyncio.Queue[str]) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await socket.send_str(await queue.get())

    def _acknowledged(self, body: dict[str, Any]) -> None:
        envelope = self.envelopes.get(body.get("envelope_id", ""))
        if envelope:
            envelope.answer = body.get("payload")
            envelope.acked.set()
