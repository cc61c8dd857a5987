"""What recent calls of the model took, by host, and what staying on a host saved them."""

from collections import defaultdict, deque
from collections.abc import Iterable
from statistics import fmean

from bot.domain.model_calls import EndedCall

MEASURED_CALLS = 20
"""Recent calls of a host whose mean makes the estimate: steady, and yet following a change."""

COMPARED_CALLS = 50
"""Recent calls that stayed where their prompt was read, and as many that moved, to compare."""

FEWEST_COMPARED = 3
"""Below this of either nothing is known of what staying saves: one prompt may be much longer."""


FEWEST_CALLS = 3
"""With fewer a host counts as fast as the fastest: after one slow call it would be left alone, and
nothing would show any more that it was chance."""


class CallRecord:
    """Means of recent calls; read from any thread, added to from one."""

    def __init__(self) -> None:
        self._took_s: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MEASURED_CALLS))
        self._read_s: dict[bool, deque[float]] = defaultdict(lambda: deque(maxlen=COMPARED_CALLS))
        self._means_s: dict[str, float] = {}
        self._known_s: dict[str, float] = {}
        self._fastest_s: float | None = None
        self._mean_s: float | None = None
        self._saved_s = 0.0

    @property
    def mean_s(self) -> float | None:
        """Return how long a call takes on any host; None while nothing is measured."""
        return self._mean_s

    @property
    def saved_s(self) -> float:
        """Return how much sooner a prompt is read where most of it was read before.

        By the calls that stayed on their conversation's host and those that moved; 0.0 while too
        few of either were measured, and where staying saves nothing.
        """
        return self._saved_s

    def call_s(self, host: str) -> float | None:
        """Return how long a call is expected to take on a host; None while nothing is measured."""
        return self._known_s.get(host, self._fastest_s)

    def measured_s(self, host: str) -> float | None:
        """Return how long calls took on a host; None while none was measured there."""
        return self._means_s.get(host)

    def add(self, *ended: EndedCall) -> None:
        """Take in calls that ended well, the newest last."""
        for each in ended:
            self._took_s[each.host].append(each.took_s)
            if each.stayed is not None and each.read_s is not None:
                self._read_s[each.stayed].append(each.read_s)
        # Replaced whole: another thread may read meanwhile.
        self._means_s = {host: fmean(each) for host, each in self._took_s.items()}
        known = (host for host, each in self._took_s.items() if len(each) >= FEWEST_CALLS)
        self._known_s = {host: self._means_s[host] for host in known}
        self._mean_s = _mean([took_s for each in self._took_s.values() for took_s in each])
        self._fastest_s = min(self._known_s.values(), default=self._mean_s)
        stayed, moved = self._read_s[True], self._read_s[False]
        enough = min(len(stayed), len(moved)) >= FEWEST_COMPARED
        self._saved_s = max(0.0, fmean(moved) - fmean(stayed)) if enough else 0.0

    def replace(self, ended: Iterable[EndedCall]) -> None:
        """Know these calls alone, the newest last."""
        self._took_s.clear()
        self._read_s.clear()
        self.add(*ended)


def _mean(values: list[float]) -> float | None:
    return fmean(values) if values else None
