"""The real process, killed while words and files go both ways: nothing lost, nothing twice."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.app.deskhand import compose
from bot.domain.hand_overs import HandOverState
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.hand_overs import HandOverRows
from tests.scenario.wires import WISH, Wire, discord_wire, slack_wire, with_a_team

# Seven starts of the whole product, each some seconds, on a machine that is busy.
pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

PROGRAM = "from bot.cli.main import main; main()"
PATIENCE_S = 60.0
LOOK_S = 0.01


class Box:
    """`deskhand run` on a data directory, killed and started again."""

    def __init__(self, data_dir: Path, wire: Wire) -> None:
        self._log = data_dir / "run.log"
        own = {name: value for name, value in os.environ.items() if "DESKHAND" not in name}
        given = {
            name if name.isupper() else f"DESKHAND_{name.upper()}": value
            for name, value in wire.settings.items()
        }
        self._environment = own | given
        self._environment |= {"DESKHAND_DATA_DIR": str(data_dir), "DESKHAND_PORT": "0"}
        self._environment |= {
            "DESKHAND_TIMEZONE": "UTC",
            "DESKHAND_OLLAMA_URL": "http://127.0.0.1:9",
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", PROGRAM, "run"),
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def until(self, so: Callable[[], object]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not so():
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            raise AssertionError(self._log.read_text()[-3_000:]) from None


@contextlib.asynccontextmanager
async def box(data_dir: Path, wire: Wire) -> AsyncIterator[Box]:
    settings = Settings(data_dir=data_dir, timezone="UTC", model="")
    app = await compose(settings)
    await with_a_team(app.services.choices, wire)
    await app.services.choices.set("model.name", "")
    await app.close()
    made = Box(data_dir, wire)
    await made.start()
    try:
        yield made
    finally:
        await made.kill()


@pytest.mark.parametrize("platform", [slack_wire, discord_wire], ids=["slack", "discord"])
async def test_kills_in_the_middle_of_everything_lose_no_word_and_no_file_and_double_none(
    platform: Callable[[], contextlib.AbstractAsyncContextManager[Wire]], tmp_path: Path
):
    async with platform() as wire, box(tmp_path, wire) as desk:
        wire.asks(WISH)
        await desk.until(lambda: wire.ours("would like to talk to a person"))
        wire.presses("I take it")
        await desk.until(lambda: wire.theirs("reads along") and wire.ours("has it:"))
        for number, trap in enumerate(wire.traps):
            name, fell = f"{number:03}", trap()
            wire.replies(f"answer {name}", {f"plan{name}.pdf": f"plan {name}".encode()})
            wire.goes_on(f"question {name}", {f"cake{name}.png": f"cake {name}".encode()})
            await desk.until(fell)
            await desk.kill()
            wire.replies(f"meanwhile {name}", {f"late{name}.pdf": f"late {name}".encode()})
            await desk.start()

            def arrived(name: str = name) -> bool:
                names = {each for side in wire.files() for files in side for each in files}
                brought = {f"plan{name}.pdf", f"cake{name}.png", f"late{name}.pdf"}
                return brought <= names

            await desk.until(arrived)
        # Late enough for what would come twice.
        await asyncio.sleep(2.0)
        for number in range(len(wire.traps)):
            name = f"{number:03}"
            assert wire.theirs(f"answer {name}") == wire.theirs(f"meanwhile {name}") == 1
            assert wire.ours(f"question {name}") == 1
        to_customer, to_team = wire.files()
        names = [f"{number:03}" for number in range(len(wire.traps))]
        assert to_customer == [
            {f"{kind}{name}.pdf": f"{kind} {name}".encode()}
            for name in names
            for kind in ("plan", "late")
        ]
        assert to_team == [{f"cake{name}.png": f"cake {name}".encode()} for name in names]
        wire.presses("Give back to Deskhand")
        await desk.until(lambda: wire.theirs("answer here again"))
        await desk.kill()
        database = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
        [ended] = await HandOverRows(database, run="judge").listed(list(HandOverState))
        await database.close()
        assert ended.state is HandOverState.ANSWERED
