"""What is let out: to platforms while the bot has them open, to the web where the owner says so."""

import contextlib
from collections.abc import Iterator

import pytest

from tests.deploy.conftest import DISCORD, REACHED, REFUSED, SLACK, Stack

pytestmark = [pytest.mark.deploy, pytest.mark.timeout(1_800)]

OPENS_DISCORD = """
try:
    open("/open/discord", "w")
except OSError:
    print("OSError")
"""
FETCHES = """
import ssl
from knowledge.fetching import Fetcher
trust = ssl.create_default_context(cadata={!r})
print(Fetcher(proxy_url="http://egress:3128", trust=trust).fetch({!r}).content.decode("utf-8-sig"))
"""

# RFC 5737: an address that is nobody's, as good as a public one.
ELSEWHERE = "203.0.113.80"
WEB_HOST = "www.faq.example"
WEB = f"""{{
	admin off
	skip_install_trust
	storage file_system /certificates
}}
https://{WEB_HOST} {{
	tls internal
	header Content-Type "text/html; charset=utf-8"
	respond "<p>Read."
}}
"""


class Net:
    """The net outside, with one host in it; a name server says it is called as this net is."""

    name = "slack.com"
    _host = "deskhand-test-elsewhere"

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def begin(self) -> None:
        self._stack.docker("network", "create", "--subnet", "203.0.113.0/24", self.name)
        where = ("--network", self.name, "--ip", ELSEWHERE, "--network-alias", WEB_HOST)
        serve = f"printf %s '{WEB}' | caddy run --config - --adapter caddyfile"
        self._stack.docker(
            "run", "-d", "--init", "--name", self._host, "--tmpfs", "/certificates:mode=1777",
            "--env", "HOME=/tmp", *where, "deskhand-edge", "sh", "-c", serve,
        )  # fmt: skip
        self.connect(self._stack)

    def end(self) -> None:
        self._stack.docker("rm", "-f", self._host)
        with contextlib.suppress(AssertionError):  # A new container is not in it.
            self._stack.docker("network", "disconnect", "-f", self.name, self._egress())
        self._stack.docker("network", "rm", self.name)

    def connect(self, stack: Stack) -> None:
        """Have the way out lead here."""
        stack.docker("network", "connect", self.name, self._egress())

    def root(self) -> str:
        """Return whose certificates count here, as PEM."""
        path = "/certificates/pki/authorities/local/root.crt"
        return self._stack.docker("exec", self._host, "cat", path)

    def _egress(self) -> str:
        return self._stack.compose("ps", "-q", "egress").strip()


@pytest.fixture
def net(stack: Stack) -> Iterator[Net]:
    made = Net(stack)
    try:
        made.begin()
        yield made
    finally:
        made.end()


def test_the_bot_opens_what_the_image_lists_and_nothing_else(stack: Stack):
    named = ("slack", "web", "pypi.org", ".", "*")
    change = "from pathlib import Path\nfor name in {}: Path('/open', name).{}"
    stack.inside("deskhand", change.format(named, "touch()"))
    assert stack.tunnels(SLACK)[0] in REACHED
    assert stack.tunnels(DISCORD, "pypi.org:443", "evil-slack.com:443") == [REFUSED] * 3
    assert stack.inside("egress", OPENS_DISCORD) == "OSError\n"
    stack.inside("deskhand", change.format(named, "is_file() and Path('/open', name).unlink()"))
    assert stack.tunnels(SLACK) == [REFUSED]


def test_whose_reverse_name_is_a_platforms_is_no_platform(stack: Stack, net: Net):
    stack.inside("deskhand", "open('/open/slack', 'w')")
    told = f"import socket; print(socket.gethostbyaddr('{ELSEWHERE}')[0])"
    assert stack.inside("egress", told).endswith(f".{net.name}\n")
    assert stack.tunnels(f"{ELSEWHERE}:443") == [REFUSED]
    stack.inside("deskhand", "import os; os.unlink('/open/slack')")


def test_a_page_of_the_web_is_read_where_the_owner_named_its_host(stack: Stack, net: Net):
    page = f"https://{WEB_HOST}/faq"
    stack.deskhand("settings", "set", "knowledge.web_pages", "true")
    with pytest.raises(AssertionError, match=f"not open to {WEB_HOST}: add it to DESKHAND_WEB_HOS"):
        stack.deskhand("knowledge", "add", page)
    # A host of the house that is named is in the house all the same.
    stack.environment["DESKHAND_WEB_HOSTS"] = f"https://{WEB_HOST}/ deskhand"
    stack.compose("up", "-d", "--wait", "egress")
    net.connect(stack)
    assert stack.inside("egress", "print(open('/log/web-hosts').read())").split() == [
        "deskhand",
        WEB_HOST,
    ]
    assert stack.tunnels("deskhand:443", "pypi.org:443") == [REFUSED] * 2
    assert stack.inside("deskhand", FETCHES.format(net.root(), page)) == "<p>Read.\n"
    stack.environment["DESKHAND_WEB_HOSTS"] = ""
    stack.compose("up", "-d", "--wait", "egress")
    assert stack.tunnels(f"{WEB_HOST}:443") == [REFUSED]
