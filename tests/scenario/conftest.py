from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.once import once as once  # noqa: PLC0414 - given to the tests here
from tests.fakes.platform import Town
from tests.scenario.room import Room, bot_in_a_room
from tests.scenario.town import QUICK_S

BAKERY = (Path(__file__).parent / "bakery.jsonl").read_text(encoding="utf-8")


@pytest.fixture
async def room(tmp_path: Path, database_url: str) -> AsyncIterator[Room]:
    """The bot of a small bakery, without a model."""
    async with bot_in_a_room(tmp_path / "data", database_url=database_url) as room:
        await room.knows("faq.jsonl", BAKERY)
        yield room


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.inbox.lookout.LOOK_S", QUICK_S)
    for name in ("FIRST_PAUSE_S", "LONGEST_PAUSE_S"):
        monkeypatch.setattr(f"bot.inbox.platforms.{name}", QUICK_S)


@pytest.fixture
def quick_hand_overs(monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("questions", "handover"):
        monkeypatch.setattr(f"bot.{part}.service.SWEEP_S", QUICK_S)
