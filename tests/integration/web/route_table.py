"""The routes of the server, from its own table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from bot.web.accounts import Accounts
from bot.web.site import make_site
from tests.integration.web.conftest import Desk

_NUMBERS = re.compile(r"\{\w+_id\}")
_REST = re.compile(r"\{\w+(:\w+)?\}")


@dataclass(frozen=True)
class Known:
    """One thing that can be asked for."""

    method: str
    path: str
    opt: Mapping[str, object]

    def fits(self, path: str) -> bool:
        """Return whether an address leads here."""
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(self.path))
        return re.fullmatch(pattern, path) is not None


def routes(desk: Desk) -> list[Known]:
    """Return everything the server knows, the API included."""
    site: Litestar = make_site(
        desk.services, token="x", accounts=Accounts(desk.services.entrance, now=desk.clock)
    )
    found = []
    for route in site.routes:
        for handler in getattr(route, "route_handlers", []):
            assert isinstance(handler, HTTPRouteHandler)
            found += [
                Known(method, route.path_format, handler.opt)
                for method in sorted(handler.http_methods)
                if method != "OPTIONS"
            ]
    assert len(found) > 40
    return found


# What machines ask without a session, and the files that are the same for everybody.
_NO_PAGES = ("/api/", "/static/", "/health/", "/metrics")


def pages_of(desk: Desk) -> list[Known]:
    """Return what is for people: the pages, and what their forms and scripts ask."""
    return [known for known in routes(desk) if not known.path.startswith(_NO_PAGES)]


def filled(path: str) -> str:
    """Return an address of a route: 1 as number, "x" as anything else."""
    return _REST.sub("x", _NUMBERS.sub("1", path))
