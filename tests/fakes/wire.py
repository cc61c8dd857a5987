"""A chat platform over real sockets: what people write comes from a post office, what is said to
them goes to a witness (`tests.fakes.witness`). The two sides of the connector port for the tests
that kill the process.
"""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.base import Abilities, Receiver
from connectors.errors import SendError
from connectors.messages import Address, Author, IncomingMessage, OutgoingMessage, Press

PLATFORM = "wire"
ANSWER_S = 5.0

Wire = dict[str, object]


@dataclass(frozen=True)
class Letter:
    """A message as a person sends it."""

    message_id: str
    channel: str
    text: str
    staff: bool


@dataclass(frozen=True)
class Push:
    """A press of a button as a person does it."""

    push_id: str
    channel: str
    action: str


def utc_now() -> datetime:
    """Return the machine's own time."""
    return datetime.now(UTC)


class Trap:
    """Kills its own process at a named point, once it is set."""

    def __init__(self) -> None:
        self._point = ""
        self._skip = 0

    def set(self, point: str, skip: int) -> None:
        """Kill when a point is passed after being passed `skip` times more."""
        self._point, self._skip = point, skip

    def passed(self, point: str) -> None:
        """Say that a point is passed."""
        if point != self._point:
            return
        if self._skip == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._skip -= 1


