"""What each part may do, and where it can get: tried from inside and outside."""

import json

import httpx
import pytest

from tests.deploy.conftest import DISCORD, REACHED, REFUSED, SLACK, Stack, wait_until

pytestmark = [pytest.mark.deploy, pytest.mark.timeout(1_800)]

PARTS = {"deskhand", "egress", "ollama", "ollama-pull", "page"}
# Each line it prints is a way out that was found.
TRIES = """
import http.client, socket
socket.setdefaulttimeout(4)
def tried(name, way):
    try:
        way()
    except (OSError, ValueError):
        return
    print(name)
def tunnel(to):
    connection = http.client.HTTPConnection("egress", 3128, timeout=8)
    connection.request("CONNECT", to)
    if connection.getresponse().status == 403:
        raise OSError
def asked():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as name_server:
        name_server.connect(("1.1.1.1", 53))
        name_server.send(bytes(12))
        name_server.recv(512)
tried("a name", lambda: socket.create_connection(("pypi.org", 443)))
tried("the DNS", lambda: socket.getaddrinfo("slack.com", 443))
tried("a name server", asked)
tried("an address", lambda: socket.create_connection(("1.1.1.1", 443)))
tried("the computer", lambda: socket.create_connection((GATEWAY, 22)))
for to in ("pypi.org:443", "1.1.1.1:443", "evil-slack.com:443", "slack.com.evil.example:443",
           "slack.com:443", "discord.com:443", "slack.com:80", "slack.com:22",
           "169.254.169.254:443", "ollama:11434"):
    tried(f"a tunnel to {to}", lambda: tunnel(to))
"""


def gateway(stack: Stack, network: str) -> str:
    found = json.loads(stack.docker("network", "inspect", f"deskhand-test_{network}"))
    return str(found[0]["IPAM"]["Config"][0]["Gateway"])


def test_every_part_is_locked_down(stack: Stack):
    parts = stack.parts()
    assert set(parts) == PARTS
    for part in parts.values():
        host, config = part["HostConfig"], part["Config"]
        assert config["User"].partition(":")[0] in {"10001", "10002"}
        assert host["ReadonlyRootfs"]
        assert host["CapDrop"] == ["ALL"]
        assert not host["CapAdd"]
        assert host["SecurityOpt"] == ["no-new-privileges:true"]
        assert not host["Privileged"]
        assert host["Memory"] > 0
        assert host["PidsLimit"] > 0
        assert host["RestartPolicy"]["Name"] == "unless-stopped"
        assert host["LogConfig"]["Config"] == {"max-file": "3", "max-size": "10m"}


def test_it_is_so_inside_too(stack: Stack):
    program = """
import os
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(os.getuid(), status["CapEff"].strip(), status["NoNewPrivs"].strip())
try:
    open("/app/x", "w")
except OSError as error:
    print(type(error).__name__)
"""
    assert stack.inside("deskhand", program).split() == ["10001", "0" * 16, "1", "OSError"]


def test_nothing_is_published_but_the_page_and_that_on_this_computer_only(stack: Stack):
    published = {
        name: [
            (bound["HostIp"], bound["HostPort"])
            for bounds in part["NetworkSettings"]["Ports"].values()
            for bound in bounds or []
        ]
        for name, part in stack.parts().items()
    }
    assert published.pop("page") == [("127.0.0.1", str(stack.port))]
    assert not any(published.values())
    assert httpx.get(f"{stack.url}/health/live").json() == {"live": True}


def test_the_bot_reaches_no_host_that_is_not_on_the_list(stack: Stack):
    found = stack.inside("deskhand", f"GATEWAY = {gateway(stack, 'model')!r}\n{TRIES}")
    assert found == ""


def test_the_model_reaches_nothing_and_not_the_way_out_either(stack: Stack):
    found = stack.inside("ollama", f"GATEWAY = {gateway(stack, 'model')!r}\n{TRIES}")
    assert found == ""


def test_tokens_from_files_reach_the_bot_and_show_nowhere(stack: Stack):
    tokens = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "discord_bot_token": "d.1"}
    tokens = {name: f"{token}-of-this-office" for name, token in tokens.items()}
    for name, token in tokens.items():
        (stack.secrets / name).write_text(token)
        (stack.secrets / name).chmod(0o644)
    # Not well until the platforms can be reached, and it runs all the same.
    stack.compose("up", "-d", over="compose.secrets.yaml")
    stack.wait_live()
    wait_until(lambda: set(stack.tunnels(SLACK, DISCORD)) <= REACHED, "There is no way out.")
    known = stack.inside("deskhand", "from bot.settings import load; print(load().tokens)")
    key = stack.inside("deskhand", "print(open('/data/secret.key').read())").strip()
    shown = "".join(
        (
            json.dumps(stack.parts()),
            stack.compose("logs", "--no-color"),
            stack.docker("history", "--no-trunc", "deskhand"),
            stack.docker("history", "--no-trunc", "deskhand-edge"),
        )
    )
    for secret in tokens.values():
        assert secret in known
    for secret in (*tokens.values(), key):
        assert secret not in shown
    # Without them nothing is let out any more.
    stack.compose("up", "-d")
    wait_until(lambda: set(stack.tunnels(SLACK, DISCORD)) == {REFUSED}, "The way out is open.")
