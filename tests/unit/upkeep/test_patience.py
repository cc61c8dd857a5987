"""Docker waits for what a part is given to answer."""

import re
from pathlib import Path

import yaml

from bot.upkeep.health import LIMIT_S

COMPOSE = Path(__file__).parents[3] / "compose.yaml"


def test_a_part_that_is_silent_for_as_long_as_it_may_be_makes_nothing_unhealthy():
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    check = services["deskhand"]["healthcheck"]
    asking = re.search(r"timeout=(\d+)", check["test"][-1])
    assert asking
    assert LIMIT_S < int(asking[1]) < int(check["timeout"].removesuffix("s"))
