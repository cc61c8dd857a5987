"""Chroma, embedded or as a server: how it is reached, and what its errors mean."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError

from knowledge.blank import blank_memory
from knowledge.errors import IndexAwayError, IndexDamagedError, IndexLostError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

log = logging.getLogger(__name__)

CONNECT_S = 2.0
# Writing 100 vectors takes 50 ms, and listing 300,000 ids some seconds: more is a server that
# stands still, and Chroma's own client would wait for ever.
WORK_S = 60.0
# A question takes some milliseconds, and is answered by words where it takes longer than this.
QUESTION_S = 2.0


def connected(path: Path, url: str) -> "ClientAPI":
    """Return a client of the server at an address, or with "" of the embedded Chroma in a folder.

    Raises:
        ChromaError, httpx.HTTPError, OSError, ValueError: See `damage`.
    """
    # Its defaults and this alone: by itself it reads a hundred names of the environment, and a
    # `.env` of whatever folder we are started in, which takes as long as its start.
    settings = Settings.model_construct(anonymized_telemetry=False)
    if not url:
        blank_memory()
        return chromadb.PersistentClient(path=str(path), settings=settings)
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    # Its client asks the server at once, and cannot be told before to give up some time.
    httpx.get(f"{parts.scheme}://{parts.hostname}:{port}/api/v2/heartbeat", timeout=CONNECT_S)
    client = chromadb.HttpClient(
        host=parts.hostname or "127.0.0.1", port=port, ssl=secure, settings=settings
    )
    for session in _sessions(client):
        session.timeout = _timeout(WORK_S)
    return client


@contextmanager
def hurried(client: "ClientAPI | None") -> Iterator[None]:
    """Have a server's client wait no longer than a question may, inside the block."""
    sessions = _sessions(client)
    for session in sessions:
        session.timeout = _timeout(QUESTION_S)
    try:
        yield
    finally:
        for session in sessions:
            session.timeout = _timeout(WORK_S)


def close(client: "ClientAPI") -> None:
    """Let go of Chroma's files or connections."""
    try:
        client.close()  # type: ignore[attr-defined] # every client of ours has it
        # Of a server's client Chroma leaves the connections open, its inner one's too.
        for session in (*_sessions(client), *_sessions(getattr(client, "_admin_client", None))):
            session.close()
    except (ChromaError, AttributeError) as error:
        log.warning("closed index badly error=%s", type(error).__name__)


@contextmanager
def damage(doing: str) -> Iterator[None]:
    """Turn Chroma's errors into ours at its border.

    Raises:
        IndexLostError: What was asked is not there.
        IndexAwayError: The server does not answer.
        IndexDamagedError: Anything else.
    """
    try:
        yield
    except NotFoundError as error:
        log.warning("failed index doing=%s error=lost", doing)
        raise IndexLostError(
            "The search index is not there: it is made again from the documents."
        ) from error
    except httpx.HTTPError as error:
        log.warning("failed index doing=%s error=%s", doing, type(error).__name__)
        raise IndexAwayError(
            "The Chroma server does not answer: see that it runs, and DESKHAND_CHROMA_URL."
        ) from error
    except (ChromaError, OSError, ValueError, AttributeError) as error:
        log.warning("failed index doing=%s error=%s", doing, type(error).__name__)
        raise IndexDamagedError(
            "The search index cannot be used: see whether the disk is full; if it is not, run"
            " `deskhand knowledge rebuild`."
        ) from error


def _sessions(client: object) -> list[httpx.Client]:
    session = getattr(getattr(client, "_server", None), "_session", None)
    return [session] if isinstance(session, httpx.Client) else []


def _timeout(answer_s: float) -> httpx.Timeout:
    return httpx.Timeout(answer_s, connect=CONNECT_S)
