"""A folder that files are put into: what stands in it, and what is in one of its files.

A plain look at names, sizes and times, not the system's own notices of changes: those do not come
from network drives nor through a container's mounts, and miss what happened while nobody ran.
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge.errors import FolderUnreadableError, UnreadableError
from knowledge.readers.files import MAX_BYTES
from knowledge.readers.kinds import readable, unknown

# A folder with more was hardly meant: a home folder, or a whole disk.
MAX_FILES = 5_000
_LINK = "It is a link, and links are not followed: put the file itself here."
_NAME = "Its name holds signs that are none in UTF-8: rename it."
_NO_FILE = "It is neither a file nor a folder: take it out."
_NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class ChangingError(Exception):
    """A file is being written, or is another one by now: look again later."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as the folder shows it; equal while nobody touches it.

    Attributes:
        path: In the folder, with slashes.
        inode: Device and number: another file of the same name has another one.
        problem: Why it is not read at all, "" when it may be.
    """

    path: str
    size_bytes: int
    mtime_ns: int
    inode: tuple[int, int]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into a folder has shown.

    Attributes:
        root: Tells this folder from another one that stands in its place, such as what is left
            of a network drive that is away.
        files: By path.
    """

    root: str
    files: dict[str, Seen]


def look(folder: Path) -> Look:
    """Return the files in a folder and its folders; hidden ones and Office's locks left out.

    Raises:
        FolderUnreadableError: It is not there, cannot be read, or holds too much; one sentence.
    """
    files: dict[str, Seen] = {}
    waiting = [folder]
    try:
        root = folder.stat()
        while waiting:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith((".", "~$")):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    elif (seen := _seen(folder, entry)) is not None:
                        files[seen.path] = seen
                    if len(files) > MAX_FILES:
                        raise FolderUnreadableError(
                            "There are more than {most} files in {folder}: "
                            "choose a folder of its own for this.",
                            most=MAX_FILES,
                            folder=folder,
                        )
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FolderUnreadableError(
            "There is no folder {folder}: make it, or correct the path.", folder=folder
        ) from error
    except OSError as error:
        raise FolderUnreadableError(
            "{path} cannot be read: {why}.", path=error.filename or folder, why=error.strerror
        ) from error
    return Look(f"{root.st_dev}:{root.st_ino}", files)


def content(folder: Path, seen: Seen) -> bytes:
    """Return what is in a file, if it is still the one that was seen.

    Raises:
        ChangingError: It is not, or it changed while it was read.
        UnreadableError: It is none of those that are read; the sentence says why.
    """
    if seen.problem:
        raise UnreadableError(seen.problem)
    if not readable(seen.path):
        raise UnreadableError(unknown(seen.path))
    if seen.size_bytes > MAX_BYTES:
        raise UnreadableError("The file is over {most} MB: split it.", most=MAX_BYTES // 1_000_000)
    try:
        # A link put in its place by now is not followed, and a pipe not waited for.
        number = os.open(folder / seen.path, os.O_RDONLY | _NOT_FOLLOWED)
        with open(number, "rb") as file:  # noqa: PTH123 - a file that is open already
            before = _state(os.fstat(number))
            read = file.read(seen.size_bytes + 1) if before == _state_of(seen) else b""
            after = _state(os.fstat(number))
    except PermissionError as error:
        raise UnreadableError(
            "It may not be read: let the account that runs Deskhand read it."
        ) from error
    except OSError as error:
        raise ChangingError(seen.path) from error
    if not before == after == _state_of(seen) or len(read) != seen.size_bytes:
        raise ChangingError(seen.path)
    return read


def _seen(folder: Path, entry: "os.DirEntry[str]") -> Seen | None:
    """Return a file as it is, None when it is gone by now."""
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    path = PurePosixPath(*Path(entry.path).relative_to(folder).parts).as_posix()
    written = os.fsencode(path).decode(errors="replace")
    problem = "" if stat.S_ISREG(found.st_mode) else _NO_FILE
    if stat.S_ISLNK(found.st_mode):
        problem = _LINK
    elif written != path:
        problem = _NAME
    return Seen(written, *_state(found), problem)


def _state(found: os.stat_result) -> tuple[int, int, tuple[int, int]]:
    return found.st_size, found.st_mtime_ns, (found.st_dev, found.st_ino)


def _state_of(seen: Seen) -> tuple[int, int, tuple[int, int]]:
    return seen.size_bytes, seen.mtime_ns, seen.inode
