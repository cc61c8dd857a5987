"""Rooms of the platforms: what they are called, and which are direct messages."""

from functools import cache

from sqlalchemy import ColumnElement, Connection, Insert, and_, or_, select

from bot.storage.database import insert_into
from bot.storage.tables import answers, conversations, persons, ratings, rooms
from connectors.local.connector import PLATFORM as LOCAL
from connectors.messages import IncomingMessage


def put_room(connection: Connection, message: IncomingMessage) -> None:
    """Store what a message tells of its room, inside a transaction others began.

    A room whose name the platform did not tell may be anything: it stays as it was known.
    """
    direct = message.direct or message.group
    if not (direct or message.room_name):
        return
    connection.execute(
        _put(sqlite_database=connection.dialect.name == "sqlite"),
        {
            "platform": message.address.platform,
            "channel": message.address.channel,
            "name": "" if direct else message.room_name,
            "direct": direct,
        },
    )


# Built once: used for each message, and building a statement costs more than executing it.
@cache
def _put(*, sqlite_database: bool) -> Insert:
    statement = insert_into(rooms, sqlite_database=sqlite_database)
    told = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["platform", "channel"],
        set_={"name": told.name, "direct": told.direct},
        where=or_(rooms.c.name != told.name, rooms.c.direct != told.direct),
    )


def private(by_team: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether something was said in one of the team's direct messages with the bot.

    For statements that select `conversations`. Of a room of which it is not known whether it is a
    direct message, that is taken to be so.

    Args:
        by_team: Whether one of the team wrote it.
    """
    # Under names of their own here and below: what this stands in may select the same tables.
    known = rooms.alias("known")
    known_to_be_shared = (
        select(known.c.channel)
        .where(
            known.c.platform == conversations.c.platform,
            known.c.channel == conversations.c.channel,
            known.c.direct.is_(False),
        )
        .exists()
    )
    return and_(by_team, conversations.c.platform != LOCAL, ~known_to_be_shared)


def shared() -> ColumnElement[bool]:
    """Return whether who asked has rated an answer, or shown it to whoever looks after the bot.

    For statements that select `answers` and who asked as `persons`.
    """
    theirs = ratings.alias("theirs")
    rated = (
        select(theirs.c.rating_id)
        .where(
            theirs.c.answer_id == answers.c.answer_id,
            theirs.c.person_id == persons.c.person_id,
        )
        .exists()
    )
    return or_(answers.c.shared, rated)


def kept_back() -> ColumnElement[bool]:
    """Return whether an answer's words are not for the page; as for `private` and `shared`."""
    return and_(private(answers.c.by_team), ~shared())
