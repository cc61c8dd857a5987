"""Conversations as they are listed and looked through: only what the page may show."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    Subquery,
    and_,
    func,
    or_,
    select,
    tuple_,
)

from bot.domain.conversations import Kind
from bot.domain.listed import Line, Listed, Place, Wanted
from bot.storage.database import Database, reading
from bot.storage.rooms import kept_back
from bot.storage.tables import answers, conversations, messages, persons, ratings, rooms, turns

PAGE_SIZE = 30
# So many answers are looked through at once; further back goes on with a press. Enough for months
# of a busy office, and read in some 50 ms (see tests/benchmarks).
WINDOW = 5_000
FIRST_LOOK = 500
# A person's or a room's answers are looked up by their conversations while these are so few.
FEW = 500
MAX_WORDS = 8
_ESCAPE = "\\"
_NEWEST_FIRST = (answers.c.answered_at.desc(), answers.c.answer_id.desc())


class ConversationRows:
    """Conversations with their last answers."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def listed(self, connection: Connection, wanted: Wanted) -> Listed:
        """Return a page of the conversations in which something was answered that is wanted.

        What is not for the page is found neither by its words nor by who said it.
        """
        scope, people = _scope(connection, wanted), _people(connection, wanted)
        if scope is None or people == []:
            return Listed()
        ids = _few_conversations(connection, wanted, people)
        for looked_at in _looked_at(ids, scope):
            found = connection.execute(_last_of_each(wanted, people, looked_at)).all()
            if len(found) > PAGE_SIZE:
                break
        lines = _lines(connection, [row.answer_id for row in found[:PAGE_SIZE]])
        if len(found) > PAGE_SIZE:
            return Listed(lines, older=lines[-1].answer_id)
        if ids is not None:
            return Listed(lines)
        # The last one that was looked at, and one more where there is one.
        ends = connection.execute(_from(scope, WINDOW - 1).limit(2)).all()
        if len(ends) < 2:
            return Listed(lines)
        return Listed(lines, older=ends[0].answer_id, looked_back_to=ends[0].answered_at)

    @reading
    def places(self, connection: Connection, *, limit: int = 200) -> list[Place]:
        """Return the rooms that have a name, in its order: no direct messages."""
        found = connection.execute(
            select(rooms).where(rooms.c.name != "").order_by(rooms.c.name).limit(limit)
        )
        return [Place(row.platform, row.channel, row.name, row.direct) for row in found]

    @reading
    def names(self, connection: Connection, *, limit: int = 200) -> list[str]:
        """Return the names of those who came last, in the order of the alphabet, each once."""
        newest = (
            select(persons.c.name)
            .where(persons.c.name != "")
            .order_by(persons.c.person_id.desc())
            .limit(limit)
        )
        return sorted(set(connection.scalars(newest)))


def _scope(connection: Connection, wanted: Wanted) -> ColumnElement[bool] | None:
    """Return which answers are looked through, newest first; None where there can be none."""
    clauses: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        clauses.append(answers.c.answered_at >= wanted.since)
    if wanted.until is not None:
        clauses.append(answers.c.answered_at < wanted.until)
    if wanted.before is not None:
        before = connection.execute(
            select(answers.c.answer_id, answers.c.answered_at).where(
                answers.c.answer_id == wanted.before
            )
        ).one_or_none()
        if before is None:
            return None
        clauses.append(
            tuple_(answers.c.answered_at, answers.c.answer_id)
            < tuple_(before.answered_at, before.answer_id)
        )
    return and_(True, *clauses)


def _people(connection: Connection, wanted: Wanted) -> list[int] | None:
    """Return the ids of those who are meant, None where nobody is."""
    if not wanted.person:
        return None
    platform, _, user_id = wanted.person.partition("/")
    meant = or_(
        and_(persons.c.platform == platform, persons.c.user_id == user_id),
        func.lower(persons.c.name) == wanted.person.lower(),
    )
    return list(connection.scalars(select(persons.c.person_id).where(meant).limit(FEW)))


