"""The line that shows an answer is being worked on: where it stands, how long, what it costs."""

import asyncio
import logging

import pytest

from connectors.messages import Address
from connectors.slack.connector import SlackConnector
from connectors.slack.status import MAX_RENEWALS, Pace
from tests.fakes.slack import FakeSlack, Fault
from tests.integration.slack.conftest import Inbox, listening, outgoing, until

DIRECT = Address("slack", "D1")
WORKING = "is looking it up…"


def connector_to(
    slack: FakeSlack, *, renew_s: float = 600.0, grace_s: float = 600.0
) -> SlackConnector:
    pace = Pace(renew_s, grace_s)
    return SlackConnector("xoxb-test", "xapp-test", api_url=slack.api_url, status_pace=pace)


@pytest.fixture
def connector(slack: FakeSlack) -> SlackConnector:
    return connector_to(slack)


def told(slack: FakeSlack) -> list[str]:
    return [one["status"] for one in slack.methods.statuses]


def at_rest() -> bool:
    return all(task.get_name() != "slack status" for task in asyncio.all_tasks())


async def asked(slack: FakeSlack, inbox: Inbox, text: str = "open?", *, thread: str = "") -> str:
    before = len(inbox.received)
    ts = slack.says("U1", "D1", text, thread=thread)
    await until(lambda: len(inbox.received) > before)
    return ts


async def test_it_stands_in_the_thread_of_a_channel(slack: FakeSlack, connector: SlackConnector):
    root = slack.says("U1", "C1", "<@UBOT> open?", told=False)
    await connector.show_status(Address("slack", "C1", root), WORKING)
    await until(lambda: slack.methods.shown == {("C1", root): WORKING})


async def test_outside_of_threads_a_channel_has_no_place_for_it(
    slack: FakeSlack, connector: SlackConnector
):
    slack.says("U1", "C1", "<@UBOT> open?", told=False)
    root = slack.says("U1", "C1", "<@UBOT> and now?", told=False)
    await connector.show_status(Address("slack", "C1"), "nowhere")
    await connector.show_status(Address("slack", "C1", root), WORKING)
    await until(lambda: told(slack) == [WORKING])


async def test_in_a_direct_message_it_stands_at_what_the_person_wrote(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    await asked(slack, inbox, "hello")
    ts = await asked(slack, inbox)
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.methods.shown == {("D1", ts): WORKING})
    assert slack.called("conversations.history") == []


async def test_in_a_thread_of_a_direct_message_it_stands_there(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    root = await asked(slack, inbox, "hello")
    await asked(slack, inbox, thread=root)
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.methods.shown == {("D1", root): WORKING})


async def test_an_old_message_delivered_again_does_not_draw_it_back(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    await asked(slack, inbox, "hello")
    hello = dict(slack.rooms.rooms["D1"].messages[-1])
    ts = await asked(slack, inbox)
    slack.tells(hello | {"channel": "D1", "channel_type": "im"})
    await until(lambda: len(inbox.received) == 3)
    assert slack.called("assistant.threads.setStatus") == []
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.methods.shown == {("D1", ts): WORKING})


async def test_after_a_restart_slack_is_asked_where_somebody_wrote_last(
    slack: FakeSlack, connector: SlackConnector
):
    ts = slack.says("U1", "D1", "open?", told=False)
    await connector.post(outgoing("A reminder.", "D1"))
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.methods.shown == {("D1", ts): WORKING})


async def test_where_nobody_wrote_nothing_is_shown(slack: FakeSlack, connector: SlackConnector):
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.called("conversations.history") and at_rest())
    ts = slack.says("U1", "D1", "open?", told=False)
    await connector.show_status(DIRECT, "now")
    await until(lambda: slack.methods.shown == {("D1", ts): "now"})
    assert told(slack) == ["now"]


async def test_where_nothing_is_shown_there_is_nothing_to_take_down(
    slack: FakeSlack, connector: SlackConnector
):
    await connector.show_status(DIRECT, "")
    assert at_rest()
    assert slack.calls == []


async def test_it_goes_when_the_answer_stands_there_and_not_before(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    ts = await asked(slack, inbox)
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.methods.shown)
    await connector.show_status(DIRECT, "")
    await connector.check()
    assert slack.methods.shown == {("D1", ts): WORKING}
    await connector.post(outgoing("Until six.", "D1", reply_to=ts))
    await until(lambda: not slack.methods.shown)
    await until(at_rest)
    assert told(slack) == [WORKING, ""]


async def test_it_goes_when_no_answer_comes(slack: FakeSlack):
    connector = connector_to(slack, grace_s=0.05)
    slack.says("U1", "D1", "open?", told=False)
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.methods.shown)
    await connector.show_status(DIRECT, "")
    await until(lambda: not slack.methods.shown)


async def test_what_is_over_before_it_could_be_shown_is_not_shown(slack: FakeSlack):
    connector = connector_to(slack, grace_s=0)
    slack.says("U1", "D1", "open?", told=False)
    slack.fails("conversations.history", Fault(hang_s=0.1))
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.called("conversations.history"))
    await connector.show_status(DIRECT, "")
    await until(at_rest)
    assert slack.called("assistant.threads.setStatus") == []


async def test_it_goes_when_the_work_was_given_up(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    ts = await asked(slack, inbox)
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.methods.shown)
    await connector.post(outgoing("That did not work.", "D1", reply_to=ts))
    await until(lambda: not slack.methods.shown)


