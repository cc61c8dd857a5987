import asyncio

import httpx
import pytest

from bot.storage.sessions import Whence
from bot.upkeep.set_up import STEPS
from bot.web.attempts import MAX_ATTEMPTS
from bot.web.passwords import WeakPasswordError
from bot.web.visitor import Visitor
from tests.integration.web.conftest import PASSWORD, Desk, Owner


def link(desk: Desk) -> str:
    return desk.do(desk.accounts.fresh_setup_link)


def passwords(password: str = PASSWORD, again: str | None = None) -> dict[str, str]:
    return {"password": password, "password_again": password if again is None else again}


def test_set_up_link_signs_the_owner_in_and_goes_on_with_the_business(
    desk: Desk, stranger: httpx.Client
):
    desk.do(desk.services.setting_up.begin)
    answer = stranger.post("/setup", data={"token": link(desk)} | passwords())
    assert (answer.status_code, answer.headers["location"]) == (303, "/setup/next")
    assert stranger.get("/setup/next").headers["location"] == "/setup/business"
    assert stranger.get("/overview").status_code == 200


def test_a_link_that_is_used_up_goes_on_for_the_owner_alone(desk: Desk, stranger: httpx.Client):
    token = link(desk)
    assert stranger.post("/setup", data={"token": token} | passwords()).status_code == 303
    again = stranger.get("/setup", params={"token": token})
    assert (again.status_code, again.headers["location"]) == (303, "/setup/next")
    stranger.cookies.clear()
    assert stranger.get("/setup", params={"token": token}).status_code == 404


def test_a_link_for_a_forgotten_password_begins_no_set_up(desk: Desk, stranger: httpx.Client):
    desk.do(desk.services.setting_up.end)
    answer = stranger.post("/setup", data={"token": link(desk)} | passwords())
    assert (answer.status_code, answer.headers["location"]) == (303, "/overview")
    assert not desk.do(desk.services.setting_up.progress).waiting


def test_nothing_behind_the_password_is_open_to_the_link(desk: Desk, stranger: httpx.Client):
    token = link(desk)
    for step in STEPS[1:]:
        page = {"accept": "text/html"}
        answer = stranger.get(f"/setup/{step}", params={"token": token}, headers=page)
        assert answer.headers.get("location") == "/sign-in", step


def test_set_up_link_is_used_once_only(desk: Desk, stranger: httpx.Client):
    form = {"token": link(desk)} | passwords()
    assert stranger.post("/setup", data=form).status_code == 303
    assert stranger.post("/setup", data=form).status_code == 404


def test_two_who_use_a_set_up_link_at_once_get_it_once(desk: Desk):
    token = link(desk)

    async def both() -> list[bool]:
        tries = (desk.accounts.set_up(token, PASSWORD) for _ in range(2))
        return sorted(each is not None for each in await asyncio.gather(*tries))

    assert desk.do(both) == [False, True]


def test_looking_at_a_set_up_link_as_previews_do_does_not_use_it_up(
    desk: Desk, stranger: httpx.Client
):
    token = link(desk)
    for method in ("GET", "GET"):
        assert stranger.request(method, f"/setup?token={token}").status_code == 200
    assert stranger.post("/setup", data={"token": token} | passwords()).status_code == 303


def test_a_mistake_in_the_form_does_not_use_the_link_up(desk: Desk, stranger: httpx.Client):
    token = link(desk)
    short = stranger.post("/setup", data={"token": token} | passwords("short"))
    other = stranger.post("/setup", data={"token": token} | passwords(again="another one"))
    assert [short.status_code, other.status_code] == [422, 422]
    assert "at least 10 characters" in short.text
    assert "not the same" in other.text
    assert PASSWORD not in other.text
    assert stranger.post("/setup", data={"token": token} | passwords()).status_code == 303


def test_a_fresh_link_ends_the_one_before(desk: Desk, stranger: httpx.Client):
    first, second = link(desk), link(desk)
    assert stranger.get(f"/setup?token={first}").status_code == 404
    assert stranger.get(f"/setup?token={second}").status_code == 200


def test_a_set_up_link_ends_after_a_day(desk: Desk, stranger: httpx.Client):
    token = link(desk)
    desk.clock.go(hours=24)
    assert stranger.get(f"/setup?token={token}").status_code == 404
    assert stranger.post("/setup", data={"token": token} | passwords()).status_code == 404


