"""Files that outlast a power cut, readable by this user only."""

import os
from datetime import datetime
from pathlib import Path


def write_durably(path: Path, content: bytes, *, at: datetime | None = None) -> None:
    """Write a file that only this user can read; it is there as a whole or not at all.

    Args:
        path: In a folder that is there; what it held before is replaced.
        content: All of it.
        at: What it bears as its time; None: the computer's own.

    Raises:
        OSError: It could not be written; what was there before is.
    """
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if at is not None:
        os.utime(fresh, (at.timestamp(), at.timestamp()))
    fresh.replace(path)
    # A file's new name is as durable as its folder.
    sync(path.parent)


def sync(path: Path) -> None:
    """Have what is in a file, or which names are in a folder, outlast a power cut."""
    if path.is_dir() and os.name != "posix":
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