def _looked_at(ids: Sequence[int] | None, scope: ColumnElement[bool]) -> Iterator[Subquery]:
    """Yield the answers that are looked through until they fill a page.

    All of few conversations; else the newest, at first so many as mostly do.
    """
    whole = select(answers.c.answer_id, answers.c.conversation_id, answers.c.kind).where(scope)
    if ids is not None:
        yield whole.where(answers.c.conversation_id.in_(ids)).subquery("of_few")
        return
    for limit in (FIRST_LOOK, WINDOW):
        # For the index: without an order and a limit of its own it would be taken apart.
        yield whole.order_by(*_NEWEST_FIRST).limit(limit).subquery("newest")


def _from(scope: ColumnElement[bool], count: int) -> Select[tuple[int, datetime]]:
    """Return the answers from the one behind so many on, newest first."""
    newest = select(answers.c.answer_id, answers.c.answered_at).where(scope)
    return newest.order_by(*_NEWEST_FIRST).offset(count)


def _few_conversations(
    connection: Connection, wanted: Wanted, people: Sequence[int] | None
) -> Sequence[int] | None:
    """Return the conversations people or a room have, None where they are many, or not asked."""
    if people is not None:
        theirs = (
            select(messages.c.conversation_id).distinct().where(messages.c.person_id.in_(people))
        )
    elif wanted.room:
        theirs = select(conversations.c.conversation_id).where(_is_room(wanted.room))
    else:
        return None
    ids = connection.scalars(theirs.limit(FEW + 1)).all()
    return ids if len(ids) <= FEW else None


def _last_of_each(
    wanted: Wanted, people: Sequence[int] | None, window: Subquery
) -> Select[tuple[int]]:
    """Return the last wanted answer of each conversation, newest first, one page and one more."""
    last = func.max(window.c.answer_id).label("answer_id")
    found = (
        select(window.c.conversation_id, last)
        .select_from(_joined(wanted, window))
        .where(*_matching(wanted, people, window))
        .group_by(window.c.conversation_id)
        .subquery("found")
    )
    page = select(found.c.answer_id).order_by(found.c.answer_id.desc()).limit(PAGE_SIZE + 1)
    if wanted.before is None:
        return page
    # What stood on a page before comes once.
    newer = answers.alias("newer")
    shown = (
        select(newer.c.answer_id)
        .select_from(_joined(wanted, newer))
        .where(
            newer.c.conversation_id == found.c.conversation_id,
            newer.c.answer_id >= wanted.before,
            *_matching(wanted, people, newer),
        )
        .correlate(found)
        .exists()
    )
    return page.where(~shown)


def _joined(wanted: Wanted, of: FromClause) -> FromClause:
    """Return answers with what it takes to say whether they are wanted."""
    if not (wanted.words or wanted.person or wanted.room):
        return of
    whole = of.join(answers, answers.c.answer_id == of.c.answer_id)
    return (
        whole.join(turns, turns.c.turn_id == answers.c.turn_id)
        .join(messages, messages.c.message_pk == turns.c.message_pk)
        .join(conversations, conversations.c.conversation_id == answers.c.conversation_id)
        .join(persons, persons.c.person_id == messages.c.person_id)
    )


def _matching(
    wanted: Wanted, people: Sequence[int] | None, of: FromClause
) -> list[ColumnElement[bool]]:
    """Return what holds for an answer that is wanted."""
    clauses: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        clauses.append(of.c.kind == wanted.kind)
    if wanted.helped is not None:
        rated = select(ratings.c.answer_id).where(ratings.c.good.is_(wanted.helped))
        clauses.append(of.c.answer_id.in_(rated))
    if people is not None:
        clauses.append(messages.c.person_id.in_(people))
    if wanted.room:
        clauses.append(_is_room(wanted.room))
    words = wanted.words.split()[:MAX_WORDS]
    clauses += [or_(*_standing(each)) for each in words]
    if words or people is not None:
        clauses.append(~kept_back())
    return clauses


