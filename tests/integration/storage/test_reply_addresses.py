"""Any process of an office finds where a command is answered, and nobody else does."""

from cryptography.fernet import Fernet
from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.reply_addresses import ReplyAddressRows
from bot.storage.tables import reply_addresses

KEY = Fernet.generate_key()
COMMAND, WHERE = "command:U1:12.3", "https://hooks.slack.com/commands/T1/secret"


async def test_another_process_finds_where_a_command_is_answered(server: Database) -> None:
    other = Database(server.url)
    await ReplyAddressRows(server, "slack", key=KEY).keep(COMMAND, WHERE, for_s=60)
    # Told again, as where its delivery was not acknowledged.
    await ReplyAddressRows(other, "slack", key=KEY).keep(COMMAND, WHERE, for_s=60)
    assert await ReplyAddressRows(other, "slack", key=KEY).of(COMMAND) == WHERE
    assert await ReplyAddressRows(other, "discord", key=KEY).of(COMMAND) == ""
    assert await ReplyAddressRows(other, "slack", key=KEY).of("12.3") == ""
    await other.close()


async def test_it_is_kept_sealed_and_for_no_longer_than_it_serves(server: Database) -> None:
    rows = ReplyAddressRows(server, "slack", key=KEY)
    await rows.keep(COMMAND, WHERE, for_s=-1)
    kept = await server.read(lambda connection: connection.execute(select(reply_addresses)).all())
    [row] = [tuple(map(str, each)) for each in kept]
    assert not any("U1" in value or "secret" in value for value in row)
    assert await rows.of(COMMAND) == ""
    await rows.keep("command:U2:1.2", WHERE, for_s=60)
    left = await server.read(lambda connection: connection.execute(select(reply_addresses)).all())
    assert len(left) == 1
