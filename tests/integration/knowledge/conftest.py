"""Chroma servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.chroma_server import ChromaServer


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a server that has nothing in it at first."""
    server = ChromaServer(tmp_path_factory.mktemp("chroma-server"))
    try:
        yield server.url
    finally:
        server.kill()


@pytest.fixture
def own_chroma(tmp_path: Path) -> Iterator[ChromaServer]:
    """Give a server of the test's own, its data in the folder `server` beside it."""
    server = ChromaServer(tmp_path / "server")
    try:
        yield server
    finally:
        server.kill()
