"""The second factor: set up with a proof, asked for at the door, and got round by nobody."""

import asyncio
import re
from collections.abc import Iterator

import httpx
import pyotp
import pytest

from tests.integration.web.conftest import PASSWORD, Desk, Owner, Person

SECRET = re.compile(r"<code>([A-Z2-7 ]+)</code>")
CODE = re.compile(r"<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</code>")


class Phone:
    """The owner's telephone with an authenticator app."""

    def __init__(self, desk: Desk, secret: str) -> None:
        self._desk = desk
        self._app = pyotp.TOTP(secret.replace(" ", ""))

    def shows(self, *, steps: int = 0) -> str:
        return self._app.at(self._desk.clock(), counter_offset=steps)


class Enrolled:
    """A second factor in force, and what its owner has."""

    def __init__(self, phone: Phone, codes: list[str]) -> None:
        self.phone = phone
        self.codes = codes


def begin(desk: Desk, owner: Owner) -> Phone:
    assert owner.post("/account/second-factor/begin", proof=PASSWORD).status_code == 303
    shown = SECRET.search(owner.get("/account/second-factor").text)
    assert shown
    return Phone(desk, shown[1])


@pytest.fixture
def enrolled(desk: Desk, owner: Owner) -> Iterator[Enrolled]:
    phone = begin(desk, owner)
    answer = owner.post("/account/second-factor", code=phone.shows())
    codes = CODE.findall(answer.text)
    assert len(codes) == 8
    # The code that proved it is used up.
    desk.clock.go(seconds=30)
    yield Enrolled(phone, codes)
    desk.do(lambda: desk.accounts.reset_password(PASSWORD))


@pytest.fixture
def person(desk: Desk) -> Iterator[Person]:
    somebody = Person(desk)
    yield somebody
    somebody.client.close()


def show_password(person: Person) -> None:
    answer = person.sign_in("owner")
    assert answer.headers["location"] == "/sign-in/code"


def type_code(person: Person, code: str) -> httpx.Response:
    return person.client.post("/sign-in/code", data={"code": code})


def test_password_and_code_together_open_the_page(enrolled: Enrolled, person: Person):
    show_password(person)
    assert not person.is_in()
    before = person.client.cookies["deskhand_session"]
    assert type_code(person, enrolled.phone.shows()).status_code == 303
    assert person.is_in()
    assert person.client.cookies["deskhand_session"] != before


def test_the_password_alone_opens_nothing(desk: Desk, enrolled: Enrolled, person: Person):
    show_password(person)
    for path in ("/overview", "/account", "/backups"):
        assert person.get(path).headers["location"] == "/sign-in"
    assert person.client.post("/sign-out").status_code == 401


def test_a_code_without_a_password_opens_nothing(enrolled: Enrolled, person: Person):
    answer = type_code(person, enrolled.phone.shows())
    assert answer.headers["location"] == "/sign-in?said=sign-in-again"
    assert not person.is_in()


def test_no_code_is_taken_twice_nor_an_earlier_one_after_it(
    desk: Desk, enrolled: Enrolled, person: Person
):
    code, earlier = enrolled.phone.shows(), enrolled.phone.shows(steps=-1)
    show_password(person)
    assert type_code(person, code).status_code == 303
    for used in (code, earlier):
        show_password(person)
        assert type_code(person, used).status_code == 422
    desk.clock.go(seconds=30)
    assert type_code(person, enrolled.phone.shows()).status_code == 303


def test_the_code_that_proved_it_opens_nothing(desk: Desk, owner: Owner, person: Person):
    phone = begin(desk, owner)
    code = phone.shows()
    owner.post("/account/second-factor", code=code)
    show_password(person)
    assert type_code(person, code).status_code == 422
    desk.do(lambda: desk.accounts.reset_password(PASSWORD))


def test_a_code_sent_twice_at_once_is_taken_once(desk: Desk, enrolled: Enrolled):
    account = desk.do(lambda: desk.services.entrance.accounts.by_name("owner"))
    assert account
    code = enrolled.phone.shows()

    async def both() -> list[bool]:
        factors = desk.accounts.second_factors
        return sorted(
            await asyncio.gather(*(factors.fits(account.account_id, code) for _ in range(2)))
        )

    assert desk.do(both) == [False, True]


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 422), (0, 303), (1, 303), (2, 422)])
def test_codes_of_half_a_minute_to_either_side_will_do(
    enrolled: Enrolled, person: Person, steps: int, status: int
):
    show_password(person)
    # One step before is the one that proved it.
    assert type_code(person, enrolled.phone.shows(steps=steps)).status_code == status


def test_a_slow_typist_s_code_will_do(desk: Desk, enrolled: Enrolled, person: Person):
    show_password(person)
    code = enrolled.phone.shows()
    desk.clock.go(seconds=30)
    assert type_code(person, f" {code[:3]} {code[3:]} ").status_code == 303


def test_a_recovery_code_opens_once_however_it_is_typed(
    enrolled: Enrolled, person: Person, desk: Desk
):
    show_password(person)
    assert type_code(person, enrolled.codes[0].upper().replace("-", " ")).status_code == 303
    assert "7 recovery codes are left." in person.get("/account").text
    show_password(person)
    assert type_code(person, enrolled.codes[0]).status_code == 422
    assert type_code(person, enrolled.codes[1]).status_code == 303


