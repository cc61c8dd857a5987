"""The figures that an administrator would be woken by; docs/metrics.md has each, with its alarm."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from importlib.metadata import version

from prometheus_client import Metric, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from bot.domain.backlog import Backlog, Queue
from bot.inbox.platforms import Platforms
from bot.upkeep.backup.results import Result
from bot.upkeep.disk import Left
from bot.upkeep.health import Row, ready
from bot.upkeep.probes import OVERDUE
from bot.web.proofs import Proofs
from bot.web.services import Services

# Prometheus gives up on a scrape after 10 s unless told otherwise; a model that is at work lets a
# proof wait for longer.
PROOF_S = 3.0
# Prometheus's own way of saying when something was that never was.
NEVER = 0.0


class Figures(Collector):
    """All figures at one moment: measured since the start, of this process, and of what is kept."""

    def __init__(self, *parts: Iterable[Metric]) -> None:
        """Hold these."""
        self._metrics = [metric for part in parts for metric in part]

    def collect(self) -> Iterable[Metric]:
        """Return them."""
        return self._metrics


async def figures(services: Services, proofs: Proofs) -> Figures:
    """Return the figures of now; nobody's words or names are in them.

    Raises:
        StorageError: The rows could not be read.
        OSError: What is left of the disk cannot be told.
    """
    now = services.now()
    backlog = await services.backlog.read(overdue_before=now - OVERDUE)
    return Figures(
        _build(),
        ProcessCollector(registry=None).collect(),
        services.measures.registry.collect(),
        _proved(await proofs.soon(within_s=PROOF_S)),
        _waiting(backlog, now),
        _platforms(services.platforms),
        _model(services),
        _backups(await services.backups.results()),
        _kept(await services.backlog.size_bytes(), await services.disk.left()),
    )


def _build() -> Iterator[Metric]:
    yield InfoMetricFamily("deskhand_build", "What runs.", {"version": version("deskhand")})


def _proved(rows: Sequence[Row]) -> Iterator[Metric]:
    by_part = GaugeMetricFamily(
        "deskhand_part_ok", "1 when a part did what it is there for.", labels=["part"]
    )
    for row in rows:
        by_part.add_metric([row.part], row.ok)
    yield by_part
    if rows:
        yield GaugeMetricFamily(
            "deskhand_ready", "1 while every part that is needed does.", value=ready(rows)
        )


def _waiting(backlog: Backlog, now: datetime) -> Iterator[Metric]:
    for name, what, queue in (
        ("turns_waiting", "Messages that wait for an answer", backlog.turns),
        ("outgoing_waiting", "Messages that wait to be posted", backlog.outgoing),
        ("follow_ups_overdue", "Follow-ups that are due and did not come", backlog.follow_ups),
        ("hand_overs_waiting", "People who wait for a colleague", backlog.hand_overs),
        ("questions_open", "Questions that nobody has answered", backlog.questions),
    ):
        yield GaugeMetricFamily(f"deskhand_{name}", f"{what}.", value=queue.count)
        yield GaugeMetricFamily(
            f"deskhand_{name}_oldest_age_seconds",
            f"{what}: the oldest one's age, 0 where there is none.",
            value=_age(queue, now).total_seconds(),
        )
    for name, what, count in (
        ("turns_running", "Messages that are being answered.", backlog.turns_running),
        ("turns_parked", "Messages set aside after failing again and again.", backlog.turns_parked),
        ("outgoing_failed", "Messages that cannot be delivered.", backlog.outgoing_failed),
        ("hand_overs_taken", "Conversations that a colleague has.", backlog.hand_overs_taken),
    ):
        yield GaugeMetricFamily(f"deskhand_{name}", what, value=count)


def _age(queue: Queue, now: datetime) -> timedelta:
    return timedelta() if queue.since is None else max(timedelta(), now - queue.since)


def _platforms(platforms: Platforms) -> Iterator[Metric]:
    up = GaugeMetricFamily(
        "deskhand_platform_up",
        "1 while a platform that is switched on is connected and brings messages.",
        labels=["platform"],
    )
    since = GaugeMetricFamily(
        "deskhand_platform_changed_timestamp_seconds",
        "Since when it is as it is.",
        labels=["platform"],
    )
    for name in platforms.names:
        status = platforms.status(name)
        if status.wanted:
            up.add_metric([name], status.up)
            since.add_metric([name], status.since.timestamp() if status.since else NEVER)
    yield up
    yield since


def _model(services: Services) -> Iterator[Metric]:
    status = services.model.status
    if services.choices.model.name and status.ok is not None:
        yield GaugeMetricFamily(
            "deskhand_model_up", "1 when the model answered the last call.", value=status.ok
        )
        yield GaugeMetricFamily(
            "deskhand_model_changed_timestamp_seconds",
            "Since when it is so.",
            value=status.since.timestamp(),
        )
    for name, what, count in (
        ("waiting", "Calls of the model that wait.", services.gate.waiting),
        ("running", "Calls of the model that run.", services.gate.running),
    ):
        yield GaugeMetricFamily(f"deskhand_model_calls_{name}", what, value=count)


def _backups(results: Sequence[Result]) -> Iterator[Metric]:
    good = next((each for each in results if each.ok), None)
    yield GaugeMetricFamily(
        "deskhand_backup_proved_timestamp_seconds",
        "When the last backup was made that was restored and tested; 0 where none was.",
        value=good.made_at.timestamp() if good else NEVER,
    )
    yield GaugeMetricFamily(
        "deskhand_backup_size_bytes", "Of that one.", value=good.size_bytes if good else 0
    )
    yield GaugeMetricFamily(
        "deskhand_backup_failing",
        "1 while the last attempt at one is no good.",
        value=bool(results) and not results[0].ok,
    )


def _kept(database_bytes: int, disk: Left) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "deskhand_database_size_bytes", "What the database takes.", value=database_bytes
    )
    yield GaugeMetricFamily(
        "deskhand_disk_free_bytes", "Left on the data directory's disk.", value=disk.free_bytes
    )
    yield GaugeMetricFamily("deskhand_disk_free_ratio", "Of the whole disk.", value=disk.share)
