"""The data sheet names each table, and each file that a real box has in its data directory."""

import re
from fnmatch import fnmatch
from pathlib import Path

from bot import exchange
from bot.data_dir import DataDirectory, Door
from bot.storage.tables import metadata
from bot.upkeep.backup import box
from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.placing import MARK
from tests.scenario.room import bot_in_a_room
from tests.scenario.test_backups import filled, put_back, taken

SHEET = (Path(__file__).parents[2] / "docs/data.md").read_text(encoding="utf-8")


def named_in(heading: str) -> set[str]:
    """Return what stands in the first column of the table below a heading."""
    section = SHEET.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return {name.rstrip("/") for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_each_table_stands_in_it_and_no_other():
    assert named_in("In the database") == set(metadata.tables)


async def test_each_file_of_a_box_that_did_everything_stands_in_it_and_no_other(tmp_path):
    folder = tmp_path / "data"
    directory = DataDirectory(folder)
    seen: set[str] = set()

    def look() -> None:
        seen.update(path.name for path in folder.iterdir())

    with directory.held():
        async with bot_in_a_room(folder) as room:
            directory.announce(Door("http://127.0.0.1:1", "token", "http://127.0.0.1:1"))
            await filled(room)
            assert (await room.app.services.backups.make(Origin.ASKED)).ok
            file = await taken(room, tmp_path / "taken.zip")
            await room.app.services.persons.erase("Ann")
            look()
    with directory.held():
        await put_back(file, folder)
        look()
    # What is there for a moment only.
    passing = {exchange._PLAN, exchange._STAGE, MARK, f"{box.WRITING}x", f"{box.PROVING}x"}
    patterns = named_in("In the data directory")
    known = {name: {each for each in patterns if fnmatch(name, each)} for name in seen | passing}
    assert {name for name, by in known.items() if not by} == set()
    assert set().union(*known.values()) == patterns
