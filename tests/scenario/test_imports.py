"""A larger import on its way in: tried on the owner's questions, and let in or left out by them."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.trials import Comparison, OwnQuestion
from bot.upkeep.import_approval import FEW, unless_worse
from knowledge.documents import Audience, Document
from knowledge.errors import EmbeddingUnavailableError, NotApprovedError
from knowledge.readers.entries import entry
from tests.fakes.embedder import RememberingEmbedder
from tests.scenario.conftest import BAKERY
from tests.scenario.room import Room, bot_in_a_room
from tests.scenario.test_folder import looked, watched

PARKING = OwnQuestion("is there a place for my car to park", "parking")
ASKED = "is there a place for my car to park"


def entries(question: str, count: int = FEW) -> list[Document]:
    """Return entries that differ in a number alone."""
    return [
        entry(
            question=question.format(number),
            answer=f"Ask at counter {number}.",
            audience=Audience.PUBLIC,
            origin="faq.jsonl",
        )
        for number in range(count)
    ]


# Many who say where one may park come between the question and the bakery's own answer.
PARKS = entries("Is there a place for my car to park at station {}?")
RINGS = entries("How many rings does planet {} have?")


class Owner:
    """Decides when the test says so.

    `asked` is set once there is something to decide on.
    """

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answers: asyncio.Queue[bool] = asyncio.Queue()
        self.shown: list[Comparison] = []

    async def decide(self, comparison: Comparison) -> bool:
        self.shown.append(comparison)
        self.asked.set()
        return await self.answers.get()


async def stored(room: Room) -> list[Document]:
    return await room.app.services.knowledge.whole()


async def known(room: Room) -> set[str]:
    return {each.document_id for each in await room.app.services.knowledge.documents()}


async def first_of(room: Room, question: str) -> str:
    answer = await room.says(question)
    return answer.outcome.sources[0].document_id


@pytest.fixture
async def asking(room: Room) -> Room:
    await room.app.services.own_questions.add([PARKING])
    return room


def adding(room: Room, documents: Sequence[Document], owner: Owner) -> "asyncio.Task[object]":
    approval = room.app.services.import_approval
    return asyncio.create_task(approval.add(documents, decide=owner.decide))


async def test_what_waits_is_shown_to_nobody_and_refused_all_stays_as_it_was(asking: Room):
    before, owner = await stored(asking), Owner()
    task = adding(asking, PARKS, owner)
    await owner.asked.wait()
    (comparison,) = owner.shown
    assert comparison.worse
    ((now, then),) = comparison.fallen
    assert (now.rank, then.rank) != (0, 0)
    assert "station" in then.title
    assert await first_of(asking, ASKED) == "parking"
    assert await stored(asking) == before
    owner.answers.put_nowait(False)
    with pytest.raises(NotApprovedError, match="Nothing was changed"):
        await task
    assert await stored(asking) == before
    await asking.app.services.knowledge.check()


async def test_what_is_approved_comes_in_whole_and_nothing_is_embedded_again(
    asking: Room, monkeypatch: pytest.MonkeyPatch
):
    owner = Owner()
    task = adding(asking, PARKS, owner)
    await owner.asked.wait()

    async def fail(*_args: object) -> object:
        raise EmbeddingUnavailableError("It does not answer.")

    monkeypatch.setattr(RememberingEmbedder, "embed_passages", fail)
    owner.answers.put_nowait(True)
    await task
    assert await known(asking) >= {each.document_id for each in PARKS}
    assert await first_of(asking, PARKS[7].title) == PARKS[7].document_id


@pytest.mark.long
async def test_what_does_no_worse_needs_nobody_and_is_kept_as_a_trial(asking: Room):
    services = asking.app.services
    here = len(await known(asking))
    await services.import_approval.add(RINGS, decide=unless_worse("No."))
    assert await known(asking) >= {each.document_id for each in RINGS}
    after, before = await services.trials.history(limit=10)
    assert (before.documents, after.documents) == (here, here + len(RINGS))
    assert (before.hits(1), after.hits(1)) == (1, 1)


@pytest.mark.long
async def test_what_is_small_or_there_already_or_without_questions_is_not_tried(room: Room):
    services, owner = room.app.services, Owner()
    approval = services.import_approval
    await approval.add(PARKS, decide=owner.decide)
    await services.own_questions.add([PARKING, OwnQuestion("do you sell aeroplanes", unknown=True)])
    await approval.add(PARKS, decide=owner.decide)
    await approval.add(RINGS[: FEW - 1], decide=owner.decide)
    await approval.add(entries("What is the {}th letter?"), decide=None)
    assert await services.trials.history(limit=10) == []
    assert not owner.asked.is_set()


async def test_an_empty_knowledge_base_has_nothing_to_lose(tmp_path: Path):
    async with bot_in_a_room(tmp_path) as room:
        owner = Owner()
        await room.app.services.own_questions.add([OwnQuestion("may I park", contains="yard")])
        await room.app.services.import_approval.add(PARKS, decide=owner.decide)
        assert not owner.asked.is_set()


@pytest.mark.long
async def test_an_export_is_tried_however_small_with_what_it_would_remove(asking: Room):
    services, owner = asking.app.services, Owner()
    transfer = services.transfer
    same = await transfer.look(await transfer.pack())
    await transfer.take_in(same, decide=owner.decide, alone=True)
    assert not owner.asked.is_set()
    await services.knowledge.remove("parking")
    without = await transfer.look(await transfer.pack())
    await asking.knows("faq.jsonl", BAKERY)
    before = await stored(asking)
    task = asyncio.create_task(transfer.take_in(without, decide=owner.decide, alone=True))
    await owner.asked.wait()
    assert owner.shown[0].worse
    owner.answers.put_nowait(False)
    with pytest.raises(NotApprovedError):
        await task
    assert await stored(asking) == before
    task = asyncio.create_task(transfer.take_in(without, decide=owner.decide, alone=True))
    owner.answers.put_nowait(True)
    await task
    assert "parking" not in await known(asking)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "watched" / "public"
    made.mkdir(parents=True)
    return made


def put(folder: Path, documents: Sequence[Document], *, files: int = 2) -> None:
    """Write documents into so many files."""
    for number in range(files):
        lines = [
            json.dumps({"question": each.title, "answer": each.source})
            for each in documents[number::files]
        ]
        (folder / f"{number}.jsonl").write_text("\n".join(lines))


@pytest.mark.long
async def test_what_the_folder_brings_together_is_tried_and_used_where_it_is_no_worse(
    asking: Room, folder: Path
):
    put(folder, RINGS)
    await watched(asking, folder.parent)
    state = await asking.app.services.folder.state()
    assert [len(each.document_ids) for each in state.files] == [25, 25]
    assert await known(asking) >= {each.document_id for each in RINGS}
    assert len(await asking.app.services.trials.history(limit=10)) == 2


async def test_what_is_worse_waits_while_the_rest_of_the_folder_goes_on(asking: Room, folder: Path):
    services = asking.app.services
    (folder / "oven.md").write_text("# Oven\n\nLit at four.\n")
    await watched(asking, folder.parent)
    put(folder, PARKS)
    await looked(asking)
    state = await services.folder.state()
    assert state.waiting is not None
    assert (state.waiting.worse, state.waiting_files) == (True, 2)
    assert await first_of(asking, ASKED) == "parking"
    (folder / "oven.md").unlink()
    await looked(asking)
    assert "oven.md" not in await known(asking)
    assert (await services.folder.state()).waiting == state.waiting
    assert services.folder.decide(take=True)
    await looked(asking)
    assert await known(asking) >= {each.document_id for each in PARKS}
    assert (await services.folder.state()).waiting is None
    assert not services.folder.decide(take=True)
    trials = await services.trials.history(limit=10)
    await looked(asking)
    assert await services.trials.history(limit=10) == trials


@pytest.mark.long
async def test_what_is_left_out_of_the_folder_stays_out_until_it_is_saved_anew(
    tmp_path: Path, folder: Path
):
    async with bot_in_a_room(tmp_path / "data") as room:
        await room.knows("faq.jsonl", BAKERY)
        await room.app.services.own_questions.add([PARKING])
        before = await known(room)
        put(folder, PARKS)
        await watched(room, folder.parent)
        assert room.app.services.folder.decide(take=False)
        await looked(room)
        assert await known(room) == before
    async with bot_in_a_room(tmp_path / "data") as room:
        await looked(room)
        state = await room.app.services.folder.state()
        assert state.waiting is None
        assert ["left it out" in each.error for each in state.files] == [True, True]
        assert await known(room) == before
        put(folder, PARKS[:10])
        await looked(room)
        assert len(await known(room)) == len(before) + 10


@pytest.mark.long
async def test_what_changes_in_the_folder_while_it_waits_is_tried_anew(asking: Room, folder: Path):
    services = asking.app.services
    put(folder, PARKS)
    await watched(asking, folder.parent)
    assert (await services.folder.state()).waiting is not None
    put(folder, RINGS)
    await looked(asking)
    assert (await services.folder.state()).waiting is None
    assert await known(asking) >= {each.document_id for each in RINGS}
    assert not await known(asking) & {each.document_id for each in PARKS}


@pytest.mark.long
async def test_what_waits_after_a_restart_is_read_and_waits_again(tmp_path: Path, folder: Path):
    async with bot_in_a_room(tmp_path / "data") as room:
        await room.knows("faq.jsonl", BAKERY)
        await room.app.services.own_questions.add([PARKING])
        before = await known(room)
        put(folder, PARKS)
        await watched(room, folder.parent)
        assert (await room.app.services.folder.state()).waiting is not None
    async with bot_in_a_room(tmp_path / "data") as room:
        assert await known(room) == before
        await looked(room)
        assert (await room.app.services.folder.state()).waiting is not None
        await room.app.services.choices.set("knowledge.folder", "")
        await looked(room)
        assert (await room.app.services.folder.state()).waiting is None
        assert await known(room) == before
