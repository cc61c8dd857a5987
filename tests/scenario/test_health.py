"""Each health row does the thing, and says so when the thing cannot be done."""

from datetime import datetime, timedelta

import pytest
from pydantic import JsonValue
from sqlalchemy import text

from bot.domain.conversations import Kind
from bot.domain.people import Role
from bot.inbox.talk import room_address
from bot.storage.followups import NewFollowUp
from bot.storage.inbox import InboxRows
from bot.storage.settings import SettingRows
from bot.upkeep.disk import Left
from bot.upkeep.health import Health, Row, ready
from bot.upkeep.import_approval import unless_worse
from bot.upkeep.probes import Probes
from connectors.errors import SendError
from knowledge.documents import Audience
from knowledge.errors import NoRoomError
from knowledge.readers.files import read
from tests.scenario.room import Room


async def rows(room: Room) -> dict[str, Row]:
    return {row.part: row for row in await room.app.services.health.rows()}


def left(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    """Have the disk of this machine be as full as that."""
    monkeypatch.setattr("bot.upkeep.disk.left_of", lambda _folder: Left(int(share * 1e11), share))


async def test_a_sound_house_is_well_in_every_part(room, monkeypatch):
    left(monkeypatch, 0.5)
    found = await rows(room)
    assert {part for part, row in found.items() if not row.ok} == set()
    assert ready(list(found.values()))
    assert "Switched off" in found["model"].text


async def test_a_database_that_does_not_take_a_row_is_not_well(room):
    await room.app.database.write(
        lambda connection: connection.execute(text("DROP TABLE settings"))
    )
    found = await rows(room)
    assert not found["database"].ok
    assert not ready(list(found.values()))


async def test_a_database_that_another_process_proves_at_the_same_moment_is_well(room):
    class Beside(SettingRows):
        async def put(self, name: str, value: JsonValue, *, now: datetime) -> int:
            version = await super().put(name, value, now=now)
            await super().put(name, "of another", now=now)
            return version

    services = room.app.services
    probes = Probes(
        Beside(room.app.database),
        services.knowledge,
        services.model,
        services.choices,
        services.follow_ups,
        services.backlog,
        InboxRows(room.app.database),
        now=services.now,
    )
    assert (await Health(probes.all()[:1]).rows())[0].ok


async def test_an_index_that_lost_its_canary_is_not_well(room, monkeypatch):
    async def lost() -> None:
        raise RuntimeError("The canary was not found.")

    monkeypatch.setattr(room.app.services.knowledge, "check", lost)
    found = await rows(room)
    assert not found["knowledge"].ok
    assert found["knowledge"].text == "The canary was not found."


async def test_a_follow_up_nobody_rang_for_is_seen(room):
    await room.says("remind me at 11:00 to call the supplier")
    assert (await rows(room))["follow-ups"].ok
    room.clock.go(hours=1, minutes=2)
    late = (await rows(room))["follow-ups"]
    assert not late.ok
    assert "deskhand run" in late.todo


async def test_messages_that_stay_behind_are_seen(room, monkeypatch):
    async def unreachable(_message: object) -> str:
        raise SendError("The platform does not answer.")

    monkeypatch.setattr(room.app.connectors["local"], "post", unreachable)
    owner = await room.app.services.owner()
    await room.app.services.follow_ups.promise(
        NewFollowUp(
            person_id=owner.person_id,
            address=room_address("room", Role.OWNER),
            subject="call the supplier",
            due_at=room.clock() + timedelta(minutes=1),
            zone="UTC",
            language="en",
        )
    )
    room.clock.go(minutes=2)
    await room.app.services.follow_ups.deliver_due()
    room.clock.go(minutes=6)
    assert not (await rows(room))["outbox"].ok


async def test_a_disk_that_gets_full_is_told_of_in_time(room, monkeypatch):
    left(monkeypatch, 0.09)
    row = (await rows(room))["disk"]
    assert (row.ok, row.text) == (False, "The disk has 9.0 GB (9%) left.")
    assert not row.needed
    assert row.todo.startswith("Make room")


async def test_on_a_full_disk_files_are_refused_and_questions_answered(room, monkeypatch):
    menu = read("menu.md", b"# Menu\n\nPumpkin soup.", audience=Audience.PUBLIC, origin="menu.md")
    left(monkeypatch, 0.019)
    with pytest.raises(NoRoomError, match=r"The disk has 1\.9 GB \(2%\) left: make room first"):
        await room.app.services.import_approval.add(menu, decide=None)
    with pytest.raises(NoRoomError):
        await room.app.services.import_approval.add(menu, decide=unless_worse("worse"))
    with pytest.raises(NoRoomError):
        await room.app.services.import_approval.add_at_once(menu, alone=False, decide=None)
    assert (await room.says("are you open on sundays?")).outcome.kind is Kind.VERBATIM
    assert not (await rows(room))["disk"].ok
    left(monkeypatch, 0.2)
    await room.app.services.import_approval.add(menu, decide=None)


async def test_a_clock_set_back_is_seen(room):
    await room.says("hello")
    room.clock.go(hours=-1)
    assert not (await rows(room))["clock"].ok


async def test_a_model_that_is_not_there_is_told_with_what_to_do_and_is_not_needed(room):
    await room.app.services.choices.set("model.name", "qwen3:4b-instruct")
    found = await rows(room)
    assert not found["model"].ok
    assert "ollama serve" in found["model"].text
    assert ready(list(found.values()))
