"""Figures of the whole product: `uv run python -m tests.benchmarks [PART…]`.

Prints one table: what was measured, its target where there is one, whether it holds, and how it
was measured. Nothing here is part of the test run, and no figure is typed in. Parts:

- `turn`: CPU of a whole turn against a bare loop with the same outside work (turn_cost.py)
- `search`: the public's search over 1,000 and 10,000 entries (search_growth.py)
- `prompt`: characters sent to the model, and what of them moves (prompts.py)
- `chat`: what we add on Slack and Discord before the first sign and after the model (chat.py)
- `followups`: from due to claimed, and what 100,000 waiting ones cost an alarm (follow_ups.py)
- `start`: from the command to ready (start.py)
- `pages`: every page of an office with 100,000 answers, and the bytes of the first ones (pages.py)
- `long`: delays beside an import of 10,000 entries, and memory; some minutes (long_run.py)
- `requests`: sixty plain requests about reminders, without a model, by a real small one and by
  both, only when it is named: about twenty minutes (requests.py)
- `passages`: 100,000 passages, only when it is named: half an hour and 6 GB (passages.py)
- `offices`: the three offices with a real small model, only when named: half an hour (offices.py)
- `scale`: two and four workers, four hosts, a light user beside a flood, prefixes, only when named:
  about five minutes (scale.py)
- `sizing`: what 10, 1,000 and 100,000 businesses need, simulated, only when named (sizing.py)
- `move`: 100,000 answers from SQLite to PostgreSQL and back, only when named (move.py)
- `shared`: the knowledge in several processes on one PostgreSQL and one Chroma server, only when
  named, with --postgresql (shared_knowledge.py)
- `gate`: what sharing the model's line adds to a call, only when named, with --postgresql
  (model_line.py)
- `waits`: a real small model's wait foretold by a probe of another, only when named (waits.py)

Ratios compare two things that ran in turns in one run, so that a busy machine slows both; they are
still steadier on an idle one. How well search finds is measured by
`python -m tests.benchmarks.figures`.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

from tests.benchmarks import (
    chat,
    follow_ups,
    long_run,
    model_line,
    move,
    offices,
    pages,
    passages,
    prompts,
    requests,
    scale,
    search_growth,
    shared_knowledge,
    sizing,
    start,
    turn_cost,
    waits,
)
from tests.benchmarks.table import Figure, as_text, write_json

PARTS = ("turn", "search", "prompt", "chat", "followups", "start", "pages", "long")
ONLY_NAMED = (
    "requests", "passages", "offices", "waits", "move", "shared", "gate", "scale", "sizing",
)  # fmt: skip


def main() -> None:
    """Measure what was asked for and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="all of them when none is named")
    parser.add_argument("--rounds", type=int, default=5, help="of the turn's cost")
    parser.add_argument(
        "--import-seconds",
        type=float,
        default=120.0,
        help="how long the long run watches its import; 0 for all of it, about an hour",
    )
    parser.add_argument("--count", type=int, default=100_000, help="of passages")
    parser.add_argument(
        "--ways",
        type=Path,
        metavar="FOLDER",
        help="`offices` with other ways to ask that the model drafts first, kept in this folder",
    )
    parser.add_argument(
        "--postgresql",
        default=os.environ.get("DESKHAND_TEST_POSTGRESQL", ""),
        metavar="URL",
        help="where `move`, `shared` and `gate` make databases; else DESKHAND_TEST_POSTGRESQL's",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    if unknown := set(options.parts) - {*PARTS, *ONLY_NAMED}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    for part in {"shared", "gate"} & {*options.parts}:
        if not options.postgresql:
            parser.error(f"{part} needs --postgresql URL")
    measures: dict[str, Callable[[], Coroutine[object, object, list[Figure]]]] = {
        "turn": lambda: turn_cost.measure(rounds=options.rounds),
        "search": search_growth.measure,
        "prompt": prompts.measure,
        "chat": chat.measure,
        "followups": follow_ups.measure,
        "start": start.measure,
        "requests": requests.measure,
        "passages": lambda: passages.measure(count=options.count),
        "offices": lambda: offices.measure(ways=options.ways),
        "pages": pages.measure,
        "shared": lambda: shared_knowledge.measure(postgresql=options.postgresql),
        "waits": waits.measure,
        "sizing": sizing.measure,
        "scale": lambda: scale.measure(server=options.postgresql),
        "move": lambda: move.measure(server=options.postgresql),
        "gate": lambda: model_line.measure(options.postgresql),
        "long": lambda: long_run.measure(import_s=options.import_seconds),
    }
    figures: list[Figure] = []
    for part in (each for each in (*PARTS, *ONLY_NAMED) if each in (options.parts or PARTS)):
        began_s = time.perf_counter()
        figures += asyncio.run(measures[part]())
        print(f"{part}: took {time.perf_counter() - began_s:.0f} s", file=sys.stderr, flush=True)
    print(as_text(figures))
    if options.json:
        write_json(figures, options.json)


if __name__ == "__main__":
    main()
