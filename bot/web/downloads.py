"""Models on their way to this box; a download goes on when its page is left."""

import contextlib
from dataclasses import dataclass, replace

from bot.llm.model import ModelLibrary, PullStep
from bot.web.reader import N_
from bot.web.watched import Watched


@dataclass(frozen=True, slots=True)
class Download:
    """Where the last download is.

    Attributes:
        done_bytes, total_bytes: Of the layer under way, 0 while unknown.
        ended: It is over, well or not.
        error: A sentence when it did not end well.
    """

    name: str
    status: str = "starting"
    done_bytes: int = 0
    total_bytes: int = 0
    ended: bool = False
    error: str = ""


class Downloads(Watched[Download]):
    """One download at a time; of one that is stopped, Ollama keeps what has come so far."""

    def __init__(self, library: ModelLibrary) -> None:
        """Download by `library`."""
        super().__init__(
            "download",
            lambda download, why: replace(download, ended=True, error=why),
            stopped=N_("The download was stopped."),
            broken=N_("The download failed: see the log."),
        )
        self._library = library

    def start(self, name: str) -> bool:
        """Begin to download a model; False while another is under way."""

        async def downloaded() -> Download:
            download = Download(name)
            async with contextlib.aclosing(self._library.pull(name)) as steps:
                async for step in steps:
                    download = _after(download, step)
                    self._tell(download)
            return replace(download, ended=True, status="done")

        return self._begin(Download(name), downloaded)


def _after(download: Download, step: PullStep) -> Download:
    return replace(
        download,
        status=step.status,
        done_bytes=step.completed_bytes or 0,
        total_bytes=step.total_bytes or 0,
    )
