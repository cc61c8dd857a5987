"""The processes that serve one office together."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Duty(StrEnum):
    """What a process is there for."""

    PAGE = "page"
    """Everything, the page among it: `deskhand run`."""
    WORKER = "worker"
    """Everything but the page and the chat on it: `deskhand worker`."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What a process does just now.

    Attributes:
        leads: The names of what it alone does for all of them.
        turns: How many messages it answers.
    """

    leads: tuple[str, ...]
    turns: int


@dataclass(frozen=True, slots=True)
class Worker:
    """One process as it was heard of last.

    Attributes:
        run: Names its start.
        name: Of its computer or container, and its number there.
        version: Of Deskhand.
        started_at: By the database server's clock, as all that follows.
        silent_s: Seconds since it was heard of.
    """

    run: str
    name: str
    duty: Duty
    version: str
    started_at: datetime
    silent_s: float
    doing: Doing
