"""People: what is known of them, their roles, and what is given or erased."""

import json
import re
from pathlib import Path

import pytest

from bot.domain.people import Role
from bot.inbox.talk import author
from bot.storage.people import PersonRows
from connectors.messages import Author
from tests.integration.web.conftest import Desk, Owner


def words(page: str) -> str:
    """Return what stands on a page, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def known(desk: Desk, name: str, *, platform: str = "slack", **how: object) -> int:
    """Have a person be known, and return their number."""
    written = Author(user_id=f"U-{name}", name=name, **how)
    rows = PersonRows(desk.room.app.database)
    return desk.do(lambda: rows.ensure(platform, written)).person_id


def number(desk: Desk, name: str) -> int:
    """Return the number of who wrote in the test's own room."""
    rows = PersonRows(desk.room.app.database)
    return desk.do(lambda: rows.ensure("local", author(Role.PUBLIC, name))).person_id


def test_the_list_says_when_somebody_was_seen_last_and_how_many_answers_they_got(
    desk: Desk, owner: Owner
):
    desk.do(lambda: desk.room.says("hello", person="Wilma"))
    desk.do(lambda: desk.room.says("thank you", person="Wilma"))
    told = words(owner.get("/people?name=wilma").text)
    assert "Wilma page and terminal · last seen " in told
    assert " · 2 answers" in told
    assert "Nobody like that." in owner.get("/people?name=wilmaa").text
    piece = owner.client.get("/people?name=wilma", headers={"hx-request": "true"}).text
    assert "Wilma" in piece
    assert "<html" not in piece


def test_the_list_comes_in_pieces(desk: Desk, owner: Owner):
    for place in range(60):
        known(desk, f"Xaver {place:02}")
    seen: list[str] = []
    path = "/people?name=xaver"
    while True:
        page = owner.get(path).text
        found = re.findall(r"Xaver \d\d", page)
        assert len(found) <= 50
        seen += found
        more = re.search(r'href="(/people\?[^"]*after=\d+)"', page)
        if more is None:
            break
        path = more[1].replace("&amp;", "&")
    assert seen == [f"Xaver {place:02}" for place in range(60)]


def test_a_person_s_page_counts_what_is_known_and_shows_none_of_their_words(
    desk: Desk, owner: Owner
):
    desk.do(lambda: desk.room.says("do you mend umbrellas of violet silk?", person="Yves"))
    desk.do(lambda: desk.room.says("remind me at 23:30 to feed the goldfish", person="Yves"))
    desk.do(lambda: desk.room.says("a person, please", person="Yves"))
    page = owner.get(f"/people/{number(desk, 'Yves')}").text
    told = words(page)
    assert "1 in all, 1 waiting" in told
    assert "1 in all, 1 open" in told
    assert "3 messages of theirs" in told
    assert "On the page and in the terminal everybody says as whom they speak." in told
    for secret in ("violet", "goldfish"):
        assert secret not in page


@pytest.mark.parametrize("platform", ["slack", "discord"])
def test_a_role_is_set_by_hand_and_says_so(desk: Desk, owner: Owner, platform):
    choices = desk.services.choices
    person = known(desk, f"Zoe of {platform}", platform=platform)
    path = f"/people/{person}"
    assert "Nobody named them: whoever is not named is a customer." in words(owner.get(path).text)
    try:
        assert owner.post(f"{path}/role", role="staff").headers["location"] == f"{path}?said=saved"
        assert choices.platform(platform).staff == (f"U-Zoe of {platform}",)
        assert "You named them so, by their id on" in words(owner.get(path).text)
        assert f"Zoe of {platform}" in owner.get("/people?role=staff").text
        owner.post(f"{path}/role", role="owner")
        chosen = choices.platform(platform)
        assert (chosen.owners, chosen.staff) == ((f"U-Zoe of {platform}",), ())
        owner.post(f"{path}/role", role="public")
        chosen = choices.platform(platform)
        assert (chosen.owners, chosen.staff) == ((), ())
        assert f"Zoe of {platform}" not in owner.get("/people?role=owner").text
    finally:
        desk.do(lambda: choices.set(f"{platform}.owners", []))
        desk.do(lambda: choices.set(f"{platform}.staff", []))


def test_a_role_that_a_group_gives_is_told_as_that(desk: Desk, owner: Owner):
    person = known(desk, "Greta", role="staff")
    told = words(owner.get(f"/people/{person}").text)
    assert "It comes from a group or role on Slack that you named" in told


def test_the_role_of_who_speaks_here_cannot_be_set(desk: Desk, owner: Owner):
    desk.do(lambda: desk.room.says("hello", person="Hugo"))
    path = f"/people/{number(desk, 'Hugo')}"
    assert 'name="role"' not in owner.get(path).text
    assert owner.post(f"{path}/role", role="owner").status_code == 404
    person = known(desk, "Ines")
    assert owner.post(f"/people/{person}/role", role="emperor").status_code == 404


def test_everything_that_is_kept_is_given_as_a_file(desk: Desk, owner: Owner):
    desk.do(lambda: desk.room.says("is there a garden?", person="Jana/../x"))
    person = number(desk, "Jana/../x")
    given = owner.get(f"/people/{person}/export")
    assert given.headers["content-disposition"] == (
        f'attachment; filename="deskhand-local-{person}.json"'
    )
    whole = json.loads(given.content)
    assert whole["name"] == "Jana/../x"
    assert [each["text"] for each in whole["rows"]["messages"]] == ["is there a garden?"]


def test_a_person_is_erased_once_their_name_was_typed(desk: Desk, owner: Owner):
    desk.do(lambda: desk.room.says("do you sell turquoise bread?", person="Knut Krog"))
    desk.do(lambda: desk.room.says("remind me at 23:45 to eat it", person="Knut Krog"))
    person = number(desk, "Knut Krog")
    path = f"/people/{person}/erase"
    assert "2 messages of theirs" in words(owner.get(path).text)
    refused = owner.post(path, name="Knut")
    assert refused.status_code == 422
    assert "Type the name just as it stands above." in refused.text
    assert owner.get(f"/people/{person}").status_code == 200
    done = words(owner.post(path, name=" knut  KROG ").text)
    assert "2 messages of theirs" in done
    assert "1 reminder that waited is cancelled." in done
    assert "Knut" not in done
    assert owner.get(f"/people/{person}").status_code == 404
    assert owner.get(path).status_code == 404
    assert "Nobody like that." in owner.get("/people?name=Knut").text
    database = Path(desk._data_dir) / "deskhand.db"
    assert b"turquoise" not in database.read_bytes()
