"""How long each step of a turn took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Adds up seconds by step; `timings_ms` keeps the order in which steps first ended."""

    def __init__(self) -> None:
        """Start with nothing measured."""
        self.timings_ms: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the time inside the block to a step, whatever ends it."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, (time.perf_counter() - began) * 1000)

    def add(self, name: str, took_ms: float) -> None:
        """Count time measured elsewhere to a step."""
        self.timings_ms[name] = round(self.timings_ms.get(name, 0.0) + took_ms, 2)
