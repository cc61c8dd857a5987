"""One public web page by its address; nothing inside the house can be asked for."""

import hashlib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from knowledge.addresses import Resolve, is_public, resolved
from knowledge.errors import N_, UnreadableError
from knowledge.readers.entries import slug

MAX_BYTES = 10_000_000
MAX_REDIRECTS = 5
WAIT_S = 10.0  # for each answer on the wire
TOTAL_S = 40.0
MAX_NAME_CHARS = 70  # an id keeps 80
_PORTS = {"http": 80, "https": 443}
_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
}
_NO_ADDRESS = N_("This is no address of a web page: write it like https://example.com/faq.")
_NOT_OPEN = N_(
    "The way out is not open to {host}: add it to DESKHAND_WEB_HOSTS in the file .env beside"
    " compose.yaml, then run `docker compose up -d`; what is in your own network stays closed."
)
_MARK = "\ufeff"  # says that what follows is UTF-8


@dataclass(frozen=True, slots=True)
class Page:
    """What stood at an address.

    Attributes:
        name: For a reader: from the address asked for, with the ending of its kind.
        content: As a file of that kind holds it.
    """

    name: str
    content: bytes


class Fetcher:
    """Fetches pages from public addresses."""

    def __init__(
        self,
        *,
        proxy_url: str = "",
        resolve: Resolve = resolved,
        allowed: Callable[[str], bool] = is_public,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """Set up who may be asked.

        Args:
            proxy_url: A forward proxy through which all are asked. It alone sees to it that what is
                asked is public: here no name is looked up then. "": each is asked directly.
            resolve: Gives a host's addresses.
            allowed: Whether a numeric address may be connected to.
            trust: Whose certificates count; the system's by default.
        """
        self._proxy_url = proxy_url or None
        self._resolve = resolve
        self._allowed = allowed
        self._trust = trust

    def fetch(self, url: str) -> Page:
        """Return the page at an address, after at most MAX_REDIRECTS redirects.

        Blocks for up to TOTAL_S and the time that names take; a thread may call it.

        Raises:
            UnreadableError: The address is not one on the public web, nobody answers there, or
                what stands there is too large or of no kind that can be read.
        """
        until = time.monotonic() + TOTAL_S
        place = _parsed(url)
        for _ in range(MAX_REDIRECTS + 1):
            try:
                found = self._ask(place, until)
            except httpx.HTTPError as error:
                if _refused(error):
                    raise UnreadableError(_NOT_OPEN, host=place.host) from error
                raise UnreadableError(
                    "{host} does not answer: try the address in a browser first.", host=place.host
                ) from error
            if isinstance(found, Page):
                return Page(_name(url, found.name), found.content)
            place = found
        raise UnreadableError("The address only leads on to others: give the page's own.")

    def _ask(self, place: httpx.URL, until: float) -> Page | httpx.URL:
        """Return what stands at a place, or the place it leads on to."""
        asked = self._through_proxy(place) if self._proxy_url else self._checked(place)
        # Read only here: most starts fetch nothing.
        trust = self._trust or ssl.create_default_context()
        # A client of its own, since one keeps connections by address. No proxy but ours: it would
        # connect to where nobody looked.
        with (
            httpx.Client(
                verify=trust, timeout=WAIT_S, trust_env=False, proxy=self._proxy_url
            ) as client,
            client.stream(
                "GET",
                asked.copy_with(fragment=None),
                headers={
                    "Host": place.netloc.decode("ascii"),
                    "User-Agent": "Deskhand",
                    "Accept": ", ".join(_ENDINGS),
                    "Accept-Encoding": "identity",  # packed, it could be any size
                },
                extensions={"sni_hostname": place.raw_host.decode("ascii")},
            ) as response,
        ):
            if response.has_redirect_location:
                return _parsed(response.headers["location"], place)
            return _page(response, until)

    def _through_proxy(self, place: httpx.URL) -> httpx.URL:
        """Return what to ask the proxy for, which looks where the name leads."""
        if place.scheme != "https" or place.port is not None:
            raise UnreadableError(
                "Only encrypted pages can be reached from here, such as https://example.com/faq:"
                " save the page as a file and add that."
            )
        return place

    def _checked(self, place: httpx.URL) -> httpx.URL:
        """Return what to ask for: the address that was looked at, whatever the name says next.

        The name is for the certificate and the server.
        """
        port = place.port or _PORTS[place.scheme]
        addresses = self._resolve(place.raw_host.decode("ascii"), port)
        if not addresses:
            raise UnreadableError(
                "There is no {host}: check how the address is written.", host=place.host
            )
        if not all(self._allowed(address) for address in addresses):
            raise UnreadableError(
                "{host} is not on the public web: save its page as a file and add that.",
                host=place.host,
            )
        return place.copy_with(host=addresses[0])


def _refused(error: httpx.HTTPError) -> bool:
    """Return whether a proxy did not let a host be asked."""
    # Of the answer to CONNECT, httpx tells but its first line: "403 Forbidden".
    return isinstance(error, httpx.ProxyError) and str(error).startswith(
        str(httpx.codes.FORBIDDEN.value)
    )


def _parsed(url: str, base: httpx.URL | None = None) -> httpx.URL:
    try:
        place = base.join(url) if base else httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise UnreadableError(_NO_ADDRESS) from error
    if place.scheme not in _PORTS or not place.host or place.userinfo:
        raise UnreadableError(_NO_ADDRESS)
    return place


def _page(response: httpx.Response, until: float) -> Page:
    if response.status_code != httpx.codes.OK:
        raise UnreadableError(
            "The server answered {status} in place of the page: look at the address in a browser.",
            status=response.status_code,
        )
    kind, _, rest = response.headers.get("content-type", "").partition(";")
    ending = _ENDINGS.get(kind.strip().lower())
    if ending is None or response.headers.get("content-encoding", "identity") != "identity":
        raise UnreadableError(
            "What stands there is neither a web page nor text nor a PDF: "
            "save it as a file and add that."
        )
    content = b""
    for piece in response.iter_raw():
        content += piece
        if len(content) > MAX_BYTES:
            raise UnreadableError(
                "The page is over {most} MB: save it as a file and split it.",
                most=MAX_BYTES // 1_000_000,
            )
        if time.monotonic() > until:
            raise UnreadableError("The page comes too slowly: save it as a file and add that.")
    return Page(ending, content if ending == ".pdf" else _as_utf8(content, rest))


def _as_utf8(content: bytes, parameters: str) -> bytes:
    """Return a text in UTF-8 with its mark where the server says how it is written."""
    charset = parameters.partition("charset=")[2].partition(";")[0].strip("\"' ")
    try:
        return (
            (_MARK + content.decode(charset).removeprefix(_MARK)).encode() if charset else content
        )
    except (LookupError, UnicodeDecodeError):
        return content  # the page itself may say it better


def _name(url: str, ending: str) -> str:
    """Return a file's name for an address, another one for every address."""
    name = slug(url.partition("://")[2]).removesuffix(ending)
    if len(name) + len(ending) > MAX_NAME_CHARS:
        name = f"{name[:50]}-{hashlib.sha256(url.encode()).hexdigest()[:10]}"
    return f"{name}{ending}"
