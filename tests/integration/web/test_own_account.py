"""One's own account: the password, how one reads, where one is signed in."""

import httpx
import pytest

from bot.web.reader import languages
from bot.web.visitor import names_of
from tests.integration.web.conftest import PASSWORD, Desk, Owner, Person

NEW = "butter eggs sugar"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0"
    " Mobile Safari/537.36"
)


@pytest.fixture
def phone(desk: Desk):
    """The owner's telephone, signed in."""
    person = Person(desk)
    person.client.headers["user-agent"] = IPHONE
    assert person.sign_in("owner").status_code == 303
    yield person
    person.client.close()


@pytest.fixture(autouse=True)
def _password_stays(desk: Desk):
    yield
    desk.do(lambda: desk.accounts.reset_password(PASSWORD))


def change(person: Person, old: str, new: str, again: str | None = None) -> httpx.Response:
    return person.post(
        "/account/password", old=old, password=new, password_again=new if again is None else again
    )


def test_a_new_password_ends_all_other_sessions_and_this_one_goes_on_by_a_new_token(
    owner: Owner, phone: Person
):
    before = owner.client.cookies["deskhand_session"]
    answer = change(owner, PASSWORD, NEW)
    assert answer.headers["location"] == "/account?said=password-changed"
    assert owner.is_in()
    assert owner.client.cookies["deskhand_session"] != before
    assert not phone.is_in()
    assert phone.sign_in("owner", PASSWORD).status_code == 422
    assert phone.sign_in("owner", NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        ("not this one", NEW, NEW, "This is not your password."),
        (PASSWORD, "short", "short", "at least 10 characters"),
        (PASSWORD, NEW, "another one", "This is not the same password."),
    ],
)
def test_a_password_is_changed_only_by_who_knows_the_old_one_and_to_one_that_will_do(
    owner: Owner, phone: Person, old: str, new: str, again: str, told: str
):
    answer = change(owner, old, new, again)
    assert answer.status_code == 422
    assert told in answer.text
    assert new not in answer.text
    assert phone.is_in()
    assert phone.sign_in("owner").status_code == 303


def test_guessing_the_old_password_is_limited_as_signing_in_is(owner: Owner):
    wrong = [change(owner, f"wrong {n}", NEW).status_code for n in range(11)]
    assert wrong == [422] * 10 + [429]
    assert change(owner, PASSWORD, NEW).status_code == 429


def test_sessions_are_listed_in_plain_words_and_one_is_ended(owner: Owner, phone: Person):
    text = owner.get("/account").text
    assert "Safari on iPhone" in text
    assert "127.0.0.1" in text
    assert text.count("this one") == 1
    mark = text.split('name="mark" value="')[1].split('"')[0]
    assert owner.post("/account/sessions/end", mark=mark).status_code == 303
    assert owner.is_in()


def test_all_other_sessions_are_ended_at_once(owner: Owner, phone: Person):
    assert phone.is_in()
    answer = owner.post("/account/sessions/end-others")
    assert answer.headers["location"].startswith("/account?said=sessions-ended")
    assert owner.is_in()
    assert not phone.is_in()
    assert "Sign out everywhere else" not in owner.get("/account").text


def test_nobody_ends_a_session_of_somebody_else(desk: Desk, owner: Owner):
    token = desk.do(lambda: desk.accounts.colleagues.invite("Ann", "viewer"))
    account = desk.do(lambda: desk.accounts.colleagues.accept(token, PASSWORD))
    assert account
    ann = Person(desk)
    assert ann.sign_in("Ann").status_code == 303
    [session] = desk.do(lambda: desk.accounts.sessions(account))
    answer = owner.post("/account/sessions/end", mark=session.mark)
    assert answer.headers["location"] == "/account?said=already-done"
    owner.post("/account/sessions/end-others")
    assert ann.is_in()
    assert ann.get("/account").text.count('name="mark"') == 0
    ann.client.close()
    desk.do(lambda: desk.accounts.colleagues.remove(account))


def test_a_session_is_seen_at_most_every_ten_minutes(desk: Desk, owner: Owner):
    account = desk.do(lambda: desk.services.entrance.accounts.by_name("owner"))
    assert account

    def seen() -> object:
        owner.get("/overview")
        return desk.do(lambda: desk.accounts.sessions(account))[0].seen_at

    first = seen()
    desk.clock.go(minutes=9, seconds=59)
    assert seen() == first
    desk.clock.go(seconds=1)
    assert seen() == desk.clock()


def test_the_page_is_read_in_the_language_and_by_the_clock_one_chose(desk: Desk, owner: Owner):
    def follow_ups(browser: str) -> str:
        headers = {"accept": "text/html", "accept-language": browser}
        return owner.client.get("/follow-ups", headers=headers).text

    for chosen in languages():
        assert owner.post("/account", language=chosen, zone="Asia/Tokyo").status_code == 303
        for browser in languages():
            assert f'<html lang="{chosen}">' in follow_ups(browser)
            assert "Asia/Tokyo" in follow_ups(browser)
    assert owner.post("/account", language="", zone="").status_code == 303
    for browser in languages():
        assert f'<html lang="{browser}">' in follow_ups(browser)
        assert "Asia/Tokyo" not in follow_ups(browser)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("language", "tlh", "Choose one of the list."),
        ("zone", "Mars/Base", "There is no such zone"),
        ("zone", "../../etc/passwd", "There is no such zone"),
        ("shown_name", "x" * 81, "Use at most 80 characters."),
    ],
)
def test_a_choice_that_is_none_is_said_beside_its_field(
    owner: Owner, field: str, value: str, told: str
):
    answer = owner.post("/account", **{field: value})
    assert answer.status_code == 422
    assert told in answer.text


@pytest.mark.parametrize(
    ("agent", "names"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (IPHONE, ("Safari", "iPhone")),
        (EDGE, ("Edge", "Windows")),
        (ANDROID, ("Chrome", "Android")),
        ("python-httpx/0.28.1", ("", "")),
        ("", ("", "")),
        ("<script>alert(1)</script>" * 500, ("", "")),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent: str, names: tuple[str, str]):
    assert names_of(agent) == names
