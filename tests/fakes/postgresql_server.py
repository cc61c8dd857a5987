"""A PostgreSQL of its own, which may be ended at once and started again.

It is made by the `initdb` that is on the computer, as the user `postgres` where we are root, whom
it would refuse.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

USER = "postgres"
START_S = 60.0
GONE_S = 10.0
# Beside what is on the path, where Debian puts them.
_FOLDERS = "/usr/lib/postgresql"


def programs() -> Path | None:
    """Return the folder with `initdb` and `postgres`; None where there is none."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    every = sorted(Path(_FOLDERS).glob("*/bin/initdb")) if Path(_FOLDERS).is_dir() else []
    return every[-1].parent if every else None


class PostgresqlServer:
    """A running server.

    Attributes:
        url: Of its database, the same after each start.
    """

    def __init__(self, folder: Path, binaries: Path) -> None:
        """Make an empty one in a folder, and start it."""
        self._folder = folder
        self._binaries = binaries
        self._as: dict[str, str] = {"user": USER, "group": USER} if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(folder, USER, USER)
        subprocess.run(
            [
                *(binaries / "initdb", "--username", USER, "--auth", "trust"),
                *("--encoding", "UTF8", "--no-locale", "--pgdata", folder / "data"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **self._as,  # type: ignore[call-overload]
        )
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.url = f"postgresql://{USER}@127.0.0.1:{self._port}/postgres"
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, and return once it lets people in.

        What a killed one has left takes a moment to be gone; until then a new one refuses.
        """
        give_up_at = time.monotonic() + START_S
        while True:
            server = self._launch()
            while server.poll() is None and not self._ready():
                assert time.monotonic() < give_up_at, "PostgreSQL did not start"
                time.sleep(0.05)
            if server.poll() is None:
                self._server = server
                return
            assert time.monotonic() < give_up_at, (self._folder / "log").read_text()[-2000:]
            time.sleep(0.1)

    def kill(self) -> None:
        """End it at once; those that serve its connections end as they notice, which is awaited."""
        if self._server is not None:
            serving = psutil.Process(self._server.pid).children(recursive=True)
            self._server.send_signal(signal.SIGKILL)
            self._server.wait()
            self._server = None
            psutil.wait_procs(serving, timeout=GONE_S)

    def spent_s(self) -> float:
        """Return the CPU seconds it has spent since its start, those of all its processes."""
        assert self._server is not None
        whole = psutil.Process(self._server.pid)
        return sum(sum(each.cpu_times()[:4]) for each in [whole, *whole.children(recursive=True)])

    def _launch(self) -> "subprocess.Popen[bytes]":
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [
                    *(self._binaries / "postgres", "-D", self._folder / "data"),
                    *("-p", str(self._port), "-c", "listen_addresses=127.0.0.1"),
                    *("-c", "unix_socket_directories=", "-c", "max_connections=200"),
                ],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                **self._as,  # type: ignore[call-overload]
            )

    def _ready(self) -> bool:
        asked = subprocess.run(
            [self._binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)],
            check=False,
        )
        return asked.returncode == 0


@contextmanager
def own_postgresql(binaries: Path) -> Iterator[PostgresqlServer]:
    """Run a new server inside the block; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="deskhand-postgresql-"))
    server = None
    try:
        server = PostgresqlServer(folder, binaries)
        yield server
    finally:
        if server is not None:
            server.kill()
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
