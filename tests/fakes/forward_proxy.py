"""A forward proxy over real sockets, which alone knows where a name leads."""

import asyncio
import contextlib
from typing import Self
from urllib.parse import urlsplit

HEAD_END = b"\r\n\r\n"
CHUNK_BYTES = 65_536


class ForwardProxy:
    """Takes everything to one port of this machine, whatever host it is for.

    Attributes:
        seen: The hosts it was asked for, each request's first connection once.
        refused: Hosts it lets nobody through to.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self.seen: list[str] = []
        self.refused: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(HEAD_END)
            method, target, _ = head.split(b" ", 2)
            self.seen.append(_host(target.decode()))
            if self.seen[-1] in self.refused:
                writer.write(b"HTTP/1.1 403 Forbidden" + HEAD_END)
                writer.close()
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
            if method == b"CONNECT":
                writer.write(b"HTTP/1.1 200 OK" + HEAD_END)
            else:
                # Servers take the whole address, as a proxy is given it (RFC 9112, 3.2.2).
                far_writer.write(head)
            await asyncio.gather(_pipe(reader, far_writer), _pipe(far_reader, writer))
        self._tasks.discard(task)


def _host(target: str) -> str:
    return urlsplit(target if "://" in target else f"//{target}").hostname or ""


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.closing(writer):
        while chunk := await reader.read(CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
