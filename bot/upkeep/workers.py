"""How every process of an office is proved to be well: by when it was heard of last."""

from collections.abc import Sequence

from bot.domain.workers import Worker
from bot.language.catalogue import N_
from bot.storage.workers import LATE, WorkerRows
from bot.upkeep.health import Finding, Probe

_TODO = N_(
    "See whether it still runs, and look at its log. The others go on with what it had begun; one"
    " that is not to come back is forgotten by itself."
)


class WorkerProbes:
    """A proof a process; none of them is needed, since each does what the others do."""

    def __init__(self, rows: WorkerRows) -> None:
        """Prove the processes of these rows."""
        self._rows = rows

    async def all(self) -> Sequence[Probe]:
        """Return a proof for each process that was heard of lately, the page first.

        Raises:
            StorageError: The rows could not be read.
        """
        probes = dict[str, Probe]()
        for worker in await self._rows.all():
            part = f"{worker.duty} {worker.name}"
            # Computers, and containers, may bear the same name.
            part = f"{part} {worker.run}" if part in probes else part
            probes[part] = _probe(part, worker)
        return list(probes.values())


def _probe(part: str, worker: Worker) -> Probe:
    async def prove() -> Finding:
        return _finding(worker)

    return Probe(part, False, prove)


def _finding(worker: Worker) -> Finding:
    if worker.silent_s > LATE.total_seconds():
        return Finding(
            False,
            N_("It was not heard of for {seconds} seconds."),
            _TODO,
            values={"seconds": f"{worker.silent_s:.0f}"},
        )
    values = {
        "version": worker.version,
        "turns": worker.doing.turns,
        "leads": ", ".join(worker.doing.leads),
    }
    if worker.doing.leads:
        sentence = N_(
            "It runs version {version}. Messages it is answering: {turns}. It sees for all to:"
            " {leads}."
        )
    else:
        sentence = N_("It runs version {version}. Messages it is answering: {turns}.")
    return Finding(True, sentence, values=values)
