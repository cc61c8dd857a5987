"""A knowledge base of 100,000 passages: how fast, how near to exact, how large, how long to make.

The passages are the development data's own (entries, handbooks, price lists) in variations: each
bears two made-up words, as a branch or a model would name it. Their vectors are the real ones of
the texts without those words, moved a little at random: to embed all of them for real takes hours.
Questions are the data's, half of them with the two words of one variation, embedded for real.
"""

import hashlib
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import psutil

from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from bot.storage.migrate import migrate
from knowledge.base import KnowledgeBase
from knowledge.calibration import ranked, shares
from knowledge.documents import Audience, Document, Vector
from knowledge.embedding import BuiltInEmbedder
from knowledge.readers.files import read
from knowledge.worker import Priority, Worker
from tests.benchmarks.sample import WORDS
from tests.benchmarks.table import Figure, as_text

SHARED = Path(os.environ.get("DESKHAND_SHARED", Path(__file__).parents[3] / "shared"))
SETS = (
    "banking77",
    "clinc150",
    "powerplay11",
    "office/bakery",
    "office/clinic",
    "office/law-office",
)
FILES = ("knowledge.jsonl", "faq.jsonl", "handbook.md", "price-list.csv")
QUESTIONS = ("dev.jsonl", "questions-dev.jsonl")
EVERYBODY = frozenset(Audience)
TODAY = date(2026, 11, 24)
TARGET_MS, TARGET_POINTS = 250.0, 1.0
NOISE = 0.25  # length of what a vector is moved by: variations' cosines are about 0.94
_TAG = re.compile(rf" \((?:{'|'.join(WORDS)}) (?:{'|'.join(WORDS)})\)")


class VaryingEmbedder(BuiltInEmbedder):
    """The built-in embedder, which reads each text once however often it is varied."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._base: dict[str, Vector] = {}
        self.passages = 0

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        self.passages += len(texts)
        plain = [_TAG.sub("", text) for text in texts]
        new = list(dict.fromkeys(text for text in plain if text not in self._base))
        self._base |= dict(zip(new, await super().embed_passages(new), strict=True))
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        return np.stack([_moved(self._base[p], t) for p, t in zip(plain, texts, strict=True)])


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the document that answers it; of a variation when it names one."""

    text: str
    expected: str
    names_one: bool


def variations(count: int) -> Iterator[Document]:
    """Yield documents until they hold a number of passages."""
    bases = [
        document
        for name in SETS
        for file in FILES
        if (path := SHARED / "data" / name / file).exists()
        for document in read(
            f"{name}/{file}", path.read_bytes(), audience=Audience.PUBLIC, origin=name
        )
    ]
    made = number = 0
    while made < count:
        for base in bases:
            document = _varied(base, number)
            made += len(document.passages)
            yield document
        number += 1


def questions(count: int, variations_made: int) -> list[Asked]:
    """Return the data's questions, every second one about a certain variation."""
    draw = random.Random(3)
    known = [
        (line["question"], f"{name}/{line['expect_document']}")
        for name in SETS
        for file in QUESTIONS
        if (path := SHARED / "data" / name / file).exists()
        for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        if "expect_document" in line
    ]
    result = []
    for place, (text, expected) in enumerate(draw.sample(known, count)):
        number = draw.randrange(variations_made)
        names_one = place % 2 == 0
        tagged = f"{text}{_tag(number)}" if names_one else text
        result.append(Asked(tagged, f"{expected}~{number}", names_one))
    return result


async def measure(*, count: int = 100_000, asked: int = 300, exactly: int = 100) -> list[Figure]:
    """Return the figures.

    Args:
        count: Passages.
        asked: Questions that are timed.
        exactly: Of them are held against a search over all vectors and all words.
    """
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as name:
        folder, worker = Path(name), Worker()
        database = Database(f"sqlite:///{folder / 'rows.db'}")
        await migrate(database)
        rows = DocumentRows(database, now=lambda: datetime.now(UTC))
        embedder = VaryingEmbedder(worker)
        await embedder.embed_queries(["warm"])
        base = KnowledgeBase(rows, embedder, worker, folder / "chroma")
        await base.start()
        documents = list(variations(count))
        before_mb = process.memory_info().rss / 1e6
        made = max(int(each.document_id.rpartition("~")[2]) for each in documents) + 1
        import_s = await _took(_import(base, documents))
        passages = await rows.count()
        settle_s = await _took(base.settled())
        note = f"{passages:,}, each text of the data embedded once"
        figures = _told(
            Figure("passages: import", passages / import_s, "a second", note),
            Figure("passages: calibration", settle_s, "s", "after the import"),
        )
        lot = questions(asked, made)
        figures += _told(*await _searches(base, lot))
        figures += _told(*await _against_exact(base, rows, lot[:exactly]))
        memory_mb = process.memory_info().rss / 1e6 - before_mb
        figures += _told(Figure("passages: memory", memory_mb, "MB", "over an empty one"))
        embedded = embedder.passages
        rebuild_s = await _took(base.rebuild())
        figures += _told(Figure("passages: rebuild", rebuild_s, "s", "from rows"))
        assert embedder.passages == embedded, "embedded again"
        await base.settled()
        await base.close()
        figures += _told(*await _restart(rows, folder))
        await database.close()
    return figures


def _told(*figures: Figure) -> list[Figure]:
    """Return figures with how busy the machine was; shown at once, since the rest takes long."""
    busy = [replace(each, note=f"{each.note}; load {os.getloadavg()[0]:.0f}") for each in figures]
    print(as_text(busy), file=sys.stderr, flush=True)
    return busy