def _standing(word: str) -> list[ColumnElement[bool]]:
    """Return where a word can stand, however it is written.

    SQLite sees only A to Z as the same large and small, so others are tried in each way.
    """
    ways = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    patterns = [f"%{_escaped(each)}%" for each in sorted(ways)]
    return [
        column.ilike(pattern, escape=_ESCAPE)
        for pattern in patterns
        for column in (messages.c.text, answers.c.text)
    ]


def _escaped(word: str) -> str:
    for sign in (_ESCAPE, "%", "_"):
        word = word.replace(sign, _ESCAPE + sign)
    return word


def _is_room(room: str) -> ColumnElement[bool]:
    platform, _, channel = room.partition("/")
    return and_(conversations.c.platform == platform, conversations.c.channel == channel)


def _lines(connection: Connection, answer_ids: Sequence[int]) -> tuple[Line, ...]:
    """Return the lines of answers, in their order."""
    rows = {row.answer_id: row for row in connection.execute(_shown(answer_ids))}
    ids = [rows[each].conversation_id for each in answer_ids]
    kinds: dict[int, dict[Kind, int]] = {}
    for row in connection.execute(
        select(answers.c.conversation_id, answers.c.kind, func.count().label("how_many"))
        .where(answers.c.conversation_id.in_(ids))
        .group_by(answers.c.conversation_id, answers.c.kind)
    ):
        kinds.setdefault(row.conversation_id, {})[Kind(row.kind)] = row.how_many
    rated = {
        (row.conversation_id, row.good): row.how_many
        for row in connection.execute(
            select(answers.c.conversation_id, ratings.c.good, func.count().label("how_many"))
            .join(ratings, ratings.c.answer_id == answers.c.answer_id)
            .where(answers.c.conversation_id.in_(ids))
            .group_by(answers.c.conversation_id, ratings.c.good)
        )
    }
    return tuple(_line(rows[each], kinds, rated) for each in answer_ids)


def _shown(answer_ids: Sequence[int]) -> Select[tuple[object, ...]]:
    return (
        select(
            answers.c.answer_id,
            answers.c.conversation_id,
            answers.c.answered_at,
            answers.c.text.label("said"),
            messages.c.text.label("asked"),
            kept_back().label("kept_back"),
            *place_columns(),
            persons.c.name,
        )
        .select_from(
            answers.join(turns, turns.c.turn_id == answers.c.turn_id)
            .join(messages, messages.c.message_pk == turns.c.message_pk)
            .join(conversations, conversations.c.conversation_id == answers.c.conversation_id)
            .join(persons, persons.c.person_id == messages.c.person_id)
            .outerjoin(rooms, in_room())
        )
        .where(answers.c.answer_id.in_(answer_ids))
    )


def in_room() -> ColumnElement[bool]:
    """Return what joins a conversation to what is known of its room."""
    return and_(
        rooms.c.platform == conversations.c.platform, rooms.c.channel == conversations.c.channel
    )


def place_columns() -> tuple[ColumnElement[str], ...]:
    """Return what `place_of` reads, for statements that select conversations and rooms."""
    return (
        conversations.c.platform.label("place"),
        conversations.c.channel,
        rooms.c.name.label("room_name"),
        rooms.c.direct,
    )


def place_of(row: Row[tuple[object, ...]]) -> Place:
    """Return the place a row tells of."""
    return Place(row.place, row.channel, row.room_name or "", bool(row.direct))


def _line(
    row: Row[tuple[object, ...]],
    kinds: dict[int, dict[Kind, int]],
    rated: dict[tuple[int, bool], int],
) -> Line:
    return Line(
        conversation_id=row.conversation_id,
        place=place_of(row),
        name="" if row.kept_back else row.name,
        answer_id=row.answer_id,
        answered_at=row.answered_at,
        asked="" if row.kept_back else row.asked,
        said="" if row.kept_back else row.said,
        kept_back=bool(row.kept_back),
        kinds=kinds[row.conversation_id],
        helped=rated.get((row.conversation_id, True), 0),
        not_helped=rated.get((row.conversation_id, False), 0),
    )
