"""A folder that files are put into, changed in and taken out of, as people and programs do."""

import json
import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.choices import InvalidSettingError
from bot.domain.people import Role
from knowledge.documents import Audience
from knowledge.errors import FolderUnreadableError
from knowledge.folder import ChangingError, content, look
from tests.scenario.room import Room, bot_in_a_room

OVEN = "# Oven\n\nThe oven is lit at four in the morning.\n"
SECRET = "# Vault\n\nThe vault opens with the word marmalade.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "watched"
    (made / "public").mkdir(parents=True)
    return made


async def watched(room: Room, folder: Path) -> None:
    await room.app.services.choices.set("knowledge.folder", str(folder))
    await looked(room)


async def looked(room: Room) -> None:
    """Look twice: what did not change in between is taken up."""
    for _ in range(2):
        await room.app.services.folder.look()


async def known(room: Room) -> dict[str, str]:
    """Return each document's audience by its id, of those that came from the folder."""
    documents = await room.app.services.knowledge.documents()
    return {
        each.document_id: each.audience.value
        for each in documents
        if each.origin.startswith("folder: ")
    }


async def errors(room: Room) -> dict[str, str]:
    state = await room.app.services.folder.state()
    return {each.path: each.error for each in state.files if each.error}


def faq(path: Path, **answers: str) -> None:
    entries = [
        {"id": known, "question": f"What about the {known}?", "answer": answer}
        for known, answer in answers.items()
    ]
    path.write_text("\n".join(json.dumps(each) for each in entries))


async def test_what_is_put_in_is_known_for_staff_and_from_public_for_everybody(room, folder):
    (folder / "oven.md").write_text(OVEN)
    faq(folder / "public" / "faq.jsonl", lanterns="They hang in the courtyard.")
    await watched(room, folder)
    assert await known(room) == {"oven.md": "staff", "lanterns": "public"}
    oven = await room.app.services.knowledge.show("oven.md")
    assert oven is not None
    assert oven.origin == "folder: oven.md"
    said = await room.says("what about the lanterns")
    assert said.outcome.text.startswith("They hang in the courtyard.")
    asked = "when is the oven lit in the morning"
    assert "lit at four" in (await room.says(asked, role=Role.STAFF)).outcome.text
    assert "lit at four" not in (await room.says(asked, room="other")).outcome.text


async def test_a_file_that_is_still_being_written_is_not_read(room, folder):
    await watched(room, folder)
    path = folder / "oven.md"
    path.write_text(OVEN[:20])
    await room.app.services.folder.look()
    path.write_text(OVEN)
    await room.app.services.folder.look()
    assert await known(room) == {}
    await room.app.services.folder.look()
    assert await known(room) == {"oven.md": "staff"}


async def test_a_changed_file_replaces_exactly_what_it_brought(room, folder):
    faq(folder / "faq.jsonl", oven="Lit at four.", yeast="In the cellar.")
    faq(folder / "other.jsonl", lanterns="In the courtyard.")
    await watched(room, folder)
    faq(folder / "faq.jsonl", oven="Lit at five.", flour="In the loft.")
    await looked(room)
    assert sorted(await known(room)) == ["flour", "lanterns", "oven"]
    oven = await room.app.services.knowledge.show("oven")
    assert oven is not None
    assert (oven.passages[0].text, oven.version) == ("Lit at five.", 2)


async def test_touching_a_file_changes_nothing(room, folder):
    path = folder / "oven.md"
    path.write_text(OVEN)
    await watched(room, folder)
    (before,) = (await room.app.services.folder.state()).files
    room.clock.go(hours=1)
    os.utime(path, (0, 0))
    await looked(room)
    (after,) = (await room.app.services.folder.state()).files
    assert after == replace(before, mtime_ns=0)


