"""What came of each trial of the owner's questions."""

from dataclasses import asdict

from sqlalchemy import Connection, Row, select

from bot.domain.trials import Result, Scope, Trial
from bot.storage.database import Database, reading, writing
from bot.storage.tables import trials


class TrialRows:
    """The trials' table; what is in it stays."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @writing
    def add(self, connection: Connection, trial: Trial) -> None:
        """Store a trial."""
        connection.execute(
            trials.insert().values(
                at=trial.at,
                scope=trial.scope,
                model=trial.model,
                embedder=trial.embedder,
                documents=trial.documents,
                took_ms=trial.took_ms,
                results=[asdict(each) for each in trial.results],
            )
        )

    @reading
    def newest(self, connection: Connection, *, limit: int) -> list[Trial]:
        """Return the last trials, newest first."""
        statement = select(trials).order_by(trials.c.trial_id.desc()).limit(limit)
        return [_trial(row) for row in connection.execute(statement)]

    @reading
    def last(self, connection: Connection, scope: Scope, model: str) -> Trial | None:
        """Return the last trial of a scope in which a model answered, or None."""
        row = connection.execute(
            select(trials)
            .where(trials.c.scope == scope, trials.c.model == model)
            .order_by(trials.c.trial_id.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else _trial(row)


def _trial(row: Row[tuple[object, ...]]) -> Trial:
    return Trial(
        at=row.at,
        scope=Scope(row.scope),
        model=row.model,
        embedder=row.embedder,
        documents=row.documents,
        took_ms=row.took_ms,
        results=tuple(Result(**each) for each in row.results),
        trial_id=row.trial_id,
    )
