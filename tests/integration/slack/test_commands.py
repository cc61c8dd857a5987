"""Commands, shortcuts and buttons."""

import asyncio

import pytest

from connectors.errors import SendError
from connectors.messages import Address, Press
from connectors.slack.connector import SlackConnector
from tests.fakes.slack import FakeSlack
from tests.integration.slack.conftest import Inbox, listening, outgoing, until


async def test_a_command_is_answered_for_who_gave_it_alone(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    command = slack.commands("U1", "C1", "are you open? <@U2|ben>")
    await until(lambda: inbox.received)
    (message,) = inbox.received
    assert message.text == "are you open? @ben"
    assert message.to_bot
    assert message.message_id == f"command:U1:{command.payload['trigger_id']}"
    assert message.author.name == "Ann"
    posted = await connector.post(outgoing(reply_to=message.message_id))
    (response,) = slack.responses
    assert response["response_type"] == "ephemeral"
    assert response["text"] == "Until six."
    assert slack.posts == []
    assert await connector.find(outgoing(reply_to=message.message_id)) == posted


async def test_a_command_without_words_asks_for_help(slack: FakeSlack, inbox: Inbox):
    slack.commands("U1", "D1", "  ")
    await until(lambda: inbox.texts == ["help"])
    assert inbox.received[0].direct


async def test_a_command_is_stored_before_it_is_acknowledged(slack: FakeSlack, inbox: Inbox):
    inbox.open.clear()
    command = slack.commands("U1", "C1", "are you open?")
    await until(lambda: inbox.waiting)
    assert not command.acked.is_set()
    inbox.open.set()
    await until(command.acked.is_set)


async def test_an_answer_to_a_command_appears_when_it_is_final(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    slack.commands("U1", "C1", "are you open?")
    await until(lambda: inbox.received)
    asked = inbox.received[0].message_id
    posted = await connector.post(outgoing("Until", reply_to=asked, final=False))
    await connector.edit(posted, outgoing("Until si", reply_to=asked, final=False))
    assert slack.responses == []
    await connector.edit(posted, outgoing("Until six.", reply_to=asked))
    assert [one["text"] for one in slack.responses] == ["Until six."]
    await connector.edit(posted, outgoing("Until six, rated.", reply_to=asked))
    assert [one["replace_original"] for one in slack.responses] == [False, True]


@pytest.mark.parametrize("minutes", [24, 26])
async def test_a_late_answer_to_a_command_is_seen_by_nobody_else_either(
    slack: FakeSlack, minutes: int
):
    clock = [0.0]
    connector = SlackConnector(
        "xoxb-test", "xapp-test", api_url=slack.api_url, now=lambda: clock[0]
    )
    inbox = Inbox()
    async with listening(connector, inbox):
        slack.commands("U1", "C1", "are you open?")
        await until(lambda: inbox.received)
        clock[0] = minutes * 60.0
        await connector.post(outgoing(reply_to=inbox.received[0].message_id))
    assert len(slack.responses) == (minutes < 25)
    assert [one["user"] for one in slack.methods.ephemeral] == ["U1"] * (minutes > 25)
    assert slack.posts == []


async def test_what_one_person_was_told_is_not_told_to_the_room_later(slack: FakeSlack):
    clock = [0.0]
    connector = SlackConnector(
        "xoxb-test", "xapp-test", api_url=slack.api_url, now=lambda: clock[0]
    )
    inbox = Inbox()
    async with listening(connector, inbox):
        slack.commands("U1", "C1", "are you open?")
        await until(lambda: inbox.received)
        answer = outgoing(reply_to=inbox.received[0].message_id)
        posted = await connector.post(answer)
        clock[0] = 3_600.0
        with pytest.raises(SendError) as failed:
            await connector.edit(posted, answer)
    assert failed.value.permanent
    assert slack.posts == []


async def test_an_answer_begun_before_a_restart_is_posted_after_it(
    slack: FakeSlack, connector: SlackConnector
):
    await connector.edit("response:n1", outgoing("Until six.", reply_to="1.2.abc"))
    await connector.edit("response:n1", outgoing("Until seven.", reply_to="1.2.abc"))
    assert [one["text"] for one in slack.posts] == ["Until seven."]
    assert "thread_ts" not in slack.posts[0]


async def test_after_a_restart_an_answer_to_a_command_is_seen_by_who_gave_it_alone(
    slack: FakeSlack, connector: SlackConnector
):
    growing = outgoing("Un", reply_to="command:U1:1.2.abc", final=False)
    posted = await connector.post(growing)
    assert slack.methods.ephemeral == []
    await connector.edit(posted, outgoing("Until six.", reply_to="command:U1:1.2.abc"))
    assert [(one["user"], one["text"]) for one in slack.methods.ephemeral] == [("U1", "Until six.")]
    assert slack.posts == []


async def test_a_message_is_remembered_from_its_menu(slack: FakeSlack, inbox: Inbox):
    ts = slack.says("U2", "C1", "the oven is due &amp; <@U3>", told=False)
    asked = slack.reminds("U1", "C1", ts)
    await until(asked.acked.is_set)
    (message,) = inbox.received
    assert message.text == "remind me about this: the oven is due & @Cleo"
    assert message.address == Address("slack", "C1", ts)
    assert message.author.user_id == "U1"
    assert (message.to_bot, message.message_id) == (True, asked.payload["trigger_id"])


async def test_a_press_is_done_before_it_is_acknowledged(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    ts = await connector.post(outgoing(thread="1700000000.000001"))
    inbox.open.clear()
    inbox.told = "Cancelled <!channel>."
    press = slack.presses("U1", "C1", ts, "cancel:12")
    await asyncio.sleep(0.1)
    assert not press.acked.is_set()
    inbox.open.set()
    await until(press.acked.is_set)
    (pressed,) = inbox.presses
    address = Address("slack", "C1", "1700000000.000001")
    assert pressed == Press(address, pressed.author, "cancel:12", ts)
    assert pressed.author.name == "Ann"
    (shown,) = slack.responses
    assert shown["response_type"] == "ephemeral"
    assert shown["replace_original"] is False
    assert shown["text"] == "Cancelled &lt;!channel&gt;."


async def test_a_press_without_a_response_address_is_answered_all_the_same(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox
):
    ts = await connector.post(outgoing())
    inbox.told = "Done."
    press = slack.presses("U1", "C1", ts, "done:12")
    press.payload.pop("response_url")
    await until(press.acked.is_set)
    assert len(slack.responses) + len(slack.methods.ephemeral) == 1


async def test_buttons_of_others_are_only_acknowledged(slack: FakeSlack, inbox: Inbox):
    payload = {"type": "block_actions", "actions": [{"action_id": "x", "value": "cancel:1"}]}
    envelope = slack.sockets.tell("interactive", payload)
    other = slack.sockets.tell("slash_commands", {"command": "/other", "text": "x"})
    await until(envelope.acked.is_set)
    await until(other.acked.is_set)
    assert (inbox.presses, inbox.received) == ([], [])
