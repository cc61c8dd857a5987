"""Files on their way into the knowledge: taken in while their page may be left, and stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.changes import together
from bot.domain.trials import Comparison
from bot.upkeep.import_approval import ImportApproval
from bot.web.asking import Asking
from bot.web.reader import gettext as _
from bot.web.reader import number
from knowledge.documents import Document
from knowledge.incoming import Taken


@dataclass(frozen=True, slots=True)
class Intaking:
    """Where the last intake is.

    Attributes:
        done, total: Documents.
        notes: What could not be read, a sentence each.
        apart: None of them is in force yet, as the owner is asked first.
        waiting: What the owner has to decide on; None while nothing.
        taken: What came of it, once it ended well.
        error: A sentence when it did not.
    """

    done: int = 0
    total: int = 0
    notes: tuple[str, ...] = ()
    apart: bool = False
    waiting: Comparison | None = None
    taken: Taken | None = None
    error: str = ""

    @property
    def ended(self) -> bool:
        """Return whether it is over, well or not."""
        return self.taken is not None or bool(self.error)


class Intake(Asking[Intaking]):
    """One intake at a time; of one that is stopped, what was taken in stays.

    Attributes:
        origin: What the last one came in, such as names of files.
    """

    def __init__(self, approval: ImportApproval) -> None:
        """Take in what is given to `start`, what is larger once it was approved."""
        super().__init__("intake", _failed)
        self._approval = approval
        self.origin = ""

    async def start(
        self, documents: Sequence[Document], notes: Sequence[str], *, origin: str, wait_s: float
    ) -> Intaking | None:
        """Begin to take documents in; None while another intake is under way.

        Args:
            documents: As readers give them.
            notes: What could not be read, a sentence each.
            origin: What they came in, such as names of files.
            wait_s: At most so long the caller waits.

        Returns:
            Where it is once it has ended or asks, or after some seconds.
        """
        total, told = len(documents), tuple(notes)
        read = Intaking(total, total, told, apart=True)

        def progress(done: int, total: int) -> None:
            self._tell(Intaking(done, total, told))

        def preparing(done: int, total: int) -> None:
            self._tell(Intaking(done, total, told, apart=True))

        async def decide(comparison: Comparison) -> bool:
            return await self._ask(replace(read, waiting=comparison), read)

        async def taken_in() -> Intaking:
            with together(origin):
                taken = await self._approval.add(
                    documents, decide=decide, progress=progress, preparing=preparing
                )
            return Intaking(total, total, told, taken=taken)

        if not self._begin(Intaking(total=total, notes=told), taken_in):
            return None
        self.origin = origin
        return await self.arrived(within_s=wait_s)


def _failed(state: Intaking, why: str) -> Intaking:
    done, total = state.done, state.total
    left = ""
    if done and not state.apart:
        left = _("{done} of {total} documents are in: add the same again and it goes on there.")
    elif 0 < done < total:
        left = _(
            "{done} of {total} documents are read and none is in: add the same again and it goes on"
            " there."
        )
    left = left.format(done=number(done), total=number(total))
    return Intaking(done, total, error=f"{why} {left}".strip())
