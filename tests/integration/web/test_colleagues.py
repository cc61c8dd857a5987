"""Colleagues: invited by a link, given a role, taken away."""

import asyncio
import html
import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.integration.web.conftest import PASSWORD, Desk, Owner, Person

LINK = re.compile(r'id="link" value="([^"]+)"')
OTHER_PASSWORD = "butter eggs sugar"

Joined = Callable[[str, str], Person]


def link_of(answer: httpx.Response) -> str:
    found = LINK.search(answer.text)
    assert found, answer.text
    return html.unescape(found[1])


def token_of(answer: httpx.Response) -> str:
    return link_of(answer).partition("token=")[2]


def choose(person: Person, token: str, password: str = PASSWORD) -> httpx.Response:
    form = {"token": token, "password": password, "password_again": password}
    return person.client.post("/invitation", data=form)


@pytest.fixture
def nobody(desk: Desk) -> Iterator[Person]:
    person = Person(desk)
    yield person
    person.client.close()


@pytest.fixture
def joined(desk: Desk, owner: Owner) -> Iterator[Joined]:
    """Invites somebody, who comes in; everybody is gone after the test."""
    people = []

    def join(name: str, role: str) -> Person:
        person = Person(desk)
        people.append(person)
        token = token_of(owner.post("/colleagues", name=name, role=role))
        assert choose(person, token).status_code == 303
        return person

    yield join
    for person in people:
        person.client.close()
    for each in desk.do(desk.accounts.colleagues.all):
        desk.do(lambda each=each: desk.accounts.colleagues.remove(each.account))


def number(desk: Desk, name: str) -> int:
    account = desk.do(lambda: desk.services.entrance.accounts.by_name(name))
    assert account
    return account.account_id


def test_a_colleague_chooses_a_password_by_the_link_and_is_in(
    desk: Desk, owner: Owner, joined: Joined
):
    ann = joined("Ann Byrne", "editor")
    assert ann.is_in()
    assert ann.get("/questions").status_code == 200
    assert ann.get("/backups").status_code == 403
    assert "Ann Byrne" in owner.get("/colleagues").text
    assert "Last here" in owner.get("/colleagues").text


def test_the_name_is_asked_for_only_while_there_are_colleagues(
    desk: Desk, stranger: httpx.Client, joined: Joined
):
    assert "Your name" not in stranger.get("/sign-in").text
    assert stranger.post("/sign-in", data={"password": PASSWORD}).status_code == 303
    joined("Ann", "viewer")
    assert "Your name" in stranger.get("/sign-in").text
    refused = stranger.post("/sign-in", data={"password": PASSWORD})
    assert refused.status_code == 422
    assert "Name and password do not fit." in refused.text


@pytest.mark.parametrize("typed", ["Ann Byrne", "ann byrne", "  ANN  BYRNE "])
def test_a_name_is_found_however_it_is_typed(desk: Desk, joined: Joined, typed: str):
    joined("Ann Byrne", "viewer")
    again = Person(desk)
    assert again.sign_in(typed).status_code == 303
    again.client.close()


def test_the_owner_comes_in_by_a_name_of_their_own_too(desk: Desk, owner: Owner, joined: Joined):
    joined("Ann", "viewer")
    assert owner.post("/account", shown_name="Mia").status_code == 303
    (line,) = desk.do(lambda: desk.services.changes.newest(limit=1))
    assert (line.name, line.subject, dict(line.became)) == ("owner", "owner", {"name": "Mia"})
    for name in ("mia", "owner"):
        again = Person(desk)
        assert again.sign_in(name).status_code == 303
        again.client.close()
    taken = owner.post("/colleagues", name="MIA", role="viewer")
    assert "Somebody has this name already" in taken.text
    assert "Somebody has this name" in owner.post("/account", shown_name="ann").text
    link = link_of(owner.post("/colleagues", name="Bea", role="viewer"))
    assert "Mia" in httpx.get(link).text
    assert owner.post("/account", shown_name="").status_code == 303


