"""Search figures over the development data: `uv run python -m tests.benchmarks.figures [--test]`.

`--ways FOLDER` has a model draft other ways to ask first, as the product does while nobody asks:
DESKHAND_MODEL at DESKHAND_OLLAMA_URL. What it wrote is kept in FOLDER and not asked for twice.

Each set gets a knowledge base of its own in memory, with the real embedder and the real Chroma.
The data folder is DESKHAND_SHARED, or ../shared beside the checkout.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.documents import Audience
from knowledge.embedding import BuiltInEmbedder
from knowledge.readers.files import read
from knowledge.search import Findings, Hit, Verdict
from knowledge.worker import Worker
from tests.benchmarks.drafter import Drafter
from tests.fakes.catalog import MemoryCatalog

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 24)  # the data's own day: what has ended by then stays ended
OFFICES = ("bakery", "clinic", "law-office")


@dataclass
class Score:
    """One set's counts."""

    name: str
    ranks: list[int] = field(default_factory=list)  # of answerable questions, 0 is first
    certain: list[float] = field(default_factory=list)
    certain_unknown: list[float] = field(default_factory=list)
    verdicts: dict[tuple[str, Verdict], int] = field(default_factory=dict)
    right: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def count(self, question: dict[str, object], findings: Findings, ms: float) -> None:
        self.milliseconds.append(ms)
        certainty = -99.0 if findings.certainty is None else findings.certainty
        if question.get("expect_unknown"):
            self.certain_unknown.append(certainty)
            kind = "unknown"
            self.right += findings.verdict is Verdict.NOTHING
        else:
            self.certain.append(certainty)
            found = (n for n, hit in enumerate(findings.hits) if expected(question, hit))
            rank = next(found, 99)
            self.ranks.append(rank)
            kind = "right" if rank == 0 else "wrong"
            shown = {Verdict.SURE: 1, Verdict.NOTHING: 0}.get(findings.verdict, 3)
            self.right += rank < shown
        place = (kind, findings.verdict)
        self.verdicts[place] = self.verdicts.get(place, 0) + 1

    def line(self) -> str:
        n, unknown = len(self.ranks), len(self.certain_unknown)
        sure = [
            self.verdicts.get((kind, Verdict.SURE), 0) for kind in ("right", "wrong", "unknown")
        ]
        nothing = self.verdicts.get(("unknown", Verdict.NOTHING), 0)
        refused = sum(self.verdicts.get((kind, Verdict.NOTHING), 0) for kind in ("right", "wrong"))
        return (
            f"{self.name:24} {n:4} {unknown:4} "
            f"{sum(rank < 1 for rank in self.ranks) / n:6.3f} "
            f"{sum(rank < 3 for rank in self.ranks) / n:6.3f} "
            f"{sum(1 / (rank + 1) for rank in self.ranks if rank < 99) / n:6.3f} "
            f"{auroc(self.certain, self.certain_unknown):6.3f}   "
            f"{sure[0]:4} {sure[1]:4} {sure[2]:4}   {nothing:4} {refused:4}   "
            f"{self.right / (n + unknown):5.3f}  {sorted(self.milliseconds)[n // 2]:5.0f}"
        )

    def join(self, other: "Score") -> None:
        self.ranks += other.ranks
        self.certain += other.certain
        self.certain_unknown += other.certain_unknown
        self.right += other.right
        self.milliseconds += other.milliseconds
        for place, n in other.verdicts.items():
            self.verdicts[place] = self.verdicts.get(place, 0) + n


HEADER = (
    f"{'set':24} {'ans':>4} {'unk':>4} {'hit@1':>6} {'hit@3':>6} {'MRR':>6} {'AUROC':>6}   "
    f"{'sure: right, wrong, unk':14}   {'nothing: unk, ans':9}   {'right':5}  {'ms':>5}"
)


def expected(question: dict[str, object], hit: Hit) -> bool:
    """Say whether a hit is the one that a question wants."""
    if "expect_document" in question:
        return hit.document_id == question["expect_document"]
    wanted = " ".join(str(question["expect_contains"]).casefold().split())
    return wanted in " ".join(f"{hit.passage.heading} {hit.passage.text}".casefold().split())


def auroc(answerable: list[float], unknown: list[float]) -> float:
    """Return the chance that an answerable question's certainty lies above an unknown one's."""
    pairs = len(answerable) * len(unknown)
    above = sum((a > u) + 0.5 * (a == u) for a in answerable for u in unknown)
    return above / pairs if pairs else float("nan")


def sets(data: Path, *, test: bool) -> Iterator[tuple[list[Path], list[tuple[str, Path]]]]:
    """Yield knowledge files with the questions that are asked of them."""
    half = "test" if test else "dev"
    for name in ("banking77", "clinc150", "powerplay11"):
        yield [data / name / "knowledge.jsonl"], [(f"{name}/{half}", data / name / f"{half}.jsonl")]
    xsid = data / "xsid"
    languages = ("en", "de", "it", "nl", "da")
    questions = [(f"xsid/{each}", xsid / f"questions-{each}.jsonl") for each in languages]
    yield [xsid / "knowledge.jsonl"], questions
    for name in OFFICES:
        office = data / "office" / name
        files = [office / file for file in ("faq.jsonl", "handbook.md", "price-list.csv")]
        yield files, [(f"office/{name}", office / "questions-dev.jsonl")]


async def measure(
    files: list[Path], questions: list[tuple[str, Path]], drafter: Drafter | None = None
) -> list[Score]:
    """Return the scores of one knowledge base."""
    scores = []
    with tempfile.TemporaryDirectory() as folder:
        worker = Worker()
        base = KnowledgeBase(MemoryCatalog(), BuiltInEmbedder(worker), worker, Path(folder))
        await base.start()
        for file in files:
            await base.add(
                read(file.name, file.read_bytes(), audience=Audience.PUBLIC, origin=file.name)
            )
        await base.settled()
        if drafter is not None:
            print(f"{questions[0][0]}: {await drafter.draft(base, TODAY)}", flush=True)
            await base.settled()
        for name, path in questions:
            score = Score(name)
            for line in path.read_text(encoding="utf-8").splitlines():
                question = json.loads(line)
                begun = time.perf_counter()
                findings = await base.search(
                    question["question"],
                    audiences=frozenset({Audience.PUBLIC}),
                    today=TODAY,
                    limit=20,
                )
                score.count(question, findings, (time.perf_counter() - begun) * 1_000)
            scores.append(score)
        await base.close()
    return scores


async def main() -> None:
    """Print a line a set, and the three offices together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--test", action="store_true", help="the test halves, to be looked at rarely"
    )
    parser.add_argument("--only", default="", help="sets whose first file's path holds this")
    parser.add_argument("--ways", type=Path, help="draft ways to ask first; kept in this folder")
    options = parser.parse_args()
    url = os.environ.get("DESKHAND_OLLAMA_URL", "http://127.0.0.1:11434")
    model = os.environ.get("DESKHAND_MODEL", "qwen2.5-coder:1.5b")
    drafter = Drafter(options.ways, url=url, model=model) if options.ways else None
    data = Path(os.environ.get("DESKHAND_SHARED", ROOT.parent / "shared")) / "data"
    together = Score("three offices")
    print(HEADER, flush=True)
    for files, questions in sets(data, test=options.test):
        if options.only not in str(files[0]):
            continue
        for score in await measure(files, questions, drafter):
            print(score.line(), flush=True)
            if score.name.startswith("office/"):
                together.join(score)
    if together.ranks:
        print(together.line())
    if drafter is not None:
        await drafter.close()


if __name__ == "__main__":
    asyncio.run(main())
