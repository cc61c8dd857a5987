"""What Chroma's files hold of a process's memory: nothing, though it writes what it never set."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from knowledge.documents import Audience, PassageVectors
from knowledge.index import Index
from knowledge.sharing import Place

WORDS = b"Quuxington likes ultramarine. " * 10_000
THREADS = 32  # More than the C library keeps memory apart for, so all of it was somebody's.
SIZES = (400, 180_000)  # About those of the two files of a new index.

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]


def take(sizes: tuple[int, ...]) -> None:
    """Fill memory with words, and give it back."""
    taken = [(libc.malloc(size), size) for size in sizes]
    for place, size in taken:
        ctypes.memmove(place, WORDS, min(size, len(WORDS)))
    for place, _ in taken:
        libc.free(place)


@contextmanager
def words_everywhere() -> Iterator[None]:
    """Have all of the process's memory been somebody's words before."""
    # What was once that large comes from the heap from now on, and not fresh from the system.
    take((30_000_000,))
    dirty, over = threading.Barrier(THREADS + 1), threading.Event()

    def live() -> None:
        take(SIZES * 20)
        dirty.wait()
        over.wait()

    threads = [threading.Thread(target=live) for _ in range(THREADS)]
    for each in threads:
        each.start()
    dirty.wait()
    yield
    over.set()
    for each in threads:
        each.join()


@pytest.mark.skipif(not hasattr(libc, "mallopt"), reason="only glibc's memory comes blank")
def test_no_file_of_an_index_holds_words_that_were_in_memory(tmp_path: Path):
    index = Index(tmp_path / "chroma", "", Place("blank 1"))
    with words_everywhere():
        index.open()
        for place, audience in enumerate(Audience):
            vector = np.zeros((1, 384), dtype=np.float32)
            vector[0, place] = 1.0
            passage = PassageVectors(f"{audience}#0", "blank 1", "a" * 64, vector)
            index.replace((), [(audience, passage)])
            assert index.nearest(vector[0], {audience}, 1).meanings
    index.close()
    files = [each for each in (tmp_path / "chroma").rglob("*") if each.is_file()]
    assert len(files) > 1
    assert [each.name for each in files if b"Quuxington" in each.read_bytes()] == []