def test_fresh_recovery_codes_end_those_before(enrolled: Enrolled, owner: Owner, person: Person):
    refused = owner.post("/account/recovery-codes", proof="not this one")
    assert refused.status_code == 422
    fresh = CODE.findall(owner.post("/account/recovery-codes", proof=PASSWORD).text)
    assert len(set(fresh) - set(enrolled.codes)) == 8
    show_password(person)
    assert type_code(person, enrolled.codes[0]).status_code == 422
    assert type_code(person, fresh[0]).status_code == 303


def test_wrong_codes_are_limited_as_passwords_are(desk: Desk, enrolled: Enrolled, person: Person):
    show_password(person)
    wrong = [type_code(person, f"{number:06}").status_code for number in range(11)]
    assert wrong == [422] * 10 + [429]
    assert type_code(person, enrolled.phone.shows()).status_code == 429
    assert person.sign_in("owner").status_code == 429


def test_codes_that_are_no_numbers_are_wrong_and_break_nothing(enrolled: Enrolled, person: Person):
    show_password(person)
    for code in ("", "é", "١٢٣٤٥٦", "1" * 100_000):
        assert type_code(person, code).status_code == 422


def test_who_takes_too_long_with_the_code_starts_again(
    desk: Desk, enrolled: Enrolled, person: Person
):
    show_password(person)
    desk.clock.go(minutes=10)
    answer = type_code(person, enrolled.phone.shows())
    assert answer.headers["location"] == "/sign-in?said=sign-in-again"


def test_it_is_begun_and_taken_off_only_by_who_knows_the_password(
    owner: Owner, desk: Desk, person: Person
):
    assert owner.post("/account/second-factor/begin", proof="not this").status_code == 422
    assert owner.get("/account/second-factor").headers["location"] == "/account"
    phone = begin(desk, owner)
    owner.post("/account/second-factor", code=phone.shows())
    refused = owner.post("/account/second-factor/remove", proof="not this")
    assert "This is not your password." in refused.text
    assert "Ask for no code any more" in owner.get("/account").text
    answer = owner.post("/account/second-factor/remove", proof=PASSWORD)
    assert answer.headers["location"] == "/account?said=second-factor-off"
    assert person.sign_in("owner").headers["location"] == "/overview"


def test_without_its_proof_it_is_not_asked_for(desk: Desk, owner: Owner, person: Person):
    phone = begin(desk, owner)
    wrong = owner.post("/account/second-factor", code="000000")
    assert wrong.status_code == 422
    assert "This is not the code" in wrong.text
    assert person.sign_in("owner").headers["location"] == "/overview"
    assert owner.post("/account/second-factor", code=phone.shows()).status_code == 200
    assert person.sign_in("owner").headers["location"] == "/sign-in/code"
    desk.do(lambda: desk.accounts.reset_password(PASSWORD))


def test_the_secret_is_shown_only_until_it_is_proved(enrolled: Enrolled, owner: Owner):
    assert owner.get("/account/second-factor").headers["location"] == "/account"
    again = owner.post("/account/second-factor/begin", proof=PASSWORD)
    assert again.headers["location"] == "/account?said=already-done"


def test_putting_it_in_force_ends_all_other_sessions(desk: Desk, owner: Owner, person: Person):
    assert person.sign_in("owner").status_code == 303
    assert person.is_in()
    phone = begin(desk, owner)
    owner.post("/account/second-factor", code=phone.shows())
    assert owner.is_in()
    assert not person.is_in()
    desk.do(lambda: desk.accounts.reset_password(PASSWORD))


def test_a_new_password_by_the_terminal_takes_it_off_and_says_so(
    desk: Desk, enrolled: Enrolled, person: Person
):
    assert desk.do(lambda: desk.accounts.reset_password(PASSWORD)) is True
    assert desk.do(lambda: desk.accounts.reset_password(PASSWORD)) is False
    assert person.sign_in("owner").headers["location"] == "/overview"


def test_a_set_up_link_does_not_get_round_it(desk: Desk, enrolled: Enrolled, person: Person):
    token = desk.do(desk.accounts.fresh_setup_link)
    form = {"token": token, "password": PASSWORD, "password_again": PASSWORD, "zone": "UTC"}
    answer = person.client.post("/setup", data=form)
    assert answer.headers["location"] == "/sign-in/code"
    assert not person.is_in()


def test_it_stands_in_the_log_of_changes_without_its_secret(
    desk: Desk, owner: Owner, enrolled: Enrolled
):
    owner.post("/account/recovery-codes", proof=PASSWORD)
    owner.post("/account/second-factor/remove", proof=PASSWORD)
    lines = desk.do(lambda: desk.services.changes.newest(limit=3))
    assert [(each.name, each.subject, dict(each.became)) for each in reversed(lines)] == [
        ("owner", "owner", {"second_factor": "on"}),
        ("owner", "owner", {"recovery_codes": "made"}),
        ("owner", "owner", {"second_factor": "off"}),
    ]


def test_neither_secret_nor_recovery_code_is_stored_as_such(
    desk: Desk, owner: Owner, enrolled: Enrolled
):
    stored = b"".join(path.read_bytes() for path in desk._data_dir.glob("deskhand.db*"))
    assert b"second factor" in stored
    assert enrolled.phone._app.secret.encode() not in stored
    for code in enrolled.codes:
        assert code.encode() not in stored
        assert code.replace("-", "").encode() not in stored
