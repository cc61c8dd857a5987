"""What is tried at the door: other people's names, passwords, links and cookies."""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import httpx
import pyotp
import pytest
from argon2 import PasswordHasher

from bot.domain.people import Role
from bot.inbox.talk import room_address
from bot.storage.sessions import Whence
from bot.web.accounts import Accounts, Opened
from bot.web.attempts import MAX_ATTEMPTS
from bot.web.server import served
from bot.web.site import make_site
from bot.web.visitor import Visitor
from connectors.local.connector import LocalConnector
from connectors.messages import Address, OutgoingMessage
from tests.integration.web.conftest import PASSWORD, Desk, Owner, Person

ANNS_PASSWORD = "butter eggs sugar"
FACTS = {"name": "Crumb & Co.", "contact": "Call us", "zone": "UTC"}


class Counting(PasswordHasher):
    """Notes against which hash each password is held."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - theirs
        self.verified.append(str(hash))
        return super().verify(hash, password)


@pytest.fixture(scope="module", autouse=True)
def ann(desk: Desk) -> str:
    """Return the name of a colleague."""
    token = desk.do(lambda: desk.accounts.colleagues.invite("Ann", "editor"))
    desk.do(lambda: desk.accounts.colleagues.accept(token, ANNS_PASSWORD))
    return "Ann"


@pytest.fixture
def person(desk: Desk) -> Iterator[Person]:
    somebody = Person(desk)
    yield somebody
    somebody.client.close()


def tried(desk: Desk, name: str, password: str, visitor: Visitor) -> Opened | None:
    return desk.do(lambda: desk.accounts.sign_in(name, password, visitor))


async def listened(local: LocalConnector, room: Address) -> None:
    """Wait until somebody listens to a room."""
    async with asyncio.timeout(60):
        while room not in local._watchers:
            await asyncio.sleep(0.01)


def storm(desk: Desk, name: str) -> None:
    """Strangers of many addresses try a name until nothing is tried any more."""
    for number in range(MAX_ATTEMPTS):
        assert tried(desk, name, "wrong", Visitor(Whence(f"198.51.100.{number}"))) is None


def test_strangers_who_try_the_owner_s_name_do_not_keep_the_owner_out(desk: Desk, person: Person):
    assert person.sign_in("owner").status_code == 303
    assert person.post("/sign-out").status_code == 303
    storm(desk, "owner")
    with closing(httpx.Client(base_url=desk.url)) as elsewhere:
        answer = elsewhere.post("/sign-in", data={"name": "owner", "password": PASSWORD})
        assert answer.status_code == 429
    assert person.sign_in("owner").status_code == 303


def test_a_known_browser_has_no_more_attempts_than_others(person: Person):
    person.sign_in("owner")
    person.post("/sign-out")
    wrong = [person.sign_in("owner", f"wrong {n}").status_code for n in range(MAX_ATTEMPTS + 1)]
    assert wrong == [422] * MAX_ATTEMPTS + [429]
    assert person.sign_in("owner").status_code == 429


def test_a_browser_is_known_to_the_account_it_was_signed_in_with_alone(desk: Desk, person: Person):
    assert person.sign_in("Ann", ANNS_PASSWORD).status_code == 303
    storm(desk, "owner")
    assert person.sign_in("owner").status_code == 429


def test_a_made_up_browser_is_known_to_nobody(desk: Desk, stranger: httpx.Client):
    storm(desk, "owner")
    for made_up in ("x", "", "é", "0" * 43):
        answer = stranger.post(
            "/sign-in",
            data={"name": "owner", "password": PASSWORD},
            headers={"cookie": f"deskhand_browser={made_up}".encode()},
        )
        assert answer.status_code == 429, made_up


def test_the_owner_s_two_names_have_one_count(desk: Desk, owner: Owner):
    owner.post("/account", shown_name="Mia")
    for number in range(MAX_ATTEMPTS):
        name = ("Mia", " OWNER ")[number % 2]
        assert tried(desk, name, "wrong", Visitor(Whence(f"198.51.100.{number}"))) is None
    with closing(httpx.Client(base_url=desk.url)) as elsewhere:
        for name in ("mia", "owner"):
            answer = elsewhere.post("/sign-in", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 429
    owner.post("/account", shown_name="")


def test_a_password_typed_where_the_name_belongs_is_not_stored(desk: Desk, person: Person):
    assert person.sign_in("a password of mine", "").status_code == 422
    stored = b"".join(path.read_bytes() for path in desk._data_dir.glob("deskhand.db*"))
    assert b"sign_in_attempts" in stored
    assert b"a password of mine" not in stored


def test_every_name_costs_the_same_work_whoever_has_it(desk: Desk):
    hasher = Counting()
    accounts = Accounts(desk.services.entrance, now=desk.clock, hasher=hasher)
    desk.do(lambda: accounts.colleagues.invite("Invited", "viewer"))
    desk.do(lambda: accounts.sign_in("owner", "the first makes a hash for nobody", Visitor()))
    costs = {}
    for name in ("owner", "Ann", "Invited", "nobody", "", "x" * 5_000, "\x00"):
        hasher.verified.clear()
        assert desk.do(lambda name=name: accounts.sign_in(name, "wrong", Visitor())) is None
        (held_against,) = hasher.verified
        costs[name] = held_against.split("$")[1:4]
    assert set(map(str, costs.values())) == {str(costs["owner"])}


def test_the_answer_to_a_wrong_password_does_not_say_whose_name_there_is(
    desk: Desk, stranger: httpx.Client
):
    answers = {
        stranger.post("/sign-in", data={"name": name, "password": "wrong"}).text.replace(name, "N")
        for name in ("Ann", "Zoe")
    }
    assert len(answers) == 1


def test_one_kind_of_link_does_not_open_what_the_other_does(desk: Desk, person: Person):
    setup = desk.do(desk.accounts.fresh_setup_link)
    invitation = desk.do(lambda: desk.accounts.colleagues.invite("Bea", "viewer"))
    form = {"password": PASSWORD, "password_again": PASSWORD} | FACTS
    for path, token in (("/setup", invitation), ("/invitation", setup)):
        assert person.get(f"{path}?token={token}").status_code == 404
        assert person.client.post(path, data={"token": token} | form).status_code == 404
    assert not person.is_in()


@pytest.mark.parametrize("token", ["", "x", "é", "0" * 43, "%", "' OR 1=1 --", "\x00"])
def test_a_guessed_invitation_opens_nothing(person: Person, token: str):
    assert person.client.get("/invitation", params={"token": token}).status_code == 404
    form = {"token": token, "password": PASSWORD, "password_again": PASSWORD}
    assert person.client.post("/invitation", data=form).status_code in {400, 404}
    assert not person.is_in()


def test_a_cookie_handed_in_before_is_never_the_one_after_nor_opens_anything(
    desk: Desk, person: Person
):
    """Whoever gave somebody a cookie of their own choice is not signed in with them."""
    setup = desk.do(desk.accounts.fresh_setup_link)
    invitation = desk.do(lambda: desk.accounts.colleagues.invite("Cleo", "viewer"))
    passwords = {"password": PASSWORD, "password_again": PASSWORD}
    for path, form in (
        ("/sign-in", {"name": "Ann", "password": ANNS_PASSWORD}),
        ("/invitation", {"token": invitation} | passwords),
        ("/setup", {"token": setup} | passwords | FACTS),
    ):
        handed_in = {"deskhand_session": "chosen-by-somebody-else"}
        answer = httpx.post(f"{desk.url}{path}", data=form, cookies=handed_in)
        assert answer.status_code == 303, path
        assert answer.cookies["deskhand_session"] not in handed_in.values()
        looked = httpx.get(f"{desk.url}/overview", cookies=handed_in)
        assert looked.status_code == 401, path


def test_the_cookie_that_waits_for_a_code_is_not_the_one_after_it(desk: Desk, person: Person):
    account = desk.do(lambda: desk.services.entrance.accounts.by_name("Ann"))
    assert account
    factors = desk.accounts.second_factors
    desk.do(lambda: factors.propose(account.account_id))
    app = pyotp.TOTP(desk.do(lambda: factors.proposed(account.account_id)))
    assert desk.do(lambda: factors.confirm(account.account_id, app.at(desk.clock())))
    desk.clock.go(seconds=30)
    person.sign_in("Ann", ANNS_PASSWORD)
    waiting = dict(person.client.cookies)
    answer = person.client.post("/sign-in/code", data={"code": app.at(desk.clock())})
    assert answer.headers["location"] == "/overview"
    assert person.client.cookies["deskhand_session"] != waiting["deskhand_session"]
    assert httpx.get(f"{desk.url}/overview", cookies=waiting).status_code == 401
    desk.clock.go(seconds=30)
    again = httpx.post(
        f"{desk.url}/sign-in/code", data={"code": app.at(desk.clock())}, cookies=waiting
    )
    assert again.headers["location"] == "/sign-in?said=sign-in-again"
    desk.do(lambda: factors.take_off(account.account_id))


def test_what_is_streamed_ends_with_the_session_that_asked_for_it(desk: Desk, person: Person):
    local = desk.room.app.connectors["local"]
    assert isinstance(local, LocalConnector)
    room = room_address("0123abcd", Role.STAFF)
    account = desk.do(lambda: desk.services.entrance.accounts.by_name("Ann"))
    assert account
    person.sign_in("Ann", ANNS_PASSWORD)
    address = "/test-chat/room?role=staff&room=0123abcd"
    with person.client.stream("GET", address) as listening:
        lines = listening.iter_lines()
        desk.do(lambda: listened(local, room))
        desk.do(lambda: local.post(OutgoingMessage("1", room, "The dough rises.")))
        assert any("The dough rises." in line for line in lines)
        desk.do(lambda: desk.accounts.colleagues.set_role(account, "viewer"))
        desk.do(lambda: local.post(OutgoingMessage("2", room, "The safe is open.")))
        assert not any("The safe is open." in line for line in lines)
    desk.do(lambda: desk.accounts.colleagues.set_role(account, "editor"))


@pytest.mark.parametrize("encrypted", [True, False])
def test_every_cookie_is_out_of_reach_of_scripts_other_sites_and_of_the_open_net(
    desk: Desk, *, encrypted: bool
):
    async def cookies() -> list[str]:
        site = make_site(desk.services, token="x", accounts=desk.accounts)
        forwarded = {"X-Forwarded-Proto": "https" if encrypted else "http"}
        async with (
            served(site, host="127.0.0.1", port=0, forwarded_by="127.0.0.1") as url,
            httpx.AsyncClient(headers=forwarded) as client,
        ):
            form = {"name": "Ann", "password": ANNS_PASSWORD}
            answer = await client.post(f"{url}/sign-in", data=form)
        return answer.headers.get_list("set-cookie")

    given = desk.do(cookies)
    assert {each.partition("=")[0] for each in given} == {"deskhand_session", "deskhand_browser"}
    for cookie in given:
        flags = {each.strip().lower() for each in cookie.split(";")[1:]}
        assert {"httponly", "samesite=strict", "path=/"} <= flags
        assert ("secure" in flags) is encrypted
        assert not any(flag.startswith("domain") for flag in flags)
