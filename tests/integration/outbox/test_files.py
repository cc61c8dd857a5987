"""Files that are kept until they are delivered."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.outbox.files import KEPT_FOR, UNNAMED_FOR, KeptFiles
from bot.storage.database import Database
from bot.storage.outbox import NewOutgoing, OutboxRows
from connectors.errors import FileRefusedError
from connectors.messages import Address
from tests.fakes import tables

ROOM = Address("local", "public:shop")


class Clock:
    """Far from the computer's own, and goes when told."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC) + timedelta(days=365)

    def __call__(self) -> datetime:
        return self.at


def names_in(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


async def fetched(files: KeptFiles, key: str, max_bytes: int = 100) -> bytes:
    return await files.fetch(ROOM, "m1", key, max_bytes=max_bytes)


async def test_what_is_kept_is_there_after_a_restart_for_nobody_else_on_the_computer(
    tmp_path: Path,
):
    files = KeptFiles(tmp_path / "files", now=Clock())
    await files.keep("1-0", "plan.pdf", b"old")
    kept = await files.keep("1-0", "plan.pdf", b"plan")
    again = KeptFiles(tmp_path / "files", now=Clock())
    [located] = again.located([kept])
    assert (located.name, located.path.read_bytes()) == ("plan.pdf", b"plan")
    assert await fetched(again, "1-0") == b"plan"
    assert located.path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0
    assert [each.name for each in (tmp_path / "files").iterdir()] == ["1-0"]
    await again.forget([kept, kept])
    assert await again.read("1-0") is None


@pytest.mark.parametrize("key", ["../secret.key", "..", "", "a/b", "A", "x" * 65, "none"])
async def test_nothing_is_handed_out_but_what_is_kept(tmp_path: Path, key: str):
    (tmp_path / "secret.key").write_bytes(b"secret")
    files = KeptFiles(tmp_path / "files", now=Clock())
    await files.keep("1-0", "plan.pdf", b"plan")
    assert await files.read(key) is None
    with pytest.raises(FileRefusedError):
        await fetched(files, key)


async def test_what_another_process_has_just_removed_keeps_nothing_else(tmp_path: Path):
    clock = Clock()
    files = KeptFiles(tmp_path, now=clock)
    for name in ("1-0", "1-1", "1-2"):
        await files.keep(name, name, b"x")
        # Listed still, and not there.
        (tmp_path / f"{name}-gone").symlink_to(tmp_path / "nowhere")
    clock.at += UNNAMED_FOR + timedelta(hours=1)

    async def none() -> set[str]:
        return set()

    await files.sweep(none)
    assert names_in(tmp_path) == {"1-0-gone", "1-1-gone", "1-2-gone"}


async def test_what_is_too_large_is_refused(tmp_path: Path):
    files = KeptFiles(tmp_path / "files", now=Clock())
    await files.keep("1-0", "plan.pdf", b"plan")
    with pytest.raises(FileRefusedError):
        await fetched(files, "1-0", max_bytes=3)


async def test_what_nobody_needs_goes_after_a_day_and_the_rest_when_it_is_old(
    tmp_path: Path,
):
    database = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
    await tables.migrate(database)
    rows, clock = OutboxRows(database, run="now"), Clock()
    files = KeptFiles(tmp_path / "files", now=clock)
    kept = {name: await files.keep(name, name, b"x") for name in ("sent", "here", "waits", "left")}
    for name, platform in (("sent", "slack"), ("here", "local"), ("waits", "slack")):
        room = Address(platform, name)
        said = NewOutgoing(name, name, room, name, files=(kept[name],))
        await rows.put(said, now=clock())
    for waiting in await rows.first_of_each_room():
        if waiting.outgoing.origin != "waits":
            await rows.sent(waiting.outgoing, "1", now=clock())

    async def there() -> set[str]:
        await files.sweep(rows.files_needed)
        return {each.name for each in (tmp_path / "files").iterdir()}

    assert await there() == set(kept)
    clock.at += UNNAMED_FOR + timedelta(hours=1)
    assert await there() == {"here", "waits"}
    clock.at += KEPT_FOR
    assert await there() == set()
    await database.close()
