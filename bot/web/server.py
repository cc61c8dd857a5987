"""Serves the page from inside this process."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import cast

import uvicorn
from litestar import Litestar

from bot.web.patience import MOST_CONNECTIONS, PatientProtocol

# Open pages (server-sent events) get this long to end when we stop.
GRACE_S = 1


class PortTakenError(Exception):
    """The page cannot listen where it should; the text says why and what to do."""


class _Server(uvicorn.Server):
    """Leaves the process's signals to the app, which stops everything in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def served(
    site: Litestar, *, host: str, port: int, forwarded_by: str = ""
) -> AsyncIterator[str]:
    """Serve inside the block, and give the address people open.

    Args:
        site: The application.
        host: Name or address to listen at.
        port: 0 takes a free one.
        forwarded_by: Who is believed that says for whom it asks, as in `Settings`.

    Raises:
        PortTakenError: Somebody else listens there, or the address is not this machine's.
    """
    listener = _listen(host, port)
    port = listener.getsockname()[1]
    server = _Server(
        uvicorn.Config(
            cast("Callable[..., object]", site),
            log_config=None,
            access_log=False,
            lifespan="on",
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
            ws="none",
            # Who acts and who reads is of one request, not of the next on the same connection.
            reset_contextvars=True,
            http=PatientProtocol,
            limit_concurrency=MOST_CONNECTIONS,
            # Only who is named may say for whom it asks, or addresses are forged.
            proxy_headers=bool(forwarded_by),
            forwarded_allow_ips=forwarded_by,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]), name="page")
    while not server.started and not task.done():  # noqa: ASYNC110 - told by a flag only
        await asyncio.sleep(0.01)
    try:
        yield f"http://{_shown(host)}:{port}"
    finally:
        server.should_exit = True
        await task
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        # Only a socket in its last minute may be taken over, never a living one.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(
                f"Port {port} is taken by another program: set DESKHAND_PORT to a free one."
            ) from error
        raise PortTakenError(
            f"The page cannot listen at {host}:{port} ({error.strerror}): set DESKHAND_HOST to"
            " an address of this machine and DESKHAND_PORT to a port you may use."
        ) from error
    return listener


def _shown(host: str) -> str:
    """Return the host as it stands in an address a person opens on this machine."""
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
