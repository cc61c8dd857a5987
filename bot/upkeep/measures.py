"""How long things took and how they went since the start, measured where they happen."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from bot.domain.conversations import Kind

# From what needs no model to what a small box needs for a long prompt while others wait.
BUCKETS_S = (0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600)


class Measures:
    """Counters and histograms, which begin anew with each start, as Prometheus expects of them.

    Attributes:
        registry: What a scrape reads them from.
    """

    def __init__(self) -> None:
        """Begin at nothing, every label's value there from the start."""
        self.registry = CollectorRegistry()
        self._answers = Histogram(
            "deskhand_answer_duration_seconds",
            "From when somebody wrote to when their answer was ready, by kind of answer.",
            ["kind"],
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        for kind in Kind:
            self._answers.labels(kind.value)
        self._failed = Counter(
            "deskhand_turns_failed",
            "Attempts to answer that broke off with an error.",
            registry=self.registry,
        )
        self._waits = Histogram(
            "deskhand_model_wait_seconds",
            "Waiting until the model was free; not of what it does of its own when nobody asks.",
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self._calls = Histogram(
            "deskhand_model_call_duration_seconds",
            "The model's own time; not of what it does of its own when nobody asks.",
            buckets=BUCKETS_S,
            registry=self.registry,
        )

    def answered(self, kind: Kind, took_s: float) -> None:
        """Count an answer; a platform's clock may be ahead of ours, which counts as no time."""
        self._answers.labels(kind.value).observe(max(0.0, took_s))

    def failed(self) -> None:
        """Count an attempt at a turn that broke off."""
        self._failed.inc()

    def called(self, wait_s: float, call_s: float) -> None:
        """Count a call of the model."""
        self._waits.observe(wait_s)
        self._calls.observe(call_s)
