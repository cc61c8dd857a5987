from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.storage.database import Database
from bot.storage.inbox import InboxRows
from bot.storage.migrate import migrate
from bot.storage.turns import TurnRows
from connectors.messages import Address, Author, File, IncomingMessage

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROOM = Address("slack", "C1")
MIGRATIONS = Path(__file__).parents[3] / "migrations"
BEFORE_FILES_HAD_IDS = """
INSERT INTO conversations (conversation_id, platform, channel, thread, audience, language)
    VALUES (1, 'slack', 'C1', '', 'public', ''), (2, 'slack', 'C2', '', 'public', '');
INSERT INTO persons (person_id, platform, user_id, name, role, zone, introduced)
    VALUES (1, 'slack', 'U1', 'Ann', 'staff', '', 1);
INSERT INTO messages (message_pk, platform, channel, message_id, conversation_id, person_id, text,
    files, to_bot, sent_at, received_at)
    VALUES (1, 'slack', 'C1', 'm1', 1, 1, 'see',
        '["menu.pdf", "cr\\u00e8me \\u201cbr\\u00fbl\\u00e9e\\u201d.jpg"]',
        1, '2026-11-24 09:00:00', '2026-11-24 09:00:00'),
    (2, 'slack', 'C2', 'm2', 2, 1, 'see', '[]', 1, '2026-11-24 09:00:00', '2026-11-24 09:00:00');
INSERT INTO turns (turn_id, message_pk, conversation_id, state, leased_by, failures, crashes,
    lone_crashes, unasked)
    VALUES (1, 1, 1, 'waiting', '', 0, 0, 0, 0), (2, 2, 2, 'waiting', '', 0, 0, 0, 0)
"""


@pytest.fixture
def database(any_database: Database) -> Database:
    return any_database


async def test_what_was_never_stored_is_told_of_any_number_of_messages(database):
    rows = InboxRows(database)
    message = IncomingMessage("m7", ROOM, Author("U1", "Ann"), "hello", to_bot=True, sent_at=NOW)
    await rows.store(message, now=NOW)
    # More than SQLite takes values in one statement, however it was built.
    asked = [f"m{number}" for number in range(260_000)]
    assert await rows.unknown(ROOM, asked) == set(asked) - {"m7"}


async def test_files_come_back_as_they_were_stored(database):
    files = (File("F1", "menu.md"), File("F2", "cake.jpg"))
    message = IncomingMessage(
        "m1", ROOM, Author("U1", "Ann"), "see", to_bot=True, sent_at=NOW, files=files
    )
    await InboxRows(database).store(message, now=NOW)
    taken = await TurnRows(database, run="x").take(suspects=True, now=NOW)
    assert taken.turn is not None
    assert taken.turn.files == files


async def test_messages_of_before_files_had_ids_are_still_read(tmp_path):
    older = Database(f"sqlite:///{tmp_path / 'older.db'}")

    def become_older(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for statement in BEFORE_FILES_HAD_IDS.split(";"):
            connection.execute(text(statement))

    await older.write(become_older)
    assert await migrate(older) is True
    turns = TurnRows(older, run="x")
    taken = [(await turns.take(suspects=True, now=NOW)).turn for _ in range(2)]
    assert [turn and turn.files for turn in taken] == [
        (File("", "menu.pdf"), File("", "crème “brûlée”.jpg")),
        (),
    ]
    await older.close()
