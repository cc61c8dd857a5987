"""Files fetched from a made-up Slack."""

import pytest

from connectors.errors import ConnectorError, FileRefusedError, PermissionMissingError
from connectors.messages import Address
from connectors.slack.connector import SlackConnector
from tests.fakes.slack import FakeSlack, Fault
from tests.integration.slack.conftest import Inbox, until

ROOM = Address("slack", "D1")
LIMIT = 1_000


async def fetched(connector: SlackConnector, file_id: str = "F1") -> bytes:
    return await connector.fetch(ROOM, "1.000001", file_id, max_bytes=LIMIT)


async def test_a_file_of_a_message_is_fetched_with_the_bots_token(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    slack.says("U1", "D1", "", files={"menu.md": b"# Menu"})
    await until(lambda: inbox.received)
    [message] = inbox.received
    [file] = message.files
    content = await connector.fetch(
        message.address, message.message_id, file.file_id, max_bytes=LIMIT
    )
    assert (file.name, content) == ("menu.md", b"# Menu")


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/menu.md",
        "http://files.slack.com/menu.md",
        "https://files.slack.com.elsewhere.example/menu.md",
        "https://files.slack.com@elsewhere.example/menu.md",
        "https://files.slack.com:8443/menu.md",
        "//files.slack.com/menu.md",
        "menu.md",
    ],
)
async def test_the_token_is_shown_to_slacks_own_servers_only(
    slack: FakeSlack, connector: SlackConnector, url: str
):
    slack.says("U1", "D1", "", files={"menu.md": b"# Menu"})
    slack.files.known["F1"].told = {"url_private": url}
    with pytest.raises(FileRefusedError, match="somewhere else"):
        await fetched(connector)


async def test_a_redirect_is_not_followed(slack: FakeSlack, connector: SlackConnector):
    slack.says("U1", "D1", "", files={"menu.md": b"# Menu"})
    slack.methods.bot_token = "xoxb-other"
    other = SlackConnector("xoxb-other", "xapp-test", api_url=slack.api_url)
    with pytest.raises(FileRefusedError, match="may not read"):
        await fetched(other)
    assert len(slack.files.tokens) == 1


async def test_a_file_that_is_said_to_be_too_large_is_not_asked_for(
    slack: FakeSlack, connector: SlackConnector
):
    slack.says("U1", "D1", "", files={"menu.md": b"x" * (LIMIT + 1)})
    with pytest.raises(FileRefusedError, match="split it"):
        await fetched(connector)
    assert slack.files.fetched == []


@pytest.mark.parametrize("length_told", [True, False])
async def test_a_file_that_is_larger_than_said_is_not_read_to_its_end(
    slack: FakeSlack, connector: SlackConnector, length_told: bool
):
    slack.says("U1", "D1", "", files={"menu.md": b"x" * (LIMIT + 1)})
    slack.files.known["F1"].told = {"size": 1}
    slack.files.known["F1"].length_told = length_told
    with pytest.raises(FileRefusedError, match="split it"):
        await fetched(connector)


async def test_a_file_that_is_gone_is_told_from_a_slack_that_is_away(
    slack: FakeSlack, connector: SlackConnector
):
    slack.says("U1", "D1", "", files={"menu.md": b"# Menu", "old.md": b"# Old"})
    slack.files.known["F2"].told = {"url_private": "", "mode": "tombstone"}
    for file_id in ("F404", "F2"):
        with pytest.raises(FileRefusedError, match="not there any more"):
            await fetched(connector, file_id)
    slack.fails("files.info", Fault(status=503))
    with pytest.raises(ConnectorError) as away:
        await fetched(connector)
    assert not isinstance(away.value, FileRefusedError)


async def test_a_missing_scope_is_told(slack: FakeSlack, connector: SlackConnector):
    slack.says("U1", "D1", "", files={"menu.md": b"# Menu"})
    slack.methods.scopes -= {"files:read"}
    with pytest.raises(PermissionMissingError, match="OAuth & Permissions"):
        await fetched(connector)
    assert "files that staff add" in await connector.check()