async def test_what_is_taken_out_is_gone_also_when_nobody_ran_meanwhile(tmp_path, folder):
    for name in ("oven.md", "vault.md", "yeast.md"):
        (folder / name).write_text(OVEN)
    async with bot_in_a_room(tmp_path / "data") as room:
        await watched(room, folder)
        (folder / "oven.md").unlink()
        await looked(room)
        assert sorted(await known(room)) == ["vault.md", "yeast.md"]
    (folder / "vault.md").unlink()
    async with bot_in_a_room(tmp_path / "data") as room:
        await looked(room)
        assert sorted(await known(room)) == ["yeast.md"]
        (folder / "yeast.md").unlink()
        await looked(room)
        assert await known(room) == {}
        assert (await room.app.services.folder.state()).files == ()
        assert await room.app.services.knowledge.check() == 0


async def test_a_file_moved_into_public_is_for_everybody(room, folder):
    (folder / "oven.md").write_text(OVEN)
    await watched(room, folder)
    (folder / "oven.md").rename(folder / "public" / "oven.md")
    await room.app.services.folder.look()
    assert await known(room) == {"oven.md": "staff"}
    await looked(room)
    assert await known(room) == {"oven.md": "public"}


async def test_a_file_that_cannot_be_read_is_told_and_leaves_what_was_there(room, folder):
    faq(folder / "faq.jsonl", oven="Lit at four.")
    await watched(room, folder)
    (folder / "faq.jsonl").write_text("not JSON\n")
    (folder / "old.doc").write_bytes(b"x")
    await looked(room)
    told = await errors(room)
    assert "Line 1: this is not JSON" in told["faq.jsonl"]
    assert "save it as .docx" in told["old.doc"]
    assert await known(room) == {"oven": "staff"}
    room.clock.go(hours=1)
    before = await room.app.services.folder.state()
    await looked(room)
    assert await room.app.services.folder.state() == before
    faq(folder / "faq.jsonl", oven="Lit at six.")
    (folder / "old.doc").unlink()
    await looked(room)
    assert await errors(room) == {}
    oven = await room.app.services.knowledge.show("oven")
    assert oven is not None
    assert oven.passages[0].text == "Lit at six."


async def test_a_document_that_came_another_way_is_neither_replaced_nor_removed(room, folder):
    await room.knows("oven.md", "# Oven\n\nWritten by Ann.\n")
    (folder / "oven.md").write_text(OVEN)
    (folder / "sub").mkdir()
    (folder / "sub" / "vault.md").write_text("# Vault\n\nOne.\n")
    (folder / "vault.md").write_text("# Vault\n\nTwo.\n")
    await watched(room, folder)
    told = await errors(room)
    assert "There is a document oven.md already, from oven.md" in told["oven.md"]
    assert "vault.md already, from folder: sub/vault.md" in told["vault.md"]
    (folder / "oven.md").unlink()
    await looked(room)
    oven = await room.app.services.knowledge.show("oven.md")
    assert oven is not None
    assert oven.passages[0].text == "Written by Ann."
    # Since then by hand: the folder's file no longer has a say.
    await room.knows("vault.md", "# Vault\n\nBy hand.\n")
    (folder / "sub" / "vault.md").unlink()
    await looked(room)
    assert await room.app.services.knowledge.show("vault.md") is not None


async def test_links_are_not_followed_wherever_they_lead(room, folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "vault.md").write_text(SECRET)
    (folder / "link.md").symlink_to(outside / "vault.md")
    (folder / "links").symlink_to(outside)
    (folder / "nothing.md").symlink_to(outside / "nothing.md")
    os.mkfifo(folder / "pipe.md")
    await watched(room, folder)
    assert await known(room) == {}
    told = await errors(room)
    assert set(told) == {"link.md", "links", "nothing.md", "pipe.md"}
    assert "links are not followed" in told["link.md"]


