"""The page's download of everything and its import: who may, what is refused, what is shown."""

import http.client
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from bot.web.pages.transfer import MAX_BODY_BYTES
from bot.web.roles import VIEWER
from bot.web.tokens import hash_of
from tests.integration.web.conftest import Desk, Owner
from tests.integration.web.test_strangers_words import ATTACK, assert_harmless

TOKEN = re.compile(r'name="token" value="([^"]+)"')
PATHS = ("/knowledge/export", "/knowledge/import", "/knowledge/import/progress")


@pytest.fixture
def staff(desk: Desk) -> Iterator[httpx.Client]:
    """Give the browser of somebody signed in who is not the owner."""
    rows = desk.services.entrance

    async def signed_in() -> None:
        now = desk.clock()
        account_id = await rows.accounts.put("ann", VIEWER, "no password", now=now)
        await rows.sessions.open(
            account_id, hash_of("ann's"), now=now, expires_at=now + timedelta(days=1)
        )

    desk.do(signed_in)
    cookies = {"deskhand_session": "ann's"}
    with httpx.Client(base_url=desk.url, cookies=cookies, timeout=60) as client:
        yield client


def exported(owner: Owner) -> bytes:
    answer = owner.get("/knowledge/export")
    assert answer.status_code == 200
    return answer.content


def look(owner: Owner, content: bytes) -> httpx.Response:
    return owner.client.post(
        "/knowledge/import", data={"csrf": owner.csrf()}, files={"file": ("x.zip", content)}
    )


def ended(owner: Owner) -> str:
    """Wait for an import's end and return what is said of it."""
    lines = owner.get("/knowledge/import/progress").text.splitlines()
    told = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    return str(told[-1]["text"])


def changed(content: bytes, name: str, held: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as good, zipfile.ZipFile(written, "w") as bad:
        for each in {*good.namelist(), name}:
            bad.writestr(each, held if each == name else good.read(each))
    return written.getvalue()


def test_the_file_is_for_keeping_not_for_showing(owner: Owner):
    answer = owner.get("/knowledge/export")
    assert answer.headers["content-type"] == "application/zip"
    assert re.fullmatch(
        r'attachment; filename="deskhand-knowledge-\d{4}-\d\d-\d\d\.zip"',
        answer.headers["content-disposition"],
    )
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert zipfile.is_zipfile(io.BytesIO(answer.content))


@pytest.mark.parametrize("path", PATHS)
def test_nobody_but_the_owner_is_let_in(stranger: httpx.Client, staff: httpx.Client, path: str):
    assert stranger.get(path).status_code == 401
    answer = staff.get(path)
    assert answer.status_code == 403
    assert "Only the owner" in answer.text
    assert staff.get("/overview").status_code == 200


def test_an_import_needs_the_form_s_token(owner: Owner):
    content = exported(owner)
    answer = owner.client.post("/knowledge/import", files={"file": ("x.zip", content)})
    assert answer.status_code == 403
    assert owner.client.post("/knowledge/import/start", data={"token": "x"}).status_code == 403


def test_an_import_asks_first_then_comes_in(owner: Owner):
    owner.post("/knowledge/add", question="Who has keys?", answer="Ann.", audience="staff")
    content = exported(owner)
    owner.post("/knowledge/remove?id=who-has-keys")
    owner.post("/knowledge/add", question="Who has maps?", answer="Bob.", audience="staff")
    question = look(owner, content)
    assert question.status_code == 200
    assert "who-has-keys" not in owner.get("/knowledge").text
    token = TOKEN.search(question.text)
    assert token
    assert "who-has-maps" in question.text
    answer = owner.post("/knowledge/import/start", token=token[1])
    assert answer.status_code == 303
    said = ended(owner)
    assert said.startswith("Came in: ")
    assert said in owner.get("/knowledge/import").text
    assert "Who has keys?" in owner.get("/knowledge").text
    assert "Who has maps?" in owner.get("/knowledge").text
    again = owner.post("/knowledge/import/start", token=token[1])
    assert again.status_code == 422
    assert "choose the file again" in again.text


def test_the_rest_goes_when_that_was_chosen(owner: Owner):
    content = exported(owner)
    owner.post("/knowledge/add", question="Who has bells?", answer="Cat.", audience="staff")
    token = TOKEN.search(look(owner, content).text)
    assert token
    owner.post("/knowledge/import/start", token=token[1], replace="yes")
    assert "1 document removed" in ended(owner)
    assert "Who has bells?" not in owner.get("/knowledge").text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Choose a file first"),
        (b"no zip", "damaged"),
        (b"PK\x05\x06" + bytes(18), "no export"),
    ],
)
def test_what_is_none_is_refused_beside_the_field(owner: Owner, content: bytes, told: str):
    page = look(owner, content)
    assert page.status_code == 422
    assert 'id="file-error"' in page.text
    assert told in page.text


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(desk: Desk, owner: Owner):
    connection = http.client.HTTPConnection(urlsplit(desk.url).netloc, timeout=60)
    connection.putrequest("POST", "/knowledge/import")
    for name, value in {
        "Cookie": f"deskhand_session={owner.client.cookies['deskhand_session']}",
        "X-CSRF-Token": owner.csrf(),
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": str(MAX_BODY_BYTES + 1),
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_file_s_words_are_shown_as_text(owner: Owner):
    entry = json.dumps({"id": ATTACK, "question": ATTACK, "answer": ATTACK}).encode()
    content = changed(changed(exported(owner), "entries.jsonl", entry), ATTACK, b"x")
    page = look(owner, content)
    assert page.status_code == 200
    assert "onerror" in page.text
    assert_harmless(page.text)
    token = TOKEN.search(page.text)
    assert token
    owner.post("/knowledge/import/start", token=token[1])
    ended(owner)
    assert_harmless(owner.get("/knowledge/import").text)
    page = look(owner, content)
    assert "In place of what is here" in page.text
    assert_harmless(page.text)
    bad = json.dumps({"id": ATTACK, "question": ATTACK}).encode()
    assert_harmless(look(owner, changed(content, "entries.jsonl", bad)).text)
    owner.post(f"/knowledge/remove?{httpx.QueryParams(id=ATTACK)}")


def test_nothing_of_the_file_is_written_to_the_disk(desk: Desk, owner: Owner):
    content = changed(exported(owner), "../../colemak.txt", b"x")
    token = TOKEN.search(look(owner, content).text)
    assert token
    owner.post("/knowledge/import/start", token=token[1])
    ended(owner)
    assert not list(desk._data_dir.parent.rglob("*colemak*"))
