"""What every request must show before a page sees it."""

import hashlib
import hmac
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.exceptions import (
    ClientException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
)
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

from bot.domain.changes import Actor, By, act_as
from bot.storage.accounts import Account
from bot.web.accounts import SESSION_LIFE, Accounts
from bot.web.events import only_while
from bot.web.forms import read_form
from bot.web.reader import N_, Reader, languages, reads, stranger
from bot.web.roles import FOR, OWNER, may, who_may

SESSION_COOKIE = "deskhand_session"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"

# A route that says so in its `opt` needs no session; each has its own reason.
OPEN = "open_to_all"

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]

# What a reverse proxy says: who comes through one only looks as if on this machine.
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def add_headers(message: Message, scope: Scope) -> None:
    """Add the headers every response carries, and forbid keeping what no route says to keep."""
    del scope
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers[name] = value
        headers.setdefault("Cache-Control", "no-store")


class KnownHosts:
    """The names this server is known by."""

    def __init__(self, host: str, public: str = "") -> None:
        """Know the names of a server that listens on `host`.

        Listening everywhere it is also known by any address, which cannot be rebound, and by the
        machine's own name.

        Args:
            host: A name or an address.
            public: By which people open it behind a reverse proxy, "" where there is none.
        """
        self._names = {"localhost", "127.0.0.1", "::1", host.lower(), public.lower()} - {""}
        self._any_address = host in _EVERYWHERE
        if self._any_address:
            name = socket.gethostname().lower()
            self._names |= {name, f"{name}.local"}

    def knows(self, host_header: str) -> bool:
        """Return whether a Host header names this server; any port will do."""
        try:
            name = (urlsplit(f"//{host_header}").hostname or "").rstrip(".")
        except ValueError:
            return False
        return name in self._names or (self._any_address and _is_address(name))


# Guards are functions: Litestar copies routers deeply, guards with all they hold.


def known_host(hosts: KnownHosts) -> Guard:
    """Return a guard that answers only to names of ours.

    A page on another site can have its own name resolve to this machine (DNS rebinding); it then
    comes with that name.
    """

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if not hosts.knows(connection.headers.get("host", "")):
            raise ClientException(N_("This address is not known here."), status_code=421)

    return guard


async def plain_address(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard everything from an address with a NUL in it, which neither files nor databases take."""
    if "\x00" in connection.scope["path"] or b"%00" in connection.scope["query_string"]:
        raise NotFoundException


def signed_in(accounts: Accounts) -> Guard:
    """Return a guard that wants a session of who the route is for.

    What changes something needs the session's CSRF token besides.
    """

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        changes = connection.scope.get("method") not in _SAFE_METHODS
        reads(stranger(connection))
        if changes:
            check_origin(connection)
        if handler.opt.get(OPEN):
            return
        token = connection.cookies.get(SESSION_COOKIE, "")
        account = await accounts.account(token) if token else None
        if account is None:
            raise NotAuthorizedException(N_("Sign in first."))
        connection.scope["user"] = account
        connection.scope["auth"] = token
        reads(_reader(account, connection))
        needed = handler.opt.get(FOR, OWNER)
        if not may(account, needed):
            raise PermissionDeniedException(who_may(needed))
        act_as(Actor(By.ACCOUNT, account.name))
        if changes and isinstance(connection, Request):
            await _check_csrf(connection, token)

        async def still() -> bool:
            return may(await accounts.account(token), needed)

        only_while(still)

    return guard


def reads_figures(accounts: Accounts, token: str) -> Guard:
    """Return a guard for the figures: they tell how a business goes, though nobody's words.

    Args:
        accounts: Whoever is signed in may read them.
        token: So may who shows it as a bearer; "": who asks from this machine, not through a
            proxy.
    """

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if token:
            shown = connection.headers.get("authorization", "")
            if hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
                return
        elif _is_local(connection):
            return
        session = connection.cookies.get(SESSION_COOKIE, "")
        if not session or await accounts.account(session) is None:
            raise NotAuthorizedException(
                N_(
                    "The figures are for who is signed in or shows DESKHAND_METRICS_TOKEN as a"
                    " bearer."
                )
            )

    return guard


def check_origin(connection: Connection) -> None:
    """Check that a form was sent from one of our own pages, where the browser says from where.

    Raises:
        PermissionDeniedException: It was sent from another site.
    """
    if connection.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise PermissionDeniedException(N_("This was sent from another site."))
    origin = connection.headers.get("origin")
    # "null": our own pages send it under Referrer-Policy no-referrer; Sec-Fetch-Site and the
    # session's token tell them apart from others.
    if origin not in {None, "null"} and urlsplit(origin).netloc != connection.headers.get("host"):
        raise PermissionDeniedException(N_("This was sent from another site."))


async def _check_csrf(request: Request[Any, Any, Any], session_token: str) -> None:
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        given = (await read_form(request)).text(CSRF_FIELD)
    if not hmac.compare_digest(given.encode(), csrf_token(session_token).encode()):
        raise PermissionDeniedException(
            N_("This page was open for too long. Go back and try again.")
        )


def csrf_token(session_token: str) -> str:
    """Return a session's CSRF token: nobody without the cookie can work it out."""
    return hmac.new(session_token.encode(), b"deskhand csrf", hashlib.sha256).hexdigest()


def session_cookie(token: str, *, secure: bool) -> Cookie:
    """Return the cookie that carries a session; "" as token takes it away.

    Args:
        token: The session's.
        secure: The request came by https; a plain local address could not send it back otherwise.
    """
    return Cookie(
        key=SESSION_COOKIE,
        value=token,
        max_age=int(SESSION_LIFE.total_seconds()) if token else 0,
        path="/",
        httponly=True,
        samesite="strict",
        secure=secure,
    )


def _reader(account: Account, connection: Connection) -> Reader:
    """Return how somebody has chosen to read; what they have not, as their browser says."""
    unknown = stranger(connection)
    language = account.language if account.language in languages() else unknown.language
    return Reader(language, ZoneInfo(account.zone) if account.zone else unknown.zone)


def _is_local(connection: Connection) -> bool:
    """Return whether a request comes from this machine itself."""
    if connection.client is None or any(name in connection.headers for name in _FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(connection.client.host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
