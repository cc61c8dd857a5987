"""The page of backups: made with a press, told of, taken away; and how they are made."""

from pathlib import Path
from zipfile import is_zipfile

from bot.upkeep.backup import sealing
from tests.integration.web.conftest import Desk, Owner


def made(owner: Owner) -> str:
    """Press the button, wait for the end, and return the page."""
    assert owner.post("/backups/now").status_code == 303
    with owner.client.stream("GET", "/backups/progress") as steps:
        assert "Made, restored and tested." in "".join(steps.iter_text())
    return owner.get("/backups").text


def test_a_backup_is_made_with_a_press_told_of_and_taken_away(
    desk: Desk, owner: Owner, tmp_path: Path
):
    assert "None was restored and tested yet." in owner.get("/backups").text
    page = made(owner)
    assert "Last restored and tested" in page
    assert "not sealed, without tokens" in page
    [kept] = desk.do(desk.services.backups.kept)
    file = tmp_path / "taken.zip"
    file.write_bytes(owner.get(f"/backups/{kept.name}").content)
    assert is_zipfile(file)
    assert owner.get("/backups/deskhand.db").status_code == 404
    assert owner.get("/backups/..%2Fdeskhand.db").status_code == 404
    assert "Last restored and tested" in owner.get("/overview/health").text


def test_a_passphrase_seals_what_is_made_from_then_on_until_it_is_taken_back(
    desk: Desk, owner: Owner
):
    fields = {"on": "yes", "hour": "4", "folder": "", "daily": "7", "weekly": "4"}
    short = owner.post("/backups", **fields, passphrase="salt")
    assert "10 characters or more" in short.text
    assert owner.post("/backups", **fields, passphrase="flour water salt").status_code == 303
    desk.clock.go(minutes=1)
    page = made(owner)
    assert "flour water salt" not in page
    newest = desk.do(desk.services.backups.kept)[0]
    assert sealing.is_sealed(desk.services.backups.folder / newest.name)
    assert owner.post("/backups", **fields, unsealed="yes").status_code == 303
    desk.clock.go(minutes=1)
    made(owner)
    assert not desk.do(desk.services.backups.kept)[0].sealed


def test_what_cannot_be_used_is_said_beside_its_field(desk: Desk, owner: Owner, tmp_path: Path):
    (tmp_path / "file").write_text("")
    fields = {"on": "yes", "hour": "4", "folder": "", "daily": "7", "weekly": "4"}
    for wrong, sentence in (
        ({"hour": "24"}, "Write an hour from 0 to 23."),
        ({"daily": "none"}, "Write days as a number"),
        ({"folder": "backups"}, "whole path"),
        ({"folder": str(tmp_path / "file" / "more")}, "Nothing can be written there"),
    ):
        answer = owner.post("/backups", **(fields | wrong))
        assert answer.status_code == 422
        assert sentence in answer.text
    assert desk.services.backups.choice.folder == ""
