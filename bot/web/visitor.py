"""Where a request comes from: its address, its browser, and whether that was here before."""

from dataclasses import dataclass, field
from typing import Any

import httpagentparser
from litestar import Request
from litestar.datastructures import Cookie

from bot.storage.sessions import Whence

BROWSER_COOKIE = "deskhand_browser"
# Browsers keep no cookie for longer (draft-ietf-httpbis-rfc6265bis, 400 days).
BROWSER_KEPT_S = 400 * 86_400
_MAX_AGENT_CHARS = 400
_MAX_ADDRESS_CHARS = 64
# What the library calls otherwise than people do.
_NAMES = {"ChromiumEdge": "Edge", "ChromeiOS": "Chrome", "Mac OS": "macOS", "IPad": "iPad"}
_DEVICES = ("iPhone", "IPad")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who asks for something.

    Attributes:
        known: The token that a browser got when somebody signed in with it before; "": none.
    """

    whence: Whence = field(default_factory=Whence)
    known: str = ""


def visitor(request: Request[Any, Any, Any]) -> Visitor:
    """Return who asks; what a browser says of itself is a stranger's word."""
    address = request.client.host if request.client else ""
    browser, system = names_of(request.headers.get("user-agent", ""))
    return Visitor(
        Whence(address[:_MAX_ADDRESS_CHARS], browser, system),
        request.cookies.get(BROWSER_COOKIE, ""),
    )


def names_of(agent: str) -> tuple[str, str]:
    """Return the names of the browser and of what it runs on, "" where they are not known."""
    told = httpagentparser.detect(agent[:_MAX_AGENT_CHARS])
    device = told.get("dist", {}).get("name")
    system = device if device in _DEVICES else told.get("platform", {}).get("name")
    browser = told.get("browser", {}).get("name")
    return _NAMES.get(browser, browser) or "", _NAMES.get(system, system) or ""


def browser_cookie(token: str, *, secure: bool) -> Cookie:
    """Return the cookie by which a browser is known again; it opens nothing."""
    return Cookie(
        key=BROWSER_COOKIE,
        value=token,
        max_age=BROWSER_KEPT_S,
        path="/",
        httponly=True,
        samesite="strict",
        secure=secure,
    )
