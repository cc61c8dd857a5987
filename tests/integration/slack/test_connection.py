"""Connections that break, are renewed, or say nothing."""

import asyncio
import contextlib

import pytest

from connectors.errors import ConnectorError, TokenRefusedError
from connectors.slack.connector import SlackConnector
from tests.fakes.slack import FakeSlack, Fault
from tests.integration.slack.conftest import DEADLINE_S, Inbox, listening, until


async def test_it_reconnects_after_a_cut(slack: FakeSlack, inbox: Inbox):
    slack.sockets.cut()
    await until(lambda: inbox.connections == 2)
    slack.says("U1", "D1", "hello")
    await until(lambda: inbox.texts == ["hello"])


async def test_it_reconnects_when_asked_to(slack: FakeSlack, inbox: Inbox):
    slack.sockets.ask_to_reconnect()
    await until(lambda: inbox.connections == 2)
    slack.says("U1", "D1", "hello")
    await until(lambda: inbox.texts == ["hello"])


async def test_a_connection_that_answers_no_ping_is_replaced(slack: FakeSlack, inbox: Inbox):
    slack.sockets.silent = True
    slack.sockets.cut()
    await until(lambda: slack.sockets.opened >= 3)
    slack.sockets.silent = False
    await until(lambda: inbox.connections >= 2)
    slack.says("U1", "D1", "hello")
    await until(lambda: inbox.texts == ["hello"])


async def test_a_connection_that_delivers_nothing_is_left_open(
    slack: FakeSlack, connector: SlackConnector
):
    slack.sockets.deaf = True
    inbox = Inbox()
    async with listening(connector, inbox) as task:
        slack.says("U1", "D1", "hello")
        await asyncio.sleep(0.5)
        assert not task.done()
        assert inbox.received == []
    slack.sockets.deaf = False
    async with listening(connector, inbox):
        slack.sockets.redeliver()
        await until(lambda: inbox.texts == ["hello"])


async def test_what_is_cut_off_unacknowledged_comes_again(slack: FakeSlack, inbox: Inbox):
    inbox.open.clear()
    slack.says("U1", "D1", "hello")
    await until(lambda: inbox.waiting)
    slack.sockets.cut()
    await until(lambda: inbox.connections == 2)
    slack.sockets.redeliver()
    inbox.open.set()
    await until(lambda: not slack.sockets.unacknowledged())
    assert set(inbox.texts) == {"hello"}


async def test_two_hundred_messages_through_ten_cuts_all_arrive():
    slack = FakeSlack()
    slack.redelivery_s = 0.3
    async with slack:
        connector = SlackConnector(
            "xoxb-test", "xapp-test", api_url=slack.api_url, ping_interval_s=0.05
        )
        inbox = Inbox()
        async with listening(connector, inbox):
            for number in range(200):
                slack.says("U1", ("D1", "C1")[number % 2], f"<@UBOT> {number}")
                if number % 20 == 10:
                    before = inbox.connections
                    slack.sockets.cut()
                    await until(lambda: inbox.connections > before)  # noqa: B023
                else:
                    await asyncio.sleep(0)
            await until(lambda: not slack.sockets.unacknowledged(), "all acknowledged")
        assert set(inbox.texts) == {str(number) for number in range(200)}


@pytest.mark.parametrize("tokens", [("xoxb-wrong", "xapp-test"), ("xoxb-test", "xapp-wrong")])
async def test_a_refused_token_ends_listening(slack: FakeSlack, tokens: tuple[str, str]):
    connector = SlackConnector(*tokens, api_url=slack.api_url)
    with pytest.raises(TokenRefusedError, match=r"xoxb-|xapp-"):
        await connector.run(Inbox())


async def test_a_token_refused_later_ends_listening(slack: FakeSlack, connector: SlackConnector):
    async with listening(connector, Inbox()) as task:
        slack.methods.app_token = "xapp-new"
        slack.sockets.cut()
        with pytest.raises(TokenRefusedError):
            await asyncio.wait_for(task, DEADLINE_S)


async def test_a_slack_that_is_not_there_is_a_passing_failure():
    connector = SlackConnector("xoxb-test", "xapp-test", api_url="http://127.0.0.1:9/api/")
    with pytest.raises(ConnectorError) as failed:
        await connector.run(Inbox())
    assert type(failed.value) is ConnectorError


async def test_a_failing_start_of_the_connection_is_a_passing_failure(
    slack: FakeSlack, connector: SlackConnector
):
    slack.fails("apps.connections.open", Fault(status=502))
    with pytest.raises(ConnectorError):
        await connector.run(Inbox())


async def test_a_slack_that_stays_away_is_given_up_after_a_while(
    slack: FakeSlack, connector: SlackConnector, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("connectors.slack.listening.AWAY_S", 0.5)
    async with listening(connector, Inbox()) as task:
        slack.fails("apps.connections.open", Fault(status=503), times=1_000)
        slack.sockets.cut()
        with pytest.raises(ConnectorError, match="connection to Slack is lost"):
            await asyncio.wait_for(task, DEADLINE_S)


async def test_it_runs_again_and_leaves_nothing_behind(slack: FakeSlack, connector: SlackConnector):
    inbox = Inbox()
    before = asyncio.all_tasks()
    for number in range(3):
        async with listening(connector, inbox):
            slack.says("U1", "D1", str(number))
            await until(lambda: len(inbox.received) == number + 1)  # noqa: B023
        await until(lambda: slack.sockets.count == 0)
    ours = [task for task in asyncio.all_tasks() - before if "slack_sdk" in repr(task)]
    assert ours == []
    assert inbox.texts == ["0", "1", "2"]


async def test_what_is_being_stored_at_the_end_is_stored(
    slack: FakeSlack, connector: SlackConnector
):
    inbox = Inbox()
    inbox.open.clear()
    async with listening(connector, inbox) as task:
        slack.says("U1", "D1", "hello")
        await until(lambda: inbox.waiting)
        task.cancel()
        asyncio.get_running_loop().call_later(0.3, inbox.open.set)
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert inbox.texts == ["hello"]
    assert not slack.sockets.unacknowledged()
