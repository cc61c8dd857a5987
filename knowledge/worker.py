"""One thread that owns what must not be shared, and takes questions before imports."""

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from typing import Any, TypeVar

_T = TypeVar("_T")


class Priority(IntEnum):
    """What goes first; equal ones go in the order they came."""

    QUESTION = 0
    IMPORT = 1
    _END = 2


class Worker:
    """A thread that runs one call after the other, the most urgent first.

    A running call is never interrupted, so what imports is cut into short calls.
    """

    def __init__(self) -> None:
        self._order = itertools.count()
        self._calls: queue.PriorityQueue[
            tuple[int, int, Future[Any] | None, Callable[[], Any] | None]
        ] = queue.PriorityQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="knowledge", daemon=True)
        self._thread.start()

    async def run(self, priority: Priority, call: Callable[[], _T]) -> _T:
        """Return what the call returns, once its turn has come.

        A cancelled wait takes a call that has not begun out of the queue.

        Raises:
            RuntimeError: The worker is closed.
        """
        if self._closed:
            raise RuntimeError("The knowledge worker is closed.")
        future: Future[_T] = Future()
        self._calls.put((priority, next(self._order), future, call))
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Finish what is queued, then end the thread. Closing twice is allowed."""
        if not self._closed:
            self._closed = True
            self._calls.put((Priority._END, next(self._order), None, None))
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while True:
            _, _, future, call = self._calls.get()
            if future is None or call is None:
                return
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = call()
            except BaseException as error:  # noqa: BLE001 - handed to the one who waits
                future.set_exception(error)
            else:
                future.set_result(result)
            del future, call
