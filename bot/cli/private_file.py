"""Files that a command writes for this user alone."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bot.cli.errors import FailedError


@contextlib.contextmanager
def private_file(file: Path) -> Iterator[BinaryIO]:
    """Have a file written that only this user can read; it is there as a whole or not at all.

    Raises:
        FailedError: It cannot be written.
    """
    try:
        handle, fresh = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as writing:
                yield writing
                writing.flush()
                os.fsync(writing.fileno())
            Path(fresh).replace(file)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(fresh).unlink()
            raise
    except OSError as error:
        raise FailedError(
            f"{file} cannot be written ({error.strerror}): name a place that can."
        ) from error
