"""Backups: made while people write, refused when anything in them is wrong, put back whole."""

import asyncio
import json
import shutil
import sqlite3
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from bot.data_dir import DataDirectory
from bot.domain.people import Role
from bot.storage.database import Database
from bot.storage.errors import StorageError
from bot.storage.migrate import migrate
from bot.upkeep.backup import archive
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.errors import (
    BackupError,
    DamagedError,
    NewerError,
    PassphraseError,
    UnsuitableError,
)
from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.restoring import Restored, Undone, restore, undo
from bot.upkeep.backup.writing import write_backup
from tests.fakes.answers import newest_answers
from tests.scenario.conftest import BAKERY
from tests.scenario.room import START, Room, bot_in_a_room

WORDS = "flour water salt"
TOKEN = "xoxb-the-token"
QUESTION = "are you open on sundays?"


async def filled(room: Room) -> None:
    """Give a bot what matters: knowledge, a reminder, an open question, a skill, a file."""
    services = room.app.services
    await room.knows("faq.jsonl", BAKERY)
    await room.says("remind me at 11:00 to call the supplier", role=Role.STAFF, room="staff")
    await room.says("do you repair bicycles?", person="Ann")
    await services.keep_token("slack_bot_token", TOKEN)
    folder = services.skills.folder / "cake-order"
    await asyncio.to_thread(folder.mkdir, parents=True)
    await asyncio.to_thread((folder / "SKILL.md").write_text, "words")
    # Neither is followed, nor taken for whole.
    await asyncio.to_thread((folder / "outside.md").symlink_to, "/etc/hostname")
    await asyncio.to_thread((folder / "half.new").write_text, "half")
    files = folder.parents[1] / "files"
    await asyncio.to_thread(files.mkdir, exist_ok=True)
    await asyncio.to_thread((files / "kept-1").write_bytes, b"\x00picture")


@asynccontextmanager
async def bakery(folder: Path) -> AsyncIterator[Room]:
    async with bot_in_a_room(folder) as room:
        await filled(room)
        yield room


async def taken(room: Room, to: Path, *, passphrase: str = "") -> Path:
    backups = room.app.services.backups
    made = await backups.write(passphrase=passphrase)
    path = backups.taken(made.token)
    assert path is not None
    return await asyncio.to_thread(path.rename, to)


async def put_back(file: Path, folder: Path, *, passphrase: str = "") -> Restored:
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    database = Database(f"sqlite:///{folder / 'deskhand.db'}")
    try:
        box = Box(folder, database)
        return await restore(file, box, passphrase=lambda: passphrase, now=START)
    finally:
        await database.close()


async def undone(folder: Path) -> Undone:
    database = Database(f"sqlite:///{folder / 'deskhand.db'}")
    try:
        return await undo(Box(folder, database), now=START + timedelta(minutes=1))
    finally:
        await database.close()


async def what_it_knows(room: Room) -> dict[str, object]:
    services = room.app.services
    said = (await room.says(QUESTION, room="after")).outcome
    return {
        "answer": (said.kind, said.text),
        "documents": await services.knowledge.whole(),
        "open": [each.text for each in await services.questions.each()],
        "follow-ups": [(each.subject, each.due_at) for each in await services.follow_ups.waiting()],
        "said": len(await newest_answers(room.app.database, limit=100)),
    }


@dataclass(frozen=True)
class Made:
    """A bakery's box that was put away, what was backed up of it, and a box with something else.

    Attributes:
        knew: What it knew and answered when it was backed up.
    """

    one: Path
    plain: bytes
    sealed: bytes
    knew: dict[str, object]
    box: Path

    def file(self, folder: Path, *, sealed: bool = False) -> Path:
        path = folder / "given"
        path.write_bytes(self.sealed if sealed else self.plain)
        return path


