"""Everything that is kept of one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from bot.domain.people import Person

Row = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class WholePerson:
    """Everything that is kept of one person.

    Attributes:
        rows: By table, each row by its columns; without the tables that have none of theirs.
    """

    person: Person
    rows: Mapping[str, Sequence[Row]]
