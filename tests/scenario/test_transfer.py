"""Everything that is a business's own, carried from one box to another."""

import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from bot.choices import InvalidSettingError
from bot.domain.people import Role
from bot.domain.trials import Origin, OwnQuestion
from bot.storage import documents
from bot.storage.errors import DiskFullError
from bot.upkeep.demo import fill
from bot.upkeep.evaluation import read_questions
from bot.upkeep.portable import PORTABLE, STAYING
from bot.upkeep.transfer import Parcel, Received
from knowledge.documents import Audience, Passage, Vector
from knowledge.errors import EmbeddingUnavailableError, UnreadableError
from knowledge.readers.entries import entry
from tests.fakes.embedder import RememberingEmbedder
from tests.scenario.room import Room, bot_in_a_room

TODAY = date(2026, 11, 24)
QUESTIONS = (
    "when are you open",
    "how much is a rye loaf",
    "do you bake without gluten",
    "who are you and what do you do",
    "where is the key of the safe",
    "is there a playground",
    "can i park a lorry in the yard",
    "what is the capital of mongolia",
)
SAFE = entry(
    question="Where is the key of the safe?",
    answer="Behind the clock.",
    audience=Audience.STAFF,
    origin="page",
)
DRAFT = replace(
    entry(
        question="Is there a playground?",
        answer="Yes, behind the house.",
        audience=Audience.PUBLIC,
        origin="a model",
    ),
    approved=False,
    valid_until=date(2026, 12, 24),
)


@asynccontextmanager
async def two_boxes(tmp_path: Path) -> AsyncIterator[tuple[Room, Room]]:
    """Give a box whose business is filled in, with an open question, and an empty one."""
    async with bot_in_a_room(tmp_path / "one") as one, bot_in_a_room(tmp_path / "two") as two:
        services = one.app.services
        await fill(services.knowledge, services.choices)
        await services.knowledge.add([SAFE, DRAFT])
        await one.says("What is the capital of Mongolia?", person="Ann")
        yield one, two


async def carried(one: Room, two: Room, **options: bool) -> tuple[Parcel, Received]:
    content = await one.app.services.transfer.pack()
    parcel = await two.app.services.transfer.look(content)
    return parcel, await two.app.services.transfer.take_in(parcel, decide=None, **options)


async def everything(room: Room) -> dict[str, object]:
    services = room.app.services
    return {
        "documents": await services.knowledge.whole(),
        "questions": [
            (each.text, each.asked_at, each.asked_by) for each in await services.questions.each()
        ],
        "settings": {name: services.choices.get(name) for name in services.choices.names()},
    }


async def test_the_other_box_gives_the_same_answers_sources_and_verdicts(tmp_path: Path):
    async with two_boxes(tmp_path) as (one, two):
        await carried(one, two, with_settings=True)
        kinds = set()
        for room in (one, two):
            await room.app.services.knowledge.settled()
        for role in (Role.PUBLIC, Role.STAFF):
            audiences = frozenset(Audience if role is Role.STAFF else {Audience.PUBLIC})
            for question in QUESTIONS:
                found = [
                    await room.app.services.knowledge.search(
                        question, audiences=audiences, today=TODAY
                    )
                    for room in (one, two)
                ]
                found = [replace(each, timings_ms={}) for each in found]
                assert found[0] == found[1], question
                said = [
                    (await room.says(question, role=role, room=f"{role} {question}")).outcome
                    for room in (one, two)
                ]
                told = [(each.kind, each.text, each.sources) for each in said]
                assert told[0] == told[1], question
                kinds.add(said[0].kind.value)
        assert kinds >= {"verbatim", "unknown"}


async def test_audience_approval_end_and_origin_survive(tmp_path: Path):
    async with two_boxes(tmp_path) as (one, two):
        await carried(one, two)
        knowledge = two.app.services.knowledge
        assert await knowledge.whole() == await one.app.services.knowledge.whole()
        draft = await knowledge.show(DRAFT.document_id)
        assert draft is not None
        assert (draft.approved, draft.valid_until, draft.origin) == (
            False,
            date(2026, 12, 24),
            "a model",
        )
        said = await two.says("where is the key of the safe?", role=Role.STAFF, room="staff")
        assert said.outcome.text.startswith("Behind the clock.")
        overheard = await two.says("where is the key of the safe?", role=Role.PUBLIC)
        assert "clock" not in overheard.outcome.text


