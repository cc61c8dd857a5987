"""Hand-overs of an earlier version, brought up to date."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.domain.conversations import Kind, Outcome
from bot.domain.hand_overs import HandOverState
from bot.domain.outgoing import OutgoingState
from bot.storage.database import Database
from bot.storage.hand_over_posts import HandOverPostRows
from bot.storage.hand_over_words import HandOverWordRows
from bot.storage.hand_overs import HandOverRows
from bot.storage.migrate import migrate
from bot.storage.outbox import NewOutgoing
from bot.storage.turns import TurnRows
from tests.fakes.states import outgoing_states

MIGRATIONS = Path(__file__).parents[3] / "migrations"
ASKED_AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
# As tables were before hand-overs had states.
BEFORE = """
INSERT INTO persons (person_id, platform, user_id, name, role, zone, introduced)
VALUES (1, 'slack', 'U1', 'Carla', 'public', '', 1);
INSERT INTO conversations (conversation_id, platform, channel, thread, audience, language)
VALUES (1, 'slack', 'D1', '', 'public', 'en');
INSERT INTO messages (message_pk, platform, channel, message_id, conversation_id, person_id, text,
    files, to_bot, reply_to, sent_at, received_at)
VALUES (1, 'slack', 'D1', 'm1', 1, 1, 'a person, please', '[]', 1, '', '2026-11-24 09:00:00',
    '2026-11-24 09:00:00');
INSERT INTO turns (turn_id, message_pk, conversation_id, state, leased_by, failures, crashes,
    lone_crashes, unasked)
VALUES (1, 1, 1, 'done', '', 0, 0, 0, 0);
INSERT INTO hand_overs (hand_over_id, turn_id, conversation_id, text, reason, asked_at, state)
VALUES (1, 1, 1, 'a person, please', 'asked', '2026-11-24 09:00:00', 'waiting')
"""


def as_before(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "0008")
    for statement in BEFORE.split(";"):
        connection.execute(text(statement))


async def test_what_an_earlier_version_left_waiting_waits_on_the_page_and_is_told_nobody_anew(
    tmp_path,
):
    database = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
    await database.write(as_before)
    assert await migrate(database)
    rows = HandOverRows(database, run="now")
    [waiting] = await rows.listed()
    assert (waiting.text, waiting.asked_by, waiting.state) == (
        "a person, please",
        "Carla",
        HandOverState.WAITING,
    )
    assert (waiting.round, waiting.changed_at) == (0, ASKED_AT)
    posts = HandOverPostRows(database, run="now")
    assert await posts.untold() == []
    assert await posts.unreminded() == []
    assert await rows.end(waiting, HandOverState.DONE, now=ASKED_AT)
    await database.close()


async def test_words_are_carried_once_and_only_while_somebody_has_the_conversation(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
    await database.write(as_before)
    await migrate(database)
    rows, words = HandOverRows(database, run="now"), HandOverWordRows(database, run="now")

    async def carried() -> bool:
        [hand_over] = await rows.listed(list(HandOverState))
        address = hand_over.asker.address
        said = NewOutgoing(f"words of {hand_over.state}", hand_over.state, address, "Hello?")
        return await words.carry(hand_over, 1, [said], outward=False, thread="", now=ASKED_AT)

    [waiting] = await rows.listed()
    address = waiting.asker.address
    assert not await carried()
    assert await rows.take(waiting, 1, [], now=ASKED_AT)
    assert not await rows.take(waiting, 1, [], now=ASKED_AT)
    assert await carried()
    assert await carried()
    [taken] = await rows.listed()
    assert await rows.holding(address, "U1") == taken
    # A word that came since it was read keeps it from being given back for silence.
    assert not await rows.end(
        replace(taken, last_word_at=None), HandOverState.GIVEN_BACK, now=ASKED_AT
    )
    assert await rows.end(taken, HandOverState.GIVEN_BACK, now=ASKED_AT)
    assert not await carried()
    assert await rows.holding(address, "U1") is None
    # A turn that is taken again after a kill is known for what it was.
    assert await rows.holding(address, "U1", turn_id=1) is not None
    counts = await outgoing_states(database)
    assert counts == {OutgoingState.PENDING: 1}
    await database.close()


async def test_an_answer_is_not_stored_once_another_process_gave_the_conversation_to_a_colleague(
    tmp_path,
):
    database = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
    await database.write(as_before)
    await migrate(database)
    await database.write(lambda each: each.execute(text("UPDATE turns SET state = 'waiting'")))
    turns = TurnRows(database, run="now")
    turn = (await turns.take(suspects=True, now=ASKED_AT)).turn
    assert turn is not None
    assert not turn.in_hands
    others = HandOverRows(database, run="another process")
    [waiting] = await others.listed()
    assert await others.take(waiting, 1, [], now=ASKED_AT)
    said = NewOutgoing("turn 1 piece 0", "n", turn.conversation.address, "We open at 8.")
    answer = Outcome(Kind.COMPOSED, "We open at 8.", "en", yields=True)
    assert await turns.finish(turn, answer, [said], now=ASKED_AT) is None
    assert await outgoing_states(database) == {}
    await turns.give_back(turn.turn_id)
    again = (await turns.take(suspects=True, now=ASKED_AT)).turn
    assert again is not None
    assert again.in_hands
    # What is said of words that were carried does not yield.
    assert await turns.finish(again, replace(answer, yields=False), [said], now=ASKED_AT)
    assert await outgoing_states(database) == {OutgoingState.PENDING: 1}
    await database.close()
