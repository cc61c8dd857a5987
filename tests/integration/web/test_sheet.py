"""The sheet for the EU AI Act: it tells what is set, in English and German, and needs nothing."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

from bot.language import catalogue
from bot.language.catalogue import SHEET, translations
from bot.web import sheet
from bot.web.rendering import TEMPLATES
from tests.fakes.platform import Town
from tests.integration.web.conftest import Desk, Owner
from tests.integration.web.platform_desk import platform_desk

EVIL = '<script src="//x.invalid/a.js"></script>'
FILES = ("en", "de")
LOCALES = Path(catalogue.__file__).with_name("locales")


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s", text))


class Fetched(HTMLParser):
    """What a page of HTML would have a browser fetch or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "iframe", "object", "embed", "base", "form"}:
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name in {"src", "href"} or name[:2] == "on"]


def taken(owner: Owner, language: str) -> str:
    answer = owner.get(f"/sheet/file?language={language}")
    assert answer.status_code == 200
    named = answer.headers["content-disposition"]
    assert re.fullmatch(
        rf'attachment; filename="deskhand-ai-act-2026-11-\d\d-{language}\.html"', named
    )
    assert f'<html lang="{language}">' in answer.text
    return answer.text


@pytest.fixture(autouse=True)
def _as_before(desk: Desk) -> Iterator[None]:
    choices = desk.services.choices
    names = ("business", "manners", "hand_overs", "retention", "backups", "slack", "local", "model")
    before = {name: choices.get(name) for name in names}
    yield
    for name, value in before.items():
        desk.do(lambda name=name, value=value: choices.set(name, value))


def put(desk: Desk, **settings: object) -> None:
    for name, value in settings.items():
        group, _, field = name.partition("__")
        desk.do(lambda name=f"{group}.{field}", value=value: desk.services.choices.set(name, value))


def test_everybody_s_line_stands_there_as_it_is_said_in_every_language(desk: Desk, owner: Owner):
    put(desk, business__name="Kornblume", manners__introduction="")
    book = desk.services.phrasebook
    for language in FILES:
        text = taken(owner, language)
        for each in book.languages:
            said = book.sentences(each).introduction("Kornblume")
            assert said in text.replace("&#34;", '"').replace("&#39;", "'")


def test_a_line_of_the_owner_s_own_stands_in_their_place_and_is_to_be_checked(
    desk: Desk, owner: Owner
):
    put(desk, manners__introduction="I am the mill's machine.")
    text = taken(owner, "en")
    assert "I am the mill&#39;s machine." in text
    assert "that these words say clearly that an automated system answers" in text
    assert "I&#39;m an automated assistant" not in text


@pytest.mark.parametrize(
    ("setting", "value", "english", "german"),
    [
        ("business__contact", "Ring 020 910", "Ring 020 910", "Ring 020 910"),
        ("retention__public_days", 31, "31 days", "31 Tage"),
        ("retention__staff_days", 77, "77 days", "77 Tage"),
        ("hand_overs__untaken_min", 23, "after 23 minutes", "nach 23 Minuten"),
        ("hand_overs__silent_min", 47, "after 47 minutes", "nach 47 Minuten"),
        ("hand_overs__expires_days", 9, "after 9 business days", "nach 9 Werktagen"),
        (
            "hand_overs__words",
            ["chest pain"],
            "one of these: chest pain",
            "hiervon schreibt: chest",
        ),
        (
            "hand_overs__unanswered",
            True,
            "could not be answered, in op",
            "nicht zu beantworten war",
        ),
        ("backups__daily", 12, "the newest of 12 days", "die neuesten von 12 Tagen"),
        ("backups__on", False, "not made by themselves", "werden nicht von selbst"),
        ("local__staff_room", "team", "<td>Deskhand</td>", "<td>Deskhand</td>"),
        ("model__name", "none-such:1b", "none-such:1b, chosen", "none-such:1b, vom Betrieb"),
    ],
)
def test_what_is_set_stands_there(
    desk: Desk, owner: Owner, setting: str, value: object, english: str, german: str
):
    assert english not in taken(owner, "en")
    put(desk, **{setting: value})
    assert english in taken(owner, "en")
    assert german in taken(owner, "de")


def test_fetching_who_is_upset_is_told_only_while_it_is_done(desk: Desk, owner: Owner):
    assert "Art. 3(39)" in taken(owner, "en")
    put(desk, hand_overs__upset=False)
    text = taken(owner, "en")
    assert "Art. 3(39)" not in text
    assert "writes that they are upset" not in text


def test_a_model_that_cannot_be_asked_is_told_without_its_digest(desk: Desk, owner: Owner):
    assert "No model is in use" in taken(owner, "en")
    assert "Art. 50(2)" not in taken(owner, "en")
    put(desk, model__name="none-such:1b")
    text = taken(owner, "en")
    assert "did not answer, or does not have this model" in text
    assert "http://127.0.0.1:9</td>" in text
    assert "Art. 50(2)" in text


async def test_a_room_in_which_it_speaks_unasked_is_told(tmp_path: Path):
    async with platform_desk(tmp_path / "desk", Town("slack"), Town("discord")) as office:
        before = (await office.get("/sheet/file")).text
        assert "<th>Slack</th><td>not connected</td>" in before
        await office.connected()
        rooms = {"C1": {"audience": "public", "speaks": "sure"}, "C2": {"audience": "staff"}}
        await office.app.services.choices.set("slack.rooms", rooms)
        text = (await office.get("/sheet/file")).text
    assert "1 read by the public, 1 by the team alone; in 1 it also speaks" in text


def test_what_is_known_is_counted_by_who_may_read_it(desk: Desk, owner: Owner):
    def counts() -> list[str]:
        text = taken(owner, "en")
        return re.findall(r"<th>Documents for [^<]+</th><td>(\d+)</td>", text)

    assert counts() == ["0", "0", "0"]
    desk.do(lambda: desk.room.knows("sheet.md", "We bake rye."))
    assert counts() == ["1", "0", "0"]


@pytest.mark.parametrize("language", FILES)
def test_whatever_is_set_is_text_and_nothing_is_fetched(desk: Desk, owner: Owner, language: str):
    put(
        desk,
        business__name=EVIL,
        business__contact=EVIL,
        manners__introduction=EVIL,
        hand_overs__words=[EVIL],
        model__name=EVIL,
        slack__staff_room=EVIL,
    )
    text = taken(owner, language)
    assert text.count("&lt;script src") >= 6
    assert Fetched(text).found == []
    assert "@import" not in text
    assert "url(" not in text


def test_an_unknown_language_gives_english(owner: Owner):
    assert '<html lang="en">' in owner.get("/sheet/file?language=../../etc").text


def test_the_sheet_is_not_for_strangers(stranger: httpx.Client):
    for path in ("/sheet", "/sheet/file"):
        assert stranger.get(path).status_code == 401


def test_every_language_has_every_sentence_and_no_other():
    source = (TEMPLATES / "sheet.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    environment.policies["ext.i18n.trimmed"] = True
    in_template = {str(found[2]) for found in environment.extract_translations(source)}
    code = Path(sheet.__file__).read_text(encoding="utf-8")
    in_code = set(re.findall(r'translated\("([^"]+)"\)', code))
    assert len(in_code) == 3
    others = [language for language in translations(SHEET) if language != "en"]
    assert others == ["de"]
    for language in others:
        with (LOCALES / language / "sheet.po").open("rb") as file:
            known = {each.id: each.string for each in read_po(file) if each.id}
        assert set(known) == in_template | in_code
        for said, translated in known.items():
            assert translated.strip()
            assert placeholders(translated) == placeholders(said), said
