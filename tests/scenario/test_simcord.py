"""The whole bot in a Discord that others wrote, the package simcord."""

import discord

from bot.storage.ratings import RatingRows
from tests.fakes.parts import until
from tests.scenario.simcord_town import a_town

QUESTION = "are you open on sundays?"
ANSWER = "From 8:30 to 13:00."
SOURCE = "Are you open on Sundays?"


def rated_by(post: discord.Message) -> int:
    """Return the answer that a post's buttons are about."""
    row = post.components[0]
    assert isinstance(row, discord.ActionRow)
    return int(str(row.children[0].custom_id).rpartition(":")[2])


async def test_a_mention_is_answered_by_a_reply_with_its_source(tmp_path):
    async with a_town() as town, town.bot(tmp_path / "data"):
        asked = await town.asks(QUESTION)
        post = await town.post(ANSWER)
    assert post.reference.message_id == asked
    assert SOURCE in post.content


async def test_a_direct_message_is_answered_without_a_mention(tmp_path):
    async with a_town() as town, town.bot(tmp_path / "data"):
        await town.person.send_dm(QUESTION)
        await town.post(ANSWER, room=town.person.dm_channel)
        assert town.posts() == []


async def test_a_question_in_a_thread_is_answered_there(tmp_path):
    async with a_town() as town, town.bot(tmp_path / "data"):
        thread = town.thread("cake")
        asked = await town.asks(QUESTION, room=thread)
        post = await town.post(ANSWER, room=thread)
        assert post.reference.message_id == asked
        assert town.posts() == []


async def test_a_slash_command_is_answered_where_discord_waits_for_it(tmp_path):
    async with a_town() as town, town.bot(tmp_path / "data"):
        command = await town.ann.slash(town.room, "ask", question=QUESTION)
        assert command.deferred
        await until(lambda: command.response.content)
        assert ANSWER in command.response.content
        assert [each.id for each in town.posts()] == [command.response.id]


async def test_a_slash_command_of_ones_own_is_answered_for_ones_own_eyes(tmp_path):
    async with a_town() as town, town.bot(tmp_path / "data") as app:
        words = "tomorrow at 9 to call the supplier"
        command = await town.ann.slash(town.room, "remind", words=words)
        await until(lambda: command.response.content)
        assert "call the supplier" in command.response.content
        assert command.response.ephemeral
        [waiting] = await app.services.follow_ups.waiting()
        assert waiting.subject == "call the supplier"


async def test_a_button_tells_who_pressed_it_why(tmp_path):
    async with a_town() as town, town.bot(tmp_path / "data"):
        await town.asks(QUESTION)
        press = await town.ann.click(await town.post(ANSWER), label="Why this answer?")
        await until(lambda: press.followups)
        [told] = press.followups
        assert told.ephemeral
        assert f"It stands on: {SOURCE}" in told.content


async def test_feedback_is_kept_with_the_answer_it_is_about(tmp_path):
    async with a_town() as town, town.bot(tmp_path / "data") as app:
        await town.asks(QUESTION)
        post = await town.post(ANSWER)
        press = await town.ann.click(post, label="Not helpful")
        await until(lambda: press.followups)
        [told] = press.followups
        assert told.ephemeral
        assert "I have noted that" in told.content
        ratings = await RatingRows(app.database).of(rated_by(post))
        assert list(ratings.values()) == [False]


async def test_a_file_beside_a_question_is_said_not_to_be_read(tmp_path):
    async with a_town() as town, town.bot(tmp_path / "data"):
        await town.asks(QUESTION, files=["menu.pdf"])
        post = await town.post(ANSWER)
    assert "I can only read text: I have not read menu.pdf." in post.content


async def test_what_was_said_while_the_bot_was_away_is_answered_once_when_it_is_back(tmp_path):
    async with a_town() as town:
        direct = town.person.dm_channel
        async with town.bot(tmp_path / "data"):
            await town.asks(QUESTION)
            await town.post(ANSWER)
            await town.person.send_dm(QUESTION)
            await town.post(ANSWER, room=direct)
        thread = town.thread("cake")
        missed = await town.asks(QUESTION)
        await town.asks(QUESTION, room=thread)
        await town.person.send_dm(QUESTION)
        async with town.bot(tmp_path / "data"):
            await town.post(ANSWER, count=2)
            await town.post(ANSWER, room=thread)
            await town.post(ANSWER, room=direct, count=2)
            await town.asks("thank you!")
            await town.post("welcome")
        assert town.posts()[1].reference.message_id == missed
        assert [len(town.posts(each)) for each in (town.room, thread, direct)] == [3, 1, 2]
