"""The product in this process, between a stub of Ollama and a chat platform made of nothing."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from unittest.mock import patch

from bot.app.deskhand import Deskhand, compose
from bot.domain.conversations import Answer
from bot.settings import Settings
from connectors.base import Abilities, Receiver
from connectors.messages import Address, Author, IncomingMessage, OutgoingMessage
from tests.benchmarks.sample import StubEmbedder, model_script
from tests.fakes.parts import at_work
from tests.fakes.states import outgoing_waits

MODEL = "tiny:1b"


class NullConnector:
    """A platform that costs nothing: what is posted is there."""

    platform = "null"
    abilities = Abilities(max_chars=4_000, edits=False, edit_pause_s=0.0, shows_status=False)

    def __init__(self) -> None:
        """Start with nothing said."""
        self._waiting: dict[str, asyncio.Future[OutgoingMessage]] = {}
        self._numbers = count()
        self._receiver: asyncio.Future[Receiver] = asyncio.Future()

    async def run(self, receiver: Receiver) -> None:
        self._receiver.set_result(receiver)
        await asyncio.Event().wait()

    async def say(self, text: str, *, room: str) -> OutgoingMessage:
        """Say something and return the answer as it was posted."""
        message_id = f"m{next(self._numbers)}"
        posted = self._waiting[message_id] = asyncio.Future()
        receiver = await asyncio.shield(self._receiver)
        await receiver.receive(
            IncomingMessage(
                message_id=message_id,
                address=Address(self.platform, room),
                author=Author(f"person of {room}", "Kim"),
                text=text,
                to_bot=True,
                sent_at=datetime.now(UTC),
            )
        )
        return await posted

    async def post(self, message: OutgoingMessage) -> str:
        self._waiting.pop(message.reply_to).set_result(message)
        return message.nonce

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        raise AssertionError("nothing is edited here")

    async def find(self, message: OutgoingMessage) -> str | None:
        return None

    async def show_status(self, address: Address, text: str) -> None:
        return None


@dataclass(frozen=True, slots=True)
class House:
    """The running product."""

    app: Deskhand
    platform: NullConnector

    async def answer(self, text: str, *, room: str) -> Answer:
        """Say something and return the answer with all that is known of it."""
        posted = await self.platform.say(text, room=room)
        assert posted.answer_id is not None, posted.text
        answer = await self.app.services.answers.get(posted.answer_id)
        assert answer is not None
        return answer

    async def delivered(self) -> None:
        """Wait until nothing is on its way any more."""
        while await outgoing_waits(self.app.database):
            await asyncio.sleep(0.001)


@contextlib.asynccontextmanager
async def house(
    data_dir: Path,
    *,
    ollama_url: str = "http://127.0.0.1:9",
    model: str = MODEL,
    stub: bool = True,
    database_url: str = "",
) -> AsyncIterator[House]:
    """Run the whole product inside the block.

    Args:
        data_dir: Its data, kept.
        ollama_url: Where the model is.
        model: Its name; "" for none.
        stub: Embed by the stub; else by the embedder that is built in.
        database_url: Of an empty PostgreSQL; "" for SQLite.
    """
    settings = Settings(
        data_dir=data_dir,
        database_url=database_url,
        model=model,
        ollama_url=ollama_url,
        timezone="UTC",
        embed_model="builtin",
    )
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    platform = NullConnector()
    embedder = (
        patch("bot.app.mind.BuiltInEmbedder", StubEmbedder) if stub else contextlib.nullcontext()
    )
    with embedder:
        app = await compose(settings, connectors=[platform])
    async with at_work(app, clock=True):
        await app.warm()
        await app.services.knowledge.settled()
        yield House(app, platform)


@dataclass(frozen=True, slots=True)
class StubOllama:
    """The stub of Ollama, a process of its own, which answers at once."""

    url: str
    log: Path

    def bodies(self) -> list[dict[str, object]]:
        """Return the chats it was asked so far, warm-ups left out."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        bodies = [json.loads(line)["body"] for line in lines]
        return [body for body in bodies if body["options"]["num_predict"] > 1]


@contextlib.asynccontextmanager
async def stub_ollama(folder: Path) -> AsyncIterator[StubOllama]:
    """Run the stub inside the block, its script and its log in a folder."""
    script, log = folder / "script.json", folder / "chats.jsonl"
    script.write_text(json.dumps(model_script()), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.ollama", "--port", "0"),
        *("--script", str(script), "--log", str(log)),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().removeprefix("ready ").strip()
        yield StubOllama(url, log)
    finally:
        process.terminate()
        await process.wait()
