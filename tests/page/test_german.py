"""The page in German for a browser that likes German, and in English for one beside it."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.language.catalogue import PAGE, translations
from tests.page.conftest import PASSWORD, PATIENCE_MS, Desk

QUESTION = "Haben Sie Roggenbrot?"
ANSWER = "Ja, jeden Donnerstag, frisch um 7 Uhr."


def german(message: str) -> str:
    """Return what the catalogue has for a message."""
    return translations(PAGE)["de"].gettext(message)


@pytest.fixture
def tab(browser: Browser, desk: Desk, context: BrowserContext) -> Iterator[Page]:
    """Somebody's browser that prefers German; they have not signed in."""
    assert desk.owned
    preferring = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-AT")
    preferring.set_default_timeout(PATIENCE_MS)
    yield preferring.new_page()
    preferring.close()


def without_fault(tab: Page) -> None:
    results = Axe().run(tab, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()


def test_a_person_works_a_day_in_german(tab: Page, desk: Desk):
    tab.goto(f"{desk.url}/overview")
    expect(tab.locator("html")).to_have_attribute("lang", "de")
    without_fault(tab)
    tab.get_by_label(german("Password")).fill(PASSWORD)
    tab.get_by_role("button", name=german("Sign in")).click()
    tab.wait_for_url("**/overview")
    tab.get_by_role("link", name="Wissen", exact=True).click()
    tab.get_by_role("link", name="Einen Eintrag hinzufügen").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Einen Eintrag hinzufügen")
    tab.get_by_role("button", name="Speichern").click()
    expect(tab.locator("#answer-error")).to_have_text(
        "Schreiben Sie die Antwort genau so, wie sie gesagt werden soll."
    )
    without_fault(tab)
    tab.get_by_label("Frage", exact=True).fill(QUESTION)
    tab.get_by_label("Antwort", exact=True).fill(ANSWER)
    tab.get_by_label("Alle").check()
    tab.get_by_role("button", name="Speichern").click()
    expect(tab.get_by_role("status")).to_have_text("Hinzugefügt. Es wird ab jetzt gefunden.")
    without_fault(tab)

    tab.get_by_role("link", name="Testchat").click()
    tab.get_by_label("Ihre Frage").fill(QUESTION)
    tab.get_by_role("button", name="Fragen").click()
    said = tab.locator(".bubble.said").last
    expect(said).to_contain_text(ANSWER)
    expect(said.locator(".foot")).to_contain_text("Ihre eigenen Worte")
    # The button that was pressed has its German name still, which the script gave it.
    expect(tab.get_by_role("button", name="Fragen")).to_be_enabled()
    without_fault(tab)
    said.get_by_role("link", name="Wie es dazu kam").click()
    expect(tab.locator("main")).to_contain_text(re.compile(r"\d{1,2}\. \w+ 20\d\d"))

    tab.get_by_role("link", name="Übersicht").click()
    expect(tab.locator(".nav [aria-current]")).to_have_text("Übersicht")
    for name in ("Offene Fragen", "Erinnerungen", "Slack und Discord", "Sicherungen"):
        expect(tab.get_by_role("link", name=name).first).to_be_visible()
    without_fault(tab)


def test_what_a_lower_part_refuses_is_said_in_german_with_its_values(tab: Page, desk: Desk):
    tab.goto(f"{desk.url}/overview")
    tab.get_by_label(german("Password")).fill(PASSWORD)
    tab.get_by_role("button", name=german("Sign in")).click()
    tab.wait_for_url("**/overview")
    tab.goto(f"{desk.url}/knowledge/upload")
    broken = b'{"question": "a", "answer": "b"}\nno json\n'
    tab.get_by_label("Dateien", exact=True).set_input_files(
        [{"name": "faq.jsonl", "mimeType": "text/plain", "buffer": broken}]
    )
    tab.get_by_label("Alle").check()
    tab.get_by_role("button", name="Hinzufügen").click()
    expect(tab.locator("#files-error")).to_have_text(
        "faq.jsonl: Zeile 2: Das ist kein JSON: Schreiben Sie je Zeile ein ganzes Objekt. "
        "Es wurde nichts hinzugefügt."
    )
    tab.goto(f"{desk.url}/no-such-page")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Diese Seite gibt es nicht.")


def test_beside_it_an_english_browser_reads_english(page: Page, desk: Desk):
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("link", name="Knowledge", exact=True)).to_be_visible()
    assert page.get_by_role("link", name="Wissen", exact=True).count() == 0
