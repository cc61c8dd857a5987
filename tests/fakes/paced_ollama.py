"""A stub of Ollama as slow as a real one, that remembers what it read: one call at a time.

It reads a prompt at so many tokens a second, except for the beginning that it shares with one it
still holds, and writes its answer word by word. Calls queue in order of arrival, as with
OLLAMA_NUM_PARALLEL=1. Its time runs `scale` times as fast as the clock.

As a process: `python -m tests.fakes.paced_ollama --scale 20 --script FILE --log FILE`; it prints
`ready URL`. The log has a line a chat, as `Read`.
"""

import argparse
import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.fakes.ollama import BYTES_A_TOKEN, FakeOllama, Reply, Seen, scripted, serve

Body = dict[str, Any]

READ_A_SECOND = 857 / 6.4
"""Tokens: a small model on two cores, as the design notes it (857 tokens in 6.4 s)."""

WRITTEN_A_SECOND = READ_A_SECOND * 3.0 / 15.8
"""By a probe of bot/llm/pace.py on two busy cores, which gave 15.8 read and 3.0 written."""


@dataclass(frozen=True)
class Read:
    """A chat as the host saw it, in the order in which they began.

    Attributes:
        at: When it began to read, by the system's clock in seconds.
        tokens: All of the prompt's.
        beginning: Those before the last message, which is new in each: the fixed text, the tools,
            and the conversation so far.
        reused: Those of the prompt's beginning that it had read before, and still held.
        took_s: From then to the last word, in its own time.
        finished: False where whoever asked went away before.
    """

    at: float
    tokens: int
    beginning: int
    reused: int
    took_s: float
    finished: bool


class PacedOllama(FakeOllama):
    """The server; `reads` has every chat."""

    def __init__(self, *, port: int = 0, scale: float = 1.0, held: int = 1) -> None:
        """Hold so many prompts, the last ones; a slot of Ollama's holds one."""
        super().__init__(port=port)
        self._scale = scale
        self._held: deque[str] = deque(maxlen=held)
        self._slot = asyncio.Lock()
        self.reads: list[Read] = []

    async def _chat(self, request: web.Request, seen: Seen) -> web.StreamResponse:
        async with self._slot:
            prompt, began = prompt_of(seen.body), time.time()
            reused = self._reused(prompt)
            finished = False
            try:
                response = await super()._chat(request, seen)
                finished = True
                return response
            finally:
                # Newest last; one that grew takes the place of what it grew from.
                kept = [each for each in self._held if not prompt.startswith(each)]
                self._held.clear()
                self._held.extend([*kept, prompt])
                took_s = (time.time() - began) * self._scale
                beginning = _tokens(prompt_of(seen.body, without_last=True))
                self._tell(Read(began, _tokens(prompt), beginning, reused, took_s, finished))

    def _reply(self, body: Body) -> Reply:
        reply, prompt = super()._reply(body), prompt_of(body)
        new = _tokens(prompt) - self._reused(prompt)
        if (body.get("options") or {}).get("num_predict") == 1:
            reply = replace(reply, pieces=reply.pieces[:1])
        read_s = new / READ_A_SECOND / self._scale
        gap_s = 1 / WRITTEN_A_SECOND / self._scale
        return replace(reply, delay_s=read_s, read_s=max(read_s, 1e-6), gap_s=gap_s)

    def _reused(self, prompt: str) -> int:
        # The last token is read anew in any case: from it the first word is drawn.
        return min(longest_shared(prompt, self._held), _tokens(prompt) - 1)

    def _tell(self, read: Read) -> None:
        self.reads.append(read)
        if self.log is not None:
            with self.log.open("a") as log:
                log.write(json.dumps(asdict(read)) + "\n")

    def _note(self, seen: Seen) -> None:
        """Leave the log to what was read."""


def prompt_of(body: Body, *, without_last: bool = False) -> str:
    """A chat as one text, in the order in which a template puts it."""
    tools = [json.dumps(tool, sort_keys=True) for tool in body.get("tools") or ()]
    messages = body["messages"][:-1] if without_last else body["messages"]
    said = [f"{each['role']}: {each.get('content') or ''}" for each in messages]
    return "\n".join([*tools, *said])


def longest_shared(prompt: str, earlier: Iterable[str]) -> int:
    """Return how many tokens of a prompt's beginning some earlier one has, too."""
    return max((_tokens(prompt[: _shared(prompt, each)]) for each in earlier), default=0)


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin alike with."""
    alike, unlike = 0, min(len(one), len(other)) + 1
    while unlike - alike > 1:
        middle = (alike + unlike) // 2
        if one[alike:middle] == other[alike:middle]:
            alike = middle
        else:
            unlike = middle
    return alike


def read_log(path: Path) -> list[Read]:
    """Return every chat that a host has written down."""
    if not path.exists():
        return []
    return [Read(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _tokens(text: str) -> int:
    return len(text.encode()) // BYTES_A_TOKEN


def main() -> None:
    """Run as a process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--held", type=int, default=1)
    parser.add_argument("--script", type=Path)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    ollama = PacedOllama(port=options.port, scale=options.scale, held=options.held)
    ollama.log = options.log
    if options.script is not None:
        ollama.answer = scripted(json.loads(options.script.read_text(encoding="utf-8")))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(ollama))


if __name__ == "__main__":
    main()
