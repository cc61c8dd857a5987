from datetime import UTC, datetime

import pytest

from connectors.messages import Address, Author, File, IncomingMessage


@pytest.mark.parametrize(
    ("written", "kept"), [("b\x00un\ud83d", "bun?"), ("Brötchen 🥐", "Brötchen 🥐")]
)
def test_what_comes_from_a_platform_is_without_what_no_database_takes(written, kept):
    message = IncomingMessage(
        message_id="1",
        address=Address("chat", "room"),
        author=Author("u1", written),
        text=written,
        to_bot=True,
        sent_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        room_name=written,
        files=(File("f1", written),),
    )
    told = message.text, message.author.name, message.room_name, message.files[0].name
    assert told == (kept,) * 4
