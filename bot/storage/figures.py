"""Answers counted by day, and how long people waited for them.

All of it is read from one index: an answer's row holds the whole prompt.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select, union_all

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
        by_model = (answers.c.model != "").label("by_model")
        ranked = (
            select(
                by_model,
                answers.c.took_s,
                func.row_number().over(partition_by=by_model, order_by=answers.c.took_s).label("n"),
                func.count().over(partition_by=by_model).label("of"),
            )
            .where(*_between(begins, ends))
            .subquery()
        )
        # The nearest rank, rounded up: the wait of an answer that there was.
        median, p95 = (ranked.c.of + 1) // 2, (ranked.c.of * 95 + 99) // 100
        wanted = (
            select(ranked).where(or_(ranked.c.n == median, ranked.c.n == p95)).order_by(ranked.c.n)
        )
        found: dict[bool, list[tuple[float, int]]] = {True: [], False: []}
        for row in connection.execute(wanted):
            found[bool(row.by_model)].append((row.took_s, row.of))
        with_model, without = (
            Waits(rows[0][1], rows[0][0], rows[-1][0]) if rows else Waits()
            for rows in (found[True], found[False])
        )
        return WaitsOfBoth(with_model, without)


def _between(begins: datetime, ends: datetime) -> tuple[ColumnElement[bool], ...]:
    return (answers.c.answered_at >= begins, answers.c.answered_at < ends)