class WireConnector:
    """Implements the connector port; each of its own steps can be the process's last."""

    platform = PLATFORM
    abilities = Abilities(max_chars=4_000, edits=True, edit_pause_s=0.0, shows_status=False)

    def __init__(
        self,
        trap: Trap,
        *,
        witness_port: int,
        post_office_port: int,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._trap = trap
        self._now = now
        self._witness_port = witness_port
        self._post_office_port = post_office_port

    async def run(self, receiver: Receiver) -> None:
        """Take letters from the post office, each acknowledged once it is stored."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._post_office_port)
        _tell(writer, {"pid": os.getpid()})
        with contextlib.closing(writer):
            async with asyncio.TaskGroup() as group:
                while line := await reader.readline():
                    order = json.loads(line)
                    if "trap" in order:
                        self._trap.set(order["trap"], order["skip"])
                    elif "push_id" in order:
                        group.create_task(self._press(Push(**order), receiver, writer))
                    else:
                        group.create_task(self._take(Letter(**order), receiver, writer))

    async def _take(self, letter: Letter, receiver: Receiver, writer: asyncio.StreamWriter) -> None:
        await receiver.receive(_incoming(letter, self._now()))
        self._trap.passed("stored")
        _tell(writer, {"stored": letter.message_id})

    async def _press(self, push: Push, receiver: Receiver, writer: asyncio.StreamWriter) -> None:
        author = Author(user_id=f"{push.channel}-ann", name="Ann")
        at = Address(PLATFORM, push.channel)
        said = await receiver.pressed(Press(at, author, push.action, "below"))
        _tell(writer, {"pushed": push.push_id, "said": said})

    async def post(self, message: OutgoingMessage) -> str:
        """Show a message to the witness."""
        kind = "reminder" if not message.reply_to else "answer" if message.final else "growing"
        self._trap.passed(f"before post: {kind}")
        posted_id = await self._show("", message)
        self._trap.passed(f"after post: {kind}")
        return posted_id

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        """Show a message's new text to the witness."""
        await self._show(message_id, message)
        self._trap.passed("after edit: answer" if message.final else "after edit: growing")

    async def find(self, message: OutgoingMessage) -> str | None:
        """Ask the witness for a post."""
        found = (await self._ask({"do": "find", "nonce": message.nonce}))["message_id"]
        return None if found is None else str(found)

    async def show_status(self, address: Address, text: str) -> None:
        """Show nothing: this platform has no status line."""

    async def _show(self, message_id: str, message: OutgoingMessage) -> str:
        answer = await self._ask(
            {
                "do": "show",
                "message_id": message_id,
                "nonce": message.nonce,
                "channel": message.address.channel,
                "reply_to": message.reply_to,
                "text": message.text,
                "final": message.final,
            }
        )
        return str(answer["message_id"])

    async def _ask(self, request: Wire) -> Wire:
        try:
            async with asyncio.timeout(ANSWER_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._witness_port)
                with contextlib.closing(writer):
                    _tell(writer, request)
                    answer: Wire = json.loads(await reader.readline())
                    return answer
        except (OSError, ValueError, TimeoutError) as error:
            raise SendError(f"witness: {error}", unknown=True) from error


class PostOffice:
    """Delivers letters to the product, again and again until each is acknowledged.

    Within a channel a letter goes out when the one before is acknowledged. What was acknowledged
    comes a second time now and then, as platforms do. Where several processes are connected they
    get them in turns.

    Attributes:
        port: Where the product connects.
        pids: The processes that have connected so far.
        said: What was said to who pressed a button, by the push's id.
    """

    def __init__(self, *, repeat_every: int = 4) -> None:
        self.port = 0
        self.pids: set[int] = set()
        self.connected = asyncio.Event()
        self.said: dict[str, str] = {}
        self._waiting: dict[str, list[Letter]] = {}
        self._pushes: dict[str, Push] = {}
        self._taken: list[Letter] = []
        self._repeat_every = repeat_every
        self._writers: list[asyncio.StreamWriter] = []
        self._turn = 0
        self._gone = asyncio.Event()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    @property
    def unstored(self) -> int:
        """Return how many letters and pushes nobody has acknowledged."""
        return len(self._pushes) + sum(len(letters) for letters in self._waiting.values())

    def send(self, letters: Sequence[Letter]) -> None:
        """Deliver letters from now on, in this order within each channel."""
        for letter in letters:
            queue = self._waiting.setdefault(letter.channel, [])
            queue.append(letter)
            if len(queue) == 1:
                self._bring(letter)

    def push(self, push: Push) -> None:
        """Press a button, until something is said to it."""
        self._pushes[push.push_id] = push
        self._bring(push)

    def set_trap(self, point: str, skip: int) -> None:
        """Have the process that connected last kill itself at a point."""
        if self._writers:
            _tell(self._writers[-1], {"trap": point, "skip": skip})

    async def gone(self) -> None:
        """Wait until no process is connected any more."""
        await self._gone.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pids.add(int(json.loads(await reader.readline())["pid"]))
        self._writers.append(writer)
        self._gone.clear()
        self.connected.set()
        self._bring_all()
        with contextlib.suppress(ConnectionError), contextlib.closing(writer):
            while line := await reader.readline():
                told = json.loads(line)
                if "stored" in told:
                    self._acknowledged(str(told["stored"]))
                else:
                    self._pushes.pop(told["pushed"], None)
                    self.said[told["pushed"]] = told["said"]
        self._writers.remove(writer)
        if self._writers:
            # What the one that is gone had may be lost.
            self._bring_all()
            return
        self.connected.clear()
        self._gone.set()

    def _bring_all(self) -> None:
        for queue in self._waiting.values():
            if queue:
                self._bring(queue[0])
        for push in self._pushes.values():
            self._bring(push)

    def _acknowledged(self, message_id: str) -> None:
        for queue in self._waiting.values():
            if queue and queue[0].message_id == message_id:
                letter = queue.pop(0)
                self._taken.append(letter)
                if len(self._taken) % self._repeat_every == 0:
                    self._bring(letter)
                if queue:
                    self._bring(queue[0])

    def _bring(self, item: Letter | Push) -> None:
        if self._writers:
            self._turn += 1
            _tell(self._writers[self._turn % len(self._writers)], vars(item))


def _tell(writer: asyncio.StreamWriter, item: Wire) -> None:
    if not writer.is_closing():
        writer.write(json.dumps(item).encode() + b"\n")


def _incoming(letter: Letter, now: datetime) -> IncomingMessage:
    role = "staff" if letter.staff else "public"
    return IncomingMessage(
        message_id=letter.message_id,
        address=Address(PLATFORM, letter.channel),
        author=Author(user_id=f"{letter.channel}-ann", name="Ann", role=role),
        text=letter.text,
        to_bot=True,
        sent_at=now,
        room_audience=role,
    )