@pytest.fixture(scope="module")
def made(once: None, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")

    async def make() -> Made:
        async with bakery(folder / "one") as one:
            accounts = one.app.services.entrance.accounts
            await accounts.put_setup_link("hash", now=START, expires_at=START)
            plain = await taken(one, folder / "plain.zip")
            sealed = await taken(one, folder / "sealed", passphrase=WORDS)
            knew = await what_it_knows(one)
            await one.says("remind me at 12:00 to feed the sourdough", room="later")
        box = folder / "box"
        box.mkdir()
        (box / "deskhand.db").write_bytes((folder / "one" / "deskhand.db").read_bytes())
        return Made(folder / "one", plain.read_bytes(), sealed.read_bytes(), knew, box)

    return asyncio.run(make())


async def test_a_backup_comes_back_in_an_empty_box_and_answers_the_same(made, tmp_path):
    restored = await put_back(made.file(tmp_path, sealed=True), tmp_path / "two", passphrase=WORDS)
    assert restored.aside is None
    assert (tmp_path / "two" / "skills" / "cake-order" / "SKILL.md").read_text() == "words"
    assert (tmp_path / "two" / "files" / "kept-1").read_bytes() == b"\x00picture"
    async with bot_in_a_room(tmp_path / "two") as two:
        assert await what_it_knows(two) == made.knew


async def test_tokens_go_along_only_under_a_passphrase(made, tmp_path):
    key = (made.one / "secret.key").read_bytes()
    [row] = secrets_of(made.one / "deskhand.db")
    for content in (made.plain, made.sealed):
        assert not any(secret in content for secret in (key, row))
    with zipfile.ZipFile(BytesIO(made.plain)) as zipped:
        assert sorted(zipped.namelist()) == [
            "database.sqlite3",
            "files/kept-1",
            "manifest.json",
            "skills/cake-order/SKILL.md",
        ]
        assert row not in zipped.read("database.sqlite3")
    await put_back(made.file(tmp_path, sealed=True), tmp_path / "two", passphrase=WORDS)
    assert (tmp_path / "two" / "secret.key").read_bytes() == key
    assert secrets_of(tmp_path / "two" / "deskhand.db") == [row]
    await put_back(made.file(tmp_path), tmp_path / "three")
    assert not (tmp_path / "three" / "secret.key").exists()
    assert secrets_of(tmp_path / "three" / "deskhand.db") == []


async def test_nobody_is_signed_in_by_a_backup(made, tmp_path):
    await put_back(made.file(tmp_path, sealed=True), tmp_path / "two", passphrase=WORDS)
    asked = "SELECT count(*) FROM setup_links"
    assert one_of(made.one / "deskhand.db", asked) == 1
    assert one_of(tmp_path / "two" / "deskhand.db", asked) == 0


async def test_what_is_there_is_kept_aside_and_what_is_of_the_box_stays(made, tmp_path):
    folder = tmp_path / "one"
    shutil.copytree(made.one, folder)
    heard = "INSERT INTO settings VALUES ('heard slack', '\"2026-11-25\"', 1, '2026-11-25')"
    with closing(sqlite3.connect(folder / "deskhand.db")) as database, database:
        database.execute(heard)
    restored = await put_back(made.file(tmp_path), folder)
    assert restored.aside == folder / f"before-restore-{START:%Y-%m-%d-%H%M%S}"
    assert "sourdough" in subjects(restored.aside / "deskhand.db")
    assert (restored.aside / "skills" / "cake-order" / "SKILL.md").exists()
    assert "sourdough" not in subjects(folder / "deskhand.db")
    assert secrets_of(folder / "deskhand.db") == secrets_of(made.one / "deskhand.db")
    # Else all that was written since would be read back as missed, and answered again.
    asked = "SELECT value FROM settings WHERE name = 'heard slack'"
    assert one_of(folder / "deskhand.db", asked) == '"2026-11-25"'


async def test_a_damaged_database_does_not_stand_in_the_way_of_a_backup(made, tmp_path):
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "deskhand.db").write_bytes(b"no database at all " * 500)
    await put_back(made.file(tmp_path), folder)
    assert "call the supplier" in subjects(folder / "deskhand.db")


