"""This box being measured, by a model that is there or one that is fetched first."""

import asyncio
from collections.abc import AsyncGenerator

from bot.llm.errors import PullError, UnreachableError
from bot.llm.model import InstalledModel, PullStep
from bot.llm.pace import Pace
from bot.web.measuring import Measurements, Measuring

PACE = Pace(read_s=0.01, written_s=0.05, model="tiny:1b")


class Library:
    """A box with or without the model."""

    def __init__(self, *there: str, broken: bool = False) -> None:
        self.there = list(there)
        self.broken = broken

    async def installed(self) -> list[InstalledModel]:
        return [InstalledModel(name, 400, "0.5B", "Q4_K_M") for name in self.there]

    async def pull(self, name: str) -> AsyncGenerator[PullStep, None]:
        yield PullStep("pulling", 10, 400)
        await asyncio.sleep(0)
        if self.broken:
            raise PullError(name, "the disk is full")
        self.there.append(name)
        yield PullStep("success")


class Probe:
    """What measures; it may fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.by: list[InstalledModel] = []

    async def __call__(self, model: InstalledModel) -> Pace:
        self.by.append(model)
        if self.error:
            raise self.error
        return PACE


async def measured(library: Library, probe: Probe) -> list[Measuring]:
    measurements = Measurements(library, probe)  # type: ignore[arg-type]
    assert measurements.start("tiny:1b")
    return [state async for state in measurements.watch()]


async def test_a_model_that_is_there_measures_at_once():
    probe = Probe()
    states = await measured(Library("tiny:1b"), probe)
    assert states[-1].pace == PACE
    assert {state.total_bytes for state in states} == {0}
    assert probe.by == [InstalledModel("tiny:1b", 400, "0.5B", "Q4_K_M")]


async def test_one_that_is_not_there_is_fetched_first_and_then_weighed_as_it_is():
    probe = Probe()
    states = await measured(Library("other:3b"), probe)
    assert 400 in {state.total_bytes for state in states}
    assert states[-1].pace == PACE
    assert [model.size_bytes for model in probe.by] == [400]


async def test_what_fails_ends_with_its_sentence_and_no_pace():
    states = await measured(Library(broken=True), Probe())
    assert "the disk is full" in states[-1].error
    states = await measured(Library("tiny:1b"), Probe(UnreachableError("http://127.0.0.1:9")))
    assert "does not answer" in states[-1].error
    assert states[-1].ended
    assert states[-1].pace is None
