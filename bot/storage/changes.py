"""The log of changes: written with each change, in its own transaction."""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, delete, func, select, update

from bot.domain.changes import Actor, Batch, By, Change, What, who_acts
from bot.storage.database import Database, reading, writing
from bot.storage.tables import changes, persons

# Enough to see what it is about; the whole stands in the thing itself.
MAX_CHARS = 300
# More fields nobody reads through.
MAX_FIELDS = 40
# What both have in common is shown this far before where they differ.
_LEAD_CHARS = 40

Fields = Mapping[str, str]


def record(
    connection: Connection,
    what: What,
    subject: str,
    was: Fields,
    became: Fields,
    *,
    title: str = "",
    at: datetime,
) -> None:
    """Write down a change that is made in this transaction, if it is somebody's.

    Args:
        connection: Of the transaction.
        what: The kind of thing.
        subject: Its id.
        was: What it was by field, of those that differ; never a secret. Empty ones are left out,
            and of long ones is kept where they differ.
        became: What it is from now on, likewise.
        title: What people call it, where the subject does not say it.
        at: The moment.
    """
    _insert(connection, what, subject, was, became, title=title, at=at)


def count_up(connection: Connection, batch: Batch, counts: Mapping[str, int], at: datetime) -> None:
    """Add what this transaction brings to the one line of all that came together.

    Args:
        connection: Of the transaction.
        batch: With what it comes.
        counts: How many documents by what became of them.
        at: The moment; the line keeps that of the first.
    """
    found = connection.execute(
        select(changes.c.became).where(changes.c.batch == batch.key).with_for_update()
    ).one_or_none()
    before = {} if found is None else found.became
    became = {name: str(int(before.get(name, 0)) + more) for name, more in counts.items()}
    if found is None:
        _insert(connection, What.IMPORT, batch.subject, {}, became, batch=batch.key, at=at)
    else:
        connection.execute(
            update(changes).where(changes.c.batch == batch.key).values(became=became)
        )


def _insert(
    connection: Connection,
    what: What,
    subject: str,
    was: Fields,
    became: Fields,
    *,
    title: str = "",
    batch: str | None = None,
    at: datetime,
) -> None:
    actor = who_acts()
    if actor is None:
        return
    was, became = _shortened(was, became)
    connection.execute(
        changes.insert().values(
            at=at,
            actor=actor.by,
            account=actor.account,
            person_id=actor.person_id,
            what=what,
            subject=_cut(subject, 0),
            title=_cut(title, 0),
            was=was,
            became=became,
            batch=batch,
        )
    )


class ChangeRows:
    """The changes' table."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def newest(
        self,
        connection: Connection,
        *,
        limit: int,
        before: int | None = None,
        what: What | None = None,
        actor: Actor | None = None,
    ) -> list[Change]:
        """Return changes, newest first.

        Args:
            connection: Of the transaction.
            limit: At most so many.
            before: Only those with a smaller id than this.
            what: Only those of this kind.
            actor: Only theirs.
        """
        wanted = (
            select(changes, _NAME.label("name"))
            .select_from(changes.outerjoin(persons))
            .order_by(changes.c.change_id.desc())
            .limit(limit)
        )
        if before is not None:
            wanted = wanted.where(changes.c.change_id < before)
        if what is not None:
            wanted = wanted.where(changes.c.what == what)
        if actor is not None:
            wanted = wanted.where(
                changes.c.actor == actor.by,
                changes.c.account == actor.account,
                changes.c.person_id.is_not_distinct_from(actor.person_id),
            )
        return [
            Change(
                row.change_id,
                row.at,
                Actor(By(row.actor), row.account, row.person_id),
                row.name,
                What(row.what),
                row.subject,
                row.title,
                row.was,
                row.became,
            )
            for row in connection.execute(wanted)
        ]

    @reading
    def actors(self, connection: Connection) -> dict[Actor, str]:
        """Return whoever made a change, each with the name that `Change` has, in order."""
        found = connection.execute(
            select(changes.c.actor, changes.c.account, changes.c.person_id, _NAME.label("name"))
            .select_from(changes.outerjoin(persons))
            .distinct()
            .order_by("actor", "name", changes.c.person_id)
        )
        return {Actor(By(row.actor), row.account, row.person_id): row.name for row in found}

    @writing
    def put(
        self, connection: Connection, what: What, subject: str, became: Fields, *, at: datetime
    ) -> None:
        """Write down what was done in no transaction of this database; see `record`."""
        record(connection, what, subject, {}, became, at=at)

    @writing
    def decided(
        self, connection: Connection, what: What, subject: str, *, take: bool, at: datetime
    ) -> None:
        """Write down what somebody has decided on what waited; see `record`."""
        became = {"decision": "taken" if take else "left"}
        record(connection, what, subject, {}, became, at=at)

    @writing
    def forget(self, connection: Connection, *, before: datetime) -> None:
        """Remove the changes that were made before a moment."""
        connection.execute(delete(changes).where(changes.c.at < before))


_NAME = func.coalesce(persons.c.name, changes.c.account)


def _shortened(was: Fields, became: Fields) -> tuple[Fields, Fields]:
    names = [name for name in {**was, **became} if was.get(name) or became.get(name)]
    cut = {
        name: _where_they_differ(was.get(name, ""), became.get(name, ""))
        for name in islice(names, MAX_FIELDS)
    }
    if len(names) > MAX_FIELDS:
        cut["more"] = ("", str(len(names) - MAX_FIELDS))
    return (
        {name: before for name, (before, _) in cut.items() if before},
        {name: after for name, (_, after) in cut.items() if after},
    )


def _where_they_differ(before: str, after: str) -> tuple[str, str]:
    if max(len(before), len(after)) <= MAX_CHARS:
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    alike = next((n for n, (was, now) in pairs if was != now), min(len(before), len(after)))
    skipped = max(0, alike - _LEAD_CHARS)
    return _cut(before, skipped), _cut(after, skipped)


def _cut(text: str, skipped: int) -> str:
    rest = f"…{text[skipped:]}" if skipped else text
    return rest if len(rest) <= MAX_CHARS else f"{rest[: MAX_CHARS - 1]}…"