async def test_what_was_set_aside_and_is_damaged_is_not_put_back(made, tmp_path):
    folder = tmp_path / "one"
    shutil.copytree(made.one, folder)
    restored = await put_back(made.file(tmp_path), folder)
    content = bytearray((restored.aside / "deskhand.db").read_bytes())
    content[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    (restored.aside / "deskhand.db").write_bytes(content)
    with pytest.raises(DamagedError, match="set aside is damaged"):
        await undone(folder)
    assert "sourdough" not in subjects(folder / "deskhand.db")
    assert (restored.aside / "deskhand.db").read_bytes() == content


async def test_a_copy_is_of_one_moment_however_much_is_written_meanwhile(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
    await migrate(database)
    put = "INSERT OR REPLACE INTO settings VALUES (:name, :value, 1, '2026-11-24')"
    done = asyncio.Event()

    async def write() -> int:
        number = 0
        while not done.is_set():
            number += 1
            value = json.dumps(f"{number} " + "x" * 20_000)

            def both(connection, value=value):
                for name in ("one", "other"):
                    connection.execute(text(put), {"name": name, "value": value})

            await database.write(both)
        return number

    writing = asyncio.create_task(write())
    box = Box(tmp_path, database)
    for number in range(5):
        file = tmp_path / f"{number}.zip"
        manifest = await write_backup(box, file, origin=Origin.ASKED, passphrase="", now=START)
        await put_back(file, tmp_path / "two")
        with closing(sqlite3.connect(tmp_path / "two" / "deskhand.db")) as copy:
            found = copy.execute("SELECT count(*), count(DISTINCT value) FROM settings").fetchone()
        assert found in {(0, 0), (2, 1)}
        assert manifest.counts["settings"] == found[0]
        (tmp_path / "two" / "deskhand.db").unlink()
    done.set()
    assert await writing > 5
    await database.close()


# Files that must not be put back


PICTURE = sha256(b"\x00picture").hexdigest()


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]


def signed(body: bytes) -> bytes:
    """Give a file the digest that belongs to it, as who forges one would."""
    return body + sha256(body).hexdigest().encode()


def forged(
    content: bytes,
    change: Callable[[dict[str, bytes]], None] = lambda _members: None,
    **manifest: object,
) -> bytes:
    """Change members and what the manifest says, and put everything else right again."""
    with zipfile.ZipFile(BytesIO(content)) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    told = json.loads(members.pop("manifest.json")) | manifest
    change(members)
    told["members"] = {
        name: {"size_bytes": len(each), "sha256": sha256(each).hexdigest()}
        for name, each in members.items()
    } | (manifest.get("members") or {})
    out = BytesIO(b"")
    with zipfile.ZipFile(out, "w") as zipped:
        for name, each in members.items():
            zipped.writestr(name, each)
        zipped.writestr("manifest.json", json.dumps(told))
        zipped.comment = b"0" * 64
    return signed(out.getvalue()[:-64])


def gone(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.pop(name) and None


def slipped(members: dict[str, bytes]) -> None:
    members["../outside"] = b"slipped"


def rows_taken(members: dict[str, bytes]) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(members["database.sqlite3"])
        database.execute("DELETE FROM passage_vectors")
        database.commit()
        members["database.sqlite3"] = database.serialize()


def page_broken(members: dict[str, bytes]) -> None:
    content = bytearray(members["database.sqlite3"])
    content[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    members["database.sqlite3"] = bytes(content)


BAD: dict[str, tuple[Callable[[Made], bytes], type[BackupError], str]] = {
    "empty": (lambda _: b"", UnsuitableError, "is no backup"),
    "another file": (lambda _: b"%PDF-1.7 " * 99, UnsuitableError, "is no backup"),
    "another zip": (lambda _: _zip_of("faq.jsonl"), UnsuitableError, "knowledge import"),
    "cut": (lambda made: made.plain[:-100], DamagedError, "damaged"),
    "cut early": (lambda made: made.plain[:3000], DamagedError, "damaged"),
    "longer": (lambda made: made.plain + b"x", DamagedError, "damaged"),
    "sealed cut": (lambda made: made.sealed[:-100], DamagedError, "damaged"),
    "sealed cut to its header": (lambda made: signed(made.sealed[:60]), DamagedError, "damaged"),
    "sealed forged": (
        lambda made: signed(flipped(made.sealed[:-64], 5000)),
        DamagedError,
        "not as it was sealed",
    ),
    "sealed header forged": (
        lambda made: signed(flipped(made.sealed[:-64], 50)),
        DamagedError,
        "not as it was sealed",
    ),
    "sealed with too costly a key": (
        lambda made: signed(made.sealed[:41] + b"\x40" + made.sealed[42:-64]),
        DamagedError,
        "beginning",
    ),
    "newer format": (lambda made: forged(made.plain, format=2), NewerError, "newer"),
    "newer tables": (lambda made: forged(made.plain, schema_version="9999"), NewerError, "newer"),
    "another kind of database": (
        lambda made: forged(made.plain, database="postgresql"),
        UnsuitableError,
        "DESKHAND_DATABASE_URL",
    ),
    "no database": (
        lambda made: forged(made.plain, gone("database.sqlite3")),
        DamagedError,
        "no database",
    ),
    "no manifest's shape": (lambda made: forged(made.plain, counts=[]), DamagedError, "damaged"),
    "slip": (lambda made: forged(made.plain, slipped), DamagedError, "other files"),
    "a member of another hash": (
        lambda made: forged(
            made.plain, members={"files/kept-1": {"size_bytes": 8, "sha256": "0" * 64}}
        ),
        DamagedError,
        "damaged",
    ),
    "a member that is longer": (
        lambda made: forged(
            made.plain, members={"files/kept-1": {"size_bytes": 1, "sha256": PICTURE}}
        ),
        DamagedError,
        "damaged",
    ),
    "a member too many": (
        lambda made: forged(made.plain, members={"more": {"size_bytes": 1, "sha256": "0" * 64}}),
        DamagedError,
        "other files",
    ),
    "rows missing": (lambda made: forged(made.plain, rows_taken), DamagedError, "what it says"),
}


def _zip_of(name: str) -> bytes:
    out = BytesIO(b"")
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr(name, "words")
    return out.getvalue()


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def refused(content: bytes, box: Path, tmp_path: Path, *, passphrase: str) -> BackupError:
    """Try to put a file back and return why it was refused; nothing was changed by it."""
    file = tmp_path / "given"
    file.write_bytes(content)
    before = everything_in(box)
    with pytest.raises(BackupError) as told:
        await put_back(file, box, passphrase=passphrase)
    after = everything_in(box)
    # To look at SQLite's version of the tables is not to change them.
    assert after.items() >= before.items()
    assert not any("before-restore" in name or ".exchange" in name for name in after)
    assert [*everything_in(tmp_path)] == [str(file)]
    return told.value


@pytest.mark.parametrize("name", BAD)
async def test_a_file_that_is_not_a_sound_backup_for_this_box_is_refused(name, made, tmp_path):
    content, kind, sentence = BAD[name]
    error = await refused(content(made), made.box, tmp_path, passphrase=WORDS)
    assert type(error) is kind
    assert sentence in str(error)


async def test_what_the_disk_has_no_room_for_is_refused(made, tmp_path, monkeypatch):
    monkeypatch.setattr(archive.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=10_000))
    error = await refused(made.plain, made.box, tmp_path, passphrase="")
    assert "too little room" in str(error)


async def test_a_broken_page_of_the_database_is_refused(made, tmp_path):
    (tmp_path / "given").write_bytes(forged(made.plain, page_broken))
    before = everything_in(made.box)
    with pytest.raises(StorageError, match="copy"):
        await put_back(tmp_path / "given", made.box)
    assert everything_in(made.box) == before


@pytest.mark.parametrize("which", ["plain", "sealed"])
async def test_a_byte_that_is_another_one_is_seen_wherever_it_is(which, made, tmp_path):
    content: bytes = getattr(made, which)
    step = max(1, len(content) // 60)
    places = {*range(0, len(content), step), *range(len(content) - 90, len(content), 7)}
    if which == "plain":
        with zipfile.ZipFile(BytesIO(content)) as zipped:
            places |= {each.header_offset + 45 + len(each.filename) for each in zipped.infolist()}
    for at in sorted(places):
        file = tmp_path / "given"
        file.write_bytes(flipped(content, at))
        with pytest.raises(UnsuitableError), archive.opened(file, tmp_path, passphrase=_never):
            pass


@pytest.mark.parametrize(
    ("given", "sentence"), [("", "give its passphrase"), ("x" * 12, "another")]
)
async def test_without_its_passphrase_a_sealed_backup_stays_closed(given, sentence, made, tmp_path):
    error = await refused(made.sealed, made.box, tmp_path, passphrase=given)
    assert isinstance(error, PassphraseError)
    assert sentence in str(error)


async def test_a_passphrase_that_is_too_short_makes_no_backup(room, tmp_path):
    with pytest.raises(PassphraseError, match="10 characters"):
        await room.app.services.backups.write(passphrase="short")
    assert not list(tmp_path.rglob("*taken*"))


def _never() -> str:
    raise AssertionError("A passphrase was asked for.")


def secrets_of(file: Path) -> list[bytes]:
    with closing(sqlite3.connect(file)) as database:
        return [row[0].encode() for row in database.execute("SELECT sealed FROM secrets")]


def one_of(file: Path, query: str) -> object:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(query).fetchone()[0]


def subjects(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        return " ".join(row[0] for row in database.execute("SELECT subject FROM follow_ups"))


# Power cuts


def state(folder: Path) -> tuple[bool, bool, bool]:
    """Return of three things in a box whether each is the backup's."""
    skill = folder / "skills" / "cake-order" / "SKILL.md"
    return (
        "sourdough" not in subjects(folder / "deskhand.db"),
        skill.exists() and skill.read_text() == "words",
        not (folder / "files" / "later").exists(),
    )


def put_off(folder: Path, made: Made) -> None:
    """Have a box with other words than those of the backup in everything."""
    shutil.copytree(made.one, folder)
    (folder / "skills" / "cake-order" / "SKILL.md").write_text("other words")
    (folder / "files" / "later").write_bytes(b"later")


@pytest.mark.parametrize("undoing", [False, True], ids=["a restore", "an undo"])
async def test_what_breaks_anywhere_leaves_all_of_the_old_or_all_of_the_new(
    undoing, made, tmp_path, monkeypatch
):
    """At each of its steps once: nothing after it is done, and the box is then held again."""
    file, folder, before = made.file(tmp_path), tmp_path / "one", tmp_path / "before"
    put_off(before, made)
    if undoing:
        await put_back(file, before)
    seen: list[tuple[bool, bool, bool]] = []
    for step in range(1, 50):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(before, folder)
        left = step

        def broken(work):
            def run(self, *args, **kwargs):
                nonlocal left
                left -= ".exchange" in str(self) or "exchange" in self.name or "one" in self.parts
                if left <= 0:
                    raise OSError(5, "The power went")
                return work(self, *args, **kwargs)

            return run

        with monkeypatch.context() as patching:
            for name in ("rename", "replace", "unlink"):
                patching.setattr(Path, name, broken(getattr(Path, name)))
            try:
                await (undone(folder) if undoing else put_back(file, folder))
            except BackupError:
                pass
            else:
                break
        with DataDirectory(folder).held():
            seen.append(state(folder))
        assert not (folder / ".exchange").exists()
    else:
        pytest.fail("It never came to its end.")
    assert set(seen) == {(False, False, False), (True, True, True)}
    assert len(seen) >= 8
    assert len([*folder.glob("before-restore-*")]) == 1
