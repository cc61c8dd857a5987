"""Which call at the model's gate goes next, and to which host."""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from bot.domain.model_calls import Decision, ModelCall, Standing
from bot.llm.errors import ModelError, ModelMissingError
from bot.llm.record import CallRecord

ABOUT_AS_FAST = 0.25
"""Share of a call's time by which free hosts' calls may differ and the hosts count as alike.

A mean of twenty calls is off by about as much; taken at its word, the host that is fastest by a
hair would get whatever comes one by one, and the others' memory of prompts would lie idle.
"""

OVERTAKEN = 4
"""So many a host of those that came next may go before a call of the same round, each to the host
that has read its prompt: otherwise whoever is first would be sent there, and both prompts read
anew."""

SOONEST_S = 0.05
"""A call that is late may end at any moment; it is not worth looking more often."""


class Usable(Protocol):
    """Says which hosts may be called."""

    def usable(self, model: str) -> Sequence[str]:
        """Return the hosts that may serve a model now; empty when there is none."""

    def why_none(self, model: str) -> ModelError:
        """Return what to say when no host may serve a model."""


class OneHost:
    """The only host there is, always to be called."""

    def usable(self, model: str) -> Sequence[str]:
        """Return it."""
        del model
        return ("",)

    def why_none(self, model: str) -> ModelError:
        """Return what is never said."""
        return ModelMissingError(model)


class Dispatch:
    """Decides by the shortest expected wait until an answer is there.

    Those who wait are looked at in their order, within a round first who finds the host free that
    has read their prompt. Each goes where its answer is expected first: the
    wait until the host is free, those before it in the queue counted, the host's usual time for a
    call, and, on any other host than the one that has read its conversation's prompt, what reading
    it anew costs. Who would rather wait for a host than take a free one leaves that to the next.
    """

    def __init__(self, hosts: Usable, record: CallRecord, *, slots: int) -> None:
        """Decide between hosts that take so many calls at once each."""
        self.hosts = hosts
        self.record = record
        self.slots = slots
        self._last: dict[str, int] = {}

    def options(self, call: ModelCall) -> list[str]:
        """Return where a call may go now; empty when no host can serve it."""
        return [
            host
            for host in self.hosts.usable(call.wish.model)
            if call.wish.only in {"", host} and host != call.lost
        ]

    def decide(self, standing: Standing, now_s: float) -> Decision:
        """Say who goes in now."""
        options = {call: self.options(call) for call in standing.waiting}
        ahead = _Ahead({host for each in options.values() for host in each}, self.slots)
        for call in standing.running:
            ahead.run(call, self._left_s(call, now_s))
        admitted: list[tuple[ModelCall, str]] = []
        again_s = math.inf
        waiting = [call for call in standing.waiting if options[call]]
        while waiting and ahead.free:
            call = _next(waiting, ahead, standing.kept)
            waiting.remove(call)
            host = self._best(call, options[call], ahead, standing.kept)
            wait_s = ahead.wait_s(host)
            ahead.take(host, self._call_s(host, math.inf))
            if not wait_s:
                self._last[host] = call.number
                admitted.append((call, host))
            elif any(ahead.wait_s(other) == 0.0 for other in options[call]):
                again_s = min(again_s, max(wait_s, SOONEST_S))
        return Decision(admitted, None if math.isinf(again_s) else again_s)

    def _best(
        self, call: ModelCall, options: Sequence[str], ahead: "_Ahead", kept: Mapping[str, str]
    ) -> str:
        """Return where a call's answer is expected first."""
        home = kept.get(call.wish.conversation, "") if call.wish.conversation else ""
        anew_s = self.record.saved_s if home in options else 0.0
        expected_s = {
            host: ahead.wait_s(host) + self._call_s(host, 0.0) + (anew_s if host != home else 0.0)
            for host in options
        }
        best = min(options, key=lambda host: (expected_s[host], host != home, ahead.load(host)))
        if best == home or ahead.wait_s(best):
            return best
        # Those at home nowhere spread over what is free and about as fast: each host remembers.
        limit_s = expected_s[best] + ABOUT_AS_FAST * self._call_s(best, 0.0)
        alike = [host for host in options if not ahead.wait_s(host) and expected_s[host] <= limit_s]
        return min(
            alike, key=lambda host: (host != home, ahead.load(host), self._last.get(host, 0))
        )

    def _call_s(self, host: str, unknown_s: float) -> float:
        call_s = self.record.call_s(host)
        return unknown_s if call_s is None else call_s

    def _left_s(self, call: ModelCall, now_s: float) -> float:
        """Return how long a call will still run; a late one as much longer as it is late."""
        ran_s = 0.0 if call.admitted_s is None else now_s - call.admitted_s
        late_s = ran_s - self._call_s(call.host, math.inf)
        return max(abs(late_s), SOONEST_S)


def _next(waiting: Sequence[ModelCall], ahead: "_Ahead", kept: Mapping[str, str]) -> ModelCall:
    """Return whom to send somewhere: the first, or one that was close by and has its host free."""
    first = waiting[0]
    for call in waiting:
        if call.turn != first.turn or call.number >= first.number + OVERTAKEN * ahead.hosts:
            break
        home = kept.get(call.wish.conversation) if call.wish.conversation else None
        if home is not None and ahead.is_free(home):
            return call
    return first


class _Ahead:
    """When each host's slots become free, as calls are given to them in thought."""

    def __init__(self, hosts: Iterable[str], slots: int) -> None:
        self._slots = slots
        self._busy_s: dict[str, list[float]] = {host: [] for host in hosts}
        self._load = Counter[str]()
        self.free = slots * len(self._busy_s)

    @property
    def hosts(self) -> int:
        """Return how many hosts there are."""
        return len(self._busy_s)

    def is_free(self, host: str) -> bool:
        """Return whether a host may be called, and at once."""
        return host in self._busy_s and self.wait_s(host) == 0.0

    def load(self, host: str) -> int:
        """Return how many calls were given to a host."""
        return self._load[host]

    def run(self, call: ModelCall, left_s: float) -> None:
        """Know of a call that runs for so long yet."""
        if call.host in self._busy_s:
            self.free -= len(self._busy_s[call.host]) < self._slots
            heapq.heappush(self._busy_s[call.host], left_s)
            self._load[call.host] += 1

    def wait_s(self, host: str) -> float:
        """Return how long until a host takes one more call: 0.0 at once."""
        busy_s = self._busy_s[host]
        if len(busy_s) < self._slots:
            return 0.0
        # Where fewer may run than do, the first to end make no room.
        return heapq.nsmallest(len(busy_s) - self._slots + 1, busy_s)[-1]

    def take(self, host: str, call_s: float) -> None:
        """Give a host one more call."""
        begins_s = self.wait_s(host)
        self.free -= not begins_s
        heapq.heappush(self._busy_s[host], begins_s + call_s)
        self._load[host] += 1
