"""Pages of the web: only when the owner allows it, and never from inside."""

import asyncio
from dataclasses import replace

import pytest

from bot.web.about_form import Readers
from bot.web.web_pages import read_page
from knowledge.documents import Audience
from knowledge.errors import UnreadableError
from knowledge.fetching import Fetcher, Page
from tests.integration.web.conftest import Desk, Owner


class Web(Fetcher):
    """One page, whatever is asked; counts how often."""

    asked = 0

    def fetch(self, url: str) -> Page:
        self.asked += 1
        return Page("linde.example-faq.html", b"<h1>Linde</h1><p>We close on Sundays.")


def test_nothing_is_fetched_until_the_owner_allows_it(desk: Desk, owner: Owner):
    web = Web()
    services = replace(desk.services, fetcher=web)
    url = "https://linde.example/faq"
    with pytest.raises(UnreadableError, match="until the owner allows it"):
        asyncio.run(read_page(services, url, Readers(Audience.PUBLIC)))
    assert web.asked == 0
    page = owner.get("/knowledge/web-page")
    assert "Nothing is fetched from the web until you allow it" in page.text
    assert 'name="url"' not in page.text
    assert owner.post("/knowledge/web-page/switch", on="yes").status_code == 303
    assert 'name="url"' in owner.get("/knowledge/web-page").text
    [document] = asyncio.run(read_page(services, url, Readers(Audience.PUBLIC)))
    assert (document.document_id, document.origin) == ("linde.example-faq.html", url)
    assert document.passages[0].text == "We close on Sundays."
    owner.post("/knowledge/web-page/switch", on="")
    assert not desk.services.choices.knowledge.web_pages


def test_an_address_inside_is_refused_and_changes_nothing(desk: Desk, owner: Owner):
    owner.post("/knowledge/web-page/switch", on="yes")
    before = desk.do(desk.services.knowledge.documents)
    for url in (desk.url, "http://169.254.169.254/latest/meta-data", "https://[::1]/", "file:///x"):
        page = owner.post("/knowledge/web-page", url=url, audience="public")
        assert page.status_code == 422
        assert "Nothing was added" in page.text
    assert owner.post("/knowledge/web-page", url="", audience="public").status_code == 422
    assert desk.do(desk.services.knowledge.documents) == before
    owner.post("/knowledge/web-page/switch", on="")