def test_guessed_and_empty_tokens_open_nothing(stranger: httpx.Client):
    for token in ("", "x", "é", "0" * 43):
        assert stranger.get("/setup", params={"token": token}).status_code == 404
        form = {"token": token} | passwords()
        assert stranger.post("/setup", data=form).status_code == 404


def test_a_weak_password_is_refused_whoever_sets_it_and_leaves_the_link_good(desk: Desk):
    token = link(desk)
    for password in ("short", "x" * 201):
        with pytest.raises(WeakPasswordError):
            desk.do(lambda password=password: desk.accounts.set_up(token, password))
        with pytest.raises(WeakPasswordError):
            desk.do(lambda password=password: desk.accounts.reset_password(password))
    assert desk.do(lambda: desk.accounts.set_up(token, PASSWORD))


def test_a_new_password_ends_every_session(desk: Desk, owner: Owner):
    assert owner.get("/overview").status_code == 200
    desk.do(lambda: desk.accounts.reset_password(PASSWORD))
    assert owner.get("/overview").headers["location"] == "/sign-in"


def test_a_session_ends_by_itself(desk: Desk, owner: Owner):
    desk.clock.go(days=14)
    assert owner.get("/overview").headers["location"] == "/sign-in"


def test_signing_out_ends_the_session_for_whoever_kept_its_cookie(owner: Owner, desk: Desk):
    kept = dict(owner.client.cookies)
    assert owner.post("/sign-out").status_code == 303
    answer = httpx.get(f"{desk.url}/overview", cookies=kept, headers={"accept": "text/html"})
    assert answer.headers["location"] == "/sign-in"


def test_each_sign_in_has_a_token_of_its_own_whatever_cookie_came_along(desk: Desk):
    fixed = {"deskhand_session": "chosen-by-somebody-else"}
    answer = httpx.post(f"{desk.url}/sign-in", data={"password": PASSWORD}, cookies=fixed)
    first = answer.cookies["deskhand_session"]
    second = httpx.post(f"{desk.url}/sign-in", data={"password": PASSWORD}, cookies=fixed)
    assert len({first, second.cookies["deskhand_session"], *fixed.values()}) == 3


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Desk):
    answer = httpx.post(f"{desk.url}/sign-in", data={"password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie  # a plain local address could not send it back


def test_sign_in_stops_after_too_many_wrong_passwords_even_for_the_right_one(
    desk: Desk, stranger: httpx.Client
):
    wrong = [
        stranger.post("/sign-in", data={"password": f"wrong {number}"}).status_code
        for number in range(MAX_ATTEMPTS + 1)
    ]
    assert wrong == [422] * MAX_ATTEMPTS + [429]
    assert stranger.post("/sign-in", data={"password": PASSWORD}).status_code == 429
    desk.clock.go(minutes=16)
    assert stranger.post("/sign-in", data={"password": PASSWORD}).status_code == 303


def test_wrong_passwords_sent_at_once_are_all_counted(desk: Desk):
    async def storm() -> list[object]:
        tries = (
            desk.accounts.sign_in("owner", "wrong", Visitor(Whence(f"::{n}"))) for n in range(40)
        )
        return await asyncio.gather(*tries, return_exceptions=True)

    outcomes = desk.do(storm)
    assert outcomes.count(None) == MAX_ATTEMPTS


def test_an_address_is_limited_whatever_account_it_tries(desk: Desk):
    async def storm() -> list[object]:
        tries = (
            desk.accounts.sign_in(f"name {n}", "wrong", Visitor(Whence("9.9.9.9")))
            for n in range(40)
        )
        return await asyncio.gather(*tries, return_exceptions=True)

    assert desk.do(storm).count(None) == MAX_ATTEMPTS


def test_neither_password_nor_token_is_stored_as_such(desk: Desk, owner: Owner):
    token = link(desk)
    session = owner.client.cookies["deskhand_session"]
    data_dir = desk._data_dir
    stored = b"".join(path.read_bytes() for path in data_dir.glob("deskhand.db*"))
    assert b"sign_in_attempts" in stored
    for secret in (PASSWORD, token, session):
        assert secret.encode() not in stored
