"""The three offices of the development data with a real small model: right answers, inventions.

Every question is asked as a customer and scored by the contract's rule. An invention is an answer,
word for word or composed, to a question that nothing known answers. The model and its server are
those of tests/model (box.py). With a folder for them, the model drafts other ways to ask first, as
it does while nobody asks.
"""

import math
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bot.domain.conversations import Kind
from bot.domain.people import Role
from bot.upkeep.evaluation import Verdict, read_questions
from tests.benchmarks.drafter import Drafter
from tests.benchmarks.table import Figure
from tests.model.box import BIG, missing, served
from tests.scenario.room import bot_in_a_room
from tests.scenario.test_offices import OFFICES, moved_in, text_of

LEAST_RIGHT, MOST_INVENTED = 72, 4
_INVENTED = (Kind.VERBATIM, Kind.COMPOSED)
_Z = 1.96  # 95 %


async def measure(*, ways: Path | None = None) -> list[Figure]:
    """Return the counts of the three offices together, with 95 % intervals.

    Args:
        ways: Where drafted ways are kept, so that none is asked for twice; None drafts none.
    """
    if lacking := missing():
        raise SystemExit(f"The models are not at hand: {', '.join(lacking)}.")
    verdicts: list[Verdict] = []
    seconds: list[float] = []
    with served() as url, tempfile.TemporaryDirectory() as folder:
        for office in OFFICES:
            new, took = await _asked(office, Path(folder) / office, url, ways)
            verdicts += new
            seconds += took
    return _figures(verdicts, seconds)


async def _asked(
    office: str, data_dir: Path, url: str, ways: Path | None
) -> tuple[list[Verdict], list[float]]:
    verdicts: list[Verdict] = []
    seconds: list[float] = []
    async with bot_in_a_room(data_dir, model=BIG, ollama_url=url) as room:
        folder = await moved_in(room, office)
        if ways is not None:
            drafter = Drafter(ways, url=url, model=BIG)
            drafted = await drafter.draft(room.app.services.knowledge, room.clock().date())
            await drafter.close()
            print(f"{office}: {drafted}", file=sys.stderr, flush=True)
        questions = read_questions(text_of(folder / "questions-dev.jsonl"))
        began_s = time.perf_counter()
        async for verdict in room.app.services.evaluation.run(questions, role=Role.PUBLIC):
            verdicts.append(verdict)
            seconds.append(time.perf_counter() - began_s)
            began_s = time.perf_counter()
            _tell(office, verdict, len(verdicts), len(questions))
    return verdicts, seconds


def _tell(office: str, verdict: Verdict, done: int, total: int) -> None:
    """Say how far it is, and what was not right."""
    line = f"{office}: {done} of {total}"
    if verdict.result != "right":
        kind = "unknown" if verdict.question.expect_unknown else "answerable"
        line += f"  {verdict.result} {kind} {verdict.outcome.kind}: {verdict.question.question}"
    print(line, file=sys.stderr, flush=True)


def _figures(verdicts: Sequence[Verdict], seconds: Sequence[float]) -> list[Figure]:
    known = [each for each in verdicts if not each.question.expect_unknown]
    unknown = [each for each in verdicts if each.question.expect_unknown]
    right = sum(each.result == "right" for each in known)
    refused = sum(each.result == "refused" for each in known)
    composed = sum(each.outcome.kind is Kind.COMPOSED for each in known)
    invented = sum(each.outcome.kind in _INVENTED for each in unknown)
    silent = sum(each.result == "right" for each in unknown)
    most = tuple(sorted(seconds))[math.ceil(0.95 * len(seconds)) - 1]
    return [
        Figure("offices: right", right, "", _of(right, known), LEAST_RIGHT, "at least"),
        Figure("offices: wrong", len(known) - right - refused, "", f"of {len(known)}"),
        Figure("offices: refused", refused, "", f"of {len(known)}"),
        Figure("offices: composed", composed, "", f"of {len(known)}"),
        Figure("offices: invented", invented, "", _of(invented, unknown), MOST_INVENTED),
        Figure("offices: said not to know", silent, "", _of(silent, unknown)),
        Figure("offices: a question, median", statistics.median(seconds), "s", BIG),
        Figure("offices: a question, p95", most, "s", BIG),
    ]


def _of(count: int, among: Sequence[Verdict]) -> str:
    """Return a share's 95 % interval by Wilson (1927), doi.org/10.1080/01621459.1927.10502953."""
    n = len(among)
    share, more = count / n, _Z**2 / n
    middle = (share + more / 2) / (1 + more)
    half = _Z * math.sqrt(share * (1 - share) / n + more / (4 * n)) / (1 + more)
    return f"of {n}; 95 % from {middle - half:.1%} to {middle + half:.1%}"
