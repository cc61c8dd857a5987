"""Commands and presses of a made-up Discord, and how a bot answers them."""

import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.discord_files import Files
from tests.fakes.discord_requests import (
    INVALID_WEBHOOK,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    Desk,
    RefusedError,
    body_of,
    check_content,
)
from tests.fakes.discord_world import Json

LOADING = 1 << 7
EPHEMERAL = 1 << 6
TOKEN_S = 15 * 60


@dataclass
class Interaction:
    """A command, or a press, and what the bot did with it."""

    interaction_id: str
    token: str
    channel_id: str
    user: Json
    made_at: float = field(default_factory=time.monotonic)
    acknowledged: int | None = None
    acknowledged_after_s: float = 0.0
    ephemeral: bool = False
    original: Json | None = None
    shown: list[Json] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """Return what the person sees as answers, in order."""
        return [one["content"] for one in self.shown if not one["flags"] & LOADING]


class Callbacks(Desk):
    """Serves commands, the first answer to an interaction, and the follow-ups.

    Attributes:
        commands: As the bot told them last.
        interactions: By their tokens.
        token_s: How long such a token is good.
    """

    def __init__(self, files: Files, *known: Any) -> None:
        super().__init__(*known)
        self.files = files
        self.commands: list[Json] = []
        self.interactions: dict[str, Interaction] = {}
        self.token_s: float = TOKEN_S

    async def _commands(self, request: web.Request) -> list[Json]:
        return self.commands

    async def _sync(self, request: web.Request) -> list[Json]:
        given = await request.json()
        self.commands = [
            {"type": 1, "description": "", **one, "id": str(self.world.ids.next()), "version": "1"}
            | {"application_id": self.world.bot_id, "default_member_permissions": None}
            for one in given
        ]
        return self.commands

    async def _callback(self, request: web.Request) -> Json:
        interaction = self.interactions.get(request.match_info["token"])
        if interaction is None:
            raise RefusedError(*UNKNOWN_INTERACTION)
        if interaction.acknowledged is not None:
            raise RefusedError(400, 40060, "Interaction has already been acknowledged.")
        body = await request.json()
        given = body.get("data") or {}
        interaction.acknowledged = body["type"]
        interaction.acknowledged_after_s = time.monotonic() - interaction.made_at
        interaction.ephemeral = bool(given.get("flags", 0) & EPHEMERAL)
        about = {"id": interaction.interaction_id, "type": 2}
        if body["type"] in (4, 5):
            given["flags"] = given.get("flags", 0) | (LOADING if body["type"] == 5 else 0)
            interaction.original = self._shown(interaction, given)
            about["response_message_id"] = interaction.original["id"]
        return {"interaction": about, "resource": {"type": body["type"]}}

    def _shown(self, interaction: Interaction, body: Json) -> Json:
        flags = body.get("flags", 0) | (EPHEMERAL if interaction.ephemeral else 0)
        message = self.world.message(
            interaction.channel_id,
            self.world.bot,
            body.get("content") or "",
            flags=flags,
            components=body.get("components", []),
            webhook_id=self.world.bot_id,
            attachments=self.files.attached(body.get("uploaded", {})),
        )
        if flags & EPHEMERAL:
            self.world.messages[interaction.channel_id].remove(message)
        interaction.shown.append(message)
        return message

    def _hook(self, request: web.Request) -> Interaction:
        interaction = self.interactions.get(request.match_info["token"])
        if interaction is None or time.monotonic() - interaction.made_at > self.token_s:
            raise RefusedError(*INVALID_WEBHOOK)
        return interaction

    async def _followup(self, request: web.Request) -> Json:
        interaction, body = self._hook(request), await body_of(request)
        check_content(body)
        original = interaction.original
        if original is not None and original["flags"] & LOADING:
            original["flags"] &= ~LOADING
            original |= {"content": body["content"], "components": body.get("components", [])}
            return original
        return self._shown(interaction, body)

    def _shown_before(self, request: web.Request) -> tuple[Interaction, Json]:
        interaction, message_id = self._hook(request), request.match_info.get("message")
        if message_id in (None, "@original"):
            message_id = interaction.original["id"] if interaction.original else ""
        for message in interaction.shown:
            if message["id"] == message_id:
                return interaction, message
        raise RefusedError(*UNKNOWN_MESSAGE)

    async def _original(self, request: web.Request) -> Json:
        return self._shown_before(request)[1]

    async def _followup_edit(self, request: web.Request) -> Json:
        _, message = self._shown_before(request)
        message["flags"] &= ~LOADING
        return self.changed(message, await request.json())

    async def _followup_delete(self, request: web.Request) -> None:
        interaction, message = self._shown_before(request)
        interaction.shown.remove(message)

    def changed(self, message: Json, body: Json) -> Json:
        """Change a message of the bot."""
        check_content(body)
        changes = {key: body[key] for key in ("components", "flags") if key in body}
        message |= {"content": body["content"].strip(), **changes}
        message["edited_timestamp"] = message["timestamp"]
        if not message["flags"] & EPHEMERAL:
            self.gateway.dispatch("MESSAGE_UPDATE", self.world.live(message))
        return message
