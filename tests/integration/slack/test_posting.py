"""Our own messages: posted, changed, found again, and what Slack says to them."""

import json

import pytest

from connectors.errors import SendError
from connectors.messages import Button
from connectors.slack.connector import SlackConnector
from tests.fakes.slack import FakeSlack, Fault
from tests.integration.slack.conftest import Inbox, outgoing, until


async def test_a_post_is_found_by_its_nonce(slack: FakeSlack, connector: SlackConnector):
    assert await connector.find(outgoing()) is None
    first = await connector.post(outgoing(nonce="n1"))
    second = await connector.post(outgoing(nonce="n2"))
    assert await connector.find(outgoing(nonce="n1")) == first
    assert await connector.find(outgoing(nonce="n2", text="grown since")) == second
    assert await connector.find(outgoing(nonce="n3")) is None


async def test_a_post_in_a_thread_is_found_there(slack: FakeSlack, connector: SlackConnector):
    root = slack.says("U1", "C1", "<@UBOT> open?", told=False)
    posted = await connector.post(outgoing(thread=root))
    assert slack.posts[0]["thread_ts"] == root
    assert await connector.find(outgoing(thread=root)) == posted
    assert await connector.find(outgoing()) is None


async def test_where_metadata_is_dropped_a_post_is_found_by_its_text(
    slack: FakeSlack, connector: SlackConnector
):
    posted = await connector.post(outgoing("2 < 3 & **so**"))
    for message in slack.rooms.rooms["C1"].messages:
        message.pop("metadata")
    assert await connector.find(outgoing("2 < 3 & **so**")) == posted
    assert await connector.find(outgoing("something else")) is None


async def test_an_edit_replaces_text_and_buttons(slack: FakeSlack, connector: SlackConnector):
    ts = await connector.post(outgoing("Until", final=False))
    await connector.edit(ts, outgoing("Until six.", buttons=(Button("Why?", "why:1"),)))
    (post,) = slack.posts
    assert post["text"] == "Until six."
    assert [block["type"] for block in post["blocks"]] == ["rich_text", "actions"]
    assert post["metadata"]["event_payload"] == {"nonce": "n1"}


async def test_nothing_unfolds_and_nothing_is_parsed(slack: FakeSlack, connector: SlackConnector):
    await connector.post(outgoing("@everyone <!channel> <@U123> https://evil.example"))
    (call,) = slack.called("chat.postMessage")
    assert (call["unfurl_links"], call["unfurl_media"]) == (False, False)
    assert (call["parse"], call["mrkdwn"]) == ("none", False)
    assert call["text"] == "@everyone &lt;!channel&gt; &lt;@U123&gt; https://evil.example"


async def test_an_answer_goes_below_its_question(slack: FakeSlack, connector: SlackConnector):
    ts = slack.says("U1", "C1", "are you open?", told=False)
    posted = await connector.post(outgoing(reply_to=ts))
    assert slack.posts[0]["thread_ts"] == ts
    assert await connector.find(outgoing(reply_to=ts)) == posted


