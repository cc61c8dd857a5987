"""What left this box, as the way out wrote it down."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

# HTTP: a tunnel that was opened, and one to a host that is not on the list.
OPENED = 200
REFUSED = 403


@dataclass(frozen=True, slots=True)
class Contact:
    """A connection that was asked for.

    Attributes:
        ended_at: Aware, UTC.
        status: `OPENED`, `REFUSED`, or another of HTTP's where the other side was not there.
    """

    ended_at: datetime
    host: str
    status: int
    sent_bytes: int
    received_bytes: int


@dataclass(frozen=True, slots=True)
class HostSeen:
    """All connections to one host.

    Attributes:
        opened: How many were let through and answered.
        refused: How many were not let through.
        last_at: When the last one ended.
    """

    host: str
    opened: int
    refused: int
    sent_bytes: int
    received_bytes: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """What left since a moment.

    Attributes:
        hosts: The last one that was spoken to first.
        unread: How many lines could not be understood.
    """

    hosts: tuple[HostSeen, ...]
    unread: int


class WayOut:
    """Reads what the only way out writes (`deploy/squid.conf`, `deploy/way-out`)."""

    def __init__(self, log: Path | None) -> None:
        """Read this log, and the one before it; None: nothing stands between here and the net."""
        self._log = log

    @property
    def watched(self) -> bool:
        """Return whether there is such a log."""
        return self._log is not None

    async def web_hosts(self) -> list[str]:
        """Return the hosts of the web that the way out leads to; none where there is no log.

        Raises:
            OSError: That cannot be read.
        """
        if self._log is None:
            return []
        return await asyncio.to_thread(_web_hosts, self._log.with_name("web-hosts"))

    async def left(self, since: datetime) -> Left:
        """Return what left since a moment; nothing while there is no log.

        Raises:
            OSError: It cannot be read.
        """
        if self._log is None:
            return Left((), 0)
        return await asyncio.to_thread(_left, self._log, since)


def _left(log: Path, since: datetime) -> Left:
    by_host: dict[str, list[Contact]] = {}
    unread = 0
    for line in _lines(log):
        try:
            contact = _contact(line)
        except ValueError:
            unread += 1
            continue
        if contact.ended_at >= since:
            by_host.setdefault(contact.host, []).append(contact)
    hosts = [_seen(host, contacts) for host, contacts in by_host.items()]
    return Left(tuple(sorted(hosts, key=lambda each: each.last_at, reverse=True)), unread)


def _web_hosts(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return []


def _lines(log: Path) -> Iterator[str]:
    # Squid moves a full log to this name and begins anew.
    for path in (log.with_name(f"{log.name}.0"), log):
        try:
            with path.open(encoding="utf-8", errors="replace") as lines:
                yield from lines
        except FileNotFoundError:
            continue


def _contact(line: str) -> Contact:
    ended_at, _took_ms, status, to, sent, received = line.split()
    host, _, _port = to.rpartition(":")
    moment = datetime.fromtimestamp(int(ended_at), UTC)
    return Contact(moment, host or to, int(status), int(sent), int(received))


def _seen(host: str, contacts: list[Contact]) -> HostSeen:
    opened = [each for each in contacts if each.status == OPENED]
    return HostSeen(
        host,
        len(opened),
        sum(each.status == REFUSED for each in contacts),
        sum(each.sent_bytes for each in opened),
        sum(each.received_bytes for each in opened),
        max(each.ended_at for each in contacts),
    )
