"""A chat platform made of memory: our own `Platform` port, for tests that need no real protocol.

What its tokens say decides what comes of them: one with "wrong" in it is refused, with "narrow" it
lacks a permission, with "away" the platform cannot be reached. Any other is accepted.
"""

import asyncio
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.inbox.platforms import Kind
from connectors.base import Abilities, Receiver
from connectors.errors import ConnectorError, PermissionMissingError, SendError, TokenRefusedError
from connectors.messages import Address, Author, IncomingMessage, OutgoingMessage, Room

TOKENS: Mapping[str, tuple[str, ...]] = {
    "slack": ("slack_bot_token", "slack_app_token"),
    "discord": ("discord_bot_token",),
}
REFUSED = "This token is not accepted. Copy it again."
NARROW = "The bot may not read rooms. Give it groups:read."
AWAY = "The platform cannot be reached."


def room(platform: str, channel: str, name: str, **how: bool) -> Room:
    """Return a room of a platform."""
    return Room(Address(platform, channel), name, **how)


@dataclass
class Town:
    """Where people are: what outlives every connection to it.

    Attributes:
        problem: Raised by whatever is asked of it, from now on.
        post_problem: Raised by every post, from now on.
        deaf: Connections bring nothing; history still tells.
        signed_in_as: What a check tells.
        checks: How often somebody asked who they are.
        posted: By id, as it stands now.
    """

    platform: str
    rooms: list[Room] = field(default_factory=list)
    problem: Exception | None = None
    post_problem: SendError | None = None
    deaf: bool = False
    signed_in_as: str = "Deskhand in Crumb & Co."
    checks: int = 0
    said: list[IncomingMessage] = field(default_factory=list)
    posted: dict[str, OutgoingMessage] = field(default_factory=dict)
    receivers: list[Receiver] = field(default_factory=list)
    ids: Callable[[], int] = field(default_factory=lambda: itertools.count(1).__next__)

    async def says(
        self, text: str, *, channel: str, user: str = "ann", to_bot: bool = True
    ) -> IncomingMessage:
        """Have somebody say something, and whoever listens hear it."""
        message = IncomingMessage(
            message_id=str(self.ids()),
            address=Address(self.platform, channel),
            author=Author(user, user.capitalize()),
            text=text,
            to_bot=to_bot,
            sent_at=datetime.now(UTC),
        )
        self.said.append(message)
        for receiver in () if self.deaf else tuple(self.receivers):
            await receiver.receive(message)
        return message


class FakePlatform:
    """Implements the platform port in a town."""

    abilities = Abilities(max_chars=2_000, edits=True, edit_pause_s=0.0, shows_status=True)

    def __init__(self, town: Town, tokens: Mapping[str, str]) -> None:
        self._town = town
        self._words = " ".join(tokens.values())

    @property
    def platform(self) -> str:
        return self._town.platform

    async def run(self, receiver: Receiver) -> None:
        self._open()
        self._town.receivers.append(receiver)
        try:
            await receiver.connected()
            await asyncio.Event().wait()
        finally:
            self._town.receivers.remove(receiver)

    async def post(self, message: OutgoingMessage) -> str:
        self._open()
        if self._town.post_problem is not None:
            raise self._town.post_problem
        message_id = f"post {self._town.ids()}"
        self._town.posted[message_id] = message
        return message_id

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        self._open()
        self._town.posted[message_id] = message

    async def find(self, message: OutgoingMessage) -> str | None:
        self._open()
        same = [key for key, each in self._town.posted.items() if each.nonce == message.nonce]
        return same[0] if same else None

    async def show_status(self, address: Address, text: str) -> None:
        pass

    async def check(self) -> str:
        self._town.checks += 1
        self._open()
        return self._town.signed_in_as

    async def rooms(self) -> list[Room]:
        self._open()
        return list(self._town.rooms)

    async def history(self, address: Address, *, since: datetime) -> list[IncomingMessage]:
        self._open()
        place = replace(address, thread="")
        return [
            each
            for each in self._town.said
            if replace(each.address, thread="") == place and each.sent_at > since
        ]

    def _open(self) -> None:
        if "wrong" in self._words:
            # A careless connector's sentence: nothing that shows it may show the token.
            raise TokenRefusedError(f"{REFUSED} ({self._words})")
        if "narrow" in self._words:
            raise PermissionMissingError(NARROW, ("groups:read",))
        if "away" in self._words:
            raise ConnectorError(AWAY)
        if self._town.problem is not None:
            raise self._town.problem


def kinds(*towns: Town) -> dict[str, Kind]:
    """Return the kinds that connect to these towns, for `compose` and `serve`."""

    def kind(town: Town) -> Kind:
        return Kind(lambda tokens: FakePlatform(town, tokens), TOKENS[town.platform])

    return {town.platform: kind(town) for town in towns}
