"""Models on their way to this box; a download goes on when its page is left."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.llm.model import ModelLibrary, PullStep
from bot.web.reader import N_
from bot.web.watched import Watched


@dataclass(frozen=True, slots=True)
class Download:
    """Where the last download is.

    Attributes:
        done_bytes, total_bytes: Of the layer under way, 0 while unknown.
        bytes_per_s: How fast that layer has come so far, 0.0 while unknown.
        ended: It is over, well or not.
        error: A sentence when it did not end well.
    """

    name: str
    status: str = "starting"
    done_bytes: int = 0
    total_bytes: int = 0
    bytes_per_s: float = 0.0
    ended: bool = False
    error: str = ""

    @property
    def left_s(self) -> float | None:
        """Return how long the layer under way will still take; None while unknown."""
        if not self.bytes_per_s:
            return None
        return (self.total_bytes - self.done_bytes) / self.bytes_per_s


class Downloads(Watched[Download]):
    """One download at a time; of one that is stopped, Ollama keeps what has come so far."""

    def __init__(
        self, library: ModelLibrary, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Download by `library`; `clock` tells seconds that only grow."""
        super().__init__(
            "download",
            lambda download, why: replace(download, ended=True, error=why),
            stopped=N_("The download was stopped."),
            broken=N_("The download failed: see the log."),
        )
        self._library = library
        self._clock = clock

    def start(self, name: str) -> bool:
        """Begin to download a model; False while another is under way."""

        async def downloaded() -> Download:
            download, layer = Download(name), _Layer(0, 0, self._clock())
            async with contextlib.aclosing(self._library.pull(name)) as steps:
                async for step in steps:
                    now_s = self._clock()
                    layer = layer.at(step, now_s)
                    download = _after(download, step, layer.speed(step, now_s))
                    self._tell(download)
            return replace(download, ended=True, status="done")

        return self._begin(Download(name), downloaded)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Where a layer was when its first step came; what came before is not this download's."""

    total_bytes: int
    first_bytes: int
    began_s: float

    def at(self, step: PullStep, now_s: float) -> "_Layer":
        """Return the layer that a step is of."""
        total = step.total_bytes or 0
        return (
            self if total == self.total_bytes else _Layer(total, step.completed_bytes or 0, now_s)
        )

    def speed(self, step: PullStep, now_s: float) -> float:
        """Return how many bytes a second have come; 0.0 for none."""
        came = (step.completed_bytes or 0) - self.first_bytes
        return came / (now_s - self.began_s) if came > 0 and now_s > self.began_s else 0.0


def _after(download: Download, step: PullStep, bytes_per_s: float) -> Download:
    return replace(
        download,
        status=step.status,
        done_bytes=step.completed_bytes or 0,
        total_bytes=step.total_bytes or 0,
        bytes_per_s=bytes_per_s,
    )