@pytest.mark.parametrize(
    ("name", "role", "told"),
    [
        ("", "viewer", "Write a name."),
        ("\u200b ", "viewer", "Write a name."),
        ("x" * 81, "viewer", "Use at most 80 characters."),
        ("Owner", "viewer", "Somebody has this name already"),
        ("Ann", "owner", "Choose what they may do."),
        ("Ann", "", "Choose what they may do."),
    ],
)
def test_what_does_not_fit_is_said_and_nobody_is_invited(
    desk: Desk, owner: Owner, name: str, role: str, told: str
):
    answer = owner.post("/colleagues", name=name, role=role)
    assert answer.status_code == 422
    assert told in answer.text
    assert desk.do(desk.accounts.colleagues.all) == []


def test_a_link_works_once_and_looking_at_it_does_not_use_it_up(
    desk: Desk, owner: Owner, nobody: Person, joined: Joined
):
    link = link_of(owner.post("/colleagues", name="Ann", role="viewer"))
    for _ in range(2):
        assert "Welcome, Ann" in nobody.get(link).text
    token = link.partition("token=")[2]
    short = nobody.client.post(
        "/invitation", data={"token": token, "password": "short", "password_again": "other"}
    )
    assert short.status_code == 422
    assert "at least 10 characters" in short.text
    assert "not the same" in short.text
    assert choose(nobody, token).status_code == 303
    assert choose(nobody, token).status_code == 404
    assert nobody.get(link).status_code == 404


def test_two_who_use_a_link_at_once_get_it_once(desk: Desk, joined: Joined):
    token = desk.do(lambda: desk.accounts.colleagues.invite("Ann", "viewer"))

    async def both() -> list[bool]:
        tries = (desk.accounts.colleagues.accept(token, PASSWORD) for _ in range(2))
        return sorted(each is not None for each in await asyncio.gather(*tries))

    assert desk.do(both) == [False, True]


def test_a_link_ends_after_three_days_and_by_a_fresh_one(
    desk: Desk, owner: Owner, nobody: Person, joined: Joined
):
    first = token_of(owner.post("/colleagues", name="Ann", role="viewer"))
    second = token_of(owner.post(f"/colleagues/{number(desk, 'Ann')}/link"))
    assert choose(nobody, first).status_code == 404
    desk.clock.go(hours=71, minutes=59)
    assert nobody.get(f"/invitation?token={second}").status_code == 200
    desk.clock.go(minutes=1)
    assert nobody.get(f"/invitation?token={second}").status_code == 404
    assert choose(nobody, second).status_code == 404


def test_a_fresh_link_gives_who_forgot_a_new_password_and_ends_their_sessions(
    desk: Desk, owner: Owner, nobody: Person, joined: Joined
):
    ann = joined("Ann", "viewer")
    token = token_of(owner.post(f"/colleagues/{number(desk, 'Ann')}/link"))
    # Until it is used the password from before holds.
    assert ann.is_in()
    assert choose(nobody, token, OTHER_PASSWORD).status_code == 303
    assert nobody.is_in()
    assert not ann.is_in()
    assert ann.sign_in("Ann", PASSWORD).status_code == 422
    assert ann.sign_in("Ann", OTHER_PASSWORD).status_code == 303


def test_who_was_invited_and_has_not_come_cannot_sign_in(
    desk: Desk, owner: Owner, nobody: Person, joined: Joined
):
    owner.post("/colleagues", name="Ann", role="viewer")
    for password in ("", PASSWORD):
        assert nobody.sign_in("Ann", password).status_code == 422


