"""Where people open the page, if that is elsewhere than where it listens."""

import ipaddress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from litestar import Request
from litestar.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class PageAddress:
    """The address that the environment names.

    Attributes:
        url: Such as https://desk.example; "" for none.
    """

    url: str = ""

    @property
    def host(self) -> str:
        """Return its name alone, "" where none is known."""
        return self._split.hostname or ""

    def link(self, request: Request[Any, Any, Any], path: str) -> str:
        """Return a link to one of our pages for somebody else to open, on their own computer.

        Args:
            request: Of who asks for it; they came by an address that leads here.
            path: With its query, from the slash on.
        """
        base = str(request.base_url) if self._is_here_alone else self.url
        return base.rstrip("/") + path

    def scheme(self, app: ASGIApp) -> ASGIApp:
        """Have requests for its name be as its scheme says, whether a proxy says so or not.

        By it links are made, and cookies that cross no unencrypted line.
        """

        async def asked(scope: Scope, receive: Receive, send: Send) -> None:
            if self._split.scheme == "https":
                hosts = [value.lower() for name, value in scope["headers"] if name == b"host"]
                if hosts == [self._split.netloc.encode()]:
                    scope["scheme"] = "https"
            await app(scope, receive, send)

        return asked

    @property
    def _split(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def _is_here_alone(self) -> bool:
        """Return whether it leads nowhere from another computer."""
        if self.host in {"", "localhost"}:
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


NO_ADDRESS = PageAddress()
