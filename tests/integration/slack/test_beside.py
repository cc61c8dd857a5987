"""Several processes that listen for one app."""

import asyncio

import pytest

from connectors.errors import ConnectorError
from connectors.slack.connector import SlackConnector
from tests.fakes import slack_sockets
from tests.fakes.reply_addresses import KeptAddresses
from tests.fakes.slack import FakeSlack
from tests.integration.slack.conftest import Inbox, listening, outgoing, until


def one_of(slack: FakeSlack, addresses: KeptAddresses | None = None) -> SlackConnector:
    return SlackConnector(
        "xoxb-test",
        "xapp-test",
        api_url=slack.api_url,
        reply_addresses=addresses,
        ping_interval_s=0.1,
    )


async def test_each_message_comes_to_one_of_them(slack: FakeSlack):
    one, two = Inbox(), Inbox()
    async with listening(one_of(slack), one), listening(one_of(slack), two):
        for number in range(6):
            slack.says("U1", "D1", f"hello {number}")
        await until(lambda: len(one.texts) + len(two.texts) == 6)
    assert one.alone == [True]
    assert two.alone == [False]
    assert sorted(one.texts + two.texts) == [f"hello {number}" for number in range(6)]
    assert one.texts
    assert two.texts


async def test_what_one_of_them_had_not_stored_when_it_went_comes_to_another(slack: FakeSlack):
    gone, there = Inbox(), Inbox()
    gone.open.clear()
    async with listening(one_of(slack), there):
        async with listening(one_of(slack), gone):
            slack.says("U1", "D1", "hello")
            slack.says("U1", "D1", "hello again")
            await until(lambda: gone.waiting)
        await until(lambda: len(there.texts) == 2)
    assert gone.texts == []


async def test_a_command_is_answered_by_whichever_has_its_answer(slack: FakeSlack):
    addresses, inbox = KeptAddresses(), Inbox()
    async with listening(one_of(slack, addresses), inbox):
        slack.commands("U1", "C1", "are you open?")
        await until(lambda: inbox.received)
    asked = inbox.received[0].message_id
    posted = await one_of(slack, addresses).post(outgoing("Until", reply_to=asked, final=False))
    await one_of(slack, addresses).edit(posted, outgoing("Until six.", reply_to=asked))
    assert [one["text"] for one in slack.responses] == ["Until six."]
    # A room that the bot is not in takes no other answer.
    assert slack.methods.ephemeral == []
    assert slack.posts == []


async def test_one_too_many_says_so_and_lets_the_others_be(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(slack_sockets, "MAX_CONNECTIONS", 1)
    inbox = Inbox()
    async with listening(one_of(slack), inbox):
        with pytest.raises(ConnectorError, match="ten processes"):
            async with asyncio.timeout(10):
                await one_of(slack).run(Inbox())
        # It has not tried again by itself.
        assert len(slack.called("apps.connections.open")) == 2
        slack.says("U1", "D1", "hello")
        await until(lambda: inbox.texts == ["hello"])
