"""A platform's row of health, for each way it can be."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.deskhand import compose
from bot.inbox.platforms import DEAF_ALARM, State, Status
from bot.settings import Settings
from bot.storage.outbox import NewOutgoing
from bot.upkeep.health import ready
from connectors.errors import ConnectorError, SendError, TokenRefusedError
from connectors.messages import Address
from tests.fakes.platform import AWAY, NARROW, Town, kinds, room
from tests.integration.web.platform_desk import PlatformDesk, platform_desk


@pytest.fixture
def town() -> Town:
    return Town("slack", [room("slack", "C1", "counter")])


@pytest.fixture
async def office(tmp_path: Path, town: Town) -> AsyncIterator[PlatformDesk]:
    async with platform_desk(tmp_path / "desk", town, Town("discord")) as running:
        yield running


async def test_a_platform_without_tokens_is_well_and_not_needed(office: PlatformDesk):
    row = await office.row("slack")
    assert (row.ok, row.needed) == (True, False)
    assert "no token" in row.text


async def test_a_platform_that_is_off_is_well_and_not_needed(office: PlatformDesk):
    await office.connected()
    await office.post("/platforms/slack/switch", on="")
    row = await office.row("slack")
    assert (row.ok, row.needed, row.text) == (True, False, "Switched off.")


async def test_a_connected_platform_is_asked_and_not_at_every_look(
    office: PlatformDesk, town: Town
):
    await office.connected()
    town.checks = 0
    for _ in range(5):
        row = await office.row("slack")
        assert (row.ok, row.needed) == (True, True)
    assert town.checks == 1


async def test_a_connected_platform_that_does_not_answer_is_not_well(
    office: PlatformDesk, town: Town
):
    await office.connected()
    town.problem = ConnectorError("It is away.")
    row = await office.row("slack")
    assert (row.ok, row.needed, row.text) == (False, True, "It is away.")
    assert not ready(await office.app.services.health.rows())
    answer = await office.client.get("/health/ready")
    assert answer.status_code == 503


@pytest.mark.parametrize("state", [State.CONNECTING, State.WAITING, State.REFUSED])
async def test_a_platform_that_should_be_connected_and_is_not_says_why(
    office: PlatformDesk, state: State
):
    await office.connected()
    office.app.platforms._status["slack"] = Status(state, "So it is.")
    row = await office.row("slack")
    assert (row.ok, row.needed, row.text) == (False, True, "So it is.")
    assert row.todo


@pytest.mark.parametrize("state", [State.ON, State.WAITING, State.CONNECTING])
async def test_a_deaf_platform_is_not_well_though_it_is_connected(
    office: PlatformDesk, state: State
):
    await office.connected()
    office.app.platforms._status["slack"] = Status(state, deaf=DEAF_ALARM)
    row = await office.row("slack")
    assert not row.ok
    assert "brings no messages" in row.text
    assert "brings no messages" in (await office.get("/platforms/slack")).text
    office.app.platforms._status["slack"] = Status(State.ON, deaf=DEAF_ALARM - 1)
    assert (await office.row("slack")).ok


async def test_a_token_that_is_refused_later_shows_in_the_row(office: PlatformDesk, town: Town):
    await office.connected()
    town.problem = TokenRefusedError("Make a new token.")
    await office.post("/platforms/slack/again")
    await office.until_slack_is(State.REFUSED)
    row = await office.row("slack")
    assert (row.ok, row.text) == (False, "Make a new token.")
    page = (await office.get("/platforms/slack")).text
    assert "Make a new token." in page
    assert "Try again now" in page


async def test_a_command_proves_the_tokens_while_nothing_runs(tmp_path: Path, town: Town):
    """As `deskhand check` does: nothing is connected, what is in the environment is tried."""
    for bot_token, text in (
        ("xoxb-good", "Its tokens are right."),
        ("xoxb-narrow", NARROW),
        ("xoxb-away", AWAY),
    ):
        settings = Settings(
            data_dir=tmp_path,
            model="",
            SLACK_BOT_TOKEN=bot_token,
            SLACK_APP_TOKEN="xapp-good",
        )
        app = await compose(settings, kinds=kinds(town))
        rows = {row.part: row for row in await app.services.health.rows()}
        await app.close()
        assert rows["slack"].text == text
        assert rows["slack"].ok is (bot_token == "xoxb-good")


async def test_messages_given_up_for_good_are_counted_and_do_not_make_the_outbox_unwell(
    office: PlatformDesk, town: Town
):
    await office.connected()
    town.post_problem = SendError("The room is gone.", permanent=True)
    now = datetime.now(UTC)
    await office.app.services.outbox.put(
        NewOutgoing(origin="test", nonce="n1", address=Address("slack", "C1"), text="Hello"),
        now=now - timedelta(seconds=1),
    )
    office.app.sender.wake()
    row = await office.row("outbox")
    for _ in range(200):
        row = await office.row("outbox")
        if "1 could not be delivered" in row.text:
            break
    assert row.ok
    assert "1 could not be delivered for good" in row.text
