"""Pages by address, over real sockets."""

import asyncio
import ssl
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from knowledge import fetching
from knowledge.addresses import is_public
from knowledge.errors import UnreadableError
from knowledge.fetching import Fetcher
from tests.fakes.forward_proxy import ForwardProxy

HOUSE = "127.0.0.1"  # stands for the public web in these tests
INSIDE = "127.0.0.2"  # and this for what no page may lead to


class Server(ThreadingHTTPServer):
    """Answers with `pages`: a path's status, headers and body; keeps who asked for what."""

    daemon_threads = True

    def __init__(self, address: str, trust: ssl.SSLContext | None = None) -> None:
        super().__init__((address, 0), Answer)
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str]] = []
        if trust:
            self.socket = trust.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def holds(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> None:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {"Content-Type": "text/html"} | told, body)


class Answer(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.headers["Host"], self.path))
        status, headers, body = self.server.pages[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[Server]:
    server = Server(HOUSE)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def inside() -> Iterator[Server]:
    server = Server(INSIDE)
    server.holds("/", b"secret")
    yield server
    server.shutdown()
    server.server_close()


def fetcher(*addresses: Sequence[str]) -> Fetcher:
    """A fetcher for which names have these addresses, one answer a question, the last for ever."""
    answers = list(addresses or [[HOUSE]])

    def resolve(host: str, _: int) -> Sequence[str]:
        if host.replace(".", "").isdigit():
            return [host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    return Fetcher(resolve=resolve, allowed=lambda address: address == HOUSE)


def test_a_page_comes_with_a_name_of_its_address_and_its_kind(web: Server):
    web.holds("/faq?a=1", "<p>Größe".encode("latin-1"), Content_Type="text/html; charset=latin-1")
    page = fetcher().fetch(f"http://shop.example:{web.server_port}/faq?a=1#top")
    assert page.content.decode("utf-8-sig") == "<p>Größe"
    assert page.name == f"shop.example-{web.server_port}-faq-a-1-top.html"
    assert web.asked == [(f"shop.example:{web.server_port}", "/faq?a=1")]


def test_a_pdf_and_a_text_are_taken_and_long_addresses_stay_apart(web: Server):
    web.holds("/menu.pdf", b"%PDF-1.7", Content_Type="application/pdf")
    here = f"http://shop.example:{web.server_port}/"
    assert fetcher().fetch(f"{here}menu.pdf").name.endswith("menu.pdf")
    names = set()
    for last in "ab":
        web.holds(f"/{'x' * 100}{last}", b"words", Content_Type="text/plain")
        names.add(fetcher().fetch(f"{here}{'x' * 100}{last}").name)
    assert len(names) == 2
    assert all(len(name) < 80 and name.endswith(".txt") for name in names)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://127.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f000001:{port}/",
        "http://0.0.0.0:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::ffff:7f00:1]:{port}/",
    ],
)
def test_this_computer_is_never_asked_however_its_address_is_written(url: str, web: Server):
    web.holds("/", b"secret")
    with pytest.raises(UnreadableError, match=r"not on the public web|There is no"):
        Fetcher().fetch(url.format(port=web.server_port))
    assert web.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
        "168.63.129.16", "224.0.0.1", "255.255.255.255", "0.0.0.0", "192.0.0.192", "198.18.0.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "fec0::1", "ff02::1",
        "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1",
        "2002:a00:1::1", "2001:0:a00:1::", "2001:db8::1", "words",
    ],
)  # fmt: skip
def test_addresses_that_are_nobody_s_on_the_web_are_told_apart(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07::1"])
def test_addresses_on_the_web_are_public(address: str):
    assert is_public(address)


def test_a_redirect_is_followed_but_never_inside(web: Server, inside: Server):
    here = f"http://shop.example:{web.server_port}"
    web.holds("/old", status=301, Location="/new")
    web.holds("/new", b"<p>Here")
    assert fetcher().fetch(f"{here}/old").content == b"<p>Here"
    web.holds("/trap", status=302, Location=f"http://{INSIDE}:{inside.server_port}/")
    with pytest.raises(UnreadableError, match=f"{INSIDE} is not on the public web"):
        fetcher().fetch(f"{here}/trap")
    assert inside.asked == []
    web.holds("/file", status=302, Location="file:///etc/passwd")
    with pytest.raises(UnreadableError, match="no address of a web page"):
        fetcher().fetch(f"{here}/file")


def test_a_name_that_changes_its_address_leads_nowhere_else(web: Server, inside: Server):
    web.holds("/", b"<p>Outside")
    moving = fetcher([HOUSE], [INSIDE])
    url = f"http://shop.example:{web.server_port}/"
    assert moving.fetch(url).content == b"<p>Outside"
    with pytest.raises(UnreadableError, match="not on the public web"):
        moving.fetch(url)
    with pytest.raises(UnreadableError, match="not on the public web"):
        fetcher([HOUSE, INSIDE]).fetch(url)
    assert inside.asked == []


@pytest.mark.parametrize("url", ["ftp://x.example/", "https://", "words", "http://a:b@x.example/"])
def test_what_is_no_web_address_is_said_to_be_none(url: str):
    with pytest.raises(UnreadableError, match="no address of a web page"):
        fetcher().fetch(url)


def test_what_cannot_be_taken_is_said_in_one_sentence(web: Server, monkeypatch: pytest.MonkeyPatch):
    here = f"http://shop.example:{web.server_port}"
    web.holds("/round", status=302, Location="/round")
    web.holds("/gone", status=404)
    web.holds("/photo", b"x", Content_Type="image/png")
    web.holds("/packed", b"x", Content_Encoding="gzip")
    web.holds("/large", bytes(fetching.MAX_BYTES + 1))
    web.holds("/slow", b"x")
    for path, said in (
        ("/round", "only leads on to others"),
        ("/gone", "answered 404"),
        ("/photo", "neither a web page nor text nor a PDF"),
        ("/packed", "neither a web page nor text nor a PDF"),
        ("/large", "over 10 MB"),
    ):
        with pytest.raises(UnreadableError, match=said):
            fetcher().fetch(here + path)
    assert len([path for _, path in web.asked if path == "/round"]) == fetching.MAX_REDIRECTS + 1
    monkeypatch.setattr(fetching, "TOTAL_S", -1.0)
    with pytest.raises(UnreadableError, match="too slowly"):
        fetcher().fetch(f"{here}/slow")
    with pytest.raises(UnreadableError, match=r"There is no nowhere\.example"):
        fetcher([]).fetch("http://nowhere.example/")
    with pytest.raises(UnreadableError, match=r"shop\.example does not answer"):
        fetcher().fetch("http://shop.example:1/")


def test_the_certificate_must_be_the_name_s_though_the_number_is_asked(tmp_path: Path):
    serving, trust = _certificate("shop.example", tmp_path)
    server = Server(HOUSE, serving)
    server.holds("/", b"<p>Sealed")
    careful = Fetcher(resolve=lambda *_: [HOUSE], allowed=lambda _: True, trust=trust)
    page = careful.fetch(f"https://shop.example:{server.server_port}/")
    assert page.content == b"<p>Sealed"
    assert server.asked == [(f"shop.example:{server.server_port}", "/")]
    with pytest.raises(UnreadableError, match=r"other\.example does not answer"):
        careful.fetch(f"https://other.example:{server.server_port}/")
    server.shutdown()
    server.server_close()


async def test_through_a_proxy_it_alone_looks_where_a_name_leads(tmp_path: Path):
    serving, trust = _certificate("shop.example", tmp_path)
    server = Server(HOUSE, serving)
    server.holds("/faq", status=302, Location="https://shop.example/new")
    server.holds("/new", b"<p>Through")
    server.holds("/away", status=302, Location="https://house.example/")
    server.holds("/open", status=302, Location="http://shop.example/")
    async with ForwardProxy(server.server_port) as proxy:
        proxy.refused = {"house.example"}
        # Nothing is looked up here: it would be refused.
        behind = Fetcher(
            proxy_url=proxy.url, resolve=lambda *_: [INSIDE], allowed=lambda _: False, trust=trust
        )

        async def fetched(path: str) -> bytes:
            return (await asyncio.to_thread(behind.fetch, f"https://shop.example{path}")).content

        assert await fetched("/faq") == b"<p>Through"
        with pytest.raises(UnreadableError, match=r"house\.example: add it to DESKHAND_WEB_HOSTS"):
            await fetched("/away")
        for path in ("/open", ":8443/new"):
            with pytest.raises(UnreadableError, match="Only encrypted pages"):
                await fetched(path)
    with pytest.raises(UnreadableError, match="does not answer"):
        await fetched("/faq")
    assert set(proxy.seen) == {"shop.example", "house.example"}
    assert {host for host, _ in server.asked} == {"shop.example"}
    server.shutdown()
    server.server_close()


def _certificate(host: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of this name shows, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    form, locked = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "both.pem").write_bytes(key.private_bytes(pem, form, locked) + made.public_bytes(pem))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "both.pem")
    trust = ssl.create_default_context(cadata=made.public_bytes(pem).decode())
    return serving, trust
