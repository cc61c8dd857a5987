"""What people write in Slack, as the receiver has it."""

from connectors.messages import Address, File
from connectors.slack.connector import SlackConnector
from tests.fakes.slack import FakeSlack, Fault
from tests.integration.slack.conftest import Inbox, listening, until


async def test_a_message_is_stored_before_it_is_acknowledged(slack: FakeSlack, inbox: Inbox):
    inbox.open.clear()
    slack.says("U1", "D1", "are you open?")
    await until(lambda: inbox.waiting)
    (envelope,) = slack.sockets.envelopes.values()
    assert not envelope.acked.is_set()
    inbox.open.set()
    await until(envelope.acked.is_set)
    assert inbox.texts == ["are you open?"]


async def test_a_message_that_is_not_stored_is_not_acknowledged_and_comes_again(
    slack: FakeSlack, inbox: Inbox
):
    inbox.broken = True
    slack.says("U1", "D1", "are you open?")
    await until(lambda: inbox.waiting)
    inbox.broken = False
    slack.says("U1", "D1", "hello")
    await until(lambda: inbox.received and len(slack.sockets.unacknowledged()) == 1)
    (unacknowledged,) = slack.sockets.unacknowledged()
    assert unacknowledged.payload["event"]["text"] == "are you open?"
    slack.sockets.redeliver()
    await until(lambda: len(inbox.received) == 2)
    await until(lambda: not slack.sockets.unacknowledged())
    assert inbox.texts == ["hello", "are you open?"]


async def test_a_mention_is_told_twice_by_slack_under_one_id(slack: FakeSlack, inbox: Inbox):
    ts = slack.says("U1", "C1", "<@UBOT> are you open?")
    await until(lambda: len(inbox.received) == 2)
    first, second = inbox.received
    assert first == second
    assert first.message_id == ts
    assert first.text == "are you open?"
    assert first.to_bot
    assert first.address == Address("slack", "C1", ts)
    assert first.room_name == "general"


async def test_what_follows_in_the_thread_of_a_question_is_the_same_conversation(
    slack: FakeSlack, inbox: Inbox
):
    ts = slack.says("U1", "C1", "<@UBOT> are you open?")
    slack.says("U1", "C1", "and on Sunday?", thread=ts)
    await until(lambda: len(inbox.received) == 3)
    assert {message.address for message in inbox.received} == {Address("slack", "C1", ts)}
    assert not inbox.received[-1].to_bot


async def test_talk_in_a_channel_is_not_for_the_bot(slack: FakeSlack, inbox: Inbox):
    slack.says("U1", "C1", "<@U2> lunch?")
    slack.says("U1", "C1", "<!here> cake in the kitchen")
    slack.says("U1", "M1", "shall we?")
    await until(lambda: len(inbox.received) == 3)
    lunch, cake, us = sorted(inbox.received, key=lambda one: one.message_id)
    assert (lunch.text, lunch.to_bot, lunch.to_others) == ("@Ben lunch?", False, True)
    assert (cake.text, cake.to_others) == ("@here cake in the kitchen", True)
    assert lunch.address == Address("slack", "C1")
    assert (us.direct, us.to_bot, us.to_others) == (False, False, False)
    assert (us.group, us.room_name) == (True, "")
    assert not lunch.group


async def test_a_direct_message_is_one_conversation_whatever_its_threads(
    slack: FakeSlack, inbox: Inbox
):
    root = slack.says("U1", "D1", "hello")
    slack.says("U1", "D1", "are you there?", thread=root)
    await until(lambda: len(inbox.received) == 2)
    assert {message.address for message in inbox.received} == {Address("slack", "D1")}
    assert all(message.direct and message.to_bot for message in inbox.received)
    assert {message.room_name for message in inbox.received} == {""}


async def test_the_author_comes_with_zone_and_groups(slack: FakeSlack, inbox: Inbox):
    slack.says("U1", "D1", "hello")
    await until(lambda: inbox.received)
    author = inbox.received[0].author
    assert (author.user_id, author.name, author.zone) == ("U1", "Ann", "Europe/Berlin")
    assert author.groups == {"S1"}
    assert not author.bot


async def test_a_new_group_is_known_after_ten_minutes(slack: FakeSlack):
    clock = [0.0]
    connector = SlackConnector(
        "xoxb-test", "xapp-test", api_url=slack.api_url, now=lambda: clock[0]
    )
    inbox = Inbox()
    async with listening(connector, inbox):
        for minutes in (0, 9, 11):
            clock[0] = minutes * 60.0
            slack.says("U1", "D1", str(minutes))
            await until(lambda: str(clock[0] / 60).removesuffix(".0") in inbox.texts)
            slack.rooms.groups["S2"] = {"U1"}
    assert [message.author.groups for message in inbox.received] == [{"S1"}, {"S1"}, {"S1", "S2"}]


async def test_groups_that_may_not_be_read_are_none(slack: FakeSlack, inbox: Inbox):
    slack.methods.scopes.discard("usergroups:read")
    slack.says("U1", "D1", "hello")
    slack.says("U1", "D1", "again")
    await until(lambda: len(inbox.received) == 2)
    assert inbox.received[0].author.groups == frozenset()
    assert len(slack.called("usergroups.list")) == 1


async def test_a_message_is_taken_even_when_nobody_tells_who_wrote_it(
    slack: FakeSlack, inbox: Inbox
):
    slack.fails("users.info", Fault(status=503), times=9)
    slack.fails("usergroups.list", Fault(hang_s=30), times=9)
    slack.says("U1", "D1", "hello")
    await until(lambda: inbox.received)
    assert inbox.received[0].author.user_id == "U1"


