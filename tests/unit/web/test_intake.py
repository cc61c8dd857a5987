"""Files on their way in: what the page is told, asks, and says when it is stopped."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.domain.trials import Comparison, Scope, Trial
from bot.upkeep.import_approval import Decide
from bot.web.intake import Intake, Intaking
from knowledge.documents import Audience, Document
from knowledge.errors import NotApprovedError
from knowledge.incoming import Taken
from knowledge.readers.entries import entry

DOCUMENTS = [
    entry(question=f"{number}?", answer="a", audience=Audience.PUBLIC, origin="t")
    for number in range(3)
]
TRIAL = Trial(datetime(2026, 11, 24, tzinfo=UTC), Scope.SEARCH, "", "e", 3, 5, ())
COMPARISON = Comparison(TRIAL, TRIAL)


class Approval:
    """Makes two of three ready, goes on when it is told to, then asks."""

    def __init__(self) -> None:
        self.may_go_on = asyncio.Event()

    async def add(
        self,
        documents: Sequence[Document],
        *,
        decide: Decide,
        progress: Callable[[int, int], None],
        preparing: Callable[[int, int], None],
    ) -> Taken:
        preparing(2, 3)
        await self.may_go_on.wait()
        if not await decide(COMPARISON):
            raise NotApprovedError("Nothing was changed.")
        return Taken(3, 1)


def made() -> tuple[Intake, Approval]:
    approval = Approval()
    return Intake(approval), approval  # type: ignore[arg-type]


async def until_asked(intake: Intake, approval: Approval) -> Intaking | None:
    approval.may_go_on.set()
    return await intake.start(DOCUMENTS, ["a note"], origin="racks.jsonl", wait_s=5)


async def test_stopped_while_it_is_made_ready_it_says_that_nothing_is_in():
    intake, _ = made()
    await intake.start(DOCUMENTS, [], origin="racks.jsonl", wait_s=0.01)
    await intake.stop()
    assert intake.last is not None
    assert intake.last.error == (
        "It was stopped. 2 of 3 documents are read and none is in: add the same again and it goes"
        " on there."
    )


async def test_what_asks_is_shown_at_once_and_taken_in_when_that_is_said():
    intake, approval = made()
    assert not intake.decide(take=True)
    asked = await until_asked(intake, approval)
    assert asked is not None
    assert (asked.waiting, asked.ended) == (COMPARISON, False)
    assert intake.decide(take=True)
    assert not intake.decide(take=True)
    ended = await intake.arrived(within_s=5)
    assert ended is not None
    assert (ended.taken, ended.waiting, ended.notes) == (Taken(3, 1), None, ("a note",))


async def test_what_is_left_out_or_stopped_while_it_asks_asks_no_more():
    intake, approval = made()
    await until_asked(intake, approval)
    assert intake.decide(take=False)
    ended = await intake.arrived(within_s=5)
    assert ended is not None
    assert ended.error == "Nothing was changed."
    await until_asked(intake, approval)
    await intake.stop()
    assert intake.last is not None
    assert (intake.last.error, intake.last.waiting) == ("It was stopped.", None)
    assert not intake.decide(take=True)
