"""Sixty plain requests about reminders: without a model, by a real small one alone, and by both."""

import contextlib
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

from bot.domain.conversations import Outcome
from tests.benchmarks.table import Figure, as_text
from tests.model import box
from tests.model.requests import Say, Verdict, opened, said, told, tried
from tests.scenario.room import Room, bot_in_a_room

RIGHT = 0.9
RESULTS = ("right", "asked", "wrong")


async def measure() -> list[Figure]:
    """Say every request in each way; without the real models only those without a model."""
    figures = _figures("no model", await _tried("", "", said))
    if missing := box.missing():
        print(f"requests: no real models ({', '.join(missing)})", file=sys.stderr, flush=True)
        return figures
    model = os.environ.get("DESKHAND_MODEL", box.BIG)
    with box.served() as url:
        figures += _figures("both", await _tried(model, url, said), target=RIGHT)
        print(as_text(figures), file=sys.stderr, flush=True)
        # An hour where the machine does anything else.
        return figures + _figures(f"{model} alone", await _tried(model, url, _by_model_alone))


async def _tried(model: str, url: str, say: Say) -> list[Verdict]:
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        async with bot_in_a_room(data_dir, model=model, ollama_url=url) as room:
            await opened(room)
            verdicts = []
            for number in range(len(told()["requests"])):
                verdicts.append(await tried(room, number, say))
                _tell(verdicts[-1], model)
            return verdicts


async def _by_model_alone(room: Room, text: str, who: str) -> Outcome:
    with _nothing_plain():
        return await said(room, text, who)


@contextlib.contextmanager
def _nothing_plain() -> Iterator[None]:
    """Have every message go to the model, as if no plain words were understood."""

    async def nothing(*_: object) -> None:
        return None

    async def touches(*_: object) -> bool:
        return True

    with (
        patch("bot.wishes.plain.PlainWishes.fulfil", nothing),
        patch("bot.commands.front.FrontDesk._managed", nothing),
        patch("bot.commands.said.recognise", lambda *_, **__: None),
        patch("bot.commands.fixed.FixedWords.touches", touches),
    ):
        yield


def _figures(way: str, verdicts: Sequence[Verdict], *, target: float | None = None) -> list[Figure]:
    counts = Counter(each.result for each in verdicts)
    kinds = Counter((each.request["wants"], each.result) for each in verdicts)
    of = len(verdicts)
    figures = [
        Figure(
            f"requests {result}, {way}",
            counts[result],
            f"of {of}",
            ", ".join(
                f"{wants} {kinds[wants, result]}"
                for wants in ("schedule", "list", "move", "cancel")
            ),
            target * of if target is not None and result == "right" else None,
            "at least",
        )
        for result in RESULTS
    ]
    false = sum(each.false for each in verdicts)
    return [*figures, Figure(f"falsely confirmed, {way}", false, f"of {of}", target=0)]


def _tell(verdict: Verdict, model: str) -> None:
    if verdict.result != "right" or verdict.false:
        line = verdict.said.replace("\n", " / ")[:120]
        false = " FALSE" if verdict.false else ""
        shown = (
            f"{model or 'no model'}: {verdict.result}{false}: {verdict.request['say']} => {line}"
        )
        print(shown, file=sys.stderr, flush=True)
