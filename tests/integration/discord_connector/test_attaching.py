"""Files of our own messages, attached on a made-up Discord."""

import pytest

from connectors.discord.connector import DiscordConnector
from connectors.errors import SendError
from connectors.messages import OutgoingFile
from tests.fakes.discord_server import Fault
from tests.integration.discord_connector.room import outgoing


@pytest.fixture
def files(tmp_path):
    (tmp_path / "1").write_bytes(b"plan")
    (tmp_path / "2").write_bytes(b"")
    return OutgoingFile("plan.pdf", tmp_path / "1"), OutgoingFile("empty.txt", tmp_path / "2")


async def test_files_stand_beside_their_words_in_one_message(discord, inbox, connector, files):
    general = discord.channel("general")
    asked = discord.says("ann", general, "<@bot> a person, please")
    said = outgoing(general, "**Ben:** plan.pdf", reply_to=asked, files=files)
    posted = await connector.post(said)
    assert await connector.post(said) == posted
    (post,) = discord.posts
    assert (post.message_id, post.reply_to) == (posted, asked)
    assert post.files == {"plan.pdf": b"plan", "empty.txt": b""}
    await connector.edit(posted, said)
    assert discord.posts[0].files == post.files


async def test_files_that_were_posted_before_the_answer_came_are_found(
    discord, inbox, connector, files, tmp_path
):
    general = discord.channel("general")
    said = outgoing(general, "**Ben:** plan.pdf", files=files)
    posted = await connector.post(said)
    assert await connector.find(said) == posted
    (tmp_path / "1").write_bytes(b"another of this name")
    assert await connector.find(said) is None
    assert await connector.find(outgoing(general, said.text)) is None


async def test_the_answer_to_a_command_carries_files(discord, inbox, connector, files):
    direct = discord.direct("ann")
    await discord.until(lambda: discord.rest.commands)
    name = next(one["name"] for one in discord.rest.commands if one.get("options"))
    used = discord.commands("ann", direct, name, question="a person, please")
    asked = await inbox.one()
    await connector.post(outgoing(direct, "Hello.", reply_to=asked.message_id))
    said = outgoing(direct, "**Ben:** plan.pdf", reply_to=asked.message_id, nonce="n2", files=files)
    await connector.post(said)
    assert used.texts == ["Hello.", "**Ben:** plan.pdf"]
    names = [one["filename"] for one in used.shown[-1]["attachments"]]
    assert names == ["plan.pdf", "empty.txt"]


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (413, 40005)])
async def test_what_discord_does_not_take_is_permanent(
    discord, inbox, connector: DiscordConnector, files, status, code
):
    discord.fail("send", Fault(status=status, code=code))
    with pytest.raises(SendError) as failed:
        await connector.post(outgoing(discord.channel("general"), "plan.pdf", files=files))
    assert failed.value.permanent
