from datetime import UTC

from connectors.messages import Address
from tests.integration.discord_connector.room import outgoing, running, until


async def test_a_mention_in_a_channel_is_a_message_to_the_bot_without_the_mention(
    discord, inbox, connector
):
    general = discord.channel("general")
    message_id = discord.says("ann", general, "hello <@bot>, when do you open?")
    told = await inbox.one()
    assert told.message_id == message_id
    assert told.address == Address("discord", general)
    assert told.text == "hello, when do you open?"
    assert told.to_bot
    assert not told.to_others
    assert not told.direct
    assert told.room_name == "general"
    assert told.author.name == "Ann"
    assert told.author.zone is None
    assert told.author.role is None
    assert not told.author.bot
    assert told.sent_at.tzinfo == UTC


async def test_a_direct_message_is_to_the_bot_without_a_mention(discord, inbox, connector):
    direct = discord.direct("ann")
    discord.says("ann", direct, "when do you open?")
    told = await inbox.one()
    assert told.address == Address("discord", direct)
    assert told.direct
    assert told.to_bot
    assert told.room_name == ""


async def test_a_thread_is_a_conversation_of_its_room(discord, inbox, connector):
    general = discord.channel("general")
    thread = discord.thread(general, "cakes", by="ann")
    discord.says("ann", thread, "<@bot> how much?")
    told = await inbox.one()
    assert told.address == Address("discord", general, thread)
    assert told.room_name == "general"
    assert told.text == "how much?"


async def test_a_forum_post_is_a_conversation_of_its_forum(discord, inbox, connector):
    forum = discord.forum("questions")
    post = discord.thread(forum, "opening hours", by="ann")
    discord.says("ann", post, "when on Sundays?")
    told = await inbox.one()
    assert told.address == Address("discord", forum, post)
    assert told.room_name == "questions"
    assert not told.to_bot


async def test_a_thread_never_heard_of_is_asked_for(discord, inbox, connector):
    general = discord.channel("general")
    thread = discord.thread(general, "cakes", by="ann", told=False)
    discord.says("ann", thread, "<@bot> how much?")
    assert (await inbox.one()).address == Address("discord", general, thread)


async def test_a_reply_to_the_bot_is_to_the_bot(discord, inbox, connector):
    general = discord.channel("general")
    posted = await connector.post(outgoing(general, "We open at nine."))
    discord.says("ann", general, "on Sundays too?", reply_to=posted)
    told = await inbox.one()
    assert told.to_bot
    assert not told.to_others


async def test_a_reply_to_somebody_else_is_to_others(discord, inbox, connector):
    general = discord.channel("general")
    asked = discord.says("ann", general, "lunch?")
    discord.says("ben", general, "at one", reply_to=asked)
    await until(lambda: len(inbox.received) == 2)
    first, second = inbox.received
    assert not first.to_others
    assert second.to_others
    assert not second.to_bot


async def test_mentions_of_others_show_their_names(discord, inbox, connector):
    discord.person("ben", nick="Big Ben")
    discord.role("bakers")
    general = discord.channel("general")
    discord.says("ann", general, "<@ben> and <@&bakers>: see <#general> <:cake:123>")
    told = await inbox.one()
    assert told.text == "@Big Ben and @bakers: see #general :cake:"
    assert told.to_others
    assert not told.to_bot


async def test_the_bots_own_role_counts_as_its_mention(discord, inbox, connector):
    general = discord.channel("general")
    discord.says("ann", general, f"<@&{discord.world.bot_role}> are you open?")
    told = await inbox.one()
    assert told.to_bot
    assert told.text == "are you open?"


async def test_everyone_is_not_the_bot(discord, inbox, connector):
    general = discord.channel("general")
    discord.says("ann", general, "@everyone cake in the kitchen")
    told = await inbox.one()
    assert told.to_others
    assert not told.to_bot


async def test_roles_and_nickname_come_with_the_author(discord, inbox, connector):
    staff = discord.role("staff")
    discord.person("ann", nick="Ann from sales", roles=["staff"])
    general = discord.channel("general")
    discord.says("ann", general, "<@bot> hello")
    told = await inbox.one()
    assert told.author.name == "Ann from sales"
    assert told.author.groups == {staff}