def test_another_role_holds_at_once_and_ends_the_sessions(desk: Desk, owner: Owner, joined: Joined):
    ann = joined("Ann", "editor")
    before = ann.client.cookies["deskhand_session"]
    answer = owner.post(f"/colleagues/{number(desk, 'Ann')}/role", role="viewer")
    assert answer.headers["location"] == "/colleagues?said=role-changed"
    assert not ann.is_in()
    assert ann.sign_in("Ann").status_code == 303
    assert ann.client.cookies["deskhand_session"] != before
    assert ann.get("/questions").status_code == 403


def test_the_same_role_again_ends_nothing(desk: Desk, owner: Owner, joined: Joined):
    ann = joined("Ann", "editor")
    owner.post(f"/colleagues/{number(desk, 'Ann')}/role", role="editor")
    assert ann.is_in()


def test_who_is_taken_away_is_out_at_once_by_every_way(desk: Desk, owner: Owner, joined: Joined):
    ann = joined("Ann", "editor")
    ann_s = number(desk, "Ann")
    token = token_of(owner.post(f"/colleagues/{ann_s}/link"))
    asked = owner.get(f"/colleagues/{ann_s}/remove")
    assert "Take Ann away?" in asked.text
    assert ann.is_in()
    assert owner.post(f"/colleagues/{ann_s}/remove").status_code == 303
    assert not ann.is_in()
    assert choose(ann, token).status_code == 404
    assert ann.sign_in("Ann").status_code == 422
    assert "<strong>Ann" not in owner.get("/colleagues").text
    assert owner.post("/colleagues", name="Ann", role="viewer").status_code == 200


def test_what_is_done_with_a_colleague_stands_in_the_log_of_changes(
    desk: Desk, owner: Owner, joined: Joined
):
    before = desk.do(lambda: desk.services.changes.newest(limit=1))
    since = before[0].change_id if before else 0
    ann = joined("Ann", "editor")
    ann.post(
        "/account/password", old=PASSWORD, password=OTHER_PASSWORD, password_again=OTHER_PASSWORD
    )
    ann_s = number(desk, "Ann")
    owner.post(f"/colleagues/{ann_s}/role", role="viewer")
    token = token_of(owner.post(f"/colleagues/{ann_s}/link"))
    owner.post(f"/colleagues/{ann_s}/remove")
    lines = [
        (each.name, each.subject, dict(each.was), dict(each.became))
        for each in reversed(desk.do(lambda: desk.services.changes.newest(limit=20)))
        if each.change_id > since
    ]
    assert lines == [
        ("owner", "Ann", {}, {"role": "editor", "invitation": "made"}),
        ("Ann", "Ann", {}, {"password": "set"}),
        ("Ann", "Ann", {}, {"password": "set"}),
        ("owner", "Ann", {"role": "editor"}, {"role": "viewer"}),
        ("owner", "Ann", {}, {"invitation": "made"}),
        ("owner", "Ann", {"role": "viewer"}, {"state": "removed"}),
    ]
    assert token not in str(lines)
    assert "invitation" in owner.get("/changes").text


def test_the_owner_is_nobody_s_colleague(desk: Desk, owner: Owner, joined: Joined):
    own = number(desk, "owner")
    for path in ("link", "role", "remove"):
        assert owner.post(f"/colleagues/{own}/{path}", role="viewer").status_code == 404
    assert owner.get(f"/colleagues/{own}/remove").status_code == 404
    assert owner.is_in()
    assert owner.get("/backups").status_code == 200


def test_no_link_is_stored_or_shown_twice(desk: Desk, owner: Owner, joined: Joined):
    token = token_of(owner.post("/colleagues", name="Ann", role="viewer"))
    stored = b"".join(path.read_bytes() for path in desk._data_dir.glob("deskhand.db*"))
    assert b"Ann" in stored
    assert token.encode() not in stored
    assert token not in owner.get("/colleagues").text


def test_a_name_that_is_a_script_is_shown_as_its_letters(owner: Owner, joined: Joined):
    answer = owner.post("/colleagues", name="<script>alert(1)</script>", role="viewer")
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script>alert" not in answer.text
