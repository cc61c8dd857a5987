"""A chat platform made of memory: our own `Platform` port, for tests that need no real protocol.

It loses messages, goes away and goes deaf, as real ones do. What its tokens say decides what comes
of them: one with "wrong" in it is refused, with "narrow" it lacks a permission, with "away" the
platform cannot be reached. Any other is accepted.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.inbox.platforms import Kind
from connectors.base import Abilities, Receiver
from connectors.downloading import check_size
from connectors.errors import ConnectorError, PermissionMissingError, SendError, TokenRefusedError
from connectors.messages import Address, Author, File, IncomingMessage, OutgoingMessage, Press, Room

TOKENS: Mapping[str, tuple[str, ...]] = {
    "slack": ("slack_bot_token", "slack_app_token"),
    "discord": ("discord_bot_token",),
}
REFUSED = "This token is not accepted. Copy it again."
NARROW = "The bot may not read rooms. Give it groups:read."
MAX_FILE_BYTES = 1_000
AWAY = "The platform cannot be reached."


def now() -> datetime:
    return datetime.now(UTC)


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


def room(platform: str, channel: str, name: str, **how: bool) -> Room:
    """Return a room of a platform."""
    return Room(Address(platform, channel), name, **how)


@dataclass
class Town:
    """The platform's own side: it goes on while no bot is connected.

    Attributes:
        rooms: Those with a name; others come to be when somebody says something in them.
        several_listen: Each message comes to one of those who listen, in turn; else to all.
        wall: Without a file of the platform's name in this folder nobody gets there.
        problem: Raised by whatever is asked of it, from now on; a post fails of it, too.
        post_problem: Raised by every post, from now on.
        gone: Channels that take no post any more.
        deaf: Connections are open and bring nothing; history still tells.
        unreadable: Channels whose history cannot be read just now.
        slow_rooms: Channels whose history comes only once their event is set.
        signed_in_as: What a check tells.
        checks: How often somebody asked who they are.
        most_listeners: Who connects waits while so many listen.
        arriving: How often somebody began to connect.
        connections: How often somebody connected.
        posts: What the bot posted, as it stands now.
        attached: What is in the files of posts, by the posts' nonces and the files' names.
        edits: How often a post was changed, by its place among them.
        taken_down: Ids of posts that somebody deleted there.
        statuses: The lines that were shown while people waited.
        contents: What is in files, by their ids.
        fetched: The names of files the bot fetched, in order.
        file_problems: What the next fetches fail with.
        slow_files: Files come only once this is set.
    """

    platform: str = "slack"
    rooms: list[Room] = field(default_factory=list)
    several_listen: bool = False
    wall: Path | None = None
    problem: ConnectorError | None = None
    post_problem: SendError | None = None
    gone: set[str] = field(default_factory=set)
    deaf: bool = False
    unreadable: set[str] = field(default_factory=set)
    slow_rooms: dict[str, asyncio.Event] = field(default_factory=dict)
    signed_in_as: str = "Deskhand in Crumb & Co."
    checks: int = 0
    most_listeners: int = 100
    arriving: int = 0
    connections: int = 0
    said: list[IncomingMessage] = field(default_factory=list)
    posts: list[OutgoingMessage] = field(default_factory=list)
    attached: dict[str, dict[str, bytes]] = field(default_factory=dict)
    edits: Counter[int] = field(default_factory=Counter)
    taken_down: set[str] = field(default_factory=set)
    statuses: list[str] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    file_problems: list[Exception] = field(default_factory=list)
    slow_files: asyncio.Event = field(default_factory=_set)
    receivers: list[Receiver] = field(default_factory=list)
    listeners: list[asyncio.Queue[IncomingMessage | None]] = field(default_factory=list)

    def says(
        self,
        text: str,
        *,
        channel: str = "C1",
        author: str = "U1",
        to_bot: bool = True,
        sent_at: datetime | None = None,
        files: Mapping[str, bytes] | Iterable[str] = (),
        direct: bool = False,
        group: bool = False,
        room_name: str = "",
        thread: str = "",
        reply_to: str = "",
    ) -> IncomingMessage:
        """Have somebody say something; who listens hears it, unless deaf."""
        message = IncomingMessage(
            message_id=f"m{len(self.said)}",
            address=Address(self.platform, channel, thread),
            author=Author(author, author),
            text=text,
            to_bot=to_bot,
            sent_at=sent_at or now(),
            files=self._kept(files),
            direct=direct,
            group=group,
            room_name=room_name,
            reply_to=reply_to,
        )
        self.said.append(message)
        if not self.deaf:
            self.brings(message)
        return message

    def brings(self, message: IncomingMessage) -> None:
        """Deliver a message, perhaps once more."""
        listeners = self.listeners
        if self.several_listen and listeners:
            listeners = [listeners[len(self.said) % len(listeners)]]
        for listener in listeners:
            listener.put_nowait(message)

    def _kept(self, files: Mapping[str, bytes] | Iterable[str]) -> tuple[File, ...]:
        contents = files if isinstance(files, Mapping) else dict.fromkeys(files, b"x")
        kept = []
        for name, content in contents.items():
            kept.append(File(f"f{len(self.contents)}", name))
            self.contents[kept[-1].file_id] = content
        return tuple(kept)

    async def presses(self, label: str, post: OutgoingMessage, *, author: str = "U1") -> str:
        """Have somebody press a button under a post; return what they alone are shown."""
        [button] = [each for each in post.buttons if each.label == label]
        [receiver] = self.receivers
        return await receiver.pressed(
            Press(post.address, Author(author, author), button.action, str(self.posts.index(post)))
        )

    def cut(self) -> None:
        """Cut every connection."""
        for listener in self.listeners:
            listener.put_nowait(None)

    def answers_to(self, message: IncomingMessage) -> list[str]:
        """What was posted in reply to a message."""
        return [post.text for post in self.posts if post.reply_to == message.message_id]


class FakePlatform:
    """The bot's side: implements the platform port in a town."""

    def __init__(self, town: Town, tokens: Mapping[str, str]) -> None:
        self.abilities = Abilities(
            max_chars=4_000,
            edits=True,
            edit_pause_s=0.0,
            shows_status=True,
            buttons=True,
            max_files=5,
            max_file_bytes=MAX_FILE_BYTES,
            several_listen=town.several_listen,
        )
        self._town = town
        self._words = " ".join(tokens.values())

    @property
    def platform(self) -> str:
        return self._town.platform

    async def run(self, receiver: Receiver) -> None:
        self._open()
        self._town.arriving += 1
        while len(self._town.listeners) >= self._town.most_listeners:
            await asyncio.sleep(0.01)
        heard: asyncio.Queue[IncomingMessage | None] = asyncio.Queue()
        self._town.listeners.append(heard)
        self._town.receivers.append(receiver)
        self._town.connections += 1
        try:
            await receiver.connected(alone=len(self._town.listeners) == 1)
            while (message := await heard.get()) is not None:
                await receiver.receive(message)
            raise ConnectorError("The connection broke.")
        finally:
            self._town.listeners.remove(heard)
            self._town.receivers.remove(receiver)

    @contextlib.asynccontextmanager
    async def signed_in(self) -> AsyncIterator[None]:
        self._open()
        yield

    async def post(self, message: OutgoingMessage) -> str:
        self._may_post(message.address.channel)
        contents = {each.name: each.path.read_bytes() for each in message.files}
        self._town.attached[message.nonce] = contents
        self._town.posts.append(message)
        return str(len(self._town.posts) - 1)

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        self._may_post(message.address.channel)
        if message_id in self._town.taken_down:
            raise SendError("message_not_found", permanent=True)
        self._town.posts[int(message_id)] = message
        self._town.edits[int(message_id)] += 1

    async def find(self, message: OutgoingMessage) -> str | None:
        self._may_post(message.address.channel)
        nonces = [post.nonce for post in self._town.posts]
        return str(nonces.index(message.nonce)) if message.nonce in nonces else None

    async def show_status(self, address: Address, text: str) -> None:
        self._town.statuses.append(text)

    async def check(self) -> str:
        self._town.checks += 1
        self._open()
        return self._town.signed_in_as

    async def rooms(self) -> list[Room]:
        self._open()
        named = {each.address.channel for each in self._town.rooms}
        others = dict.fromkeys(each.address.channel for each in self._town.said)
        return [
            *self._town.rooms,
            *(room(self.platform, each, each) for each in others if each not in named),
        ]

    async def history(self, address: Address, *, since: datetime) -> list[IncomingMessage]:
        self._open()
        if address.channel in self._town.unreadable:
            raise ConnectorError(AWAY)
        if slow := self._town.slow_rooms.get(address.channel):
            await slow.wait()
        return [
            each
            for each in self._town.said
            if each.address.channel == address.channel and each.sent_at > since
        ]

    async def fetch(
        self, address: Address, message_id: str, file_id: str, *, max_bytes: int
    ) -> bytes:
        self._open()
        [message] = [each for each in self._town.said if each.message_id == message_id]
        assert message.address.channel == address.channel
        [file] = [each for each in message.files if each.file_id == file_id]
        self._town.fetched.append(file.name)
        await self._town.slow_files.wait()
        if self._town.file_problems:
            raise self._town.file_problems.pop(0)
        check_size(len(self._town.contents[file_id]), max_bytes)
        return self._town.contents[file_id]

    def _open(self) -> None:
        if self._town.wall and not (self._town.wall / self.platform).is_file():
            raise ConnectorError(AWAY)
        if "wrong" in self._words:
            # A careless connector's sentence: nothing that shows it may show the token.
            raise TokenRefusedError(f"{REFUSED} ({self._words})")
        if "narrow" in self._words:
            raise PermissionMissingError(NARROW, ("groups:read",))
        if "away" in self._words:
            raise ConnectorError(AWAY)
        if self._town.problem is not None:
            raise self._town.problem

    def _may_post(self, channel: str) -> None:
        try:
            self._open()
        except ConnectorError as error:
            raise SendError("not connected") from error
        if self._town.post_problem is not None:
            raise self._town.post_problem
        if channel in self._town.gone:
            raise SendError("channel_not_found", permanent=True)


def kinds(*towns: Town) -> dict[str, Kind]:
    """Return the kinds that connect to these towns, for `compose` and `serve`."""

    def kind(town: Town) -> Kind:
        return Kind(lambda tokens: FakePlatform(town, tokens), TOKENS[town.platform])

    return {town.platform: kind(town) for town in towns}
