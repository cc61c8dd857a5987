"""The wait foretold for one real small model by a probe of another, against the wait measured.

Both models are asked in turns, round by round, so that a busy machine slows the probe and the
answer alike; each model's figures are medians of the rounds. An answer is measured by the clock,
from the request to its last piece, as somebody waits for it: its beginning has been read before,
as that of a turn has.
"""

import contextlib
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.llm.connection import OllamaConnection
from bot.llm.library import OllamaLibrary
from bot.llm.model import ChatMessage, ChatRequest, Done
from bot.llm.ollama import ModelSettings, OllamaChat
from bot.llm.pace import READ_TOKENS, WRITTEN_TOKENS, Pace, Weight, weight_of
from bot.llm.pace import measure as probed
from tests.benchmarks.table import Figure
from tests.model.box import BIG, SMALL, missing, served

MOST_OFF = 0.25
_WORD = " bread"  # one token
_COUNT = " Count from one to one hundred, in words."  # goes on for longer than an answer
_BEGINNING = ChatMessage("system", "You do what you are told." + _WORD * 100)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: what was new in its prompt, what it wrote, and how long both took together."""

    read: int
    written: int
    took_s: float


@dataclass(frozen=True, slots=True)
class Round:
    """One model in one round: the box's pace by it, and an answer of it."""

    pace: Pace
    answered: Answered


async def measure(*, rounds: int = 3) -> list[Figure]:
    """Return how far each of both models' waits is off when the other one foretells it."""
    if lacking := missing():
        raise SystemExit(f"The models are not at hand: {', '.join(lacking)}.")
    with served() as url:
        connection = OllamaConnection(url)
        try:
            installed = {each.name: each for each in await OllamaLibrary(connection).installed()}
            weights = {name: weight_of(installed[name]) for name in (SMALL, BIG)}
            models = {name: OllamaChat(connection, ModelSettings(name)) for name in weights}
            seen: dict[str, list[Round]] = {name: [] for name in weights}
            for number in range(rounds):
                for name, model in models.items():
                    pace = await probed(model, weights[name])
                    seen[name].append(Round(pace, await _answered(model, number)))
                    print(f"{name}: {seen[name][-1]}", file=sys.stderr, flush=True)
        finally:
            await connection.close()
    return [
        *_foretold(seen[SMALL], seen[BIG], weights[BIG], f"{BIG} by {SMALL}"),
        *_foretold(seen[BIG], seen[SMALL], weights[SMALL], f"{SMALL} by {BIG}"),
    ]


async def _answered(model: OllamaChat, number: int) -> Answered:
    """Have a model read and write as much as for a typical answer, its beginning being known."""
    beginning = await _done(model, ChatRequest((_BEGINNING,), max_tokens=1))
    question = f"{number}:" + _WORD * (READ_TOKENS - 20) + _COUNT
    request = ChatRequest(
        (_BEGINNING, ChatMessage("user", question)), max_tokens=WRITTEN_TOKENS, temperature=0.0
    )
    began = time.perf_counter()
    done = await _done(model, request)
    took_s = time.perf_counter() - began
    return Answered(done.prompt_tokens - beginning.prompt_tokens, done.answer_tokens, took_s)


async def _done(model: OllamaChat, request: ChatRequest) -> Done:
    async with contextlib.aclosing(model.chat(request)) as chunks:
        ends = [chunk async for chunk in chunks if isinstance(chunk, Done)]
    return ends[-1]


def _foretold(by: Sequence[Round], of: Sequence[Round], weight: Weight, what: str) -> list[Figure]:
    pairs = [
        (
            one.pace.wait_s(weight, read=other.answered.read, written=other.answered.written),
            other.answered.took_s,
        )
        for one, other in zip(by, of, strict=True)
    ]
    foretold, took = (statistics.median(each) for each in zip(*pairs, strict=True))
    off = abs(foretold - took) / took
    last = of[-1].answered
    note = f"{last.read} tokens read, {last.written} written, {len(pairs)} rounds"
    return [
        Figure(f"waits: {what}, foretold", foretold, "s", note),
        Figure(f"waits: {what}, measured", took, "s"),
        Figure(f"waits: {what}, off", off, "share", "of the measured", target=MOST_OFF),
    ]