async def test_a_reminder_in_between_does_not_end_it(slack: FakeSlack, connector: SlackConnector):
    root = slack.says("U1", "C1", "<@UBOT> open?", told=False)
    place = Address("slack", "C1", root)
    await connector.show_status(place, WORKING)
    await until(lambda: slack.methods.shown)
    await connector.post(outgoing("A reminder.", thread=root))
    await until(lambda: told(slack) == [WORKING, WORKING])
    assert slack.methods.shown == {("C1", root): WORKING}


async def test_while_an_answer_grows_it_stays(slack: FakeSlack, connector: SlackConnector):
    root = slack.says("U1", "C1", "<@UBOT> open?", told=False)
    place = Address("slack", "C1", root)
    await connector.show_status(place, WORKING)
    await until(lambda: slack.methods.shown)
    posted = await connector.post(outgoing("Until", thread=root, reply_to=root, final=False))
    await until(lambda: told(slack) == [WORKING, WORKING])
    await connector.show_status(place, "")
    await connector.edit(posted, outgoing("Until six.", thread=root, reply_to=root))
    await until(lambda: not slack.methods.shown)


async def test_each_question_has_its_own_line_until_its_own_answer(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    first = await asked(slack, inbox)
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.methods.shown)
    second = await asked(slack, inbox, "and on Sunday?")
    await connector.show_status(DIRECT, "is still at it…")
    await until(lambda: slack.methods.shown == {("D1", first): "is still at it…"})
    await connector.show_status(DIRECT, "")
    await connector.show_status(DIRECT, "is on to the next…")
    both = {("D1", first): "is still at it…", ("D1", second): "is on to the next…"}
    await until(lambda: slack.methods.shown == both)
    await connector.post(outgoing("Until six.", "D1", nonce="n1", reply_to=first))
    await until(lambda: slack.methods.shown == {("D1", second): "is on to the next…"})
    await connector.show_status(DIRECT, "")
    await connector.post(outgoing("Closed.", "D1", nonce="n2", reply_to=second))
    await until(lambda: not slack.methods.shown)


async def test_in_a_thread_the_answer_before_leaves_the_line_of_the_next_question(
    slack: FakeSlack, connector: SlackConnector
):
    root = slack.says("U1", "C1", "<@UBOT> open?", told=False)
    place = Address("slack", "C1", root)
    await connector.show_status(place, WORKING)
    await connector.show_status(place, "")
    await connector.show_status(place, "is on to the next…")
    await connector.post(outgoing("Until six.", thread=root, nonce="n1", reply_to=root))
    await connector.check()
    await until(lambda: slack.methods.shown == {("C1", root): "is on to the next…"})
    assert "" not in told(slack)
    await connector.show_status(place, "")
    await connector.post(outgoing("Closed.", thread=root, nonce="n2", reply_to=root))
    await until(lambda: not slack.methods.shown)


async def test_a_line_that_comes_while_one_is_taken_down_is_shown(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    ts = await asked(slack, inbox)
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.methods.shown)
    slack.fails("assistant.threads.setStatus", Fault(hang_s=0.1))
    await connector.post(outgoing("Until six.", "D1", reply_to=ts))
    await until(lambda: len(slack.called("assistant.threads.setStatus")) == 2)
    await connector.show_status(DIRECT, "is on to the next…")
    await until(lambda: told(slack) == [WORKING, "", "is on to the next…"])


async def test_it_is_renewed_before_slack_takes_it_down_but_not_for_ever(slack: FakeSlack):
    connector = connector_to(slack, renew_s=0.01)
    slack.says("U1", "D1", "open?", told=False)
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: slack.methods.shown and at_rest())
    assert told(slack) == [WORKING] * (MAX_RENEWALS + 1)
    await connector.show_status(DIRECT, "is still at it…")
    await until(lambda: told(slack)[-1] == "is still at it…")


async def test_nobody_waits_for_it(slack: FakeSlack, connector: SlackConnector, inbox: Inbox):
    ts = await asked(slack, inbox)
    slack.fails("assistant.threads.setStatus", Fault(hang_s=0.5))
    await connector.show_status(DIRECT, WORKING)
    await connector.post(outgoing("Until six.", "D1", reply_to=ts))
    assert (len(slack.posts), told(slack)) == (1, [])
    await until(lambda: told(slack) == [WORKING, ""])


async def test_lines_overtaken_by_newer_ones_are_left_out(
    slack: FakeSlack, connector: SlackConnector
):
    slack.says("U1", "D1", "open?", told=False)
    slack.fails("assistant.threads.setStatus", Fault(hang_s=0.1))
    await connector.show_status(DIRECT, "2 before you")
    await until(lambda: slack.called("assistant.threads.setStatus"))
    await connector.show_status(DIRECT, "1 before you")
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: told(slack) == ["2 before you", WORKING])


async def test_what_slack_refuses_is_one_line_in_the_log_and_no_more(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "connectors.slack")
    slack.methods.scopes -= {"assistant:write", "chat:write"}
    connector = connector_to(slack, renew_s=0.01)
    slack.says("U1", "D1", "open?", told=False)
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: len(slack.called("assistant.threads.setStatus")) > 2)
    assert caplog.messages == ["slack status not shown error=missing_scope"]


async def test_a_place_slack_does_not_tell_is_one_line_in_the_log(
    slack: FakeSlack, connector: SlackConnector, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "connectors.slack")
    slack.fails("conversations.history", Fault(status=503))
    await connector.show_status(DIRECT, WORKING)
    await until(lambda: caplog.messages == ["slack status not shown error=503"])


async def test_what_is_shown_ends_with_the_connection(slack: FakeSlack):
    connector = connector_to(slack)
    async with listening(connector, Inbox()):
        slack.says("U1", "D1", "open?", told=False)
        await connector.show_status(DIRECT, WORKING)
        await until(lambda: slack.methods.shown)
    assert at_rest()
