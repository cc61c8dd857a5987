"""A made-up Discord, an inbox, and a connector between them, for every test that asks."""

from collections.abc import AsyncIterator

import pytest

from connectors.discord import client
from connectors.discord.connector import DiscordConnector
from tests.fakes.discord_server import FakeDiscord
from tests.integration.discord_connector.room import Inbox, running


@pytest.fixture(autouse=True)
def _guilds_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "GUILD_WAIT_S", 0.1)


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as server:
        yield server


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def connector(discord: FakeDiscord, inbox: Inbox) -> AsyncIterator[DiscordConnector]:
    async with running(discord, inbox) as started:
        yield started
