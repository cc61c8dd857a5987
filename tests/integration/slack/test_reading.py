"""Rooms and history read back, and the check of tokens and scopes."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.errors import (
    ConnectorError,
    PermissionMissingError,
    RoomGoneError,
    TokenRefusedError,
)
from connectors.messages import Address
from connectors.slack.connector import SlackConnector
from connectors.slack.manifest import create_link, manifest, scopes
from tests.fakes.slack import ALL_SCOPES, FakeSlack, Fault
from tests.integration.slack.conftest import Inbox, outgoing, until

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


async def test_history_equals_what_came_live(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    root = slack.says("U1", "C1", "<@UBOT> are you open?")
    plain = slack.says("U2", "C1", "<@U1> lunch? &amp; <https://a.example|menu>")
    slack.says("U1", "C1", "and on Sunday?", thread=root)
    slack.says("U1", "C1", "yes <@UBOT>", thread=plain)
    slack.says("U1", "C1", "for all", thread=plain, subtype="thread_broadcast")
    slack.says("UOTHER", "C1", "beep", bot_id="BOTHER")
    slack.says("", "C1", "hook", bot_id="BHOOK", subtype="bot_message", username="Hook")
    slack.says("U1", "C1", "left", subtype="channel_leave")
    slack.says("U1", "C1", "see", files=["a.pdf"])
    await until(lambda: not slack.sockets.unacknowledged())
    await connector.post(outgoing(thread=root))
    live = {message.message_id: message for message in inbox.received}
    history = await connector.history(Address("slack", "C1"), since=NOW - HOUR)
    assert history == [live[ts] for ts in sorted(live)]
    assert len(history) == 8


async def test_history_of_a_direct_message_equals_what_came_live(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    root = slack.says("U1", "D1", "hello")
    slack.says("U1", "D1", "are you open?", thread=root)
    await until(lambda: len(inbox.received) == 2)
    assert await connector.history(Address("slack", "D1"), since=NOW - HOUR) == inbox.received


async def test_history_begins_after_the_moment_and_sees_new_replies_to_old_messages(
    slack: FakeSlack, connector: SlackConnector
):
    old = slack.says("U1", "C1", "<@UBOT> old", at=NOW - 48 * HOUR, told=False)
    slack.says("U1", "C1", "old reply", thread=old, at=NOW - 47 * HOUR, told=False)
    slack.says("U1", "C1", "new reply", thread=old, at=NOW - HOUR, told=False)
    slack.says("U1", "C1", "new", at=NOW - HOUR, told=False)
    ancient = slack.says("U1", "C1", "ancient", at=NOW - 9 * 24 * HOUR, told=False)
    slack.says("U1", "C1", "too late to be seen", thread=ancient, told=False)
    found = await connector.history(Address("slack", "C1"), since=NOW - 2 * HOUR)
    assert [message.text for message in found] == ["new reply", "new"]
    assert found[0].sent_at > NOW - 2 * HOUR


async def test_history_reads_all_pages_and_waits_where_asked_to(
    slack: FakeSlack, connector: SlackConnector
):
    slack.methods.per_page = 10
    for number in range(35):
        slack.says("U1", "C1", str(number), told=False)
    slack.fails("conversations.history", Fault(retry_after=1))
    found = await connector.history(Address("slack", "C1"), since=NOW - HOUR)
    assert [message.text for message in found] == [str(number) for number in range(35)]


async def test_history_that_cannot_be_read_says_so(slack: FakeSlack, connector: SlackConnector):
    with pytest.raises(ConnectorError, match="channel_not_found"):
        await connector.history(Address("slack", "C404"), since=NOW)


async def test_rooms_are_those_the_bot_is_in(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    slack.says("U1", "D1", "hello")
    await until(lambda: inbox.received)
    rooms = await connector.rooms()
    assert rooms[0].address == Address("slack", "D1")
    shown = {room.address.channel: (room.name, room.direct, room.private) for room in rooms}
    assert shown == {
        "D1": ("Ann", True, True),
        "C1": ("general", False, False),
        "G1": ("back-office", False, True),
        "M1": ("mpdm-ann--ben-1", False, True),
    }


async def test_kinds_of_rooms_that_may_not_be_listed_are_left_out(
    slack: FakeSlack, connector: SlackConnector
):
    slack.methods.scopes -= {"groups:read", "mpim:read"}
    assert {room.address.channel for room in await connector.rooms()} == {"C1", "D1"}


async def test_the_check_says_who_and_where(slack: FakeSlack, connector: SlackConnector):
    assert await connector.check() == "deskhand in Kornblume Bakery"


async def test_the_check_names_missing_scopes(slack: FakeSlack, connector: SlackConnector):
    slack.methods.scopes -= {"groups:read", "users:read"}
    with pytest.raises(PermissionMissingError, match="OAuth & Permissions") as failed:
        await connector.check()
    assert failed.value.missing == ("groups:read", "users:read")


async def test_scopes_not_every_office_needs_are_told_of(
    slack: FakeSlack, connector: SlackConnector
):
    slack.methods.scopes -= {"usergroups:read"}
    assert "roles by user group" in await connector.check()


@pytest.mark.parametrize(
    ("tokens", "click"),
    [
        (("xoxb-wrong", "xapp-test"), "Bot User OAuth Token"),
        (("xoxb-test", "xapp-wrong"), "App-Level Tokens"),
    ],
)
async def test_the_check_says_which_token_is_refused(
    slack: FakeSlack, tokens: tuple[str, str], click: str
):
    with pytest.raises(TokenRefusedError, match=click) as failed:
        await SlackConnector(*tokens, api_url=slack.api_url).check()
    assert "wrong" not in str(failed.value)


async def test_an_app_token_without_its_scope_is_told_of(
    slack: FakeSlack, connector: SlackConnector
):
    slack.fails("apps.connections.open", Fault("missing_scope"))
    with pytest.raises(PermissionMissingError) as failed:
        await connector.check()
    assert failed.value.missing == ("connections:write",)


def test_the_manifest_asks_for_what_is_checked_and_makes_a_link():
    shown = json.loads(manifest())
    assert scopes() == ALL_SCOPES
    assert shown["settings"]["socket_mode_enabled"]
    (given,) = parse_qs(urlsplit(create_link()).query)["manifest_json"]
    assert json.loads(given) == shown


async def test_a_room_the_bot_was_taken_out_of_is_told_from_a_platform_that_is_away(
    slack: FakeSlack, connector: SlackConnector
):
    slack.fails("conversations.history", Fault("not_in_channel"))
    with pytest.raises(RoomGoneError):
        await connector.history(Address("slack", "C1"), since=NOW - HOUR)
