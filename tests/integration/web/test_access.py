"""Who may ask for what: judged route by route, from the table the server itself uses."""

import httpx
import pytest

from bot.web.server import served
from bot.web.site import make_site
from tests.integration.web.conftest import PASSWORD, TOKEN, Desk, Owner
from tests.integration.web.route_table import filled, routes

# Everything that answers without a session, each for a reason: tokens and passwords open the
# first four, machines ask the next three, and the last are the same files for everybody.
OPEN = {
    "/setup",
    "/invitation",
    "/sign-in",
    "/sign-in/code",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/static/{file_path:path}",
}


def is_open(path: str) -> bool:
    return path in OPEN or path.startswith("/static/")


def test_every_page_wants_a_session(desk: Desk, stranger: httpx.Client):
    for known in routes(desk):
        method, path = known.method, known.path
        if is_open(path) or path.startswith("/api/"):
            continue
        answer = stranger.request(method, filled(path), headers={"accept": "text/html"})
        refused = answer.status_code == 401 or answer.headers.get("location") == "/sign-in"
        assert refused, (method, path, answer.status_code)
        assert "nav" not in answer.text


def test_every_route_of_the_api_wants_its_token_and_no_cookie_will_do(desk: Desk, owner: Owner):
    asked = [known for known in routes(desk) if known.path.startswith("/api/")]
    assert asked
    for known in asked:
        answer = owner.client.request(known.method, filled(known.path))
        assert answer.status_code == 401, known
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert httpx.get(f"{desk.url}/api/alive", headers=headers).status_code == 200


def test_every_form_is_refused_without_the_session_s_token(desk: Desk, owner: Owner):
    asked = 0
    for known in routes(desk):
        path = known.path
        if known.method == "GET" or is_open(path) or path.startswith("/api/"):
            continue
        for given in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "é"}):
            answer = owner.client.post(filled(path), data=given)
            assert answer.status_code == 403, (path, given)
        asked += 1
    assert asked > 10


def test_another_session_s_token_does_not_fit(desk: Desk, owner: Owner):
    other = Owner(desk)
    answer = owner.client.post("/knowledge/remove?id=x", data={"csrf": other.csrf()})
    other.client.close()
    assert answer.status_code == 403


def test_the_token_may_come_in_a_header_as_htmx_sends_it(owner: Owner):
    headers = {"X-CSRF-Token": owner.csrf()}
    answer = owner.client.post("/questions/999999/dismiss", headers=headers)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_forms_of_other_sites_are_refused_even_with_the_token(owner: Owner, headers: dict):
    form = {"csrf": owner.csrf()}
    answer = owner.client.post("/questions/999999/dismiss", data=form, headers=headers)
    assert answer.status_code == 403
    answer = owner.client.post("/sign-in", data={"password": PASSWORD}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8700", "localhost.evil.example", "10.0.0.7", "", "["]
)
def test_requests_for_other_names_are_refused(stranger: httpx.Client, host: str):
    for path in ("/sign-in", "/health/ready", "/metrics", "/static/page.css", "/api/alive"):
        assert stranger.get(path, headers={"host": host}).status_code in {400, 421}, path


@pytest.mark.parametrize("host", ["localhost", "localhost:8700", "127.0.0.1:1", "[::1]:8700"])
def test_requests_for_our_own_names_are_answered(stranger: httpx.Client, host: str):
    assert stranger.get("/sign-in", headers={"host": host}).status_code == 200


def test_every_answer_carries_the_security_headers(owner: Owner, stranger: httpx.Client):
    answers = [
        owner.get("/overview"),
        owner.get("/no-such-page"),
        owner.get("/answers/999999"),
        owner.client.post("/business", data={}),
        stranger.get("/overview", headers={"accept": "text/html"}),
        stranger.get("/static/page.css"),
        stranger.get("/health/live"),
        stranger.get("/api/alive"),
        stranger.post("/static/page.css"),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(("believed", "encrypted"), [("127.0.0.1", True), ("", False)])
def test_only_a_proxy_that_is_named_is_believed_what_it_says(
    desk: Desk, *, believed: str, encrypted: bool
):
    async def signed_in() -> str:
        site = make_site(desk.services, token="x", accounts=desk.accounts)
        async with (
            served(site, host="127.0.0.1", port=0, forwarded_by=believed) as url,
            httpx.AsyncClient() as client,
        ):
            answer = await client.post(
                f"{url}/sign-in",
                data={"password": PASSWORD},
                headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"},
            )
        assert answer.status_code == 303
        return answer.headers["set-cookie"]

    assert ("; Secure" in desk.do(signed_in)) is encrypted


def test_pages_are_not_kept_by_browsers(owner: Owner):
    assert owner.get("/conversations").headers["cache-control"] == "no-store"


def test_too_large_a_body_is_refused(owner: Owner, stranger: httpx.Client):
    large = {"password": "x" * 1_100_000}
    assert stranger.post("/sign-in", data=large).status_code == 413
    assert owner.post("/business", name="x" * 1_100_000).status_code == 413
    assert owner.client.post("/sign-in", data=large).status_code == 413


def test_a_form_of_thousands_of_fields_is_refused(stranger: httpx.Client):
    body = "&".join(f"f{number}=" for number in range(5_000))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert stranger.post("/sign-in", content=body, headers=kind).status_code == 400


def test_a_script_is_sent_to_sign_in_by_a_header_not_a_page(stranger: httpx.Client):
    answer = stranger.get("/overview/health", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in"


def test_a_form_sent_after_the_session_s_end_says_what_to_do(stranger: httpx.Client):
    answer = stranger.post("/business", data={"name": "x"}, headers={"accept": "text/html"})
    assert answer.status_code == 401
    assert "Sign in, then go back" in answer.text


def test_static_files_stay_inside_their_folder(stranger: httpx.Client):
    for path in ("/static/../site.py", "/static/%2e%2e/site.py", "/static/..%2fsite.py"):
        assert stranger.get(path).status_code == 404, path