async def test_in_a_direct_message_an_answer_goes_where_it_was_asked(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    root = slack.says("U1", "D1", "hello")
    asked = slack.says("U1", "D1", "are you open?", thread=root)
    await until(lambda: len(inbox.received) == 2)
    await connector.post(outgoing("Hello.", "D1", reply_to=root))
    await connector.post(outgoing("Until six.", "D1", reply_to=asked))
    hello, six = slack.posts
    assert "thread_ts" not in hello
    assert six["thread_ts"] == root


async def test_after_a_restart_slack_is_asked_in_which_thread_a_question_stood(
    slack: FakeSlack, connector: SlackConnector
):
    root = slack.says("U1", "D1", "hello", told=False)
    asked = slack.says("U1", "D1", "are you open?", thread=root, told=False)
    posted = await connector.post(outgoing("Until six.", "D1", reply_to=asked))
    assert slack.posts[0]["thread_ts"] == root
    again = SlackConnector("xoxb-test", "xapp-test", api_url=slack.api_url)
    assert await again.find(outgoing("Until six.", "D1", reply_to=asked)) == posted
    in_the_room = await connector.post(outgoing("Hello.", "D1", nonce="n2", reply_to=root))
    assert "thread_ts" not in slack.posts[1]
    assert await again.find(outgoing("Hello.", "D1", nonce="n2", reply_to=asked)) == in_the_room


async def test_a_thread_that_is_not_told_leaves_the_room(
    slack: FakeSlack, connector: SlackConnector
):
    slack.fails("conversations.replies", Fault(status=503))
    await connector.post(outgoing("Hello.", "D1", reply_to="1700000000.000001"))
    assert "thread_ts" not in slack.posts[0]


async def test_blocks_that_slack_refuses_are_left_out(slack: FakeSlack, connector: SlackConnector):
    slack.fails("chat.postMessage", Fault("invalid_blocks"))
    await connector.post(outgoing())
    (post,) = slack.posts
    assert post["text"] == "Until six."
    assert "blocks" not in post


@pytest.mark.parametrize(
    "code",
    [
        *("channel_not_found", "is_archived", "not_in_channel", "account_inactive"),
        *("token_revoked", "invalid_auth", "restricted_action", "msg_too_long", "no_permission"),
    ],
)
async def test_what_cannot_be_helped_is_permanent(
    slack: FakeSlack, connector: SlackConnector, code: str
):
    slack.fails("chat.postMessage", Fault(code))
    with pytest.raises(SendError) as failed:
        await connector.post(outgoing())
    assert (failed.value.permanent, failed.value.unknown) == (True, False)
    assert "xoxb" not in str(failed.value)


async def test_a_limit_names_the_wait(slack: FakeSlack, connector: SlackConnector):
    slack.fails("chat.update", Fault(retry_after=7))
    ts = await connector.post(outgoing())
    with pytest.raises(SendError) as failed:
        await connector.edit(ts, outgoing("more"))
    error = failed.value
    assert (error.retry_after_s, error.permanent, error.unknown) == (7.0, False, False)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=502),
        Fault("internal_error"),
        Fault("fatal_error"),
        Fault(broken=True),
        Fault(broken=True, after=True),
    ],
)
async def test_what_may_have_arrived_is_unknown_and_not_tried_again(
    slack: FakeSlack, connector: SlackConnector, fault: Fault
):
    slack.fails("chat.postMessage", fault)
    with pytest.raises(SendError) as failed:
        await connector.post(outgoing())
    assert (failed.value.unknown, failed.value.permanent) == (True, False)
    assert len(slack.called("chat.postMessage")) == 1
    found = await connector.find(outgoing())
    assert (found is not None) == fault.after


async def test_an_answer_that_does_not_come_is_unknown(
    slack: FakeSlack, connector: SlackConnector, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connector._web, "timeout", 0.2)
    slack.fails("chat.postMessage", Fault(hang_s=1))
    with pytest.raises(SendError) as failed:
        await connector.post(outgoing())
    assert failed.value.unknown


async def test_a_refused_connection_has_delivered_nothing():
    connector = SlackConnector("xoxb-test", "xapp-test", api_url="http://127.0.0.1:9/api/")
    with pytest.raises(SendError) as failed:
        await connector.post(outgoing())
    assert (failed.value.unknown, failed.value.permanent) == (False, False)
    with pytest.raises(SendError):
        await connector.find(outgoing())


async def test_sources_buttons_and_rating_stand_below(slack: FakeSlack, connector: SlackConnector):
    buttons = (Button("Good", "good:5"), Button("Bad", "bad:5"), Button("Why?", "why:5"))
    await connector.post(outgoing(sources=("Opening hours", "Handbook"), buttons=buttons))
    text, sources, actions, rating = slack.posts[0]["blocks"]
    assert text["type"] == "rich_text"
    assert sources["elements"][0]["text"] == "📄 Opening hours · Handbook"
    (why,) = actions["elements"]
    assert (why["action_id"], why["value"]) == ("deskhand:why:5", "why:5")
    assert rating["type"] == "context_actions"
    (feedback,) = rating["elements"]
    assert feedback["type"] == "feedback_buttons"
    assert feedback["positive_button"]["value"] == "good:5"
    assert feedback["negative_button"]["value"] == "bad:5"


async def test_the_longest_message_of_ampersands_is_taken(
    slack: FakeSlack, connector: SlackConnector
):
    text = "&" * connector.abilities.max_chars
    ts = await connector.post(outgoing(text))
    await connector.edit(ts, outgoing(text))
    assert text in json.dumps(slack.posts[0]["blocks"])
