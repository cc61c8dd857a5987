"""Puts files and folders in place of others: all of them or none, whenever the power goes."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.durable import sync, write_durably

_PLAN = "exchange.json"
_STAGE = ".exchange"


@dataclass(frozen=True, slots=True)
class Move:
    """One place of which the content changes.

    Attributes:
        target: The place.
        aside: Where what is there now goes, in the same file system; None: nowhere.
        fresh: What comes in its place, in the same file system; None: nothing does.
    """

    target: Path
    aside: Path | None
    fresh: Path | None


def stage(folder: Path) -> Path:
    """Return an empty folder for what is to come into a folder, this user's only.

    It is gone when the exchange is over, and when the folder is next held where there is none.
    """
    made = folder / _STAGE
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o700, parents=True)
    return made


def is_under_way(folder: Path) -> bool:
    """Return whether an exchange that was begun in a folder has moves left."""
    return (folder / _PLAN).exists()


def clear(folder: Path) -> None:
    """Remove what was staged in a folder, unless an exchange needs it still."""
    if not is_under_way(folder):
        shutil.rmtree(folder / _STAGE, ignore_errors=True)


def exchange(folder: Path, moves: Sequence[Move]) -> None:
    """Do all moves; once this has begun, `finish` does what is left of them.

    Args:
        folder: Whose exchange it is.
        moves: What is fresh is whole by now.

    Raises:
        OSError: It did not begin, or goes on when the folder is next held.
    """
    for each in moves:
        if each.fresh is not None:
            _make_durable(each.fresh)
    plan = folder / _PLAN
    told = [[_text(part) for part in (each.target, each.aside, each.fresh)] for each in moves]
    write_durably(plan, json.dumps(told).encode())
    finish(folder)


def finish(folder: Path) -> None:
    """Finish the exchange that was begun in a folder, and clear away what one has left behind.

    Raises:
        OSError: It could not; it goes on at the next call.
    """
    plan = folder / _PLAN
    if is_under_way(folder):
        for target, aside, fresh in json.loads(plan.read_text(encoding="utf-8")):
            _move(Path(target), _path(aside), _path(fresh))
        sync(folder)
        plan.unlink()
        sync(folder)
    clear(folder)


def _move(target: Path, aside: Path | None, fresh: Path | None) -> None:
    """Do a move, or what is left of it."""
    if fresh is not None and not fresh.exists():
        return  # It is in its place.
    if aside is not None and target.exists() and not aside.exists():
        aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.rename(aside)
        sync(aside.parent)
        sync(target.parent)
    if fresh is not None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.replace(target)
        sync(target.parent)


def _text(path: Path | None) -> str:
    return "" if path is None else str(path.absolute())


def _path(told: str) -> Path | None:
    return Path(told) if told else None


def _make_durable(path: Path) -> None:
    for each in (path, *path.rglob("*")) if path.is_dir() else (path,):
        sync(each)
