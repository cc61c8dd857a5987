"""The app composed in this process. Loads the whole product, which a client does not need."""

import asyncio
import logging
import threading
from concurrent.futures import Future

from bot.choices import InvalidSettingError
from bot.data_dir import DataDirectoryError, Door
from bot.llm.errors import ModelError
from bot.serving import aside
from bot.settings import InvalidEnvironmentError, Settings
from bot.storage.errors import StorageError
from bot.upkeep.backup.errors import BackupError
from bot.web.server import PortTakenError
from knowledge.errors import KnowledgeError

log = logging.getLogger(__name__)

# Errors of composing the app whose text is a sentence for people.
TOLD = (
    InvalidEnvironmentError,
    InvalidSettingError,
    DataDirectoryError,
    PortTakenError,
    StorageError,
    BackupError,
    KnowledgeError,
    ModelError,
)
# Longer than the app takes to give back what it is doing.
CLOSING_S = 20.0


class Aside:
    """The app in a thread of its own, so that the main one can wait for keys and for Ctrl-C."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ready: Future[Door] = Future()
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="deskhand", daemon=True)

    def start(self) -> Door:
        """Compose the app and return its door; its errors come out here."""
        self._thread.start()
        try:
            return self._ready.result()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Take it down and wait until that is done."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(CLOSING_S)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        try:
            async with aside(self._settings) as door:
                self._ready.set_result(door)
                await self._stopped.wait()
        except Exception as error:  # the edge of the thread
            if self._ready.done():
                # What was asked for has been answered; how taking it down went is for the log.
                log.exception("taking down failed")
            else:
                self._ready.set_exception(error)
