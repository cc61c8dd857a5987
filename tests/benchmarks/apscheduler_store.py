"""APScheduler's own SQLAlchemy job store, to be measured beside ours."""

import pickle
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import insert

Now = Callable[[], datetime]

_ran: dict[str, datetime] = {}
_clocks: dict[str, Now] = {}


def run(of: str, number: int) -> None:
    """Run as a job: note when."""
    _ran[f"{of} {number}"] = _clocks[of]()


class JobStore:
    """A scheduler on a store in a file; another one on the same file is another process's."""

    def __init__(self, file: Path, *, now: Now) -> None:
        """Open it; nothing runs yet."""
        self._name = str(file)
        self._now = now
        self._store = SQLAlchemyJobStore(url=f"sqlite:///{file}")
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": self._store},
            # Else it drops what is late.
            job_defaults={"misfire_grace_time": None},
            timezone="UTC",
        )
        self._scheduler.start(paused=True)
        _clocks[self._name] = now

    def resume(self) -> None:
        """Run what is due from now on."""
        self._scheduler.resume()

    def close(self) -> None:
        """Run nothing any more."""
        self._scheduler.shutdown(wait=False)

    def add(self, number: int, at: datetime) -> None:
        """Have a job run at a moment."""
        self._scheduler.add_job(run, "date", run_date=at, id=str(number), args=[self._name, number])

    def ran(self, number: int) -> datetime | None:
        """Return when a job ran, or None."""
        return _ran.get(f"{self._name} {number}")

    def fill(self, count: int) -> None:
        """Add so many jobs of tomorrow and later."""
        first = self._now() + timedelta(days=1)
        job = self._scheduler.add_job(run, "date", run_date=first, id="pattern", args=["", 0])
        state = pickle.dumps(job.__getstate__())
        rows = [
            {"id": f"w{number}", "next_run_time": first.timestamp() + 60 * number}
            | {"job_state": state}
            for number in range(count)
        ]
        with self._store.engine.begin() as connection:
            connection.execute(insert(self._store.jobs_t), rows)

    def alarm_ms(self) -> float:
        """Return what it takes to take one job that is due and to find when the next one is."""
        self.add(0, self._now())
        began_s = time.perf_counter()
        [job] = self._store.get_due_jobs(self._now())
        self._store.remove_job(job.id)
        self._store.get_next_run_time()
        return (time.perf_counter() - began_s) * 1000
