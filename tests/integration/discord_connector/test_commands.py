import pytest

from connectors.messages import Address, Button
from tests.integration.discord_connector.room import outgoing, running, until

LOADING_SHOWN = 5  # Discord's type of a deferred answer

SAID = [
    ("ask", {"question": "when do you open?"}, "when do you open?", False),
    ("remind", {"words": "on Friday to call"}, "remind me on Friday to call", True),
    ("followups", {}, "my follow-ups", True),
    ("followups", {"words": "move the flour to Friday"}, "move the flour to Friday", True),
    ("why", {}, "why?", True),
    ("forget-me", {}, "forget me", True),
    ("help", {}, "help", True),
    ("person", {}, "I would like to talk to a person", True),
]


@pytest.mark.parametrize(("command", "options", "words", "ephemeral"), SAID)
async def test_a_command_is_deferred_and_says_its_words(
    discord, inbox, connector, command, options, words, ephemeral
):
    general = discord.channel("general")
    given = discord.commands("ann", general, command, **options)
    told = await inbox.one()
    assert told.text == words
    # Who alone may read the answer stands in the id, which outlives a restart.
    alone = f":{discord.person('ann')}" if ephemeral else ""
    assert told.message_id == f"{given.interaction_id}{alone}"
    assert told.to_bot
    assert told.address == Address("discord", general)
    assert told.author.name == "Ann"
    assert given.acknowledged == LOADING_SHOWN
    assert given.acknowledged_after_s < 1
    assert given.ephemeral == ephemeral


async def test_a_commands_answer_takes_the_place_of_the_waiting_line(discord, inbox, connector):
    general = discord.channel("general")
    given = discord.commands("ann", general, "ask", question="open?")
    await inbox.one()
    message = outgoing(general, "We open", reply_to=given.interaction_id, final=False)
    posted = await connector.post(message)
    assert given.texts == ["We open"]
    await connector.edit(posted, outgoing(general, "We open at nine."))
    assert given.texts == ["We open at nine."]
    assert discord.rest.asked.count("send") == 0
    await connector.post(outgoing(general, "Closed on Sundays.", reply_to=given.interaction_id))
    assert given.texts == ["We open at nine.", "Closed on Sundays."]


async def test_an_answer_for_one_person_is_seen_by_nobody_else(discord, inbox, connector):
    general = discord.channel("general")
    given = discord.commands("ann", general, "followups")
    await inbox.one()
    for text in ("One.", "Two."):
        posted = await connector.post(outgoing(general, text, reply_to=given.interaction_id))
    await connector.edit(posted, outgoing(general, "Two, changed."))
    assert given.texts == ["One.", "Two, changed."]
    assert discord.posts == []
    assert all(one["allowed_mentions"]["parse"] == [] for one in discord.sent("followup"))


async def test_after_a_restart_a_command_is_answered_by_a_plain_message(discord, inbox):
    general = discord.channel("general")
    async with running(discord, inbox):
        given = discord.commands("ann", general, "ask", question="open?")
        await inbox.one()
    async with running(discord, inbox) as again:
        await again.post(outgoing(general, "At nine.", reply_to=given.interaction_id))
    assert [post.text for post in discord.posts if post.text] == ["At nine."]


async def test_after_a_restart_what_is_for_one_person_is_told_them_directly(discord, inbox):
    general = discord.channel("general")
    async with running(discord, inbox):
        given = discord.commands("ann", general, "followups")
        asked = await inbox.one()
    assert asked.message_id.startswith(f"{given.interaction_id}:")
    async with running(discord, inbox) as again:
        posted = await again.post(
            outgoing(general, "None.", reply_to=asked.message_id, final=False)
        )
        await again.edit(posted, outgoing(general, "None waits.", reply_to=asked.message_id))
        assert (
            await again.find(outgoing(general, "None waits.", reply_to=asked.message_id)) == posted
        )
    [post] = [post for post in discord.posts if post.text]
    assert (post.text, post.channel) == ("None waits.", discord.direct("ann"))


async def test_when_discord_takes_no_more_answers_a_plain_message_answers(
    discord, inbox, connector
):
    general = discord.channel("general")
    given = discord.commands("ann", general, "ask", question="open?")
    await inbox.one()
    discord.rest.token_s = 0
    for text in ("At nine.", "Until six."):
        await connector.post(outgoing(general, text, reply_to=given.interaction_id, nonce=text[:2]))
    assert [post.text for post in discord.posts if post.text] == ["At nine.", "Until six."]
    assert discord.rest.asked.count("followup") == 1


