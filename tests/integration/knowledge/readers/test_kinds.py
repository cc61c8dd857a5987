"""What is understood of each kind of file, and what is said of the rest."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.documents import Audience, Shape
from knowledge.readers.files import Reading, read, reread

FILES = Path(__file__).with_name("files")

PAGE = """<!doctype html><html><head><title>Café Linde</title><style>p {}</style></head><body>
<nav><a href="/">Home</a><a href="/menu">Menu</a></nav>
<script>track()</script>
<h1>Questions&nbsp;asked</h1>
<ul><li><a href="#dogs">To the dogs</a></li><li><a href="#cars">To the cars</a></li></ul>
<details><summary>May I bring my dog?</summary><p>Into the garden, <b>yes</b>.</p></details>
<h2><button>Is there parking?</button></h2><div>Nine places in the <a href="/yard">yard</a>.</div>
<dl><dt>Monday</dt><dd>closed</dd><dt>Tuesday</dt><dd>8 to 6</dd></dl>
<ul><li>Cash</li><li>Cards</li></ul>
<table><tr><th>Cake</th><th colspan=2>Price</th></tr>
<tr><td rowspan=2>Plum</td><td>slice</td><td>3.20</td></tr>
<tr><td>whole</td><td>28.00</td></tr></table>
<table><tr><td><h2>Find us</h2><p>At the bridge.</p></td><td><p>Bus 4.</p></td></tr></table>
<p>Order at <a href="https://linde.example/order">our form</a>.</p>
<div hidden>Old offer</div><footer>Open until six.</footer>
</body></html>"""


def reading(name: str, content: bytes = b"") -> Reading:
    given = content or (FILES / name).read_bytes()
    return read(name, given, audience=Audience.PUBLIC, origin=name)


def test_a_web_page_gives_its_words_and_not_its_ways_about():
    [document] = reading("faq.html", PAGE.encode())
    assert document.title == "Questions asked"
    for left_out in ("Home", "Menu", "To the dogs", "track", "p {}", "Old offer", "/yard"):
        assert left_out not in document.source
    found = {passage.heading: passage.text for passage in document.passages}
    assert found["May I bring my dog?"] == "Into the garden, yes."
    assert "Nine places in the yard." in found["Is there parking?"]
    assert "- Monday: closed\n- Tuesday: 8 to 6" in found["Is there parking?"]
    assert "- Cash\n- Cards" in document.source
    assert "| Cake | Price | Price |" in document.source
    assert "| Plum | whole | 28.00 |" in document.source
    assert "At the bridge." in found["Find us"]
    assert "[our form](https://linde.example/order)" in found["Find us"]
    assert "Open until six." in found["Find us"]


def test_a_page_without_one_heading_over_all_is_called_by_its_title():
    [document] = reading("x.html", b"<title>Caf\xc3\xa9</title><meta charset=utf-8><p>Open.")
    assert document.title == "Café"


def test_a_workbook_gives_rows_as_they_are_shown_under_headings_and_titles():
    [dogs, menu] = reading("menu.xlsx")
    assert menu.shape is Shape.TABLE
    assert [(passage.heading, passage.text) for passage in menu.passages] == [
        ("", "Café Linde: what we serve"),
        ("Soups", "Dish: Pumpkin soup · Price: 6.50 € · Until: 30.11.2026"),
        ("Feasts", "Dish: Carp"),
        ("Feasts", "Dish: Goose for eight · Price: 1,240.00 € · Until: 26.12.2026"),
    ]
    assert dogs.title == "May I bring my dog?"
    assert dogs.shape is Shape.ENTRY
    assert dogs.valid_until == date(2026, 12, 31)


def test_a_workbook_says_what_it_left_out_and_hidden_sheets_stay_hidden():
    read_all = reading("menu.xlsx")
    assert read_all.notes == (
        "Sheet Menu: B7 shows #DIV/0! and was left out.",
        "Sheet Wages: it is hidden and was left out.",
    )
    assert not any("Wage" in document.source for document in read_all)


def test_a_word_document_keeps_lists_and_tables_and_says_that_it_has_a_picture():
    read_all = reading("rules.docx")
    [document] = read_all
    assert document.title == "Rules of the house"
    assert "1. Sign for a key.\n2. Bring it back by six." in document.source
    assert "- The cellar key hangs in the office.\n- The spare is with Ann." in document.source
    assert "| Yard | blue |" in document.source
    assert read_all.notes == ("Pictures in it: 1; words in them were not read.",)


def test_a_pdf_is_read_column_by_column_with_its_table_and_list():
    [document] = reading("leaflet.pdf")
    assert document.title == "Parking"
    first = document.source.index("beside it is old.")
    assert first < document.source.index("Bicycles are locked to the rail at the side door")
    assert "| Place | An hour |\n| --- | --- |\n| Yard | free |" in document.source
    assert "- Pay at the machine.\n- Keep the ticket." in document.source


@pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed")
def test_a_page_that_is_a_picture_is_read_by_tesseract_and_said_to_be():
    read_all = reading("scanned.pdf")
    [document] = read_all
    assert document.source.count("the nearest free places are at the swimming pool") == 2
    assert read_all.notes == ("Page 2 is a picture read by its looks: check what was understood.",)


def test_without_tesseract_a_page_that_is_a_picture_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    read_all = reading("scanned.pdf")
    [document] = read_all
    assert document.source.count("swimming pool") == 1
    assert read_all.notes[0].startswith("Page 2 is a picture without text: install")


@pytest.mark.parametrize("name", ["menu.xlsx", "leaflet.pdf", "rules.docx"])
def test_what_was_understood_can_be_edited_and_is_read_the_same_way_again(name: str):
    document = reading(name).documents[-1]
    assert reread(document, document.source, audience=document.audience) == document
    changed = reread(document, f"{document.source}\n\nNew words.", audience=Audience.STAFF)
    assert changed.document_id == document.document_id
    assert changed.audience is Audience.STAFF
    assert "New words." in changed.passages[-1].text
