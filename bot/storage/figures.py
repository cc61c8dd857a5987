"""Answers counted by day, and how long people waited for them.

All of it is read from one index: an answer's row holds the whole prompt.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, func, literal, select, union_all

from bot.domain.conversations import Kind
from bot.domain.figures import Waits, WaitsOfBoth
from bot.storage.database import Database, reading
from bot.storage.tables import answers


class FigureRows:
    """The answers' table, of which nobody's words are read."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def counts(self, connection: Connection, edges: Sequence[datetime]) -> list[Mapping[Kind, int]]:
        """Return how many answers of each kind there are between each two moments.

        Args:
            connection: Of the transaction.
            edges: In order, at least two; an answer of the moment itself counts to what follows.

        Returns:
            One less than there are moments.
        """
        # A select for each day, since days are as long as the zone's clock makes them.
        parts = [
            select(literal(place).label("place"), answers.c.kind, func.count().label("count"))
            .where(*_between(begins, ends))
            .group_by(answers.c.kind)
            for place, (begins, ends) in enumerate(pairwise(edges))
        ]
        found: list[dict[Kind, int]] = [{} for _ in parts]
        for place, kind, count in connection.execute(union_all(*parts)):
            found[place][Kind(kind)] = count
        return [*found]

    @reading
    def waits(self, connection: Connection, begins: datetime, ends: datetime) -> WaitsOfBoth:
        """Return how long people waited for the answers from a moment on, up to another one."""
        found = [
            sorted(connection.scalars(select(answers.c.took_s).where(*_between(begins, ends), so)))
            for so in (answers.c.model != "", answers.c.model == "")
        ]
        with_model, without = map(_waits, found)
        return WaitsOfBoth(with_model, without)


def _waits(took_s: Sequence[float]) -> Waits:
    """Return what holds of waits in order, by the nearest rank: that of an answer there was."""
    if not took_s:
        return Waits()
    median, p95 = (took_s[math.ceil(share * len(took_s)) - 1] for share in (0.5, 0.95))
    return Waits(len(took_s), median, p95)


def _between(begins: datetime, ends: datetime) -> tuple[ColumnElement[bool], ...]:
    return (answers.c.answered_at >= begins, answers.c.answered_at < ends)
