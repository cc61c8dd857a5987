import asyncio
import time

import pytest

from connectors.errors import SendError
from connectors.messages import Address
from tests.fakes.discord_server import Fault
from tests.integration.discord_connector.room import (
    Inbox,
    connector_to,
    outgoing,
    running,
    until,
)


async def test_a_post_pings_nobody_unfurls_nothing_and_replies(discord, inbox, connector):
    general = discord.channel("general")
    asked = discord.says("ann", general, "<@bot> open?")
    evil = "@everyone <!channel> <@123> https://evil.example"
    posted = await connector.post(outgoing(general, evil, reply_to=asked, sources=("Hours",)))
    (post,) = discord.posts
    assert post.message_id == posted
    assert post.reply_to == asked
    assert post.embeds_suppressed
    assert post.text.endswith("\n-# 📄 Hours")
    assert "@everyone" not in post.text
    assert "<@123>" not in post.text
    (body,) = discord.sent()
    assert body["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert body["nonce"] == "n1"
    assert body["enforce_nonce"] is True


async def test_a_post_to_a_thread_stands_in_the_thread(discord, inbox, connector):
    general = discord.channel("general")
    thread = discord.thread(general, "cakes", by="ann")
    await connector.post(outgoing(general, "9 euros", thread=thread))
    assert [post.channel for post in discord.posts] == [thread]


async def test_a_reply_to_what_is_gone_is_posted_all_the_same(discord, inbox, connector):
    general = discord.channel("general")
    await connector.post(outgoing(general, "hello", reply_to="123456789012345678"))
    assert [post.reply_to for post in discord.posts] == [""]


async def test_the_same_nonce_twice_gives_one_post(discord, inbox, connector):
    general = discord.channel("general")
    first = await connector.post(outgoing(general, "hello"))
    second = await connector.post(outgoing(general, "hello"))
    assert first == second
    assert len(discord.posts) == 1


async def test_an_edit_replaces_text_and_keeps_previews_off(discord, inbox, connector):
    general = discord.channel("general")
    posted = await connector.post(outgoing(general, "We op", final=False))
    await connector.edit(posted, outgoing(general, "We open at nine.", sources=("Hours",)))
    (post,) = discord.posts
    assert post.text == "We open at nine.\n-# 📄 Hours"
    assert post.embeds_suppressed
    assert discord.sent("edit")[0]["allowed_mentions"] == {"parse": []}


async def test_before_signing_in_nothing_is_sent(discord):
    with pytest.raises(SendError) as error:
        await connector_to(discord).post(outgoing("1", "hello"))
    assert not error.value.unknown
    assert not error.value.permanent


async def test_posting_needs_no_gateway(discord, inbox, connector):
    general = discord.channel("general")
    discord.gateway.forget_sessions = True  # a new session takes five seconds
    discord.gateway.cut()
    await connector.post(outgoing(general, "hello"))
    assert not discord.gateway.connected
    assert [post.text for post in discord.posts] == ["hello"]


REFUSALS = [
    (Fault(403, 50013), True, False),
    (Fault(403, 50001), True, False),
    (Fault(404, 10003), True, False),
    (Fault(400, 50035), True, False),
    (Fault(403, 0), False, False),
    (Fault(401, 0), False, False),
    (Fault(503, 0), False, True),
    (Fault(cut=True), False, True),
]


@pytest.mark.parametrize(("fault", "permanent", "unknown"), REFUSALS)
async def test_a_refusal_says_whether_to_try_again(
    discord, inbox, connector, fault, permanent, unknown
):
    general = discord.channel("general")
    discord.fail("send", fault)
    with pytest.raises(SendError) as error:
        await connector.post(outgoing(general, "hello"))
    assert (error.value.permanent, error.value.unknown) == (permanent, unknown)
    assert error.value.retry_after_s is None


async def test_a_deleted_room_and_a_deleted_message_are_permanent(discord, inbox, connector):
    general = discord.channel("general")
    posted = await connector.post(outgoing(general, "hello"))
    discord.deletes(general, posted)
    with pytest.raises(SendError) as error:
        await connector.edit(posted, outgoing(general, "hello!"))
    assert error.value.permanent
    discord.dissolve(general)
    with pytest.raises(SendError) as error:
        await connector.post(outgoing(general, "hello again", nonce="n2"))
    assert error.value.permanent


async def test_a_short_wait_is_waited_for(discord, inbox, connector):
    general = discord.channel("general")
    discord.fail("send", Fault(429, retry_after_s=0.3))
    began = time.monotonic()
    await connector.post(outgoing(general, "hello"))
    assert time.monotonic() - began >= 0.3
    assert len(discord.posts) == 1


async def test_a_long_wait_is_handed_back(discord, inbox, connector):
    general = discord.channel("general")
    discord.fail("send", Fault(429, retry_after_s=90))
    with pytest.raises(SendError) as error:
        await connector.post(outgoing(general, "hello"))
    assert error.value.retry_after_s == 90
    assert not error.value.unknown


async def test_posts_beyond_a_rooms_limit_are_spaced_and_all_arrive(discord, inbox, connector):
    general, other = discord.channel("general"), discord.channel("other")
    discord.rest.limits["send"] = (2, 0.4)
    for number in range(5):
        await connector.post(outgoing(general, f"{number}", nonce=f"n{number}"))
    await connector.post(outgoing(other, "elsewhere", nonce="e"))
    assert [post.text for post in discord.posts] == ["0", "1", "2", "3", "4", "elsewhere"]


async def test_a_post_whose_answer_got_lost_is_found(discord, inbox, connector):
    general = discord.channel("general")
    asked = discord.says("ann", general, "<@bot> open?")
    message = outgoing(general, "We open at nine.", reply_to=asked, sources=("Hours",))
    assert await connector.find(message) is None
    discord.fail("send", Fault(cut=True))
    with pytest.raises(SendError):
        await connector.post(message)
    (post,) = discord.posts
    assert await connector.find(message) == post.message_id
    assert await connector.post(message) == post.message_id
    assert len(discord.posts) == 1


async def test_an_answer_that_was_still_growing_is_found(discord, inbox, connector):
    general = discord.channel("general")
    asked = discord.says("ann", general, "<@bot> open?")
    posted = await connector.post(outgoing(general, "We open", reply_to=asked, final=False))
    whole = outgoing(general, "We open at nine.", reply_to=asked, answer_id=1)
    assert await connector.find(whole) == posted


async def test_words_that_only_begin_like_others_are_not_found_as_those(discord, inbox, connector):
    general = discord.channel("general")
    asked = discord.says("ann", general, "<@bot> open?")
    await connector.post(outgoing(general, "**Ann:** ok", reply_to=asked))
    assert await connector.find(outgoing(general, "**Ann:** ok, at nine", reply_to=asked)) is None


async def test_the_same_text_to_another_question_is_not_taken_for_ours(discord, inbox, connector):
    general = discord.channel("general")
    asked = [discord.says("ann", general, "<@bot> open?") for _ in range(2)]
    await connector.post(outgoing(general, "At nine.", reply_to=asked[0]))
    other = outgoing(general, "At nine.", reply_to=asked[1], nonce="n2")
    assert await connector.find(other) is None


async def test_what_others_wrote_is_not_taken_for_ours(discord, inbox, connector):
    general = discord.channel("general")
    discord.says("ann", general, "Water the plants")
    assert await connector.find(outgoing(general, "Water the plants")) is None


async def test_a_commands_lost_answer_is_found(discord, inbox, connector):
    general = discord.channel("general")
    given = discord.commands("ann", general, "followups")
    await inbox.one()
    message = outgoing(general, "One follow-up.", reply_to=given.interaction_id)
    assert await connector.find(message) is None
    discord.fail("followup", Fault(cut=True))
    with pytest.raises(SendError) as error:
        await connector.post(message)
    assert error.value.unknown
    assert await connector.find(message) == given.shown[0]["id"]


async def test_typing_is_shown_again_for_the_next_question_after_a_post(discord, inbox, connector):
    general = discord.channel("general")
    here = Address("discord", general)
    await connector.show_status(here, "soon")
    await connector.post(outgoing(general, "At nine."))
    await connector.show_status(here, "soon")
    assert discord.rest.asked.count("typing") == 2


async def test_typing_is_shown_not_more_often_than_it_lasts_and_never_fails(
    discord, inbox, connector
):
    general = discord.channel("general")
    here = Address("discord", general)
    for _ in range(3):
        await connector.show_status(here, "2 before you")
    await connector.show_status(here, "")
    assert discord.rest.asked.count("typing") == 1
    await connector.show_status(Address("discord", "99"), "soon")
    discord.fail("typing", Fault(503, cut=True))
    await connector.show_status(Address("discord", discord.channel("other")), "soon")
    await connector_to(discord).show_status(here, "soon")


async def test_a_connector_can_be_run_again(discord, inbox):
    general = discord.channel("general")
    connector = connector_to(discord)
    for count in (1, 2):
        task = asyncio.create_task(connector.run(inbox))
        await until(lambda count=count: inbox.connections == count)
        await connector.post(outgoing(general, f"{count}", nonce=f"n{count}"))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(SendError):
            await connector.post(outgoing(general, "closed", nonce="n"))
    assert [post.text for post in discord.posts] == ["1", "2"]


async def test_a_commands_answer_outlives_the_connection_it_came_by(discord, inbox):
    general = discord.channel("general")
    connector = connector_to(discord)
    task = asyncio.create_task(connector.run(inbox))
    await until(lambda: inbox.connections == 1)
    given = discord.commands("ann", general, "why")
    await inbox.one()
    task.cancel()
    await asyncio.wait([task])
    task = asyncio.create_task(connector.run(inbox))
    await until(lambda: inbox.connections == 2)
    await connector.post(outgoing(general, "Because.", reply_to=given.interaction_id))
    assert given.texts == ["Because."]
    task.cancel()
    await asyncio.wait([task])


async def test_two_connectors_do_not_share_anything(discord):
    first, second = Inbox(), Inbox()
    async with running(discord, first), running(discord, second):
        discord.says("ann", discord.channel("general"), "hello")
        await until(lambda: first.received and second.received)
