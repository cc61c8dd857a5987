"""How a made-up Discord takes requests: tokens, limits, and what a test wishes to go wrong."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.discord_gateway import Gateway
from tests.fakes.discord_world import Json, World

MAX_CHARS = 2_000  # Discord's, in code points
MAX_ID_CHARS = 100  # of a button, likewise
MAX_FILE_BYTES = 10_000_000  # of a bot's file, in a guild without boosts


@dataclass
class Fault:
    """What goes wrong with the next request of a kind.

    Attributes:
        status: Answer with this status in place of doing what was asked; 0 to do it.
        cut: Cut the connection in place of answering.
        wait_s: Wait before doing anything.
    """

    status: int = 0
    code: int = 0
    retry_after_s: float = 0.0
    everywhere: bool = False
    cut: bool = False
    wait_s: float = 0.0


class RefusedError(Exception):
    """An answer that is not what the bot hoped for."""

    def __init__(self, status: int, code: int, text: str, **more: Any) -> None:
        super().__init__(text)
        self.status = status
        self.body = {"code": code, "message": text, **more}


UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
INVALID_WEBHOOK = (401, 50027, "Invalid Webhook Token")
NO_ACCESS = (403, 50001, "Missing Access")
MAY_NOT = (403, 50013, "Missing Permissions")

Route = Callable[[web.Request], Awaitable[Any]]
Answers = Callable[[web.Request], Awaitable[web.Response]]


class Desk:
    """Takes requests in, refuses some, and notes all.

    Attributes:
        asked: The kinds of all requests, in order: "send", "edit", "history" …
        bodies: The JSON of every request that had one, with its kind.
        faults: What goes wrong with the next requests of a kind.
        limits: Kind of request → how many are allowed in how many seconds, a channel.
    """

    def __init__(self, world: World, gateway: Gateway, token: str) -> None:
        self.world = world
        self.gateway = gateway
        self.token = token
        self.asked: list[str] = []
        self.bodies: list[tuple[str, Json]] = []
        self.faults: defaultdict[str, list[Fault]] = defaultdict(list)
        self.limits: dict[str, tuple[int, float]] = {}
        self._used: defaultdict[tuple[str, str], list[float]] = defaultdict(list)

    def guarded(self, kind: str, route: Route) -> Answers:
        """Return a route that is counted, checked and, if wished, goes wrong."""

        async def answer(request: web.Request) -> web.Response:
            self.asked.append(kind)
            if request.can_read_body:
                self.bodies.append((kind, await body_of(request)))
            fault = self.faults[kind].pop(0) if self.faults[kind] else Fault()
            await asyncio.sleep(fault.wait_s)
            headers = {"Via": "1.1 google"}  # discord.py takes a 429 without it for a ban.
            try:
                status, body = 200, await self._answered(kind, route, request, fault, headers)
            except RefusedError as refusal:
                status, body = refusal.status, refusal.body
                if "retry_after" in body:
                    headers["Retry-After"] = str(body["retry_after"])
            if fault.cut and request.transport is not None:
                request.transport.abort()
            return _packed(status, body, headers)

        return answer

    async def _answered(
        self, kind: str, route: Route, request: web.Request, fault: Fault, headers: dict[str, str]
    ) -> Any:
        if fault.status:
            raise _refusal(fault)
        self._count(kind, request, headers)
        if "/webhooks/" not in request.path and "/interactions/" not in request.path:
            self._check_token(request)
        return await route(request)

    def _check_token(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bot {self.token}":
            raise RefusedError(401, 0, "401: Unauthorized")

    def _count(self, kind: str, request: web.Request, headers: dict[str, str]) -> None:
        if kind not in self.limits:
            return
        allowed, per_s = self.limits[kind]
        used = self._used[kind, request.match_info.get("channel", "")]
        now = time.monotonic()
        used[:] = [at for at in used if at > now - per_s]
        reset_s = used[0] + per_s - now if used else per_s
        headers |= {
            "X-RateLimit-Bucket": kind.replace(" ", "-"),
            "X-RateLimit-Limit": str(allowed),
            "X-RateLimit-Remaining": str(max(0, allowed - len(used) - 1)),
            "X-RateLimit-Reset-After": f"{reset_s:.3f}",
        }
        if len(used) >= allowed:
            raise RefusedError(429, 0, "You are being rate limited.", retry_after=reset_s)
        used.append(now)


def _packed(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    if body is None:
        return web.Response(status=204, headers=headers)
    # Without a charset: discord.py reads nothing else as JSON.
    packed, kind_of_text = json.dumps(body).encode(), "application/json"
    return web.Response(body=packed, status=status, headers=headers, content_type=kind_of_text)


def _refusal(fault: Fault) -> RefusedError:
    if fault.status != 429:
        return RefusedError(fault.status, fault.code, f"{fault.status}: as the test wished")
    more = {"retry_after": fault.retry_after_s, "global": fault.everywhere}
    return RefusedError(429, 0, "You are being rate limited.", **more)


async def body_of(request: web.Request) -> Json:
    """Return what a request says, with what is uploaded by name under "uploaded"."""
    if not request.content_type.startswith("multipart/"):
        told: Json = await request.json()
        return told
    form = dict(await request.post())
    body: Json = json.loads(str(form.pop("payload_json")))
    given = [each for each in form.values() if isinstance(each, web.FileField)]
    for each in given:
        each.file.seek(0)
    return body | {"uploaded": {each.filename: each.file.read() for each in given}}


def check_content(body: Json) -> None:
    """Refuse what is too long or too large, or blank."""
    if any(len(each) > MAX_FILE_BYTES for each in body.get("uploaded", {}).values()):
        raise RefusedError(413, 40005, "Request entity too large")
    content = body.get("content") or ""
    if len(content) > MAX_CHARS:
        wrong = {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}
        errors = {"content": {"_errors": [wrong]}}
        raise RefusedError(400, 50035, "Invalid Form Body", errors=errors)
    if not content.strip() and not body.get("uploaded"):
        raise RefusedError(400, 50006, "Cannot send an empty message")
    if _too_long_ids(body):
        raise RefusedError(400, 50035, "Invalid Form Body")


def _too_long_ids(body: Json) -> bool:
    rows = body.get("components", [])
    return any(len(one["custom_id"]) > MAX_ID_CHARS for row in rows for one in row["components"])
