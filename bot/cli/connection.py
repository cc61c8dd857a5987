"""Finds the Deskhand to ask: the one that runs, or the same app composed in this process."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.cli.client import Client
from bot.cli.errors import FailedError
from bot.data_dir import DataDirectory, InUseError
from bot.loading import loading
from bot.settings import InvalidEnvironmentError, Settings, load

# How long to wait for one that is starting, or for another command to finish.
BUSY_S = 15.0
LOOK_AGAIN_S = 0.2


@dataclass(frozen=True, slots=True)
class Connection:
    """A Deskhand that answers.

    Attributes:
        running: A server does; False when it lives only as long as this command.
        page_url: Where its page is, or will be.
    """

    client: Client
    running: bool
    page_url: str


def environment() -> Settings:
    """Return the environment's settings.

    Raises:
        FailedError: A variable has no usable value.
    """
    try:
        return load()
    except InvalidEnvironmentError as error:
        raise FailedError(str(error)) from error


@contextmanager
def connected() -> Iterator[Connection]:
    """Open a connection to the running Deskhand, or to one composed for this block.

    Raises:
        FailedError: There is none and none can be made; the text says why.
    """
    settings = environment()
    directory = DataDirectory(settings.data_dir)
    give_up_at = time.monotonic() + BUSY_S
    while True:
        running = _running(directory)
        if running is not None:
            yield running
            return
        try:
            with _composed(settings) as connection:
                yield connection
                return
        except InUseError as error:
            if time.monotonic() > give_up_at:
                raise FailedError(
                    f"Another Deskhand holds {settings.data_dir} and does not answer: wait for"
                    " it to finish, or stop it."
                ) from error
            time.sleep(LOOK_AGAIN_S)


def _running(directory: DataDirectory) -> Connection | None:
    door = directory.door()
    if door is None:
        return None
    client = Client(door)
    return Connection(client, running=True, page_url=door.page_url) if client.alive() else None


@contextmanager
def _composed(settings: Settings) -> Iterator[Connection]:
    # Here, since it loads the whole product, which a client of a server does not need.
    with loading():
        from bot.cli.composed import TOLD, Aside  # noqa: PLC0415

    aside = Aside(settings)
    try:
        door = aside.start()
    except InUseError:
        raise
    except TOLD as error:
        raise FailedError(str(error)) from error
    try:
        page_url = settings.page_url or f"http://{settings.host}:{settings.port}"
        yield Connection(Client(door), running=False, page_url=page_url)
    finally:
        aside.stop()
