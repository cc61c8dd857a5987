"""This box being measured; it goes on when its page is left."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.llm.model import InstalledModel, ModelLibrary
from bot.llm.pace import Pace
from bot.web.reader import N_
from bot.web.watched import Watched


@dataclass(frozen=True, slots=True)
class Measuring:
    """Where the last measuring is.

    Attributes:
        model: By which it is measured.
        done_bytes, total_bytes: Of the model being fetched, 0 while nothing is.
        pace: What came of it.
        ended: It is over, well or not.
        error: A sentence when it did not end well.
    """

    model: str
    done_bytes: int = 0
    total_bytes: int = 0
    pace: Pace | None = None
    ended: bool = False
    error: str = ""


class Measurements(Watched[Measuring]):
    """One at a time, by the smallest model that is there, or a small one that is fetched first."""

    def __init__(
        self, library: ModelLibrary, probe: Callable[[InstalledModel], Awaitable[Pace]]
    ) -> None:
        """Measure by `probe`, which keeps what it found."""
        super().__init__(
            "measuring",
            lambda measuring, why: replace(measuring, ended=True, error=why),
            stopped=N_("The measuring was stopped."),
            broken=N_("The measuring failed: see the log."),
        )
        self._library = library
        self._probe = probe

    def start(self, model: str) -> bool:
        """Begin to measure by a model, fetched if it is not there; False while one is under way."""

        async def measured() -> Measuring:
            state = Measuring(model)
            there = await self._found(model)
            if there is None:
                async with contextlib.aclosing(self._library.pull(model)) as steps:
                    async for step in steps:
                        self._tell(
                            replace(
                                state,
                                done_bytes=step.completed_bytes or 0,
                                total_bytes=step.total_bytes or 0,
                            )
                        )
                self._tell(state)
                there = await self._found(model) or InstalledModel(model, 0, "", "")
            return replace(state, pace=await self._probe(there), ended=True)

        return self._begin(Measuring(model), measured)

    async def _found(self, name: str) -> InstalledModel | None:
        return next((each for each in await self._library.installed() if each.name == name), None)
