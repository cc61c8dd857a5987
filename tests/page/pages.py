"""Every page there is, from the server's own table of routes."""

from dataclasses import dataclass

from playwright.sync_api import Page as Tab

from bot.web.rendering import Page
from bot.web.site import _PAGES


@dataclass(frozen=True)
class Linked:
    """A page that is found by going to another one.

    Attributes:
        at: Where the link to it stands.
        begins: How the link's address begins.
        instead: What its address begins with in place of that.
        end: What its address has besides.
    """

    at: str
    begins: str
    instead: str = ""
    end: str = ""


# An address, or several, of each page whose route does not tell one.
EXAMPLES: dict[str, tuple[str | Linked, ...]] = {
    "/answers/{answer_id:int}": ("/answers/1", "/answers/4"),
    "/colleagues/{account_id:int}/remove": (Linked("/colleagues", "/colleagues/"),),
    "/conversations/{conversation_id:int}": (Linked("/conversations", "/conversations/"),),
    "/knowledge/document": (Linked("/knowledge", "/knowledge/document"),),
    "/knowledge/remove": (Linked("/knowledge", "/knowledge/document", "/knowledge/remove"),),
    "/people/{person_id:int}": (Linked("/people", "/people/"),),
    "/people/{person_id:int}/erase": (Linked("/people", "/people/", end="/erase"),),
    "/platforms/{name:str}": ("/platforms/slack", "/platforms/discord"),
    "/platforms/{name:str}/forget": ("/platforms/slack/forget",),
    "/questions/{gap_id:int}": (Linked("/questions", "/questions/"),),
    "/setup/platforms/{name:str}": ("/setup/platforms/slack", "/setup/platforms/discord"),
    "/setup/rooms/{name:str}": ("/setup/rooms/slack",),
    "/skills/{name:str}": ("/skills/cake-order",),
}
# Routes of which nobody sees a page, each for its own reason.
NO_PAGES = {
    "/": "leads to the overview",
    "/answers": "leads to the conversations",
    "/platforms/{name:str}/state": "a piece of a page",
    "/sheet/file": "a file",
}
# What there is besides: an address that is none.
OTHERS = ("/no-such-page",)


def routes() -> list[str]:
    """Return the path of each route that answers with a page."""
    return sorted(
        path
        for handler in _PAGES
        for path in handler.paths
        if "GET" in handler.http_methods and handler.fn.__annotations__["return"] == Page
    )


def unlisted() -> set[str]:
    """Return the routes of pages that nobody has given an address."""
    return {path for path in routes() if "{" in path} - EXAMPLES.keys() - NO_PAGES.keys()


def addresses(tab: Tab, url: str) -> list[str]:
    """Return an address of every page, those that need content by the links that lead to them."""
    found: list[str] = []
    for path in routes():
        if path in NO_PAGES:
            continue
        for example in EXAMPLES.get(path, (path,)):
            found.append(example if isinstance(example, str) else _followed(tab, url, example))
    return [*found, *OTHERS]


def _followed(tab: Tab, url: str, example: Linked) -> str:
    tab.goto(url + example.at)
    links = tab.locator("main a").evaluate_all("all => all.map(a => a.pathname + a.search)")
    link = next((each for each in links if each.startswith(example.begins)), "")
    assert link, f"no page of the list at {example.at} begins with {example.begins}: {links}"
    return link.replace(example.begins, example.instead or example.begins, 1) + example.end
