"""Two and four workers, PostgreSQL, a Chroma server and four hosts of the model, against one host.

People write in Slack's place and ask again as soon as they are answered, until they have had
`QUESTIONS` answers each on average; the first of each counts for getting going. So every office
does the same work: conversations grow as they go on, and a faster one measured for the same time
would have longer ones. The hosts' time runs `SCALE` times as fast as that of a model on two cores.
Three offices are run, one after the other, each on a new database:

- four workers and one host, which all the others are held against;
- two workers and four hosts;
- four workers and four hosts; then one person asks twenty questions at once, each in another room,
  beside people who ask one at a time. With so many people a fair share of all that is answered is
  one part each, and what an answer takes is held against what it would take by that share.

What could be reused of a prompt is all before its last message: the fixed text, the tools and the
conversation so far. A host holds the prompt of its last call alone, as a slot of Ollama's does.
"""

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.fleet import ANSWER_S, LOOK_S, Answered, Fleet, fleet, topics
from tests.benchmarks.table import Figure
from tests.fakes.paced_ollama import Read
from tests.fakes.postgresql import new_database
from tests.fakes.postgresql_server import own_postgresql, programs

SCALE = 3.0
QUESTIONS = 8
# Longer than all of that takes on one host.
LONGEST_S = 400.0
FLOOD_S, START_S = 50.0, 8.0
HOSTS = 4
# Four wait at each host, so that none is ever idle; fewer than one may ask in a minute each.
PEOPLE = 16
FLOOD, LIGHT = 20, 7


@dataclass(frozen=True, slots=True)
class Run:
    """One office's figures: answers a second, prompts, and what its processes took.

    Attributes:
        busy: The share of the time that its hosts read or wrote.
    """

    answers_a_s: float
    busy: float
    reads: list[Read]
    turn_ms: float
    memory_mb: list[float]


async def measure(*, server: str) -> list[Figure]:
    """Return the figures, each beside its target.

    Args:
        server: URL of a PostgreSQL, as somebody who may make databases in it; "": one of its own.
    """
    with _server(server) as url:
        one, _ = await _run(url, workers=4, hosts=1)
        two, _ = await _run(url, workers=2, hosts=HOSTS)
        four, ratio = await _run(url, workers=4, hosts=HOSTS, flooded=True)
    assert ratio is not None
    return [
        Figure(
            "scale: one host",
            one.answers_a_s,
            "a second",
            f"{SCALE:g} times its real pace, busy {one.busy:.0%} of the time",
        ),
        _times("two workers, four hosts", two, one),
        _times("four workers, four hosts", four, one),
        Figure(
            "scale: a light user's wait beside a flood",
            ratio,
            "",
            f"of the fair share of {LIGHT + 1} people; {FLOOD} questions at once",
            target=1.2,
        ),
        _reused("one host", one),
        _reused("two workers", two),
        _reused("four workers", four),
        Figure("scale: a turn, CPU of all processes", four.turn_ms, "ms", "those of workers, page"),
        Figure("scale: a worker", statistics.median(four.memory_mb[1:]), "MB", "resident"),
    ]


def _busy(reads: Sequence[Read], began: float, ended: float, hosts: int) -> float:
    within = [each for each in reads if began <= each.at < ended]
    return sum(each.took_s for each in within) / SCALE / (hosts * (ended - began))


def _times(name: str, run: Run, one: Run) -> Figure:
    times = run.answers_a_s / one.answers_a_s
    note = f"{run.answers_a_s:.2f} answers a second, hosts busy {run.busy:.0%} of the time"
    return Figure(f"scale: {name}", times, "times one host", note, target=3.6, bound="at least")


def _reused(name: str, run: Run) -> Figure:
    # One host cannot send a conversation elsewhere: its share is what the others' are seen beside.
    share, held = reuse(run.reads), statistics.fmean(each.beginning for each in run.reads)
    note = f"of beginnings with {held:.0f} tokens in the mean; {len(run.reads)} calls"
    return Figure(
        f"scale: prefixes reused, {name}", share, "share", note, target=0.9, bound="at least"
    )


@contextlib.contextmanager
def _server(url: str) -> Iterator[str]:
    if url:
        yield url
        return
    binaries = programs()
    if binaries is None:
        sys.exit("`scale` needs a PostgreSQL: say --postgresql URL, or install one.")
    with own_postgresql(binaries) as server:
        yield server.url


async def _run(
    server: str, *, workers: int, hosts: int, flooded: bool = False
) -> tuple[Run, float | None]:
    with tempfile.TemporaryDirectory() as folder, new_database(server) as database_url:
        async with fleet(
            Path(folder),
            database_url=database_url,
            workers=workers,
            hosts=hosts,
            scale=SCALE,
            people=max(PEOPLE, FLOOD) + LIGHT + 1,
        ) as running:
            before_s, seen = running.spent_s(), len(running.reads)
            began, ended = await _all_ask(running)
            turns, reads = len(running.answered), running.reads[seen:]
            now_s = time.time() - time.monotonic()
            run = Run(
                PEOPLE * (QUESTIONS - 1) / (ended - began),
                _busy(reads, began + now_s, ended + now_s, hosts),
                [each for each in reads if each.at < ended + now_s],
                (running.spent_s() - before_s) / turns * 1_000,
                running.memory_mb(),
            )
            return run, await _fairness(running) if flooded else None


async def _all_ask(running: Fleet) -> tuple[float, float]:
    """Have everybody ask; return when the first answer of each, and the last, had come."""
    until = time.monotonic() + LONGEST_S
    async with asyncio.timeout(LONGEST_S + ANSWER_S), asyncio.TaskGroup() as group:
        asking = [
            group.create_task(running.keep_asking(person, topics(person), until=until))
            for person in range(PEOPLE)
        ]
        while len(running.answered) < PEOPLE * QUESTIONS:
            await asyncio.sleep(LOOK_S)
        # All of them were busy to the end: nobody had to wait for the slowest.
        for each in asking:
            each.cancel()
    came = sorted(each.at for each in running.answered)
    return came[PEOPLE - 1], came[PEOPLE * QUESTIONS - 1]


async def _fairness(running: Fleet) -> float:
    """Return what a light user's answer took beside a flood, by what a fair share of all takes."""
    seen, began = len(running.answered), time.monotonic()
    flooding = PEOPLE
    light = range(PEOPLE + 1, PEOPLE + 1 + LIGHT)
    asked = topics(flooding)
    async with asyncio.TaskGroup() as group:
        flood = [
            group.create_task(running.ask(flooding, f"C{number:03}", next(asked)))
            for number in range(FLOOD)
        ]
        over = asyncio.gather(*flood)
        others = [
            group.create_task(
                running.keep_asking(person, topics(person), until=began + FLOOD_S + START_S)
            )
            for person in light
        ]
        await asyncio.wait([over, *others], return_when=asyncio.FIRST_COMPLETED)
        # Beside the flood alone: what comes after it is another thing.
        until = time.monotonic()
    # Those who asked before are answered in the first seconds.
    return _ratio(running.answered[seen:], light, began + START_S, until)


def _ratio(answered: Sequence[Answered], light: range, since: float, until: float) -> float:
    within = [each for each in answered if since <= each.at < until]
    fair_s = (len(light) + 1) / (len(within) / (until - since))
    return statistics.fmean(each.took_s for each in within if each.person in light) / fair_s


def reuse(reads: Sequence[Read]) -> float:
    """Return the share of all prompts' beginnings, in tokens, that was not read anew."""
    reused = sum(min(each.reused, each.beginning) for each in reads)
    return reused / max(1, sum(each.beginning for each in reads))
