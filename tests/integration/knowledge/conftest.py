"""A Chroma server, as people run one."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMA = Path(sys.executable).with_name("chroma")
START_S = 30.0


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a server that has nothing in it at first."""
    folder = tmp_path_factory.mktemp("chroma-server")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    where = ("--path", str(folder), "--host", "127.0.0.1", "--port", str(port))
    server = subprocess.Popen(
        [CHROMA, "run", *where], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        give_up_at = time.monotonic() + START_S
        while not _listens(port):
            assert server.poll() is None, "the Chroma server ended"
            assert time.monotonic() < give_up_at, "the Chroma server did not start"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
