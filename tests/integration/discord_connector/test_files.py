import pytest

from connectors.errors import ConnectorError, FileRefusedError
from connectors.messages import Address
from tests.fakes.discord_server import Fault
from tests.integration.discord_connector.room import connector_to

LIMIT = 1_000


async def test_a_file_of_a_message_is_fetched(discord, inbox, connector):
    thread = discord.thread(discord.channel("general"), "cakes", by="ann")
    discord.says("ann", thread, "<@bot> our menu", files={"menu.md": b"# Menu", "b.md": b"b"})
    message = await inbox.one()
    contents = [
        await connector.fetch(message.address, message.message_id, file.file_id, max_bytes=LIMIT)
        for file in message.files
    ]
    assert contents == [b"# Menu", b"b"]


async def test_the_address_of_a_file_is_read_anew(discord, inbox, connector):
    general = discord.channel("general")
    message_id = discord.says("ann", general, "<@bot> menu", files={"menu.md": b"# Menu"})
    [file] = (await inbox.one()).files
    [attached] = discord.world.find(general, message_id)["attachments"]
    attached["url"] = attached["url"].replace("menu.md", "signed-anew.md")
    room = Address("discord", general)
    assert await connector.fetch(room, message_id, file.file_id, max_bytes=LIMIT) == b"# Menu"


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/menu.md",
        "http://cdn.discordapp.com/menu.md",
        "https://cdn.discordapp.com@elsewhere.example/menu.md",
    ],
)
async def test_only_discords_own_servers_are_asked(discord, inbox, connector, url):
    general = discord.channel("general")
    message_id = discord.says("ann", general, "<@bot> menu", files={"menu.md": b"# Menu"})
    [file] = (await inbox.one()).files
    discord.world.find(general, message_id)["attachments"][0]["url"] = url
    with pytest.raises(FileRefusedError, match="somewhere else"):
        await connector.fetch(
            Address("discord", general), message_id, file.file_id, max_bytes=LIMIT
        )


@pytest.mark.parametrize(("size", "length_told"), [(LIMIT + 1, True), (1, True), (1, False)])
async def test_what_is_too_large_is_not_read(discord, inbox, connector, size, length_told):
    general = discord.channel("general")
    content = b"x" * (LIMIT + 1)
    message_id = discord.says("ann", general, "<@bot> menu", files={"menu.md": content})
    [file] = (await inbox.one()).files
    discord.world.find(general, message_id)["attachments"][0]["size"] = size
    discord.files.lengths_told = length_told
    with pytest.raises(FileRefusedError, match="split it"):
        await connector.fetch(
            Address("discord", general), message_id, file.file_id, max_bytes=LIMIT
        )
    assert len(discord.files.fetched) == (0 if size > LIMIT else 1)


async def test_a_file_that_is_gone_is_told_from_a_discord_that_is_away(discord, inbox, connector):
    general = discord.channel("general")
    room = Address("discord", general)
    message_id = discord.says("ann", general, "<@bot> menu", files={"menu.md": b"# Menu"})
    [file] = (await inbox.one()).files
    with pytest.raises(FileRefusedError, match="not there any more"):
        await connector.fetch(room, message_id, "1", max_bytes=LIMIT)
    discord.fail("message", Fault(status=400))
    with pytest.raises(ConnectorError) as away:
        await connector.fetch(room, message_id, file.file_id, max_bytes=LIMIT)
    assert not isinstance(away.value, FileRefusedError)
    discord.files.contents.clear()
    with pytest.raises(FileRefusedError, match="not there any more"):
        await connector.fetch(room, message_id, file.file_id, max_bytes=LIMIT)
    discord.deletes(general, message_id)
    with pytest.raises(FileRefusedError, match="not there any more"):
        await connector.fetch(room, message_id, file.file_id, max_bytes=LIMIT)


async def test_before_connecting_no_file_can_be_had(discord):
    with pytest.raises(ConnectorError):
        await connector_to(discord).fetch(Address("discord", "1"), "1", "1", max_bytes=LIMIT)
