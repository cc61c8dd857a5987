"""Which processes serve this database, each heard of again and again."""

from datetime import timedelta

from sqlalchemy import Connection, delete, extract, func, or_, select, update

from bot.domain.workers import Doing, Duty, Worker
from bot.storage.database import Database, reading, writing
from bot.storage.tables import workers

# Said every five seconds; one or two that do not come may be a busy server.
LATE = timedelta(seconds=20)
# One that was not heard of is shown for so long, so that somebody sees that it went.
FORGOTTEN_AFTER = timedelta(minutes=5)


class WorkerRows:
    """The table of processes; by the server's clock, since those of the processes may differ."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @property
    def shared(self) -> bool:
        """Return whether several processes may serve this database; SQLite serves one."""
        return not self._database.is_sqlite

    @writing
    def beat(
        self, connection: Connection, name: str, duty: Duty, version: str, doing: Doing
    ) -> None:
        """Say that this process lives and what it does; those long gone are forgotten.

        Args:
            connection: Of the transaction.
            name: Of this process; another of the same name that is late was this one's before.
            duty: What it is there for.
            version: Of Deskhand.
            doing: Just now.
        """
        now = func.now()
        heard = {"beat_at": now, "leads": list(doing.leads), "turns": doing.turns}
        known = connection.execute(
            update(workers).where(workers.c.run == self._run).values(**heard)
        )
        if not known.rowcount:
            of_it = {"name": name, "duty": duty, "version": version, "started_at": now}
            connection.execute(workers.insert().values(run=self._run, **of_it, **heard))
        connection.execute(
            delete(workers).where(
                workers.c.run != self._run,
                or_(
                    workers.c.beat_at < now - FORGOTTEN_AFTER,
                    (workers.c.name == name) & (workers.c.beat_at < now - LATE),
                ),
            )
        )

    @writing
    def leave(self, connection: Connection) -> None:
        """Forget this process: it ends as it should."""
        connection.execute(delete(workers).where(workers.c.run == self._run))

    @reading
    def all(self, connection: Connection) -> list[Worker]:
        """Return every process that was heard of lately, the page first, then by name."""
        silent = extract("epoch", func.now() - workers.c.beat_at).label("silent_s")
        found = connection.execute(
            select(workers, silent)
            .where(workers.c.beat_at > func.now() - FORGOTTEN_AFTER)
            .order_by(workers.c.duty, workers.c.name, workers.c.started_at)
        )
        return [
            Worker(
                run=row.run,
                name=row.name,
                duty=Duty(row.duty),
                version=row.version,
                started_at=row.started_at,
                silent_s=max(0.0, float(row.silent_s)),
                doing=Doing(tuple(row.leads), row.turns),
            )
            for row in found
        ]
