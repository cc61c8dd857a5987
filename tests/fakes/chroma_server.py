"""A Chroma server, as people run one."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

CHROMA = Path(sys.executable).with_name("chroma")
START_S = 30.0


class ChromaServer:
    """A server on a port of its own, which may be ended and started again.

    Attributes:
        url: Its address, the same after each start.
    """

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"
        self.start(folder)

    def start(self, folder: Path) -> None:
        """Start with what is in a folder, and return once it listens."""
        where = ("--path", str(folder), "--host", "127.0.0.1", "--port", str(self._port))
        self._server = subprocess.Popen(
            [CHROMA, "run", *where], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        give_up_at = time.monotonic() + START_S
        while not self._listens():
            assert self._server.poll() is None, "the Chroma server ended"
            assert time.monotonic() < give_up_at, "the Chroma server did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once."""
        if self._server:
            self._server.kill()
            self._server.wait()

    def freeze(self, *, frozen: bool = True) -> None:
        """Have it stand still, so that it takes connections and answers none; or go on."""
        if self._server:
            self._server.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    def _listens(self) -> bool:
        with socket.socket() as asking:
            return asking.connect_ex(("127.0.0.1", self._port)) == 0