async def test_own_messages_are_not_heard_and_other_bots_are_bots(slack: FakeSlack, inbox: Inbox):
    slack.says("UBOT", "C1", "I am the bot", bot_id="BBOT")
    slack.says("", "C1", "also I", bot_id="BBOT", subtype="bot_message")
    slack.says("UOTHER", "C1", "<@UBOT> beep", bot_id="BOTHER")
    slack.says("", "C1", "from a hook", bot_id="BHOOK", subtype="bot_message", username="Hook")
    slack.says("U1", "C1", "joined", subtype="channel_join")
    slack.says("U1", "C1", "the end")
    await until(lambda: "the end" in inbox.texts)
    heard = {message.text: message.author for message in inbox.received}
    assert set(heard) == {"beep", "from a hook", "the end"}
    assert heard["beep"].bot
    assert heard["from a hook"].bot
    assert heard["from a hook"].name == "Hook"
    assert not heard["the end"].bot


async def test_files_come_by_name_and_broadcasts_are_messages(slack: FakeSlack, inbox: Inbox):
    slack.says("U1", "D1", "our prices", files=["prices.pdf"])
    root = slack.says("U1", "C1", "hm")
    slack.says("U1", "C1", "for all", thread=root, subtype="thread_broadcast")
    await until(lambda: len(inbox.received) == 3)
    by_text = {message.text: message for message in inbox.received}
    assert by_text["our prices"].files == (File("F1", "prices.pdf"),)
    assert by_text["for all"].address.thread == root


async def test_text_comes_as_people_read_it(slack: FakeSlack, inbox: Inbox):
    said = {
        "hey <@UBOT>, 2 &lt; 3 &amp;amp; <@U2>": "hey, 2 < 3 &amp; @Ben",
        "<@UBOT>: see <#C1|general> or <#G1>": "see #general or #back-office",
        "<https://a.example/x|the list> <https://b.example>": (
            "the list (https://a.example/x) https://b.example"
        ),
        "<mailto:ann@a.example|ann@a.example> <http://a.example|a.example>": (
            "ann@a.example http://a.example"
        ),
        "<!channel> <!subteam^S1|@front> <!date^1^{date}|May 1>": "@channel @front May 1",
        "tell <@UBOT> that <@U99> came": "tell that @? came",
    }
    for text in said:
        slack.says("U1", "D1", text)
    await until(lambda: len(inbox.received) == len(said))
    assert inbox.texts == list(said.values())


async def test_messages_of_one_room_keep_their_order(slack: FakeSlack, inbox: Inbox):
    slack.fails("users.info", Fault(hang_s=0.3))  # who writes first is known last
    for number in range(40):
        slack.says(f"U{number % 3 + 1}", "D1", str(number))
    await until(lambda: len(inbox.received) == 40)
    assert inbox.texts == [str(number) for number in range(40)]


async def test_edits_and_deletions_are_told(slack: FakeSlack, inbox: Inbox):
    ts = slack.says("U1", "C1", "<@UBOT> are you opn?")
    slack.edits("C1", ts, "<@UBOT> are you open?")
    slack.edits("C1", ts, "<@UBOT> are you open?")  # as a link that unfolds
    slack.deletes("C1", ts)
    await until(lambda: inbox.deletions)
    address = Address("slack", "C1", ts)
    assert inbox.edits == [(address, ts, "are you open?")]
    assert inbox.deletions == [(address, ts)]


async def test_an_edit_without_the_text_before_is_told(slack: FakeSlack, inbox: Inbox):
    now = {"type": "message", "user": "U1", "text": "are you open?", "ts": "1700000000.000001"}
    changed = {"type": "message", "subtype": "message_changed", "channel": "D1"}
    slack.tells(changed | {"message": now})  # a link that unfolds
    slack.tells(changed | {"message": now | {"edited": {"user": "U1"}}})
    await until(lambda: not slack.sockets.unacknowledged())
    assert inbox.edits == [(Address("slack", "D1"), "1700000000.000001", "are you open?")]


async def test_a_deleted_question_with_replies_is_deleted_too(slack: FakeSlack, inbox: Inbox):
    ts = slack.says("U1", "D1", "are you open?")
    before = {"type": "message", "user": "U1", "text": "are you open?", "ts": ts}
    left = {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "ts": ts,
    }
    changed = {"type": "message", "subtype": "message_changed", "channel": "D1"}
    slack.tells(changed | {"message": left, "previous_message": before})
    await until(lambda: inbox.deletions)
    assert inbox.deletions == [(Address("slack", "D1"), ts)]
    assert inbox.edits == []


async def test_our_own_edits_and_deletions_are_not_told(slack: FakeSlack, inbox: Inbox):
    ts = slack.says("UBOT", "C1", "Until", bot_id="BBOT", told=False)
    slack.edits("C1", ts, "Until six.")
    slack.deletes("C1", ts)
    slack.says("U1", "C1", "the end")
    await until(lambda: inbox.received)
    assert (inbox.edits, inbox.deletions) == ([], [])


async def test_who_opens_the_bot_gets_up_to_four_questions(slack: FakeSlack, inbox: Inbox):
    inbox.prompts = ["one?", "two?", "three?", "four?", "five?"]
    slack.opens("U1", "D1")
    await until(lambda: slack.methods.suggested)
    (suggested,) = slack.methods.suggested
    assert [one["message"] for one in suggested["prompts"]] == inbox.prompts[:4]
    assert "thread_ts" not in suggested
    assert inbox.openers[0][0] == Address("slack", "D1")
    assert inbox.openers[0][1].name == "Ann"
