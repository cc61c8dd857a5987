"""Health shown to many who ask at once: proved once, and kept for a moment."""

import asyncio
import time
from collections.abc import Callable, Sequence

from bot.upkeep.health import Health, Row

# Proving asks the model for a token: whoever asks without a session must not keep it busy.
KEPT_S = 10.0


class Proofs:
    """Every part's health, from a proof that is at most `KEPT_S` old."""

    def __init__(self, health: Health, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Prove by `health`."""
        self._health = health
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._rows: Sequence[Row] = ()
        self._proved_at: float | None = None
        self._unwaited: set[asyncio.Task[Sequence[Row]]] = set()

    @property
    def last(self) -> Sequence[Row]:
        """Return a row a part as it was proved last; none before the first. Nothing is proved."""
        return self._rows

    async def rows(self, *, fresh: bool = False) -> Sequence[Row]:
        """Return a row a part, in a fixed order.

        Args:
            fresh: Prove anew; who asks while that goes on waits and gets the same.
        """
        asked_at = self._clock()
        async with self._one_at_a_time:
            kept_s = 0.0 if fresh else KEPT_S
            if self._proved_at is None or self._proved_at < asked_at - kept_s:
                rows = await self._health.rows()
                self._rows, self._proved_at = rows, self._clock()
            return self._rows

    async def soon(self, *, within_s: float) -> Sequence[Row]:
        """Return what `rows` does, or the last rows where that takes longer than this.

        Those are none before the first proof. The proof goes on, for whoever asks next.
        """
        proof = asyncio.create_task(self.rows(), name="proof")
        self._unwaited.add(proof)
        proof.add_done_callback(self._unwaited.discard)
        await asyncio.wait({proof}, timeout=within_s)
        return proof.result() if proof.done() else self._rows

    async def stop(self) -> None:
        """End the proofs that nobody waits for."""
        for proof in tuple(self._unwaited):
            proof.cancel()
        await asyncio.gather(*self._unwaited, return_exceptions=True)