async def test_open_questions_come_once_with_their_asker_and_can_be_answered(tmp_path: Path):
    async with two_boxes(tmp_path) as (one, two):
        _, first = await carried(one, two)
        _, second = await carried(one, two)
        assert (first.questions, second.questions) == (1, 0)
        services = two.app.services
        (asked,) = await services.questions.each()
        (before,) = await one.app.services.questions.each()
        assert (asked.text, asked.asked_at, asked.asked_by) == (
            before.text,
            before.asked_at,
            before.asked_by,
        )
        (gap,) = await services.questions.list()
        await services.questions.answer(gap.gap_id, "Ulaanbaatar.", audience=Audience.PUBLIC)
        await carried(one, two)
        assert await services.questions.list() == []
        said = await two.says("what is the capital of mongolia")
        assert said.outcome.text.startswith("Ulaanbaatar.")


OWN = (
    OwnQuestion("where do you hide the key", SAFE.document_id, role=Role.STAFF, kind="far"),
    OwnQuestion("what is on page 7", "gone", origin=Origin.RATED),
    OwnQuestion("how much is rye", contains="4.20"),
    OwnQuestion("do you sell aeroplanes", unknown=True),
)


async def test_the_owner_s_questions_come_along_once_also_where_their_document_is_gone(
    tmp_path: Path,
):
    async with two_boxes(tmp_path) as (one, two):
        gone = entry(
            question="Gone?",
            answer="Soon.",
            audience=Audience.PUBLIC,
            origin="t",
            document_id="gone",
        )
        await one.app.services.knowledge.add([gone])
        await one.app.services.own_questions.add(OWN)
        await one.app.services.knowledge.remove("gone")
        parcel, first = await carried(one, two)
        _, second = await carried(one, two)
        assert (len(parcel.own_questions), first.own_questions, second.own_questions) == (4, 4, 0)
        came = [replace(each, question_id=0) for each in await two.app.services.own_questions.all()]
        assert came == list(OWN)


async def test_the_owner_s_questions_are_a_questions_file(tmp_path: Path):
    async with two_boxes(tmp_path) as (one, _):
        await one.app.services.own_questions.add([OWN[0], *OWN[2:]])
        with zipfile.ZipFile(BytesIO(await one.app.services.transfer.pack())) as archive:
            text = archive.read("own-questions.jsonl").decode()
        asked = read_questions(text)
        assert [(each.question, each.expect_document, each.kind) for each in asked[:1]] == [
            ("where do you hide the key", SAFE.document_id, "far")
        ]
        assert [each.expect_contains for each in asked] == [None, "4.20", None]
        assert [each.expect_unknown for each in asked] == [False, False, True]


async def test_an_export_of_before_without_the_owner_s_questions_comes_in(tmp_path: Path):
    async with two_boxes(tmp_path) as (one, two):
        content = without(await one.app.services.transfer.pack(), "own-questions.jsonl")
        parcel = await two.app.services.transfer.look(content)
        assert parcel.own_questions == ()
        await two.app.services.transfer.take_in(parcel, decide=None)
        assert len(await two.app.services.knowledge.documents()) == len(parcel.documents)


async def test_more_of_the_owner_s_questions_than_a_list_takes_are_refused_at_the_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async with two_boxes(tmp_path) as (one, two):
        await one.app.services.own_questions.add([OWN[0], *OWN[2:]])
        monkeypatch.setattr("bot.upkeep.own_questions.MAX_QUESTIONS", 2)
        with pytest.raises(UnreadableError, match=r"own-questions.jsonl: The list takes 2"):
            await two.app.services.transfer.look(await one.app.services.transfer.pack())


