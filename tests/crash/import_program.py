"""Makes an import ready, says so, and puts it in force; killed at any of that.

It imports everything once, then forks a process for each line it reads: the number of an import.
The process says its id once it is ready, and when it is done; the one above when it was killed.
"""

import argparse
import asyncio
import gc
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from bot.storage.migrate import migrate
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document
from knowledge.readers.entries import entry
from knowledge.worker import Worker
from tests.fakes.embedder import WordEmbedder

SIZE = 200  # storing it takes long enough to be met by a kill


def batch(number: int) -> list[Document]:
    """Return an import's documents."""
    return [
        entry(
            question=f"Where is box {each} of load {number}?",
            answer=f"In row {each}.",
            audience=Audience.PUBLIC,
            origin="t",
            document_id=f"load{number}-{each}",
        )
        for each in range(SIZE)
    ]


async def opened(folder: Path) -> tuple[Database, KnowledgeBase]:
    """Open the knowledge base as its next process finds it."""
    database = Database(f"sqlite:///{folder / 'rows.db'}")
    await migrate(database)
    rows = DocumentRows(database, now=lambda: datetime.now(UTC))
    base = KnowledgeBase(rows, WordEmbedder(), Worker(), folder / "chroma", known=WordEmbedder)
    await base.start()
    return database, base


async def live(folder: Path, number: int) -> None:
    """Put one import in force, and wait to be killed."""
    _, base = await opened(folder)
    ready = await base.ready(batch(number))
    os.write(sys.stdout.fileno(), f"ready {os.getpid()}\n".encode())
    await base.put(ready)
    os.write(sys.stdout.fileno(), b"put\n")
    await asyncio.Event().wait()


def in_a_process(folder: Path, number: int) -> int:
    """Live in a process of its own; return its id."""
    pid = os.fork()
    if not pid:
        asyncio.run(live(folder, number))
    return pid


def main() -> None:
    """Take orders until there are no more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    # What is loaded by now stays: no process's collector of garbage looks through it.
    gc.freeze()
    for line in sys.stdin:
        pid = in_a_process(options.folder, int(line))
        os.waitpid(pid, 0)
        print("killed", flush=True)


if __name__ == "__main__":
    main()
