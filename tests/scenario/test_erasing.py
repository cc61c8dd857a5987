"""A person erased: nowhere in the files any more, and not by an older backup either."""

import asyncio
import json
import logging
import sqlite3
import zipfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import ForeignKeyConstraint

from bot.domain.conversations import Kind
from bot.domain.people import Role
from bot.outbox.files import KeptFiles
from bot.storage import database
from bot.storage.database import Database
from bot.storage.person_keys import OTHERS, OWN
from bot.storage.tables import metadata, persons
from bot.upkeep import erasures
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.restoring import restore
from bot.upkeep.persons import WhoError
from tests.scenario.conftest import BAKERY
from tests.scenario.room import PATIENCE_S, START, Room, bot_in_a_room

CARLA = "Carla Quuxington"
WORDS = (
    "do you repair purple bicycles of my grandmother?",
    "remind me at 11:00 to fetch the ultramarine hat",
    "is a zebra-striped cake of my aunt's at all possible?",
    "a person, please",
)
SECRETS = ("Quuxington", "purple bicycles", "ultramarine", "zebra-striped")


async def talked(room: Room) -> None:
    """Have Carla ask, be promised, and want a person; and Ben ask beside her."""
    await room.app.services.choices.set("local.staff_room", "team")
    for text in WORDS:
        await room.says(text, person=CARLA, room="hers")
    await room.says("what does a croissant cost?", person="Ben", room="his")
    await room.says("remind me at 12:00 to water the plants", person="Ben", room="his")
    # The team's room is told of what she wants and asked.
    told = ""
    async with asyncio.timeout(PATIENCE_S):
        while "purple" not in told or "zebra" not in told:
            await asyncio.sleep(0.05)
            told = " ".join(await room.delivered(room="team", role=Role.STAFF))


def found_in(folder: Path) -> dict[str, set[str]]:
    """Return which of her words stand in which file, byte by byte, or in its name."""
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        inside = path.relative_to(folder)
        told = content + str(inside).encode()
        words = {each for each in SECRETS if each.encode() in told}
        if words:
            found[str(inside)] = words
    return found


def others(folder: Path) -> list[tuple[str, ...]]:
    """Return what is kept of Ben."""
    with closing(sqlite3.connect(folder / "deskhand.db")) as opened:
        return opened.execute(
            "SELECT name, subject FROM persons JOIN follow_ups USING (person_id)"
            " WHERE name = 'Ben' ORDER BY 2"
        ).fetchall()


async def backed_up(room: Room, to: Path) -> Path:
    made = await room.app.services.backups.write(passphrase="")
    path = room.app.services.backups.taken(made.token)
    assert path is not None
    return await asyncio.to_thread(path.rename, to)


async def put_back(file: Path, folder: Path) -> None:
    opened = Database(f"sqlite:///{folder / 'deskhand.db'}")
    await restore(file, Box(folder, opened), passphrase=lambda: "", now=START)
    await opened.close()


async def test_who_is_erased_is_nowhere_and_stays_so_when_an_older_backup_is_restored(tmp_path):
    folder = tmp_path / "data"
    async with bot_in_a_room(folder) as room:
        await talked(room)
        persons_of = room.app.services.persons
        before = await persons_of.whole(CARLA)
        assert {
            "messages",
            "answers",
            "follow_ups",
            "open_questions",
            "hand_overs",
            "outbox",
        } <= set(before.rows)
        assert len(before.rows["messages"]) == len(WORDS)
        assert set().union(*found_in(folder).values()) == {*SECRETS}
        file = await backed_up(room, tmp_path / "older.zip")
        room.clock.go(minutes=1)
        erased = await persons_of.erase(CARLA)
        assert erased.name == CARLA
        assert found_in(folder) == {}
        with pytest.raises(WhoError, match="Nobody here is called"):
            await persons_of.whole(CARLA)
        with pytest.raises(WhoError):
            await persons_of.whole(f"{erased.platform}/{erased.user_id}")
        # Nothing waits for her, or of her, any more; for others all goes on.
        assert await room.app.services.hand_overs.open(limit=9) == []
        assert [each.text for each in await room.app.services.questions.each()] == [
            "what does a croissant cost?"
        ]
        assert [each.subject for each in await room.app.services.follow_ups.waiting()] == [
            "water the plants"
        ]
        assert (await room.says("hello", person="Ben", room="his")).outcome.text
        room.clock.go(minutes=1)
        # She may write again, as somebody who is new.
        assert await room.says("hello", person=CARLA, room="hers")
        newer = await backed_up(room, tmp_path / "newer.zip")
    bens = others(folder)
    await put_back(file, folder)
    now = folder / "deskhand.db"
    assert not any(each.encode() in now.read_bytes() for each in SECRETS)
    assert others(folder) == bens
    await put_back(newer, folder)
    # What she wrote after that is hers again.
    assert CARLA.encode() in now.read_bytes()


