"""Reading in a process of its own: a hostile file kills only that."""

import logging
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ValidationError

from knowledge.errors import UnreadableError
from knowledge.readers.child import ANSWER_BYTES
from knowledge.readers.content import Content
from knowledge.readers.kinds import Kind

log = logging.getLogger(__name__)

WAIT_S = 120.0
_ROOT = Path(__file__).parents[2]
# The rest of our environment, tokens among it, is none of a file's business.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TESSDATA_PREFIX", "TMPDIR", "TEMP")


class _Answer(BaseModel):
    """What the child writes; exactly one of `content` and `error` is there."""

    content: Content | None = None
    error: str = ""
    where: str = ""
    cause: str = ""


def understand(
    kind: Kind, content: bytes, *, edited: bool = False, wait_s: float = WAIT_S
) -> Content:
    """Return what `understanding.understand` does, found by a process with limits.

    Blocks for 0.3 s and more; a thread may call it.

    Args:
        kind: As there.
        content: As there.
        edited: As there.
        wait_s: When to end the process.

    Raises:
        UnreadableError: As there; or the process took too long, too much or died.
    """
    # Files, not pipes: what is written into them is bounded by the child's own limits, and
    # nothing here can wait for the other side.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as written:
        given.write(content)
        given.seek(0)
        asked = [kind.name, "edited"] if edited else [kind.name]
        status = _run(asked, given, written, wait_s)
        if status != 0:
            log.warning("a reader died kind=%s status=%s", kind.name, status)
            raise UnreadableError(_death(status))
        answer = _read(written)
    if answer.content is not None:
        return answer.content
    log.info("unreadable kind=%s cause=%s", kind.name, answer.cause)
    raise UnreadableError(answer.error, answer.where)


def _run(asked: list[str], given: IO[bytes], written: IO[bytes], wait_s: float) -> int:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    child = subprocess.Popen(  # noqa: S603 - our own module, by our own Python
        [sys.executable, "-P", "-m", "knowledge.readers.child", *asked],
        stdin=given,
        stdout=written,
        stderr=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
        env=environment | {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "OMP_THREAD_LIMIT": "1"},
        start_new_session=True,
    )
    try:
        return child.wait(wait_s)
    except subprocess.TimeoutExpired as error:
        raise UnreadableError(
            "The file was not read within {seconds} seconds: split it, or save it anew.",
            seconds=f"{wait_s:.0f}",
        ) from error
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child that still runs, and what it has started."""
    if child.poll() is not None:
        return
    if sys.platform == "win32":
        child.kill()
    else:
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _read(written: IO[bytes]) -> _Answer:
    written.seek(0)
    try:
        return _Answer.model_validate_json(written.read(ANSWER_BYTES))
    except ValidationError as error:
        raise UnreadableError(_death(1)) from error


def _death(status: int) -> str:
    if sys.platform != "win32" and status in (-signal.SIGXCPU, -signal.SIGKILL):
        return "The file takes too long or too much memory to be read: split it, or save it anew."
    return (
        "The file broke its reader, so it is damaged or made to do harm: "
        "open it where it was made, save it again and add that."
    )
