"""Words of people, documents and models are shown, never obeyed."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.domain.people import Role
from tests.integration.web.conftest import Desk, Owner

ATTACK = """<script>alert(1)</script><img src=x onerror=alert(2)>"'><svg/onload=alert(3)>"""
LINK = "[press here](javascript:alert(4)) ![p](https://evil.example/p.png) <https://ok.example>"
WORKBOOK = Path(__file__).parents[1] / "knowledge/readers/files/menu.xlsx"


class Seen(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def assert_harmless(html: str) -> None:
    for tag, attributes in Seen(html).tags:
        assert tag not in {"iframe", "object", "embed", "base"}
        # The overview's own drawing.
        assert tag != "svg" or attributes.get("class") == "chart"
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert "style" not in attributes
        if tag == "script":
            assert (attributes["src"] or "").startswith("/static/")
        if tag == "img":
            assert (attributes["src"] or "").startswith("/static/")
        if tag == "a":
            assert (attributes["href"] or "").startswith(("/", "#", "https://"))


@pytest.fixture
def said(desk: Desk) -> int:
    """A question, a hand-over and an answer made of attacks; returns the answer's id."""
    for text in (f"{ATTACK} {LINK}", f"Can I talk to a person about {ATTACK}, please?"):
        desk.do(lambda text=text: desk.room.says(text, person=ATTACK))
    return desk.do(
        lambda: desk.room.says("where is the zzyzx machine kept", role=Role.PUBLIC)
    ).answer_id


def test_an_entry_s_words_are_shown_as_text_on_every_page(desk: Desk, owner: Owner, said: int):
    question = f"Where is the zzyzx machine kept? {ATTACK}"
    owner.post("/knowledge/add", question=question, answer=f"{ATTACK} {LINK}", audience="public")
    answer = desk.do(lambda: desk.room.says(question))
    assert "script" in answer.outcome.text
    paths = [
        "/overview",
        "/knowledge",
        "/knowledge?query=zzyzx",
        "/hand-overs",
        "/questions",
        "/conversations",
        "/conversations/1",
        "/follow-ups",
        f"/answers/{said}",
        f"/answers/{answer.answer_id}",
        "/test-chat?role=public&room=%3Cscript%3E",
    ]
    document = re.search(
        r'href="(/knowledge/document\?id=where-is-the-zzyzx[^"]*)"',
        owner.get("/knowledge?query=zzyzx").text,
    )
    assert document
    paths += [document[1], document[1].replace("/document?", "/remove?")]
    for path in paths:
        page = owner.get(path)
        assert page.status_code == 200, path
        assert_harmless(page.text)
    assert "&lt;script&gt;" in owner.get(f"/answers/{answer.answer_id}").text


def test_a_streamed_answer_is_harmless_too(owner: Owner):
    owner.post(
        "/knowledge/add",
        question="What is the xyzzy wheel?",
        answer=f"The wheel. {ATTACK} {LINK}",
        audience="public",
    )
    form = {"csrf": owner.csrf(), "text": "What is the xyzzy wheel?", "role": "public"}
    lines = owner.client.post("/test-chat/stream", data=form).text.splitlines()
    told = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    html = told[-1]["html"]
    assert "The wheel." in html
    assert_harmless(html)


def test_what_was_typed_into_a_form_comes_back_as_text(owner: Owner):
    page = owner.post(
        "/knowledge/add", question=ATTACK, answer="", alternatives=f"</textarea>{ATTACK}"
    )
    assert page.status_code == 422
    assert_harmless(page.text)
    page = owner.post("/business", name=ATTACK, zone=f'"><script>{ATTACK}')
    assert page.status_code == 422
    assert_harmless(page.text)
    assert_harmless(owner.get("/knowledge/add?question=" + "%3Cscript%3Ex%3C/script%3E").text)
    assert_harmless(owner.get("/knowledge?query=%22%3E%3Csvg/onload=alert(1)%3E").text)


def test_a_file_s_name_is_shown_as_text_and_its_folders_are_dropped(owner: Owner):
    name = f"../../{ATTACK.replace('/', '')}.md"
    answer = owner.upload((name, f"# {ATTACK}\n\nThe qwfp lever. {ATTACK}".encode()))
    assert answer.status_code == 303
    page = owner.get("/knowledge?query=qwfp")
    assert "onerror=alert(2)" in page.text
    assert "../" not in page.text
    assert_harmless(page.text)


def test_an_unreadable_file_s_name_is_harmless_in_the_error(owner: Owner):
    page = owner.upload((f"{ATTACK.replace('/', '')}.exe", b"MZ"))
    assert page.status_code == 422
    assert "Nothing was added" in page.text
    assert_harmless(page.text)


def test_uploads_are_read_as_text_and_served_nowhere(desk: Desk, owner: Owner):
    body = b"<script>alert(1)</script> The colemak handle is blue."
    assert owner.upload(("colemak.md", body)).status_code == 303
    assert not list(desk._data_dir.rglob("*colemak*"))
    for path in ("/static/colemak.md", "/uploads/colemak.md", "/colemak.md"):
        assert owner.get(path).status_code == 404


def test_one_unreadable_file_keeps_the_others_out_and_is_named(owner: Owner):
    page = owner.upload(("good.md", b"The workman knob."), ("bad.jsonl", b"{not json"))
    assert page.status_code == 422
    assert "bad.jsonl" in page.text
    assert "workman" not in owner.get("/knowledge?query=good.md").text


def test_a_file_that_is_damaged_now_leaves_what_it_brought_before(desk: Desk, owner: Owner):
    whole = WORKBOOK.with_name("leaflet.pdf").read_bytes()
    assert owner.upload(("leaflet.pdf", whole)).status_code == 303
    before = desk.do(lambda: desk.services.knowledge.show("leaflet.pdf"))
    locked = WORKBOOK.with_name("locked.pdf").read_bytes()
    for damaged in (whole[:9_000], b"", WORKBOOK.read_bytes(), locked):
        page = owner.upload(("good.md", b"The bepo knob."), ("leaflet.pdf", damaged))
        assert page.status_code == 422
        assert "Nothing was added" in page.text
    assert desk.do(lambda: desk.services.knowledge.show("leaflet.pdf")) == before
    assert desk.do(lambda: desk.services.knowledge.show("good.md")) is None


def test_what_could_not_be_read_of_a_file_is_said_beside_what_was(owner: Owner):
    page = owner.upload(("<b>menu.xlsx", WORKBOOK.read_bytes()))
    assert page.status_code == 200
    assert "Added: 2 documents, all but this:" in page.text
    assert "&lt;b&gt;menu.xlsx: Sheet Wages: it is hidden and was left out." in page.text
    assert_harmless(page.text)


def test_nobody_s_words_are_in_the_figures_and_health(owner: Owner, said: int):
    figures = owner.get("/metrics").text
    assert 'deskhand_answer_duration_seconds_count{kind="handover"}' in figures
    assert "deskhand_hand_overs_waiting" in figures
    for told in (figures, owner.get("/health/ready").text):
        assert "zzyzx" not in told
        assert "alert" not in told


def test_two_files_of_one_name_are_both_taken_in(owner: Owner):
    lines = [
        f'{{"id": "{each}", "question": "What of {each}?", "answer": "Yes."}}'.encode()
        for each in ("twin-one", "twin-two")
    ]
    assert owner.upload(*(("faq.jsonl", line) for line in lines)).status_code == 303
    shown = owner.get("/knowledge?query=twin").text
    assert "What of twin-one?" in shown
    assert "What of twin-two?" in shown
