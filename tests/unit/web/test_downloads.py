import asyncio
from collections.abc import AsyncGenerator

import pytest

from bot.llm.errors import PullError
from bot.llm.model import PullStep
from bot.web.downloads import Download, Downloads


class Library:
    """A library whose download goes on when it is told to."""

    def __init__(self, *, error: Exception | None = None) -> None:
        self.error = error
        self.may_go_on = asyncio.Event()
        self.closed = False

    async def pull(self, name: str) -> AsyncGenerator[PullStep, None]:
        try:
            yield PullStep("pulling", 10, 100)
            await self.may_go_on.wait()
            if self.error:
                raise self.error
            yield PullStep("pulling", 100, 100)
        finally:
            self.closed = True


async def test_those_who_watch_see_it_come_to_its_end():
    library = Library()
    downloads = Downloads(library)  # type: ignore[arg-type]
    downloads.start("tiny:1b")
    seen: list[Download] = []
    async for step in downloads.watch():
        seen.append(step)
        if step.done_bytes == 10:
            library.may_go_on.set()
    assert [step.done_bytes for step in seen if step.done_bytes] in ([10, 100], [10, 100, 100])
    assert seen[-1].ended
    assert seen[-1].error == ""


async def test_one_download_at_a_time_and_another_after_it():
    library = Library()
    downloads = Downloads(library)  # type: ignore[arg-type]
    assert downloads.start("tiny:1b")
    assert not downloads.start("other:1b")
    library.may_go_on.set()
    async for _ in downloads.watch():
        pass
    assert downloads.start("other:1b")
    await downloads.stop()


async def test_a_failed_download_ends_with_its_sentence():
    library = Library(error=PullError("tiny:1b", "no such model"))
    library.may_go_on.set()
    downloads = Downloads(library)  # type: ignore[arg-type]
    downloads.start("tiny:1b")
    steps = [step async for step in downloads.watch()]
    assert "tiny:1b" in steps[-1].error


async def test_stopping_closes_the_stream_and_says_so():
    library = Library()
    downloads = Downloads(library)  # type: ignore[arg-type]
    downloads.start("tiny:1b")
    async for step in downloads.watch():
        if step.done_bytes:
            await downloads.stop()
    assert library.closed
    assert downloads.last is not None
    assert downloads.last.error == "The download was stopped."
    await downloads.stop()


async def test_nobody_watches_where_nothing_was_ever_downloaded():
    downloads = Downloads(Library())  # type: ignore[arg-type]
    assert [step async for step in downloads.watch()] == []
    await downloads.stop()


class Clock:
    """A clock that goes on by so much each time somebody looks."""

    def __init__(self, step_s: float) -> None:
        self.now_s = 0.0
        self.step_s = step_s

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


class Layers:
    """A library whose download is these steps."""

    def __init__(self, *steps: PullStep) -> None:
        self.steps = steps

    async def pull(self, name: str) -> AsyncGenerator[PullStep, None]:
        for step in self.steps:
            yield step
            await asyncio.sleep(0)


async def seen_of(*steps: PullStep) -> list[Download]:
    downloads = Downloads(Layers(*steps), clock=Clock(0.5))  # type: ignore[arg-type]
    downloads.start("tiny:1b")
    return [step async for step in downloads.watch()]


async def test_speed_and_time_left_are_of_what_came_since_the_layer_began():
    # What was there from an earlier download comes at once, and is not counted.
    seen = await seen_of(PullStep("pulling", 400, 1000), PullStep("pulling", 500, 1000))
    (last,) = [step for step in seen if step.done_bytes == 500 and not step.ended]
    assert last.bytes_per_s == pytest.approx(100 / 0.5)
    assert last.left_s == pytest.approx(2.5)


async def test_nothing_is_said_of_the_speed_before_anything_came():
    seen = await seen_of(PullStep("manifest"), PullStep("pulling", 0, 1000))
    assert {step.left_s for step in seen} == {None}


async def test_a_new_layer_begins_anew():
    seen = await seen_of(
        PullStep("pulling", 0, 1000), PullStep("pulling", 900, 1000), PullStep("pulling", 7, 50)
    )
    (last,) = [step for step in seen if step.total_bytes == 50 and not step.ended]
    assert last.bytes_per_s == 0.0
