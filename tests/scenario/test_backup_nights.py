"""Backups by the clock: when they are made, which are kept, and what is told of them."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.trials import OwnQuestion
from bot.people.choices import PlatformChoice
from bot.storage import copies
from bot.upkeep.backup import keeping, writing
from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.results import Result
from bot.upkeep.health import Row
from tests.scenario.room import START, Room

ZONE = ZoneInfo("UTC")


async def backup_row(room: Room) -> Row:
    [row] = [each for each in await room.app.services.health.rows() if each.part == "backup"]
    return row


async def night(room: Room) -> Result | None:
    return await room.app.services.backups.by_the_clock()


def at(room: Room, hour: int, minute: int = 0) -> None:
    """Let it be this time of the next day."""
    day = room.clock.at + timedelta(days=1)
    room.clock.at = day.replace(hour=hour, minute=minute)


def spoiled(monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """Have each copy of the database lose something on its way."""
    real = copies.copy_to

    async def lossy(database: object, target: Path, *, with_secrets: bool) -> None:
        await real(database, target, with_secrets=with_secrets)  # type: ignore[arg-type]
        with closing(sqlite3.connect(target)) as copy, copy:
            copy.execute(statement)

    monkeypatch.setattr(copies, "copy_to", lossy)


async def test_one_is_made_each_night_and_where_the_box_was_off_once_it_is_on(room):
    first = await night(room)
    assert first is not None
    assert first.ok
    assert await night(room) is None
    at(room, 2, 59)
    assert await night(room) is None
    at(room, 3, 0)
    assert (await night(room)) is not None
    assert await night(room) is None
    at(room, 2)
    room.clock.go(days=5)
    at(room, 9)
    assert (await night(room)) is not None
    await room.app.services.choices.set("backups.on", False)
    at(room, 9)
    assert await night(room) is None


async def test_what_a_restore_set_aside_goes_after_a_month(room, tmp_path):
    folder = tmp_path / "data"
    await room.app.services.choices.set("backups.on", False)
    room.clock.go(minutes=5)
    names = [f"before-restore-{START:%Y-%m-%d-%H%M%S}{end}" for end in ("", "-2")]
    for name in (*names, "before-restore-of-mine"):
        (folder / name / "skills").mkdir(parents=True)
    room.clock.go(days=29)
    await night(room)
    assert {*names, "before-restore-of-mine"} <= {each.name for each in folder.iterdir()}
    room.clock.go(days=1)
    await night(room)
    left = {each.name for each in folder.glob("before-restore-*")}
    assert left == {"before-restore-of-mine"}


async def test_its_hour_is_the_business_s(room):
    services = room.app.services
    await services.choices.set("business.zone", "America/New_York")
    assert await night(room)
    at(room, 3)
    assert await night(room) is None
    at(room, 8, 1)
    assert await night(room)


async def test_what_was_restored_and_tested_is_told_with_its_age(room):
    assert (await backup_row(room)).ok
    for text in ("what does a croissant cost?", "is there gluten-free bread?"):
        document = (await room.app.services.knowledge.documents())[0].document_id
        await room.app.services.own_questions.adopt([OwnQuestion(text, document)])
    result = await night(room)
    assert result is not None
    assert result.asked == 5
    row = await backup_row(room)
    assert row.ok
    assert (
        f"Last restored and tested 2026-11-24 10:00: {result.rows:,} rows, 5 questions" in row.text
    )
    room.clock.go(days=2, hours=1)
    old = await backup_row(room)
    assert not old.ok
    assert "2026-11-24 10:00" in old.text
    assert not old.needed


async def test_one_that_is_not_in_its_folder_any_more_is_missed(room):
    await night(room)
    for path in room.app.services.backups.folder.iterdir():
        path.unlink()
    row = await backup_row(room)
    assert not row.ok
    assert "not in its folder" in row.text


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DELETE FROM passages", "damaged"),
        ("UPDATE passages SET text = 'x', ways = '[]', heading = 'x'", "of 5 questions find here"),
        ("UPDATE alembic_version SET version_num = 'x'", "another version"),
        ("UPDATE turns SET message_pk = 4711", "damaged"),
    ],
)
async def test_a_copy_that_lost_something_does_not_stand_the_test(
    room, monkeypatch, statement, sentence
):
    await room.says("hello")
    good = await night(room)
    assert good is not None
    spoiled(monkeypatch, statement)
    at(room, 3)
    bad = await night(room)
    assert bad is not None
    assert sentence in bad.error
    [kept] = await room.app.services.backups.kept()
    assert kept.name == good.name
    assert [each.name for each in room.app.services.backups.folder.iterdir()] == [good.name]


async def test_a_failure_is_told_in_the_owner_s_room_and_tried_again_in_an_hour(room, monkeypatch):
    services = room.app.services
    choice = PlatformChoice(owner_room="C-owner").model_dump(mode="json")
    await services.choices.set("slack", choice)
    await services.choices.set("business.language", "de")
    await night(room)
    (services.backups.folder.parent / "file").write_text("")
    await services.choices.set("backups.folder", str(services.backups.folder.parent / "file"))
    at(room, 3)
    failed = await night(room)
    assert failed is not None
    assert "cannot be used" in failed.error or "could not be written" in failed.error
    asked = "SELECT text FROM outbox WHERE platform = 'slack' AND channel = 'C-owner'"
    with closing(sqlite3.connect(services.backups.folder.parent / "deskhand.db")) as database:
        [(told,)] = database.execute(asked).fetchall()
    assert told.startswith(f"Die letzte Sicherung ist misslungen. {failed.error}")
    row = await backup_row(room)
    assert not row.ok
    assert failed.error in row.text
    assert await night(room) is None
    await services.choices.set("backups.folder", "")
    room.clock.go(hours=1)
    again = await night(room)
    assert again is not None
    assert again.ok
    assert (await backup_row(room)).ok


async def test_what_a_crash_left_behind_is_cleared_away(room, monkeypatch, tmp_path):
    backups = room.app.services.backups
    stops = asyncio.Event()

    async def stopped(*_args: object, **_more: object) -> None:
        stops.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patching:
        patching.setattr(writing.snapshots, "take", stopped)
        patching.setattr(writing.shutil, "rmtree", lambda *_args, **_more: None)
        making = asyncio.create_task(backups.make(Origin.NIGHTLY))
        await stops.wait()
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)
    data = tmp_path / "data"
    assert [each for each in data.iterdir() if each.name.startswith(".writing-")]
    assert (await backups.make(Origin.NIGHTLY)).ok
    left = [*data.iterdir(), *backups.folder.iterdir()]
    assert not [each for each in left if each.name.startswith(".")]


def kept(*days: datetime, origin: Origin = Origin.NIGHTLY) -> list[keeping.Kept]:
    """Return backups of these moments, the newest first."""
    return [
        keeping.Kept(keeping.name_of(origin, day, sealed=False), origin, day, 1, sealed=False)
        for day in sorted(days, reverse=True)
    ]


def staying(those: list[keeping.Kept], *, zone: ZoneInfo = ZONE) -> list[str]:
    gone = keeping.outdated(those, daily=7, weekly=4, zone=zone)
    return [f"{each.made_at:%m-%d}" for each in those if each not in gone]


def test_seven_days_and_four_weeks_are_kept():
    every = kept(*(datetime(2026, 11, 26, 3, tzinfo=UTC) - timedelta(days=n) for n in range(60)))
    assert staying(every) == [
        *("11-26", "11-25", "11-24", "11-23", "11-22", "11-21", "11-20"),
        *("11-15", "11-08"),
    ]


def test_after_a_long_time_off_the_old_ones_are_still_there():
    before = [datetime(2026, 9, 1, 3, tzinfo=UTC) - timedelta(days=n) for n in range(10)]
    those = kept(datetime(2026, 11, 26, 3, tzinfo=UTC), *before)
    assert len(staying(those)) >= 7


def test_of_one_day_only_the_newest_is_kept_on_the_business_s_calendar():
    those = kept(
        datetime(2026, 11, 25, 22, tzinfo=UTC),
        datetime(2026, 11, 26, 3, tzinfo=UTC),
        datetime(2026, 11, 26, 4, tzinfo=UTC),
    )
    assert staying(those, zone=ZoneInfo("Europe/Berlin")) == ["11-26", "11-25"]
    assert staying(those, zone=ZoneInfo("Asia/Tokyo")) == ["11-26"]


def test_nightly_ones_never_push_out_what_was_asked_for_and_other_files_are_not_touched(tmp_path):
    asked = kept(datetime(2026, 1, 1, tzinfo=UTC), origin=Origin.ASKED)
    nights = kept(*(datetime(2026, 11, 26, 3, tzinfo=UTC) - timedelta(days=n) for n in range(60)))
    assert staying([*nights, *asked])[-1] == "01-01"
    for name in ("photos.zip", "deskhand-nightly-2026.zip", asked[0].name):
        (tmp_path / name).write_bytes(b"x")
    assert [each.name for each in keeping.listed(tmp_path)] == [asked[0].name]
