"""How long the server waits for what a client sends, and how many it waits for at once."""

import asyncio
import logging

from uvicorn.protocols.http.h11_impl import H11Protocol

log = logging.getLogger(__name__)

# A request is here by then: its head, and its body unless that is large. Browsers open connections
# ahead of need; one that is ended so is opened anew.
ARRIVES_S = 20.0
# What is larger gets the time it takes at this rate, which is below any line's that carries a page.
BYTES_PER_S = 16_000
# Open pages hold one each for what is told them, and browsers open six at most besides.
MOST_CONNECTIONS = 256
MOST_OF_ONE_ADDRESS = 64


class PatientProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, with an end to what arrives too slowly or is too much.

    uvicorn's own time limit begins anew with each byte, so one byte now and then holds a connection
    for good. A head is refused beyond the 16 KB that h11 takes.
    """

    _began_s = 0.0
    _came_bytes = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, unless its address has too many connections already."""
        super().connection_made(transport)
        if self._is_one_too_many():
            log.warning("refused a connection too many of one address")
            transport.close()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take in what came; once a request is whole nothing is waited for until it is answered."""
        self._came_bytes += len(data)
        super().data_received(data)
        if self._is_whole():
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of one that was answered before its end."""
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_one_too_many(self) -> bool:
        # Whoever comes through a proxy comes from its address.
        if self.client is None or self.config.proxy_headers:
            return False
        address = self.client[0]
        same = sum(each.client is not None and each.client[0] == address for each in self._all())
        return same > MOST_OF_ONE_ADDRESS

    def _all(self) -> list[H11Protocol]:
        return [each for each in self.connections if isinstance(each, H11Protocol)]

    def _is_whole(self) -> bool:
        cycle = self.cycle
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    def _waits_for_us(self) -> bool:
        """Return whether more would be here if it had been asked for."""
        cycle = self.cycle
        asked = cycle is None or cycle.response_complete or not cycle.waiting_for_100_continue
        return self.flow.read_paused or not asked

    def _wait(self) -> None:
        self._stop_waiting()
        self._began_s, self._came_bytes = self.loop.time(), 0
        self._timer = self.loop.call_later(ARRIVES_S, self._look)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        left_s = self._began_s + given_s(self._came_bytes) - self.loop.time()
        if self._waits_for_us():
            left_s = ARRIVES_S
        if left_s > 0:
            self._timer = self.loop.call_later(left_s, self._look)
            return
        log.warning("ended a connection whose request did not arrive bytes=%s", self._came_bytes)
        self.transport.abort()


def given_s(came_bytes: int) -> float:
    """Return how long a request may have taken of which so much is here."""
    return ARRIVES_S + came_bytes / BYTES_PER_S
