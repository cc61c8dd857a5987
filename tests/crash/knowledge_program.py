"""A knowledge base that is edited and asked at once, killed as often as a test likes.

It imports everything once, then forks a process for each line it reads: the name of the embedder
that the owner has chosen by then. What it does and what it answers stands in a file, a line at a
time with the moment, which outlives a kill. It prints each process's id.

Several such programs may share one PostgreSQL and one Chroma server: each edits documents of its
own and asks for all.
"""

import argparse
import asyncio
import gc
import itertools
import json
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from bot.storage.migrate import migrate
from bot.storage.sharing import SharingRows
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document, Vector
from knowledge.readers.entries import entry
from knowledge.worker import Worker
from tests.fakes.embedder import WordEmbedder

TODAY = date(2026, 11, 24)
NAMES = [
    f"{color}{thing}"
    for color in ("red", "blue", "green")
    for thing in ("kiln", "loom", "oven", "saw")
]
EDITORS, ASKERS = 2, 3
EMBEDDING_S = 0.02  # so that kills meet an embedder that is half prepared


class SlowEmbedder(WordEmbedder):
    """Takes its time over passages."""

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        if texts:
            await asyncio.sleep(EMBEDDING_S)
        return await super().embed_passages(texts)


class Journal:
    """Writes lines; a kill loses none that was written."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, what: str, **fields: object) -> None:
        """Write a line with this moment."""
        line = json.dumps({"at": time.monotonic(), "what": what, **fields})
        os.write(self._file, f"{line}\n".encode())


def version_of(name: str, version: int, *, ended: bool) -> Document:
    """Return a document whose answer tells its version."""
    return entry(
        question=f"What is the state of the {name}?",
        answer=f"{name} {version}",
        audience=Audience.PUBLIC,
        origin="t",
        document_id=name,
        valid_until=TODAY - timedelta(days=1) if ended else None,
    )


class Life:
    """Edits and asks until it is killed."""

    def __init__(self, base: KnowledgeBase, journal: Journal, names: Sequence[str]) -> None:
        self._base = base
        self._journal = journal
        self._names = names
        self._lot = random.Random()
        # Versions grow over all lives: a later one has a later moment.
        self._versions = itertools.count(time.monotonic_ns())

    async def tell(self) -> None:
        """Write down what is stored, and that index and rows agree."""
        stored = await self._base.some(self._names)
        for document in stored:
            self._journal.write("stored", version=document.passages[0].text)
        passages = await self._base.check()
        if len(self._names) == len(NAMES):
            assert passages == len(stored)
        self._journal.write("ready", embedder=self._base.embedder, names=self._names)
        for name in NAMES:
            await self.ask(name)

    async def live(self) -> None:
        """Edit and ask for ever."""
        shares = [self._names[number::EDITORS] for number in range(EDITORS)]
        await asyncio.gather(
            self._base.follow(),
            *(self._edit(names) for names in shares),
            *(self._keep_asking() for _ in range(ASKERS)),
        )

    async def ask(self, name: str) -> None:
        """Ask about one document and write down what came."""
        asked_at = time.monotonic()
        findings = await self._base.search(
            f"what is the state of the {name}", audiences=frozenset(Audience), today=TODAY
        )
        shown = [hit.passage.text for hit in findings.hits]
        self._journal.write(
            "answer", asked_at=asked_at, about=name, shown=shown, meaning=findings.meaning
        )

    async def _edit(self, names: Sequence[str]) -> None:
        while True:
            name = self._lot.choice(names)
            version = next(self._versions)
            kind = self._lot.choice(("put", "put", "put", "remove", "expire"))
            text = "" if kind == "remove" else f"{name} {version}"
            self._journal.write("begin", about=name, version=text, ended=kind == "expire")
            if kind == "remove":
                await self._base.remove(name)
            else:
                await self._base.add([version_of(name, version, ended=kind == "expire")])
            self._journal.write("end", about=name, version=text, ended=kind == "expire")

    async def _keep_asking(self) -> None:
        while True:
            await self.ask(self._lot.choice(NAMES))


async def live(options: argparse.Namespace, embedder: str) -> None:
    """Open the knowledge base as the owner would find it, and live."""
    folder: Path = options.folder
    database = Database(options.database or f"sqlite:///{folder / 'rows.db'}")
    await migrate(database)
    rows = DocumentRows(database, now=lambda: datetime.now(UTC))
    base = KnowledgeBase(
        rows,
        SlowEmbedder(embedder),
        Worker(),
        folder / "chroma",
        chroma_url=options.chroma,
        known=SlowEmbedder,
        sharing=SharingRows(database, run=str(os.getpid())) if options.chroma else None,
        prepares=options.part == 0,
    )
    await base.start()
    names = NAMES[options.part :: options.parts]
    life = Life(base, Journal(folder / "journal"), names)
    await life.tell()
    await life.live()


def in_a_process(options: argparse.Namespace, embedder: str) -> int:
    """Live in a process of its own; return its id."""
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        asyncio.run(live(options, embedder))
    except Exception as error:  # noqa: BLE001 - the edge of the process
        Journal(options.folder / "journal").write("failed", error=repr(error))
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Take orders until there are no more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--database", default="", help="A PostgreSQL's URL.")
    parser.add_argument("--chroma", default="", help="A Chroma server's address.")
    parser.add_argument("--part", type=int, default=0, help="Which of several programs this is.")
    parser.add_argument("--parts", type=int, default=1, help="How many share the knowledge.")
    options = parser.parse_args()
    # What is loaded by now stays: no process's collector of garbage looks through it.
    gc.freeze()
    # Killed processes are nobody's to bury but the system's.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        print(json.dumps({"pid": in_a_process(options, line.strip())}), flush=True)


if __name__ == "__main__":
    main()
