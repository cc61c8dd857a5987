"""What the bot costs a box in light use: memory, processor, and how soon it is ready.

Minutes, not an hour, unless DESKHAND_LIGHT_USE_MIN says so.
"""

import contextlib
import itertools
import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.deploy.conftest import READY_S, Stack, wait_until
from tests.page.conftest import bakery, set_up, sign_in, wide

USED_MIN = int(os.environ.get("DESKHAND_LIGHT_USE_MIN", "2"))
IDLE_MIN = max(1, USED_MIN // 6)

pytestmark = [pytest.mark.deploy, pytest.mark.timeout(1_800 + 60 * (USED_MIN + IDLE_MIN))]

# Version 2 of control groups, else version 1; of memory what cannot be given back, as `docker
# stats` counts it.
USAGE = """
from pathlib import Path
here = Path("/sys/fs/cgroup")
def figures(path):
    return dict(line.split() for line in (here / path).read_text().splitlines())
if (here / "cpu.stat").exists():
    busy_s = int(figures("cpu.stat")["usage_usec"]) / 1e6
    used = int((here / "memory.current").read_text())
    kept = int(figures("memory.stat")["inactive_file"])
else:
    busy_s = int((here / "cpuacct/cpuacct.usage").read_text()) / 1e9
    used = int((here / "memory/memory.usage_in_bytes").read_text())
    kept = int(figures("memory/memory.stat")["total_inactive_file"])
print(busy_s, used - kept)
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the bot's container has used.

    Attributes:
        busy_s: Of a processor, since the container started.
        memory_bytes: At the moment.
    """

    busy_s: float
    memory_bytes: int


def usage(stack: Stack) -> Usage:
    busy_s, memory_bytes = stack.inside("deskhand", USAGE).split()
    return Usage(float(busy_s), int(memory_bytes))


def seconds_to_ready(stack: Stack) -> float:
    """Start the bot's container again and return how long it took until all in it was well."""
    stack.compose("restart", "deskhand")
    started = datetime.fromisoformat(stack.parts()["deskhand"]["State"]["StartedAt"])

    def ready() -> bool:
        with contextlib.suppress(httpx.HTTPError):
            asked = httpx.get(f"{stack.url}/health/ready", timeout=READY_S)
            return asked.status_code == httpx.codes.OK
        return False

    wait_until(ready, "It is not well: see `deskhand check`.")
    return (datetime.now(UTC) - started).total_seconds()


def test_light_use_stays_within_what_a_small_box_has(stack: Stack, browser: Browser):
    stack.up("up before light use")
    stack.add(bakery() / "faq.jsonl")
    stack.figures["start to ready, seconds"] = f"{seconds_to_ready(stack):.1f}"
    page = wide(browser).new_page()
    (sign_in if stack.owned else set_up)(page, stack)
    page.goto(f"{stack.url}/test-chat")
    lines = (bakery() / "questions-dev.jsonl").read_text(encoding="utf-8").splitlines()
    questions = itertools.cycle(json.loads(line)["question"] for line in lines)
    first, began = usage(stack), time.monotonic()
    seen = [first]
    for minute, question in zip(range(USED_MIN), questions, strict=False):
        said = page.locator(".bubble.said").count()
        page.get_by_label("Your question").fill(question)
        page.get_by_role("button", name="Ask").click()
        expect(page.locator(".bubble.said").nth(said)).to_be_visible(timeout=READY_S * 1_000)
        time.sleep(max(0.0, began + 60 * (minute + 1) - time.monotonic()))
        seen.append(usage(stack))
    page.goto("about:blank")
    time.sleep(60 * IDLE_MIN)
    idle = usage(stack)
    told = {
        f"memory of the bot after {USED_MIN} min of light use, MB": seen[-1].memory_bytes / 1e6,
        "memory of the bot at most, MB": max(each.memory_bytes for each in seen) / 1e6,
        "processor seconds a minute with one question": (seen[-1].busy_s - first.busy_s) / USED_MIN,
        # After five minutes other ways to ask are drafted, which is counted, too.
        f"processor seconds a minute, idle for {IDLE_MIN} min": (idle.busy_s - seen[-1].busy_s)
        / IDLE_MIN,
    }
    stack.figures |= {name: f"{value:.1f}" for name, value in told.items()}
    limit = stack.parts()["deskhand"]["HostConfig"]["Memory"]
    assert max(each.memory_bytes for each in [*seen, idle]) < limit / 2
