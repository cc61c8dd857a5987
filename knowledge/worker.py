"""One thread that owns what must not be shared, and takes questions before imports."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from functools import cache
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

_T = TypeVar("_T")


class Priority(IntEnum):
    """What goes first; equal ones go in the order they came."""

    QUESTION = 0
    IMPORT = 1
    REHEARSAL = 2


# How often a call is passed over by more urgent ones: where questions never cease, imports still
# get on, and of four questions, two calls each, one waits for an import's call, 50 ms or less.
_PASSED_OVER = 8
_Call = tuple[Future[Any], Callable[[], Any]]


class Worker:
    """A thread that runs one call after the other, the most urgent first.

    A running call is never interrupted, so what imports is cut into short calls.
    """

    def __init__(self) -> None:
        """Start the thread; from now on numpy has one of its own in this process, too."""
        _numpy_on_one_thread()
        self._waiting: dict[Priority, deque[_Call]] = {each: deque() for each in Priority}
        self._passed = dict.fromkeys(Priority, 0)
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="knowledge", daemon=True)
        self._thread.start()

    async def run(self, priority: Priority, call: Callable[[], _T]) -> _T:
        """Return what the call returns, once its turn has come.

        A cancelled wait takes a call that has not begun out of the queue.

        Raises:
            RuntimeError: The worker is closed.
        """
        future: Future[_T] = Future()
        with self._changed:
            if self._closed:
                raise RuntimeError("The knowledge worker is closed.")
            self._waiting[priority].append((future, call))
            self._changed.notify()
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Finish what is queued, then end the thread. Closing twice is allowed."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        await asyncio.to_thread(self._thread.join)

    def _next(self) -> _Call | None:
        """Wait for the call whose turn it is; None when there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or any(self._waiting.values()))
            waiting = [each for each in Priority if self._waiting[each]]
            if not waiting:
                return None
            overdue = [each for each in waiting if self._passed[each] >= _PASSED_OVER]
            turn = (overdue or waiting)[0]
            for each in waiting:
                self._passed[each] = 0 if each is turn else self._passed[each] + 1
            return self._waiting[turn].popleft()

    def _work(self) -> None:
        while turn := self._next():
            future, call = turn
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = call()
            except BaseException as error:  # noqa: BLE001 - handed to the one who waits
                future.set_exception(error)
            else:
                future.set_result(result)
            del turn, future, call


@cache
def _numpy_on_one_thread() -> None:
    # More of them spin while they wait for each other, on cores that the model needs: a small
    # office's start with four answers took 0.58 s of two cores, and takes 0.31 s of one.
    threadpool_limits(1, user_api="blas")