async def _import(base: KnowledgeBase, documents: Sequence[Document]) -> None:
    def progress(done: int, total: int) -> None:
        if done % 10_000 < 16:
            print(f"passages: {done:,} of {total:,} documents", file=sys.stderr, flush=True)

    await base.add(documents, progress)


async def _restart(rows: DocumentRows, folder: Path) -> list[Figure]:
    worker = Worker()
    base = KnowledgeBase(rows, BuiltInEmbedder(worker), worker, folder / "chroma")
    start_s = await _took(base.start())
    settle_s = await _took(base.settled())
    await base.close()
    return [
        Figure("passages: start", start_s, "s", "index proven, words read"),
        Figure("passages: calibration at start", settle_s, "s", "in the background"),
    ]


async def _searches(base: KnowledgeBase, lot: Sequence[Asked]) -> list[Figure]:
    laps: dict[str, list[float]] = {"whole": []}
    for question in lot:
        began_s = time.perf_counter()
        findings = await base.search(question.text, audiences=EVERYBODY, today=TODAY)
        laps["whole"].append((time.perf_counter() - began_s) * 1_000)
        for step, took_ms in findings.timings_ms.items():
            laps.setdefault(step, []).append(took_ms)
    note = f"{len(lot)} questions"
    figures = [
        Figure(f"passages: {step}, p95", float(np.quantile(took, 0.95)), "ms", note)
        for step, took in laps.items()
        if step != "whole"
    ]
    whole = laps["whole"]
    return [
        Figure("passages: search, median", float(np.median(whole)), "ms", note),
        Figure("passages: search, p95", float(np.quantile(whole, 0.95)), "ms", note, TARGET_MS),
        *figures,
    ]


async def _against_exact(
    base: KnowledgeBase, rows: DocumentRows, lot: Sequence[Asked]
) -> list[Figure]:
    """Compare with the same ranking over every vector and every word."""
    measured = []
    for each in lot:
        # What is found is found by the first way.
        measured.append((await base._finder.rehearsal.measured(each.text, EVERYBODY))[0])
    vectors = np.stack([each.asked.vector for each in measured])
    ids, meanings = await _all_meanings(rows, base.embedder, vectors)
    ours = exact = same = 0
    for place, question in enumerate(lot):
        hits = await base.search(question.text, audiences=EVERYBODY, today=TODAY, limit=1)
        words = await base._worker.run(
            Priority.QUESTION,
            lambda text=question.text: base._words.search(text, EVERYBODY, len(ids)),
        )
        column = dict(zip(ids, meanings[:, place].tolist(), strict=True))
        asked, scale = measured[place].asked, measured[place].calibration.scale
        ranking = ranked(column, shares(words.scores, words.most), asked, scale)
        first = next(iter(ranking.scores))
        found = hits.hits[0].passage.passage_id if hits.hits else ""
        ours += _is_right(question, found)
        exact += _is_right(question, first)
        same += found == first
    n = len(lot)
    return [
        Figure("passages: hit@1", 100 * ours / n, "%", f"{n} questions"),
        Figure("passages: hit@1, exact", 100 * exact / n, "%", "all vectors, all words"),
        Figure(
            "passages: hit@1, lost to exact", 100 * (exact - ours) / n, "points", "", TARGET_POINTS
        ),
        Figure("passages: same first passage", 100 * same / n, "%", "as exact"),
    ]


async def _all_meanings(
    rows: DocumentRows, embedder: str, asked: Vector
) -> tuple[list[str], Vector]:
    ids: list[str] = []
    parts: list[Vector] = []
    async with aclosing(rows.everything(embedder)) as every:
        async for _, vectors in every:
            assert vectors is not None
            ids.append(vectors.passage_id)
            parts.append(np.max(vectors.vectors @ asked.T, axis=0))
    return ids, np.stack(parts)


def _is_right(question: Asked, passage_id: str) -> bool:
    found = passage_id.rpartition("#")[0]
    if question.names_one:
        return found == question.expected
    return found.rpartition("~")[0] == question.expected.rpartition("~")[0]


def _varied(base: Document, number: int) -> Document:
    # The offices have a handbook each, under one id.
    document_id, tag = f"{base.origin}/{base.document_id}~{number}", _tag(number)
    return replace(
        base,
        document_id=document_id,
        title=f"{base.title}{tag}",
        passages=tuple(
            replace(
                each,
                document_id=document_id,
                passage_id=f"{document_id}#{each.position}",
                heading=f"{each.heading}{tag}",
                text=f"{each.text}{tag}",
                ways=tuple(f"{way}{tag}" for way in each.ways),
            )
            for each in base.passages
        ),
    )


def _tag(number: int) -> str:
    return (
        f" ({WORDS[number % len(WORDS)]} {WORDS[(7 * number + number // len(WORDS)) % len(WORDS)]})"
    )


def _moved(vector: Vector, text: str) -> Vector:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    moved = np.random.default_rng(seed).standard_normal(len(vector), dtype=np.float32)
    near = vector + NOISE * moved / np.linalg.norm(moved)
    unit: Vector = (near / np.linalg.norm(near)).astype(np.float32)
    return unit


async def _took(work: object) -> float:
    began_s = time.perf_counter()
    await work  # type: ignore[misc]
    return time.perf_counter() - began_s
