"""The whole stack as compose.yaml has it, on this machine's Docker."""

import contextlib
import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.page.conftest import ARGS, CHROMIUM

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("DESKHAND_SHARED", ROOT.parent / "shared"))
MODELS = Path(os.environ.get("DESKHAND_LLM_MODELS", Path.home() / ".cache" / "deskhand-models"))
MODEL = "qwen2.5-coder:0.5b"
OLLAMA = "deskhand-test-ollama"
# A first build brings every library.
BUILD_S = 1_200
READY_S = 300
SLACK, DISCORD = "wss-primary.slack.com:443", "gateway.discord.gg:443"
REFUSED = 403
# Behind a machine without a net, Squid says that the name is not known.
REACHED = {200, 503}
TUNNELS = """
import http.client
for to in {}:
    connection = http.client.HTTPConnection("egress", 3128, timeout=30)
    connection.request("CONNECT", to)
    print(connection.getresponse().status)
"""


def wait_until(so: Callable[[], bool], else_: str) -> None:
    """Wait until something is so; TimeoutError says what is not, after READY_S."""
    give_up_at = time.monotonic() + READY_S
    while time.monotonic() < give_up_at:
        if so():
            return
        time.sleep(0.2)
    raise TimeoutError(else_)


class Stack:
    """What `docker compose` does with the files at the top level, under a name of its own.

    Attributes:
        project: Its name, which its volumes and networks begin with.
        figures: What was measured, to be told at the end.
        secrets: The folder of files with tokens.
        environment: What stands in `.env` otherwise, and where the test's own things are.
        owned: Whether somebody has come in by the set-up link.
    """

    owned = False

    def __init__(self, secrets: Path, *, project: str = "deskhand-test", over: str = "") -> None:
        self.secrets = secrets
        self.project = project
        self._files = ["compose.yaml", "tests/deploy/compose.test.yaml", *([over] if over else [])]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.figures: dict[str, str] = {}
        self.environment = os.environ | {
            "DESKHAND_PORT": str(self.port),
            "DESKHAND_MODEL": MODEL,
            "DESKHAND_OLLAMA_IMAGE": OLLAMA,
            "DESKHAND_SECRETS": str(secrets),
            "TEST_MODELS": str(MODELS),
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def docker(self, *words: str, given: str = "", within_s: float = READY_S) -> str:
        """Return what a command of Docker's says; its complaint where it fails."""
        done = subprocess.run(
            ["docker", *words],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
        assert done.returncode == 0, f"docker {' '.join(words)}\n{done.stderr[-4_000:]}"
        return done.stdout

    def compose(
        self, *words: str, over: str = "", given: str = "", within_s: float = READY_S
    ) -> str:
        """Return what a command of compose says, with one more file over the others."""
        files = [*self._files, *([over] if over else [])]
        named = [word for file in files for word in ("-f", file)]
        whole = ("compose", "-p", self.project, *named, *words)
        return self.docker(*whole, given=given, within_s=within_s)

    def up(self, what: str) -> None:
        """Bring everything up, and note how long it took until it was well."""
        began = time.monotonic()
        self.compose("up", "-d", "--wait")
        self.figures[f"{what}, seconds to healthy"] = f"{time.monotonic() - began:.0f}"

    def wait_live(self) -> None:
        """Wait until the page answers."""

        def answers() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                return httpx.get(f"{self.url}/health/live").status_code == httpx.codes.OK
            return False

        wait_until(answers, "The page does not answer.")

    def deskhand(self, *words: str) -> str:
        """Return what the command says inside, as the README has it."""
        return self.compose("exec", "-T", "deskhand", "deskhand", *words)

    def add(self, file: Path) -> None:
        """Add a file to what everybody may read, as somebody types it on the box."""
        there = f"/tmp/{file.name}"
        command = f"cat > {there} && deskhand knowledge add {there} --audience public"
        words = file.read_text(encoding="utf-8")
        self.compose("exec", "-T", "deskhand", "sh", "-c", command, given=words)

    def inside(self, service: str, program: str) -> str:
        """Return what a Python program prints in a part's container."""
        return self.compose("exec", "-T", service, "python", "-c", program)

    def tunnels(self, *to: str) -> list[int]:
        """Return what the way out answers when the bot asks for tunnels: HTTP's numbers."""
        return [int(line) for line in self.inside("deskhand", TUNNELS.format(to)).split()]

    def parts(self) -> dict[str, dict]:
        """Return what Docker knows of each part's container, by the part's name."""
        ids = self.compose("ps", "-aq").split()
        found = json.loads(self.docker("inspect", *ids))
        return {each["Config"]["Labels"]["com.docker.compose.service"]: each for each in found}

    @property
    def setup_link(self) -> str:
        """Return the link that the log of the first start shows."""
        return re.findall(r"http\S+/setup\?token=\S+", self.compose("logs", "deskhand"))[-1]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    made = Stack(tmp_path_factory.mktemp("secrets"))
    made.docker("version")
    containerfile = Path("tests/deploy/ollama.Dockerfile")
    model_server = str(SHARED / "models")
    made.docker("build", "-q", "-f", str(containerfile), "-t", OLLAMA, model_server)
    began = time.monotonic()
    made.compose("build", within_s=BUILD_S)
    made.figures["build, seconds"] = f"{time.monotonic() - began:.0f}"
    for image in ("deskhand", "deskhand-edge"):
        size = int(made.docker("image", "inspect", "--format", "{{.Size}}", image))
        made.figures[f"image {image}, MB"] = f"{size / 1e6:.0f}"
    made.compose("down", "-v")
    made.up("first up")
    yield made
    made.compose("down", "-v")
    print()
    for name, value in made.figures.items():
        print(f"{name}: {value}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGS))
        yield opened
        opened.close()
