"""The person's side of a chat platform, as a process of its own.

Whatever reaches it is on the disk before it is acknowledged, one JSON object a line, so that its
file says what a person has seen, whatever became of the product since.

As a process: `python -m tests.fakes.witness --file FILE [--forgetful] [--clock FILE]`; it prints
`ready PORT`.
Requests and answers are JSON objects, one a line, on a socket.
"""

import argparse
import asyncio
import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.fakes.wall_clock import WallClock

Wire = dict[str, object]


@dataclass(frozen=True)
class Shown:
    """One post or edit as it came.

    Attributes:
        message_id: The platform's id of the post.
        edit: It replaced the text of an earlier post.
        at: When it came, by the clock the witness was given; ISO 8601, "" without one.
        reply_to: The id of the message it answers, "" for what nobody has just asked for.
        final: False while an answer grows.
    """

    message_id: str
    nonce: str
    channel: str
    reply_to: str
    text: str
    final: bool
    edit: bool
    at: str = ""


def read(path: Path) -> list[Shown]:
    """Return what a witness has written, in order."""
    if not path.exists():
        return []
    return [Shown(**json.loads(line)) for line in path.read_text().splitlines()]


class Witness:
    """Takes posts and edits, and finds posts by their nonce.

    Args:
        path: Its own file, only ever added to.
        forgetful: It finds nothing, like a platform without a search.
        clock: Says when something came; None: that is not noted.
    """

    def __init__(
        self, path: Path, *, forgetful: bool = False, clock: WallClock | None = None
    ) -> None:
        self._forgetful = forgetful
        self._clock = clock
        self._shown = read(path)
        self._file = path.open("a")

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests until it closes."""
        with contextlib.suppress(ConnectionError), contextlib.closing(writer):
            while line := await reader.readline():
                writer.write(json.dumps(self._answer(json.loads(line))).encode() + b"\n")
                await writer.drain()

    def _answer(self, request: Wire) -> Wire:
        if request.pop("do") == "find":
            return {"message_id": self._find(str(request["nonce"]))}
        edit = bool(request.get("message_id"))
        message_id = request["message_id"] if edit else f"post-{len(self._shown)}"
        at = self._clock().isoformat() if self._clock else ""
        self._note(Shown(**{**request, "message_id": message_id, "edit": edit, "at": at}))  # type: ignore[arg-type]
        return {"message_id": message_id}

    def _find(self, nonce: str) -> str | None:
        if self._forgetful:
            return None
        posts = (shown for shown in self._shown if not shown.edit)
        return next((shown.message_id for shown in posts if shown.nonce == nonce), None)

    def _note(self, shown: Shown) -> None:
        self._shown.append(shown)
        self._file.write(json.dumps(asdict(shown)) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


async def serve(witness: Witness) -> None:
    """Serve on a free port until stopped."""
    server = await asyncio.start_server(witness.talk, "127.0.0.1", 0)
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def main() -> None:
    """Run as a process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--forgetful", action="store_true")
    parser.add_argument("--clock", type=Path)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        clock = WallClock(options.clock) if options.clock else None
        asyncio.run(serve(Witness(options.file, forgetful=options.forgetful, clock=clock)))


if __name__ == "__main__":
    main()
