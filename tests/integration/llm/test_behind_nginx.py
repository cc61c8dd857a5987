"""A proxy in front of two hosts, set up as docs/model.md says; skipped where there is no nginx."""

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.llm.connection import Limits, OllamaConnection
from bot.llm.gate import Gate
from bot.llm.hosted import HostedChat
from bot.llm.model import ChatMessage, ChatRequest, Text
from bot.llm.ollama import ModelSettings
from tests.fakes.hosts import hosts_of
from tests.fakes.ollama import FakeOllama, hangs, says

# Debian has it where only root looks.
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
DOCS = Path(__file__).parents[3] / "docs" / "model.md"
QUESTION = ChatRequest((ChatMessage("user", "Open?"),))
LIMITS = Limits(first_token_s=10.0)

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


def documented() -> str:
    """Return what the documents tell the owner to write."""
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    begin = lines.index("    upstream ollama {")
    return "\n".join(lines[begin : lines.index("", begin)])


@pytest.fixture
async def stubs() -> AsyncIterator[tuple[FakeOllama, FakeOllama]]:
    async with FakeOllama() as one, FakeOllama() as two:
        yield one, two


@contextlib.asynccontextmanager
async def proxy(folder: Path, told: str) -> AsyncIterator[str]:
    """Run nginx with these lines inside the block; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = told.replace("listen 11434;", f"listen 127.0.0.1:{port};")
    temporary = "\n".join(
        f"{kind}_temp_path {folder / kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nmaster_process off;\npid {folder / 'pid'};\nerror_log stderr;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}\n{told}\n}}\n"
    )
    assert NGINX is not None
    running = await asyncio.create_subprocess_exec(
        NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", "stderr"
    )
    try:
        async with asyncio.timeout(30):
            while not await listens(port):
                assert running.returncode is None
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        await running.wait()


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        await asyncio.sleep(0.02)
        return False
    writer.close()
    await writer.wait_closed()
    return True


@pytest.fixture
async def desk(
    tmp_path: Path, stubs: tuple[FakeOllama, FakeOllama]
) -> AsyncIterator[OllamaConnection]:
    told = documented()
    for address, stub in zip(("10.0.0.5:11434", "10.0.0.6:11434"), stubs, strict=True):
        assert address in told
        told = told.replace(address, f"127.0.0.1:{stub.port}")
    async with proxy(tmp_path, told) as url:
        connection = OllamaConnection(url, LIMITS)
        yield connection
        await connection.close()


async def ask(gate: Gate, chat: HostedChat, person: str) -> str:
    said = ""
    async with (
        gate.place(person) as place,
        contextlib.aclosing(chat.chat(QUESTION, place)) as chunks,
    ):
        async for chunk in chunks:
            said += chunk.text if isinstance(chunk, Text) else ""
    return said


async def test_a_word_comes_through_before_the_next_is_written(desk, stubs):
    for stub in stubs:
        stub.default = hangs("We ")
    chat = HostedChat(hosts_of(desk), ModelSettings("tiny:1b"))
    async with contextlib.aclosing(chat.chat(QUESTION)) as chunks:
        assert await anext(chunks) == Text("We ")


async def test_calls_are_spread_over_both_hosts(desk, stubs):
    for stub in stubs:
        stub.default = says("Yes.", delay_s=0.3)
    hosts = hosts_of(desk)
    gate, chat = Gate(2, hosts=hosts), HostedChat(hosts, ModelSettings("tiny:1b"))
    assert await asyncio.gather(ask(gate, chat, "ann"), ask(gate, chat, "ben")) == ["Yes."] * 2
    assert [len(stub.chats) for stub in stubs] == [1, 1]


async def test_a_host_that_is_gone_is_passed_over_by_the_proxy(desk, stubs):
    await stubs[0].stop()
    hosts = hosts_of(desk)
    gate, chat = Gate(hosts=hosts), HostedChat(hosts, ModelSettings("tiny:1b"))
    for _ in range(3):
        assert await ask(gate, chat, "ann") == "Hello."
