"""A restore into a server's database, killed at each step: all of the old or all of the new."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.people import PersonRows
from bot.storage.schema import revision, revisions
from bot.storage.settings import SettingRows
from bot.storage.whole_persons import WholePersonRows
from bot.upkeep import erasures
from bot.upkeep.backup.box import Box
from bot.upkeep.backup.manifest import Origin
from bot.upkeep.backup.writing import write_backup
from connectors.messages import Author
from tests.fakes.loaded import DESKHAND, loaded
from tests.scenario.room import START

SCHEMAS = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'deskhand%'")
DIES = """
import asyncio, os, psycopg, signal
from bot import exchange
from bot.storage import dumps
from bot.upkeep.backup import placing

def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

"""
# How it is killed, and whether the backup's is then what is there.
STEPS = {
    "while psql reads it in": (
        """
begin = asyncio.create_subprocess_exec
# It goes on for a while, longer than a start takes.
dumps._ALL_BESIDE += "SELECT pg_sleep(6);"
AT_WORK = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event = 'PgSleep'"
)
async def begun(tool, *args, **kwargs):
    started = await begin(tool, *args, **kwargs)
    if tool.endswith("psql"):
        with psycopg.connect(os.environ["DESKHAND_DATABASE_URL"].replace("+psycopg", "")) as other:
            while other.execute(AT_WORK).fetchone() == (0,):
                await asyncio.sleep(0.02)
                other.rollback()
        die()
    return started
asyncio.create_subprocess_exec = begun
""",
        False,
    ),
    "before it is brought up": ("placing.migrate = die", False),
    "before the erased are erased": ("placing.erase_again = die", False),
    "before anything is in its place": ("placing.exchange = die", False),
    "with the files half in their places": (
        """
move, left = exchange._move, 2
def moved(*args):
    global left
    left -= 1
    move(*args) if left else die()
exchange._move = moved
""",
        True,
    ),
    "before the database is switched": ("dumps.switch = die", True),
    "while the database is switched": (
        """
real = dumps.text
dumps.text = lambda words: die() if words.startswith("DROP SCHEMA deskhand") else real(words)
""",
        True,
    ),
    "after the database is switched": (
        """
switch = dumps.switch
async def switched(database):
    await switch(database)
    die()
dumps.switch = switched
""",
        True,
    ),
}


@pytest.fixture(autouse=True)
def only_a_server(request: pytest.FixtureRequest) -> None:
    if not request.config.option.postgresql:
        pytest.skip("SQLite's are in tests/scenario/test_backups.py")


@dataclass(frozen=True)
class Ready:
    """A box with something else in it than the backup beside it has."""

    folder: Path
    url: str
    file: Path

    def run(self, *args: str, program: str = DESKHAND) -> int:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("DESKHAND_")
        }
        environment |= {
            "DESKHAND_DATA_DIR": str(self.folder),
            "DESKHAND_DATABASE_URL": self.url,
            "DESKHAND_OLLAMA_URL": "http://127.0.0.1:9",
        }
        process = loaded().start(*args, environment=environment, program=program)
        out, err = process.communicate()
        assert process.wait() in {0, -signal.SIGKILL}, out + err
        return process.wait()

    async def seen(self) -> dict[str, str]:
        opened = Database(self.url)
        try:
            # What was there is of this version, too, and nobody is in it who was erased.
            assert await revision(opened) == revisions()[-1]
            assert await WholePersonRows(opened).find("slack/U1") == []
            found = await SettingRows(opened).all()
        finally:
            await opened.close()
        return {
            "skill": (self.folder / "skills" / "cake" / "SKILL.md").read_text(),
            "note": str(found["note"]),
            "heard": str(found["heard slack"]),
        }


@pytest.fixture
async def ready(server: Database, tmp_path: Path) -> Ready:
    folder, file = tmp_path / "box", tmp_path / "all.zip"
    skill = folder / "skills" / "cake" / "SKILL.md"
    skill.parent.mkdir(parents=True)
    settings, box = SettingRows(server), Box(folder, server)
    carla = Author("U1", "Carla Quuxington")
    await PersonRows(server).ensure("slack", carla)
    skill.write_text("backup")
    await settings.put("note", "backup", now=START)
    await write_backup(box, file, origin=Origin.ASKED, passphrase="", now=START)
    await server.write(lambda connection: connection.exec_driver_sql("DELETE FROM persons"))
    erasures.write(box.erased, {erasures.mark("slack", "U1"): START})
    skill.write_text("box")
    await settings.put("note", "box", now=START)
    await settings.put("heard slack", "later", now=START)
    return Ready(folder, server.url, file)


@pytest.mark.parametrize("step", STEPS)
async def test_whenever_it_is_killed_all_is_the_box_s_or_all_is_the_backup_s(step, ready, server):
    program, is_backup = STEPS[step]
    assert ready.run("restore", str(ready.file), program=DIES + program + "\n" + DESKHAND) < 0
    # Each next start sees to it.
    assert ready.run(*(("knowledge", "list") if is_backup else ("migrate",))) == 0
    words = "backup" if is_backup else "box"
    assert await ready.seen() == {"skill": words, "note": words, "heard": "later"}
    assert not (ready.folder / "restoring").exists()
    assert await server.read(lambda connection: connection.scalars(SCHEMAS).all()) == []
    # What was set aside is whole: it can be put back.
    if is_backup:
        assert ready.run("restore", "--undo") == 0
        assert await ready.seen() == {"skill": "box", "note": "box", "heard": "later"}
