import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.choices import InvalidSettingError
from bot.storage.errors import DiskFullError
from bot.upkeep.import_approval import Decide
from bot.upkeep.transfer import Parcel, Received
from bot.web.imports import KEPT_FOR, Import, Imports
from knowledge.documents import Audience
from knowledge.errors import EmbeddingUnavailableError
from knowledge.readers.entries import entry

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PARCEL = Parcel(
    made_at=NOW,
    documents=(entry(question="a?", answer="b", audience=Audience.PUBLIC, origin=""),) * 2,
    questions=(),
    own_questions=(),
    settings={},
    replaced=(),
    others=(),
    ignored=(),
)
RECEIVED = Received(
    entries=2, documents=0, questions=0, own_questions=0, settings=(), replaced=0, removed=0
)


class Transfer:
    """Takes in when it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.may_go_on = asyncio.Event()
        self.asked: list[tuple[bool, bool]] = []

    async def look(self, content: bytes) -> Parcel:
        return PARCEL

    async def take_in(
        self,
        parcel: Parcel,
        *,
        decide: Decide,
        alone: bool,
        with_settings: bool,
        progress: Callable[[int, int], None],
    ) -> Received:
        self.asked.append((alone, with_settings))
        progress(1, 2)
        await self.may_go_on.wait()
        if self.error:
            raise self.error
        return RECEIVED


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def made(transfer: Transfer, clock: Clock | None = None) -> Imports:
    return Imports(transfer, clock or Clock())  # type: ignore[arg-type]


async def test_those_who_watch_see_what_was_looked_through_come_in():
    transfer = Transfer()
    imports = made(transfer)
    token, _ = await imports.look(b"")
    assert imports.start(token, alone=True, with_settings=False)
    seen: list[Import] = []
    async for state in imports.watch():
        seen.append(state)
        if state.done:
            transfer.may_go_on.set()
    assert [(state.done, state.total) for state in seen[:-1]] == [(0, 2), (1, 2)]
    assert seen[-1].received == RECEIVED
    assert transfer.asked == [(True, False)]


async def test_a_token_is_good_once_and_no_other_is():
    transfer = Transfer()
    transfer.may_go_on.set()
    imports = made(transfer)
    token, _ = await imports.look(b"")
    assert not imports.start("", alone=False, with_settings=False)
    assert not imports.start(f"{token}x", alone=False, with_settings=False)
    assert imports.start(token, alone=False, with_settings=False)
    assert [state async for state in imports.watch()][-1].ended
    assert not imports.start(token, alone=False, with_settings=False)


async def test_one_at_a_time_and_what_was_looked_through_waits():
    transfer = Transfer()
    imports = made(transfer)
    first, _ = await imports.look(b"")
    assert imports.start(first, alone=False, with_settings=False)
    second, _ = await imports.look(b"")
    assert not imports.start(second, alone=False, with_settings=False)
    transfer.may_go_on.set()
    async for _ in imports.watch():
        pass
    assert imports.start(second, alone=False, with_settings=False)
    await imports.stop()


async def test_what_was_looked_through_long_ago_is_not_taken_in():
    clock = Clock()
    imports = made(Transfer(), clock)
    token, _ = await imports.look(b"")
    clock.at += KEPT_FOR + timedelta(seconds=1)
    assert not imports.start(token, alone=False, with_settings=False)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (EmbeddingUnavailableError("It does not answer."), "It does not answer."),
        (InvalidSettingError("business.zone: no."), "business.zone: no."),
        (DiskFullError("The disk is full."), "The disk is full."),
        (RuntimeError("x"), "The import failed: see the log."),
    ],
)
async def test_one_that_fails_ends_with_its_sentence(error: Exception, told: str):
    transfer = Transfer(error)
    transfer.may_go_on.set()
    imports = made(transfer)
    token, _ = await imports.look(b"")
    imports.start(token, alone=False, with_settings=False)
    assert [state async for state in imports.watch()][-1].error == told


async def test_one_that_is_stopped_says_so():
    imports = made(Transfer())
    token, _ = await imports.look(b"")
    imports.start(token, alone=False, with_settings=False)
    await asyncio.sleep(0)
    await imports.stop()
    assert imports.last is not None
    assert "stopped" in imports.last.error
    assert not imports.under_way
