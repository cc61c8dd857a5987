"""A page and a worker of one office: who does what, and who hears of what the other did."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app.deskhand import Deskhand, compose
from bot.domain.people import Role
from bot.domain.workers import Duty
from bot.inbox.talk import Answered
from bot.parts import all_parts, kept_up
from bot.settings import Settings
from bot.storage.gaps import GapRows
from bot.storage.workers import WorkerRows
from tests.fakes.chroma_server import ChromaServer
from tests.fakes.parts import until
from tests.fakes.postgresql import new_database

OF_THE_PAGE = {"folder", "skills", "forms", "ways", "backups", "retention"}
OF_ANY = {"watching", "uploads", "endings", "questions", "hand-overs"}
# Longer than any test takes: what comes sooner was told.
NEVER_S = 600.0
SWEEPS = (
    "bot.inbox.turns",
    "bot.outbox.sender",
    "bot.questions.service",
    "bot.handover.service",
    "bot.followups.watching",
    "bot.uploads.service",
)


@pytest.fixture
async def shared(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Settings]:
    """What two processes of one office are started with."""
    server = request.config.option.postgresql
    if not server:
        pytest.skip("several processes need a PostgreSQL: script/test --postgresql URL")
    with contextlib.ExitStack() as stack:
        url = await asyncio.to_thread(stack.enter_context, new_database(server))
        chroma = await asyncio.to_thread(ChromaServer, tmp_path / "chroma")
        stack.callback(chroma.kill)
        data = tmp_path / "data"
        await asyncio.to_thread(data.mkdir)
        yield Settings(
            data_dir=data, database_url=url, chroma_url=chroma.url, model="", timezone="UTC"
        )


@contextlib.asynccontextmanager
async def at_work(settings: Settings, duty: Duty) -> AsyncIterator[Deskhand]:
    """Have all parts of a process at work inside the block."""
    app = await compose(settings, duty=duty)
    try:
        async with kept_up(all_parts(app)):
            yield app
    finally:
        await app.close()


def leads(app: Deskhand) -> set[str]:
    assert app.together is not None
    return {*app.together.leadership.led_here} & (OF_THE_PAGE | OF_ANY)


async def seen_by(app: Deskhand) -> dict[Duty, tuple[str, ...]]:
    """Return which processes one sees, with what each leads."""
    workers = await WorkerRows(app.database, run="test").all()
    return {each.duty: each.doing.leads for each in workers}


async def says(app: Deskhand, text: str) -> None:
    """Say something on the page, and wait for the answer."""
    said = app.services.talk.say(text, room="room", role=Role.PUBLIC)
    async with contextlib.aclosing(said) as events:
        assert isinstance([event async for event in events][-1], Answered)


async def test_what_one_alone_may_do_is_shared_out_and_hints_go_from_one_to_the_other(
    shared, monkeypatch
):
    for module in SWEEPS:
        monkeypatch.setattr(f"{module}.SWEEP_S", NEVER_S)
    monkeypatch.setattr("bot.upkeep.beat.BEAT_S", 0.1)
    async with at_work(shared, Duty.PAGE) as page:
        await until(lambda: leads(page) == OF_THE_PAGE | OF_ANY)
    async with contextlib.AsyncExitStack() as stack:
        worker = await stack.enter_async_context(at_work(shared, Duty.WORKER))
        await until(lambda: leads(worker) == OF_ANY)
        async with at_work(shared, Duty.PAGE) as page:
            await until(lambda: leads(page) == OF_THE_PAGE)
            arrivals = worker.services.arrivals
            before = arrivals.count
            await says(page, "Who is the king of the moon?")
            await until(lambda: arrivals.count > before)
            gaps = GapRows(page.database, run="test")
            async with asyncio.timeout(60):
                while not await gaps.gaps():
                    await asyncio.sleep(0.02)
            async with asyncio.timeout(60):
                while "questions" not in (await seen_by(page)).get(Duty.WORKER, ()):
                    await asyncio.sleep(0.02)
            await stack.aclose()
            await until(lambda: leads(page) == OF_THE_PAGE | OF_ANY)
            assert (await seen_by(page)).keys() == {Duty.PAGE}


async def test_a_worker_has_nothing_of_the_page_and_leaves_its_chat_to_it(shared):
    async with at_work(shared, Duty.PAGE):
        pass
    async with at_work(shared, Duty.WORKER) as worker:
        assert "local" not in worker.connectors
        assert not OF_THE_PAGE & all_parts(worker).keys()
        waiting = asyncio.create_task(says(worker, "hello"))
        await asyncio.sleep(1)
        assert worker.runner.running == 0
        assert not waiting.done()
        waiting.cancel()