def without(content: bytes, name: str, *, instead: bytes | None = None) -> bytes:
    """Return an export without one file, or with another content in it."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as good, zipfile.ZipFile(written, "w") as bad:
        for each in good.namelist():
            held = instead if each == name else good.read(each)
            if held is not None:
                bad.writestr(each, held)
    return written.getvalue()


async def test_a_box_s_own_export_changes_nothing_on_it(tmp_path: Path):
    async with two_boxes(tmp_path) as (one, _):
        before = await everything(one)
        _, received = await carried(one, one, with_settings=True)
        assert await everything(one) == before
        assert (received.questions, received.removed) == (0, 0)


async def test_settings_come_only_when_wanted_and_never_more_than_may_leave(tmp_path: Path):
    async with two_boxes(tmp_path) as (one, two):
        services = one.app.services
        await services.choices.set("slack.staff", ["U1"])
        await services.choices.set("model.calls_at_once", 3)
        await services.keep_token("slack_bot_token", "xoxb-the-secret")
        await two.app.services.choices.set("business.contact", "Ask Bob")
        _, received = await carried(one, two)
        choices = two.app.services.choices
        assert received.settings == ()
        assert choices.get("slack.staff") == []
        _, received = await carried(one, two, with_settings=True)
        assert choices.get("slack.staff") == ["U1"]
        assert choices.business.name == services.choices.business.name
        assert choices.model.calls_at_once == 1
        assert "model.calls_at_once" not in received.settings
        content = await services.transfer.pack()
        with zipfile.ZipFile(BytesIO(content)) as archive:
            whole = b"".join(archive.read(name) for name in archive.namelist())
        assert b"xoxb" not in whole


async def test_each_setting_was_decided_to_leave_or_to_stay(tmp_path: Path):
    async with bot_in_a_room(tmp_path / "one") as room:
        decided = {
            f"{name}.{key}"
            for groups in (PORTABLE, STAYING)
            for name, keys in groups.items()
            for key in keys
        }
        assert set(room.app.services.choices.names()) == decided


async def test_others_stay_unless_they_are_to_go(tmp_path: Path):
    own = entry(question="Who are we?", answer="We.", audience=Audience.PUBLIC, origin="page")
    changed = entry(
        question="Where is the key of the safe?",
        answer="Lost.",
        audience=Audience.PUBLIC,
        origin="page",
    )
    async with two_boxes(tmp_path) as (one, two):
        knowledge = two.app.services.knowledge
        await knowledge.add([own, changed])
        parcel, _ = await carried(one, two)
        assert (parcel.replaced, parcel.others) == ((SAFE.document_id,), (own.document_id,))
        assert await knowledge.show(own.document_id) is not None
        replaced = await knowledge.show(SAFE.document_id)
        assert replaced is not None
        assert (replaced.audience, replaced.source) == (Audience.STAFF, "Behind the clock.")
        _, received = await carried(one, two, alone=True)
        assert received.removed == 1
        # Each counts its own changes.
        here, there = [
            [replace(each, version=0) for each in await room.app.services.knowledge.whole()]
            for room in (one, two)
        ]
        assert here == there
        await knowledge.check()
        assert "We." not in (await two.says("who are we?")).outcome.text


@pytest.mark.parametrize("failing", ["setting", "embedder", "disk", "empty"])
async def test_an_import_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
):
    more = [
        entry(question=f"Colour {n}?", answer="Red.", audience=Audience.PUBLIC, origin="page")
        for n in range(4)
    ]
    calls = 0

    def breaks_late(error: Exception) -> None:
        nonlocal calls
        calls += 1
        # Sixteen documents are in force at once where a file is added.
        if calls > 16:
            raise error

    real_embedding = RememberingEmbedder.embed_passages
    real_columns = documents._passage_columns

    async def embed_passages(self: RememberingEmbedder, texts: list[str]) -> Vector:
        breaks_late(EmbeddingUnavailableError("It does not answer."))
        return await real_embedding(self, texts)

    def columns(passage: Passage) -> dict[str, object]:
        breaks_late(DiskFullError("The disk is full."))
        return real_columns(passage)

    async with two_boxes(tmp_path) as (one, two):
        await one.app.services.knowledge.add(more)
        await two.app.services.knowledge.add([replace(SAFE, title="Ours")])
        before = await everything(two)
        parcel = await two.app.services.transfer.look(await one.app.services.transfer.pack())
        error: type[Exception]
        match failing:
            case "setting":
                parcel = replace(parcel, settings={"business": {"zone": "Mars"}})
                error = InvalidSettingError
            case "embedder":
                calls = 15  # asked once for sixteen documents
                monkeypatch.setattr(RememberingEmbedder, "embed_passages", embed_passages)
                error = EmbeddingUnavailableError
            case "disk":
                monkeypatch.setattr(documents, "_passage_columns", columns)
                error = DiskFullError
            case _:
                parcel = replace(parcel, documents=())
                error = UnreadableError
        with pytest.raises(error):
            await two.app.services.transfer.take_in(
                parcel, decide=None, alone=True, with_settings=True
            )
        assert await everything(two) == before
        await two.app.services.knowledge.check()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("questions.jsonl", None, "questions.jsonl is missing"),
        ("settings.json", None, "settings.json is missing"),
        ("settings.json", b"{", "settings.json is not JSON"),
        ("settings.json", b'{"business": 1}', "settings.json holds no settings"),
        ("own-questions.jsonl", b"{", "Line 1 of own-questions.jsonl is not JSON"),
        (
            "own-questions.jsonl",
            b'{"question": "x"}',
            "Line 1 of own-questions.jsonl: it: .*exactly one of expect_document",
        ),
        (
            "own-questions.jsonl",
            b'{"question": "x", "expect_unknown": true, "role": "owner"}',
            "Line 1 of own-questions.jsonl: it: .*public or staff",
        ),
        ("questions.jsonl", b"\n[", "Line 2 of questions.jsonl is not JSON"),
        ("questions.jsonl", b"\xff", "Line 1 of questions.jsonl is not JSON"),
        ("questions.jsonl", b'{"question": "x"}', "Line 1 of questions.jsonl: asked_at"),
        (
            "questions.jsonl",
            b'{"question": "x", "asked_at": "2026-11-24T10:00:00"}',
            "Line 1 of questions.jsonl: asked_at",
        ),
    ],
)
async def test_what_is_wrong_in_questions_and_settings_is_told(
    tmp_path: Path, name: str, content: bytes | None, told: str
):
    async with bot_in_a_room(tmp_path / "one") as one:
        transfer = one.app.services.transfer
        with pytest.raises(UnreadableError, match=told):
            await transfer.look(without(await transfer.pack(), name, instead=content))


SKILL = {
    "SKILL.md": "---\nname: garden\ndescription: Plants.\n---\nWater in the morning.\n",
    "roses.md": "# Roses\n\nTwice a week.",
}


async def test_the_owner_s_skills_come_along_and_are_turned_on_anew(tmp_path: Path):
    async with two_boxes(tmp_path) as (one, two):
        here, there = one.app.services.skills, two.app.services.skills
        folder = here.folder / "garden"
        folder.mkdir(parents=True)
        for name, text in SKILL.items():
            (folder / name).write_text(text)
        skill = (await here.get("garden")).skill
        assert skill is not None
        await here.approve("garden", skill.content_hash)
        parcel, received = await carried(one, two)
        assert (parcel.skill_names, received.skills) == (["garden"], ("garden",))
        came = await there.get("garden")
        assert (came.skill, came.on) == (skill, False)
        # What it knows comes with it, once it is on.
        origins = {each.origin for each in await two.app.services.knowledge.documents()}
        assert "skill garden" not in origins
        await there.approve("garden", skill.content_hash)
        _, again = await carried(one, two, alone=True)
        assert (again.skills, again.removed) == ((), 0)
        origins = {each.origin for each in await two.app.services.knowledge.documents()}
        assert "skill garden" in origins


@pytest.mark.parametrize(
    "path", ["../evil.md", "garden/../../evil.md", "garden/.hidden", "Garden/x"]
)
async def test_no_file_of_an_export_leads_out_of_the_skills_folder(tmp_path: Path, path: str):
    async with bot_in_a_room(tmp_path / "one") as one:
        transfer = one.app.services.transfer
        written = BytesIO(await transfer.pack())
        with zipfile.ZipFile(written, "a") as archive:
            archive.writestr(f"skills/{path}", "x")
        parcel = await transfer.look(written.getvalue())
        assert parcel.skills == {}
        assert parcel.ignored == (f"skills/{path}",)


async def test_each_file_in_it_is_explained_and_readable(tmp_path: Path):
    async with two_boxes(tmp_path) as (one, _):
        with zipfile.ZipFile(BytesIO(await one.app.services.transfer.pack())) as archive:
            names = archive.namelist()
            assert names[0] == "README.txt"
            explained = archive.read("README.txt").decode()
            for name in names[1:]:
                assert name.partition("/")[0] in explained
            assert json.loads(archive.read("settings.json"))["business"]["name"]
            (line,) = archive.read("questions.jsonl").decode().splitlines()
            assert json.loads(line)["question"] == "What is the capital of Mongolia?"
