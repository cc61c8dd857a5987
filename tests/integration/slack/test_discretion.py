"""What must stand in no log, however much is logged."""

import logging

import pytest

from connectors.errors import SendError, TokenRefusedError
from connectors.messages import Button
from connectors.slack.connector import SlackConnector
from tests.fakes.slack import FakeSlack, Fault
from tests.integration.slack.conftest import Inbox, listening, outgoing, until


async def test_no_log_holds_words_or_tokens(
    slack: FakeSlack, connector: SlackConnector, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    inbox = Inbox()
    async with listening(connector, inbox):
        slack.says("U1", "C1", "<@UBOT> the-question")
        slack.commands("U1", "C1", "the-question")
        await until(lambda: len(inbox.received) == 3)
        inbox.broken = True
        slack.says("U1", "D1", "the-question, unstored")
        await until(lambda: inbox.waiting == 4)
        ts = await connector.post(outgoing("the-answer", buttons=(Button("x", "x:1"),)))
        await connector.edit(ts, outgoing("the-answer, longer"))
        slack.fails("chat.postMessage", Fault("is_archived"))
        slack.fails("chat.postMessage", Fault(broken=True))
        for _ in range(2):
            with pytest.raises(SendError):
                await connector.post(outgoing("the-answer"))
        slack.sockets.cut()
        await until(lambda: inbox.connections == 2)
    with pytest.raises(TokenRefusedError):
        await SlackConnector("xoxb-secret", "xapp-secret", api_url=slack.api_url).run(inbox)
    assert "slack connection open" in caplog.text
    assert "slack envelope not stored error=RuntimeError" in caplog.text
    served = [one for one in caplog.records if one.name != "aiohttp.access"]  # the test server's
    logged = "\n".join(logging.Formatter().format(one) for one in served)
    for secret in ("the-question", "the-answer", "xoxb-", "xapp-", "ticket"):
        assert secret not in logged