async def test_a_command_that_is_not_stored_is_said_to_have_failed(discord, inbox, connector):
    inbox.broken = True
    given = discord.commands("ann", discord.channel("general"), "ask", question="open?")
    await until(lambda: given.texts)
    assert "try again" in given.texts[0]


async def test_a_command_in_a_thread_and_in_a_direct_message_stands_there(
    discord, inbox, connector
):
    general = discord.channel("general")
    thread, direct = discord.thread(general, "cakes", by="ann"), discord.direct("ann")
    discord.commands("ann", thread, "help")
    discord.commands("ann", direct, "help")
    await until(lambda: len(inbox.received) == 2)
    places = {message.address: message.direct for message in inbox.received}
    assert places == {
        Address("discord", general, thread): False,
        Address("discord", direct): True,
    }


async def test_the_message_menu_asks_to_be_reminded_of_that_message(discord, inbox, connector):
    general = discord.channel("general")
    about = discord.says("ben", general, "the supplier\nwants to know by Friday")
    given = discord.asks_about("ann", general, about, "Remind me about this")
    await until(lambda: len(inbox.received) == 2)
    told = inbox.received[1]
    assert told.text == "remind me about this: the supplier wants to know by Friday"
    assert told.author.name == "Ann"
    assert given.ephemeral


async def test_commands_are_told_to_discord_only_when_they_changed(discord, inbox):
    for _ in range(2):
        async with running(discord, inbox):
            pass
    assert discord.rest.asked.count("sync") == 1
    known = {command["name"] for command in discord.rest.commands}
    assert known == {*(name for name, *_ in SAID), "Remind me about this"}
    discord.rest.commands[0]["description"] = "Something older"
    async with running(discord, inbox):
        pass
    assert discord.rest.asked.count("sync") == 2


async def test_a_button_works_after_a_restart(discord, inbox):
    general = discord.channel("general")
    buttons = (Button("Done", "done:12"), Button("Cancel", "cancel:12"))
    async with running(discord, inbox) as connector:
        posted = await connector.post(outgoing(general, "Call the supplier", buttons=buttons))
    inbox.answer_to_press = "Done. I won't remind you again."
    async with running(discord, inbox):
        given = discord.presses("ann", posted, "Done")
        await until(lambda: given.texts)
    (press,) = inbox.presses
    assert press.action == "done:12"
    assert press.message_id == posted
    assert press.address == Address("discord", general)
    assert press.author.name == "Ann"
    assert given.texts == ["Done. I won't remind you again."]
    assert given.acknowledged_after_s < 3
    assert given.shown[0]["flags"] & 1 << 6
    assert discord.sent("followup")[0]["allowed_mentions"]["parse"] == []


async def test_a_press_that_is_not_stored_is_said_to_have_failed(discord, inbox, connector):
    general = discord.channel("general")
    await connector.post(outgoing(general, "Call", buttons=(Button("Done", "done:1"),)))
    inbox.broken = True
    given = discord.presses("ann", discord.posts[0].message_id, "Done")
    await until(lambda: given.texts)
    assert "try again" in given.texts[0]


async def test_an_edit_after_discord_takes_no_more_answers_is_a_plain_one(
    discord, inbox, connector
):
    general = discord.channel("general")
    given = discord.commands("ann", general, "ask", question="open?")
    await inbox.one()
    message = outgoing(general, "At nine.", reply_to=given.interaction_id)
    posted = await connector.post(message)
    discord.rest.token_s = 0
    await connector.edit(posted, outgoing(general, "At ten."))
    assert [post.text for post in discord.posts] == ["At ten."]
    assert await connector.find(outgoing(general, "At ten.", reply_to=given.interaction_id))


async def test_a_press_without_an_answer_shows_nothing(discord, inbox, connector):
    general = discord.channel("general")
    posted = await connector.post(outgoing(general, "Call", buttons=(Button("Done", "done:1"),)))
    given = discord.presses("ann", posted, "Done")
    await until(lambda: inbox.presses)
    assert given.acknowledged is not None
    assert given.texts == []


async def test_buttons_go_when_an_edit_has_none(discord, inbox, connector):
    general = discord.channel("general")
    posted = await connector.post(outgoing(general, "Call", buttons=(Button("Done", "d:1"),)))
    assert discord.posts[0].buttons == (("Done", "deskhand:d:1"),)
    assert connector._client.persistent_views == []  # a year of posts does not pile up
    await connector.edit(posted, outgoing(general, "Called."))
    assert discord.posts[0].buttons == ()
