"""The way in, once somebody has shown who they are."""

from bot.web.access import session_cookie
from bot.web.accounts import Opened
from bot.web.parts import Asked
from bot.web.rendering import Page, go_to
from bot.web.visitor import browser_cookie


def let_in(request: Asked, opened: Opened, *, to: str = "/overview", said: str = "") -> Page:
    """Lead to a page by a new session, or to where the second factor's code is asked for.

    Args:
        request: Whose cookies are replaced.
        opened: The session.
        to: The page's address; the overview's where a code is asked for.
        said: Which notice the page shows.
    """
    if opened.awaits_code:
        answer = go_to("/sign-in/code")
    else:
        answer = go_to(to, **({"said": said} if said else {}))
    return carrying(request, opened, answer)


def carrying(request: Asked, opened: Opened, answer: Page) -> Page:
    """Return an answer with the cookies of a session."""
    secure = request.url.scheme == "https"
    answer.set_cookie(session_cookie(opened.token, secure=secure))
    answer.set_cookie(browser_cookie(opened.browser, secure=secure))
    return answer
