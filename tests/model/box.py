"""Where the real small models are, and their server.

The development data (`DESKHAND_SHARED`, or `shared` beside the checkout) holds the server; its
README says how its environment and models are fetched. `DESKHAND_LLM_PYTHON` and
`DESKHAND_LLM_MODELS` name them where they are not in the cache folder.
"""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

SMALL = "qwen2.5-coder:0.5b"  # for plumbing: it invents facts
BIG = "qwen2.5-coder:1.5b"  # for the form of answers
HIDDEN = "bge-small-en-v1.5"  # an embedder, absent until it is pulled
START_S = 30.0


def _needed() -> tuple[Path, Path, Path]:
    cache, beside = Path.home() / ".cache", Path(__file__).parents[2].parent / "shared"
    shared = Path(os.environ.get("DESKHAND_SHARED", beside))
    python = os.environ.get("DESKHAND_LLM_PYTHON", cache / "deskhand-llm" / "bin" / "python")
    models = os.environ.get("DESKHAND_LLM_MODELS", cache / "deskhand-models")
    return shared / "models" / "local_ollama.py", Path(python), Path(models)


def missing() -> list[str]:
    """Return what is not there, by path; empty when the models can be served."""
    return [str(path) for path in _needed() if not path.exists()]


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Serve the models on a free port, one answer at a time, and give the address."""
    script, python, models = _needed()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [python, script, "--models", models, "--port", str(port)]
    command += ["--parallel", "1", "--hide", HIDDEN, "--pull-seconds", "1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(url, server)
            yield url
        finally:
            server.terminate()


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        try:
            httpx.get(url, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server of the real models did not start")