async def sent_a_file(room: Room, folder: Path) -> None:
    """Have a file wait for Carla, beside what she is told."""
    files = KeptFiles(folder / "files", now=room.clock)
    await files.keep("for-carla", "quote.pdf", b"%PDF zebra-striped cake")
    with closing(sqlite3.connect(folder / "deskhand.db")) as opened, opened:
        opened.execute(
            "UPDATE outbox SET files = ? WHERE outgoing_id = (SELECT max(outgoing_id) FROM outbox"
            " JOIN answers USING (answer_id) JOIN turns USING (turn_id)"
            " JOIN messages USING (message_pk) JOIN persons USING (person_id) WHERE name = ?)",
            ('[{"name": "Quuxington.pdf", "key": "for-carla"}]', CARLA),
        )
        assert opened.execute("SELECT changes()").fetchone() == (1,)


async def test_who_is_erased_is_in_no_file_when_an_older_backup_is_restored_and_used(
    tmp_path, caplog, monkeypatch
):
    """In none: database, its log, index, files on their way, list of the erased, what is new."""
    caplog.set_level(logging.DEBUG)
    # As SQLite is built elsewhere: what was deleted stays in its pages.
    careless = (*database.PRAGMAS, "PRAGMA secure_delete = OFF")
    monkeypatch.setattr(database, "PRAGMAS", careless)
    folder = tmp_path / "data"
    async with bot_in_a_room(folder) as room:
        await room.knows("faq.jsonl", BAKERY)
        await talked(room)
        await sent_a_file(room, folder)
        file = await backed_up(room, tmp_path / "older.zip")
        room.clock.go(minutes=1)
        await room.app.services.persons.erase(CARLA)
        assert found_in(folder) == {}
        assert not (folder / "files" / "for-carla").exists()
    await put_back(file, folder)
    assert found_in(folder) == {}
    async with bot_in_a_room(folder) as room:
        said = await room.says("is there parking?", person="Ben", room="his")
        assert said.outcome.kind is Kind.VERBATIM
        # The index is made anew, and there is a log beside the database while it is written.
        there = {path.name for path in folder.rglob("*")}
        assert {"deskhand.db-wal", "chroma.sqlite3", "erased.json"} <= there
        assert found_in(folder) == {}
        made = await room.app.services.backups.make(Origin.ASKED)
        assert made.ok
        exported = BytesIO(await room.app.services.transfer.pack())
        for number, file_out in enumerate((exported, folder / "backups" / made.name)):
            with zipfile.ZipFile(file_out) as zipped:
                zipped.extractall(tmp_path / "opened" / str(number))
        assert found_in(tmp_path / "opened") == {}
    assert found_in(folder) == {}
    assert not any(each in caplog.text for each in SECRETS)
    # The backup from before held all of it.
    with zipfile.ZipFile(file) as zipped:
        zipped.extractall(tmp_path / "older")
    assert set().union(*found_in(tmp_path / "older").values()) == {*SECRETS}


async def test_the_list_of_the_erased_goes_along_to_another_box(tmp_path):
    async with bot_in_a_room(tmp_path / "one") as room:
        await talked(room)
        older = await backed_up(room, tmp_path / "older.zip")
        room.clock.go(minutes=1)
        await room.app.services.persons.erase(CARLA)
        newer = await backed_up(room, tmp_path / "newer.zip")
    (tmp_path / "two").mkdir()
    # Where somebody else was erased before.
    erasures.write(tmp_path / "two" / "erased.json", {erasures.mark("slack", "U1"): START})
    await put_back(newer, tmp_path / "two")
    listed = (tmp_path / "two" / "erased.json").read_text()
    assert len(json.loads(listed)) == 2
    assert CARLA not in listed
    await put_back(older, tmp_path / "two")
    content = (tmp_path / "two" / "deskhand.db").read_bytes()
    assert not any(each.encode() in content for each in SECRETS)


async def test_what_others_had_promised_about_who_is_erased_ends_with_them(tmp_path):
    folder = tmp_path / "data"
    async with bot_in_a_room(folder) as room:
        await talked(room)
        team = {"room": "team", "role": Role.STAFF, "person": "Ann"}
        for wish in (
            "write to them again on Thursday at 10 if they haven't replied",
            "if nobody has answered Carla by 3 pm, tell me",
        ):
            said = await room.says(wish, **team)
            assert CARLA in said.outcome.text
        kept = await room.app.services.persons.whole(CARLA)
        assert kept.rows["watches"]
        await room.app.services.persons.erase(CARLA)
        assert found_in(folder) == {}
        waiting = await room.app.services.follow_ups.waiting()
        assert [each.subject for each in waiting] == ["water the plants"]
        room.clock.go(days=3)
        assert await room.app.watching.see_to() == 0


async def test_a_name_that_several_have_is_asked_about(room):
    for role in (Role.PUBLIC, Role.STAFF):
        await room.says("hello", person="Ann", room=f"room {role}", role=role)
    with pytest.raises(WhoError, match="Several are called ann"):
        await room.app.services.persons.whole("ann")


def test_every_column_that_names_a_person_is_known_as_theirs_or_as_others():
    """What a new table keeps of persons would else stay when they are erased."""
    known = {
        (table.name, column)
        for columns in (OWN, OTHERS)
        for table, names in columns.items()
        for column in names
    }
    there = {
        (table.name, key.column_keys[0])
        for table in metadata.sorted_tables
        for key in table.constraints
        if isinstance(key, ForeignKeyConstraint) and key.referred_table is persons
    }
    assert there == known
