"""The way out to a platform is open while it is used, and at no other time."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.inbox import platforms
from bot.inbox.platforms import State
from connectors.errors import ConnectorError
from tests.fakes.platform import AWAY, NARROW, REFUSED, Town
from tests.integration.web.platform_desk import PlatformDesk, platform_desk

CANNOT = "The way out to it cannot be opened (No such file or directory)"


@pytest.fixture
def wall(tmp_path: Path) -> Path:
    folder = tmp_path / "open"
    folder.mkdir()
    # Both were open when the one before was cut off.
    (folder / "slack").touch()
    (folder / "discord").touch()
    return folder


@pytest.fixture
def town(wall: Path) -> Town:
    return Town("slack", wall=wall)


@pytest.fixture
async def office(tmp_path: Path, wall: Path, town: Town) -> AsyncIterator[PlatformDesk]:
    towns = (town, Town("discord", wall=wall))
    log = tmp_path / "log" / "out.log"
    log.parent.mkdir()
    (log.parent / "web-hosts").write_text("www.example.com\n")
    wanted = {"way_out_open": str(wall), "way_out_log": str(log)}
    async with platform_desk(tmp_path / "desk", *towns, **wanted) as running:
        yield running


def opened(wall: Path) -> list[str]:
    return sorted(path.name for path in wall.iterdir())


async def shown(office: PlatformDesk) -> list[str]:
    """Return what the page says is open now."""
    page = (await office.get("/way-out")).text
    card = page.partition('id="open-now"')[2].partition("</section>")[0]
    return re.findall(r"<li>(.*?)</li>", card)


async def test_nothing_is_open_at_a_start_with_no_platform_connected(
    office: PlatformDesk, wall: Path, tmp_path: Path
):
    await office.until(lambda: opened(wall) == [])
    assert await shown(office) == ["www.example.com, for pages of the web that you add"]
    (tmp_path / "log" / "web-hosts").unlink()
    assert await shown(office) == []
    assert "Nothing: no platform is connected" in office.seen[-1]


async def test_a_platform_is_open_while_its_tokens_are_tried_and_kept_open_once_they_do(
    office: PlatformDesk, wall: Path
):
    assert REFUSED in (await office.connect("xoxb-wrong")).text
    assert opened(wall) == []
    await office.connected()
    assert opened(wall) == ["slack"]
    assert (await shown(office))[0] == "Slack"
    assert (await office.connect("xoxb-narrow")).status_code == 422
    assert NARROW in office.seen[-1]
    assert opened(wall) == ["slack"]
    await office.post("/platforms/slack/switch", on="")
    await office.until(lambda: opened(wall) == [])
    await office.post("/platforms/slack/switch", on="yes")
    await office.until_slack_is(State.ON)
    await office.post("/platforms/slack/forget")
    await office.until(lambda: opened(wall) == [])


async def test_what_is_to_be_sent_has_a_way_out_while_the_connection_is_tried_again(
    office: PlatformDesk, town: Town, wall: Path
):
    await office.connected()
    town.problem = ConnectorError(AWAY)
    town.cut()
    await office.until_slack_is(State.WAITING)
    assert opened(wall) == ["slack"]


async def test_a_way_out_that_cannot_be_opened_is_told_and_tried_again_by_itself(
    office: PlatformDesk, wall: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(platforms, "LONGEST_PAUSE_S", 0.05)
    await office.connected()
    await office.post("/platforms/slack/switch", on="")
    await office.until(lambda: opened(wall) == [])
    await asyncio.to_thread(wall.rmdir)
    assert CANNOT in (await office.connect()).text
    await office.post("/platforms/slack/switch", on="yes")
    await office.until_slack_is(State.WAITING)
    assert CANNOT in await office.page_with("tried again by itself")
    assert CANNOT in (await office.row("slack")).text
    await asyncio.to_thread(wall.mkdir)
    await office.until_slack_is(State.ON)


async def test_where_nothing_stands_in_the_way_nothing_is_opened(tmp_path: Path):
    async with platform_desk(tmp_path / "desk", Town("slack")) as office:
        await office.connected()
        assert office.app.platforms.let_out == []
