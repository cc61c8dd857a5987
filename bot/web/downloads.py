"""Models on their way to this box; a download goes on when its page is left."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

from bot.llm.errors import ModelError
from bot.llm.model import ModelLibrary, PullStep
from bot.web.watched import Watched

log = logging.getLogger(__name__)


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


class Downloads:
    """One download at a time, watched by any number of pages."""

    def __init__(self, library: ModelLibrary) -> None:
        """Download by `library`."""
        self._library = library
        self._task: asyncio.Task[None] | None = None
        self._state: Watched[Download] = Watched(lambda download: download.ended)

    @property
    def last(self) -> Download | None:
        """Return the download under way, or the last one; None when there was none."""
        return self._state.last

    def start(self, name: str) -> bool:
        """Begin to download a model; False while another is under way."""
        if self._state.under_way:
            return False
        self._state.tell(Download(name))
        self._task = asyncio.create_task(self._run(name), name=f"download {name}")
        return True

    def cancel(self) -> None:
        """Stop the download under way, if there is one; Ollama keeps what has come so far."""
        if self._task is not None:
            self._task.cancel()

    def watch(self) -> AsyncGenerator[Download, None]:
        """Yield where the download is, now and after changes, until it has ended."""
        return self._state.watch()

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, name: str) -> None:
        download = Download(name)
        try:
            async with contextlib.aclosing(self._library.pull(name)) as steps:
                async for step in steps:
                    download = _after(download, step)
                    self._state.tell(download)
            self._state.tell(replace(download, ended=True, status="done"))
        except ModelError as error:
            self._state.tell(replace(download, ended=True, error=str(error)))
        except asyncio.CancelledError:
            self._state.tell(replace(download, ended=True, error="The download was stopped."))
            raise
        except Exception:  # the edge of one download
            log.exception("download failed model=%s", name)
            self._state.tell(
                replace(download, ended=True, error="The download failed: see the log.")
            )


def _after(download: Download, step: PullStep) -> Download:
    return replace(
        download,
        status=step.status,
        done_bytes=step.completed_bytes or 0,
        total_bytes=step.total_bytes or 0,
    )