async def test_other_programs_are_told_apart_from_people(discord, inbox, connector):
    general = discord.channel("general")
    discord.says("newsbot", general, "<@bot> news", bot=True)
    discord.hook_says(general, "deployed")
    discord.says("ann", general, "<@bot> hello")
    await until(lambda: len(inbox.received) == 3)
    assert [message.author.bot for message in inbox.received] == [True, True, False]


async def test_own_and_system_messages_are_left_out(discord, inbox, connector):
    general = discord.channel("general")
    await connector.post(outgoing(general, "Good morning"))
    first = discord.says("ann", general, "one")
    discord.thread(general, "talk", by="ann", under=first)
    discord.says("ann", general, "two")
    await until(lambda: "two" in inbox.texts)
    assert inbox.texts == ["one", "two"]


async def test_files_come_by_name(discord, inbox, connector):
    general = discord.channel("general")
    discord.says("ann", general, "<@bot> see this", files=["prices.pdf", "menu.png"])
    files = (await inbox.one()).files
    assert [file.name for file in files] == ["prices.pdf", "menu.png"]


async def test_an_edit_and_a_deletion_are_told(discord, inbox, connector):
    general = discord.channel("general")
    thread = discord.thread(general, "cakes", by="ann")
    here, there = Address("discord", general), Address("discord", general, thread)
    first = discord.says("ann", general, "<@bot> open at nin?")
    second = discord.says("ann", thread, "how much?")
    discord.edits(general, first, "<@bot> open at nine?")
    discord.deletes(general, first)
    discord.deletes(thread, second)
    await until(lambda: len(inbox.deletions) == 2)
    assert inbox.edits == [(here, first, "open at nine?")]
    assert inbox.deletions == [(here, first), (there, second)]


async def test_a_deletion_in_a_thread_never_heard_of_names_its_room(discord, inbox, connector):
    general = discord.channel("general")
    thread = discord.thread(general, "cakes", by="ann", told=False)
    message_id = discord.says("ann", thread, "how much?", told=False)
    discord.deletes(thread, message_id)
    await until(lambda: inbox.deletions)
    assert inbox.deletions == [(Address("discord", general, thread), message_id)]


async def test_a_preview_added_to_a_message_is_no_edit(discord, inbox, connector):
    general = discord.channel("general")
    message_id = discord.says("ann", general, "see https://kornblume.example")
    discord.unfurls(general, message_id)
    discord.edits(general, message_id, "see nothing")
    discord.unfurls(general, message_id)
    discord.says("ann", general, "end")
    await until(lambda: "end" in inbox.texts)
    assert [text for _, _, text in inbox.edits] == ["see nothing"]


async def test_a_preview_of_a_message_from_before_is_no_edit(discord, inbox):
    general = discord.channel("general")
    message_id = discord.says("ann", general, "see https://kornblume.example")
    async with running(discord, inbox):
        discord.unfurls(general, message_id)
        discord.says("ann", general, "end")
        await until(lambda: "end" in inbox.texts)
    assert inbox.edits == []


async def test_own_edits_and_deletions_are_left_out(discord, inbox, connector):
    general = discord.channel("general")
    posted = await connector.post(outgoing(general, "Go"))
    await connector.edit(posted, outgoing(general, "Good morning"))
    discord.deletes(general, posted)
    discord.says("ann", general, "end")
    await until(lambda: "end" in inbox.texts)
    assert inbox.edits == []
    assert inbox.deletions == []


async def test_messages_come_in_the_order_in_which_they_were_written(discord, inbox, connector):
    general = discord.channel("general")
    for number in range(50):
        discord.says("ann", general, f"{number}")
    await until(lambda: len(inbox.received) == 50)
    assert inbox.texts == [f"{number}" for number in range(50)]


async def test_a_message_that_is_not_stored_does_not_stop_the_next(
    discord, inbox, connector, caplog
):
    general = discord.channel("general")
    inbox.broken = True
    discord.says("ann", general, "secret words")
    await until(lambda: "not stored" in caplog.text)
    inbox.broken = False
    discord.says("ann", general, "two")
    await until(lambda: inbox.texts == ["two"])
    assert "secret words" not in caplog.text
    assert "secret words" not in [m.text for m in inbox.received]