async def test_a_link_put_in_the_place_of_a_file_that_was_seen_is_not_read(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "oven.md").write_text("x" * len(OVEN))
    (folder / "sub").mkdir()
    for path in (folder / "oven.md", folder / "sub" / "oven.md"):
        path.write_text(OVEN)
    seen = look(folder).files
    assert content(folder, seen["oven.md"]) == OVEN.encode()
    (folder / "oven.md").unlink()
    (folder / "oven.md").symlink_to(outside / "oven.md")
    shutil.rmtree(folder / "sub")
    (folder / "sub").symlink_to(outside)
    for path in ("oven.md", "sub/oven.md"):
        with pytest.raises(ChangingError):
            content(folder, seen[path])


async def test_what_programs_leave_beside_files_is_left_out(room, folder):
    for name in (".DS_Store", "~$oven.docx", ".oven.md.swp", ".git/config"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    await watched(room, folder)
    assert (await room.app.services.folder.state()).files == ()


async def test_a_name_that_is_no_text_is_told(room, folder):
    (folder / os.fsdecode(b"\xff.md")).write_text(OVEN)
    await watched(room, folder)
    assert await errors(room) == {"�.md": "Its name holds signs that are none in UTF-8: rename it."}


async def test_a_drive_that_is_away_takes_nothing_with_it(room, folder, tmp_path):
    (folder / "oven.md").write_text(OVEN)
    await watched(room, folder)
    folder.rename(tmp_path / "away")
    await looked(room)
    assert "There is no folder" in (await room.app.services.folder.state()).problem
    folder.mkdir()  # as an empty place to mount it on
    await looked(room)
    assert "as when a network drive is away" in (await room.app.services.folder.state()).problem
    assert await known(room) == {"oven.md": "staff"}
    folder.rmdir()
    (tmp_path / "away").rename(folder)
    (folder / "oven.md").unlink()
    (folder / "yeast.md").write_text(OVEN)
    await looked(room)
    assert (await room.app.services.folder.state()).problem == ""
    assert await known(room) == {"yeast.md": "staff"}


async def test_another_folder_or_none_leaves_what_was_read(room, folder, tmp_path):
    (folder / "oven.md").write_text(OVEN)
    await watched(room, folder)
    await room.app.services.choices.set("knowledge.folder", "")
    await looked(room)
    assert await known(room) == {"oven.md": "staff"}
    other = tmp_path / "other"
    other.mkdir()
    (other / "yeast.md").write_text(OVEN)
    await watched(room, other)
    assert await known(room) == {"oven.md": "staff", "yeast.md": "staff"}


async def test_what_was_said_of_a_text_on_the_page_outlives_a_change_of_its_file(room, folder):
    (folder / "oven.md").write_text(OVEN)
    await watched(room, folder)
    knowledge = room.app.services.knowledge
    oven = await knowledge.show("oven.md")
    assert oven is not None
    said = {
        "note": "Ask Ann.",
        "valid_until": date(2026, 12, 31),
        "audience": Audience.ROOMS,
        "rooms": ("slack/C1",),
    }
    await knowledge.add([replace(oven, **said)])
    (folder / "oven.md").write_text(OVEN.replace("four", "five"))
    await looked(room)
    changed = await knowledge.show("oven.md")
    assert changed is not None
    assert "lit at five" in changed.source
    assert {name: getattr(changed, name) for name in said} == said
    room.clock.at = room.clock.at.replace(year=2027)
    (folder / "oven.md").write_text(OVEN.replace("four", "six"))
    await looked(room)
    anew = await knowledge.show("oven.md")
    assert anew is not None
    assert anew.valid_until is None


async def test_a_folder_that_cannot_be_meant_is_refused(room, folder, monkeypatch):
    with pytest.raises(InvalidSettingError, match="whole path"):
        await room.app.services.choices.set("knowledge.folder", "watched")
    monkeypatch.setattr("knowledge.folder.MAX_FILES", 3)
    for number in range(4):
        (folder / f"{number}.md").write_text(OVEN)
    with pytest.raises(FolderUnreadableError, match="more than 3 files"):
        look(folder)
