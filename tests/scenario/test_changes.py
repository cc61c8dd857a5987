"""The log of changes: what a button in a chat and a restored backup write into it."""

import pytest

from bot.app.deskhand import Deskhand
from bot.domain.changes import By, What
from tests.fakes.parts import until
from tests.scenario.room import START, bot_in_a_room
from tests.scenario.test_backups import put_back, taken
from tests.scenario.test_gaps import (
    COLLEAGUE,
    REPLY,
    ask,
    bakery,
    notice,
    replies,
    reply_to,
    said_in,
)
from tests.scenario.test_uploads import ENTRIES, STAFF, TEAM, offered, ready, sends
from tests.scenario.test_uploads import told as told_of
from tests.scenario.town import QUICK_S, bot_in

pytestmark = pytest.mark.usefixtures("quick", "sweeping")


@pytest.fixture
def sweeping(monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("questions", "uploads"):
        monkeypatch.setattr(f"bot.{part}.service.SWEEP_S", QUICK_S)


async def by_persons(app: Deskhand) -> list[tuple[str, str, dict[str, str], dict[str, str]]]:
    """Return who of a chat changed what and how, oldest first."""
    every = await app.services.changes.newest(limit=100)
    return [
        (each.name, each.what, dict(each.was), dict(each.became))
        for each in reversed(every)
        if each.actor.by is By.PERSON
    ]


async def test_an_answer_is_saved_by_who_pressed_not_by_who_wrote_it(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        await ask(town)
        thread, _ = await notice(town)
        draft = await reply_to(town, replies(town, REPLY, thread))
        assert await by_persons(app) == []
        await town.presses("Save for everyone", draft, author=COLLEAGUE)
        await said_in(town, "and in use from now on")
        entry, question = await by_persons(app)
        presser = await app.services.persons.whole(f"slack/{COLLEAGUE}")
        assert entry[:3] == (presser.person.name, What.ENTRY, {})
        assert entry[3]["state"] == "added"
        was, became = {"state": "open"}, {"state": "answered"}
        assert question == (presser.person.name, What.QUESTION, was, became)
        # What they are given of themselves has it, too.
        assert len(presser.rows["changes"]) == 2


async def test_a_question_is_taken_off_the_list_by_who_pressed(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        await ask(town)
        _, told = await notice(town)
        await town.presses("Not needed", told, author=COLLEAGUE)
        [(name, what, before, after)] = await by_persons(app)
        assert (what, before, after) == (What.QUESTION, {"state": "open"}, {"state": "dismissed"})
        assert name == (await app.services.persons.whole(f"slack/{COLLEAGUE}")).person.name


async def test_a_file_is_added_by_who_pressed_though_it_is_read_later(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        message = sends(town, {"keys.jsonl": ENTRIES.replace(b"AUDIENCE", b"staff")})
        await town.presses(TEAM, await offered(town, message))
        await told_of(town, message)
        changes = await by_persons(app)
        presser = (await app.services.persons.whole(f"slack/{STAFF}")).person
        counts = {"added": "2", "changed": "0", "removed": "0"}
        assert changes == [(presser.name, What.IMPORT, {}, counts)]
        await app.services.persons.erase(f"slack/{STAFF}")
        assert [each[0] for each in await by_persons(app)] == [""]


async def test_what_deskhand_does_by_itself_is_nobody_s_change(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        before = await app.services.changes.newest(limit=100)
        await ask(town)
        await until(lambda: bool(town.posts))
        await app.services.health.rows()
        assert await app.services.changes.newest(limit=100) == before


async def test_a_backup_that_is_put_back_is_told_in_what_it_brought(tmp_path):
    folder = tmp_path / "data"
    async with bot_in_a_room(folder) as room:
        await room.app.services.choices.set("business.contact", "Call 555 0134.")
        file = await taken(room, tmp_path / "taken.zip")
    await put_back(file, folder)
    async with bot_in_a_room(folder) as room:
        [change] = await room.app.services.changes.newest(limit=9)
        assert (change.actor.by, change.what, change.at) == (By.TERMINAL, What.BACKUP, START)
        assert (change.subject, change.became) == (START.isoformat(), {"state": "restored"})


async def test_changes_are_forgotten_after_a_year_however_long_words_are_kept(tmp_path):
    folder = tmp_path / "data"
    async with bot_in_a_room(folder) as room:
        file = await taken(room, tmp_path / "taken.zip")
    await put_back(file, folder)
    async with bot_in_a_room(folder) as room:
        await room.app.services.choices.set("retention", {"public_days": 1, "staff_days": 1})
        room.clock.go(days=364)
        await room.app.services.retention.forget()
        assert len(await room.app.services.changes.newest(limit=9)) == 1
        room.clock.go(days=2)
        await room.app.services.retention.forget()
        assert await room.app.services.changes.newest(limit=9) == []
