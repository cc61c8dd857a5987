"""What the owner has set on the page, as JSON under a name."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection, String, cast, delete, select

from bot.domain.changes import What
from bot.storage.changes import record
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.tables import settings


class SettingRows:
    """The settings' table."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def all(self, connection: Connection) -> dict[str, JsonValue]:
        """Return every setting that was ever set, by name."""
        found = connection.execute(select(settings.c.name, settings.c.value))
        return {name: value for name, value in found.all()}  # noqa: C416 - rows, not pairs

    @reading
    def version(self, connection: Connection, name: str) -> int:
        """Return the version of a note or a group of settings, 0 where there is none."""
        known = select(settings.c.version).where(settings.c.name == name)
        return int(connection.scalar(known) or 0)

    @writing
    def put(self, connection: Connection, name: str, value: JsonValue, *, now: datetime) -> int:
        """Store a note of Deskhand's own and return its new version, 1 for the first."""
        return self._put(connection, name, value, now)

    @writing
    def forget(self, connection: Connection, name: str, value: str) -> None:
        """Forget a note of Deskhand's own if it still says this."""
        says = cast(settings.c.value, String) == json.dumps(value)
        connection.execute(delete(settings).where(settings.c.name == name, says))

    @writing
    def choose(
        self,
        connection: Connection,
        name: str,
        value: Mapping[str, JsonValue],
        *,
        before: Mapping[str, JsonValue],
        now: datetime,
    ) -> None:
        """Store a group of settings that somebody chose in place of what held `before`."""
        self._put(connection, name, dict(value), now)
        differing = {
            place: (_words(was), _words(chosen))
            for each in {**before, **value}
            for place, was, chosen in _differences(each, before.get(each), value.get(each))
        }
        if differing:
            was = {place: words for place, (words, _) in differing.items()}
            became = {place: words for place, (_, words) in differing.items()}
            record(connection, What.SETTING, name, was, became, at=now)

    def _put(self, connection: Connection, name: str, value: JsonValue, now: datetime) -> int:
        statement = insert_into(settings, sqlite_database=self._database.is_sqlite).values(
            name=name, value=value, version=1, changed_at=now
        )
        made = connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"],
                set_={
                    "value": statement.excluded.value,
                    "version": settings.c.version + 1,
                    "changed_at": now,
                },
            ).returning(settings.c.version)
        )
        return int(made.scalar_one())


def _differences(
    place: str, before: JsonValue, after: JsonValue
) -> Iterator[tuple[str, JsonValue, JsonValue]]:
    """Yield each place where two values differ, with both; of lists what only one of them has.

    Args:
        place: The name of what is looked at; what lies in it is named below it, dotted.
        before: What it was.
        after: What it is.
    """
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            yield from _differences(f"{place}.{name}", before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list):
        gone = [each for each in before if each not in after]
        new = [each for each in after if each not in before]
        yield (place, gone, new) if gone or new else (place, before, after)
    else:
        yield place, before, after


def _words(value: JsonValue) -> str:
    match value:
        case None | [] | {}:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case list() if all(isinstance(each, str) for each in value):
            return ", ".join(map(str, value))
        case list() if all(isinstance(each, list) for each in value):
            return "; ".join(_words(each) for each in value)
    return json.dumps(value, ensure_ascii=False)
