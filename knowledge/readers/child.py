"""The process that reads one file and ends: its limits first, then the reader, then the answer.

`python -m knowledge.readers.child KIND [edited]` takes the file from standard input and writes one
JSON object: `content`, or `error` with `where` and `cause`.
"""

import json
import os
import sys
from dataclasses import asdict

from knowledge.errors import UnreadableError
from knowledge.readers.kinds import Kind

MEMORY_BYTES = 1_200_000_000
CPU_S = 100
ANSWER_BYTES = 120_000_000
OPEN_FILES = 64
_NICENESS = 10  # answering people goes before reading files

_DAMAGED = (
    "The file is damaged, or made in an unusual way: "
    "open it where it was made, save it again and add that."
)
_TOO_LARGE = "The file needs too much memory to be read: split it, or take pictures out of it."


def main() -> None:
    """Read one file under limits."""
    _limit()
    # openpyxl would load it, half a second long, for kinds of numbers that no file brings.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    kind, *how = sys.argv[1:]
    try:
        found = answer(Kind[kind], sys.stdin.buffer.read(), edited=bool(how))
        text = json.dumps(found)
    except MemoryError as error:
        text = json.dumps(_fault(_TOO_LARGE, error))
    sys.stdout.write(text)


def answer(kind: Kind, content: bytes, *, edited: bool = False) -> dict[str, object]:
    """Return what the process writes, whatever the file is; see the module.

    Raises:
        MemoryError: Nothing can be trusted from here on but the end.
    """
    from knowledge.readers.understanding import understand  # noqa: PLC0415 - after the limits

    try:
        return {"content": asdict(understand(kind, content, edited=edited))}
    except UnreadableError as error:
        return _fault(str(error), error.__cause__, error.where)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the edge of one file; readers fail in any way there is
        return _fault(_DAMAGED, error)


def _fault(text: str, cause: BaseException | None, where: str = "") -> dict[str, object]:
    return {"error": text, "where": where, "cause": type(cause).__name__ if cause else ""}


def _limit() -> None:
    if sys.platform == "win32":  # it has no such limits; the wait for us is limited there too
        return
    import resource  # noqa: PLC0415 - not everywhere

    os.nice(_NICENESS)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, ANSWER_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        lowered = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (lowered, lowered))


if __name__ == "__main__":
    main()
