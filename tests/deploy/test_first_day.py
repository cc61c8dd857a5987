"""From nothing to the first right answer, and everything still there after a stop."""

import hashlib
import json

import pytest
from playwright.sync_api import Browser, expect

from tests.deploy.conftest import ROOT, Stack
from tests.page.conftest import set_up, sign_in, wide

pytestmark = [pytest.mark.deploy, pytest.mark.timeout(1_800)]

QUESTION = "are you open on sundays?"
ANSWER = "From 8:30 to 13:00."


def ask(browser: Browser, stack: Stack) -> None:
    page = wide(browser).new_page()
    if stack.owned:
        sign_in(page, stack)
    else:
        set_up(page, stack)
        page.goto(f"{stack.url}/knowledge/add")
        page.get_by_label("Question", exact=True).fill("Are you open on Sundays?")
        page.get_by_label("Answer", exact=True).fill(ANSWER)
        page.get_by_label("Everybody").check()
        page.get_by_role("button", name="Save").click()
    page.goto(f"{stack.url}/test-chat")
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".bubble.said").last).to_contain_text(ANSWER)


def promises(stack: Stack) -> list[str]:
    return [each["subject"] for each in json.loads(stack.deskhand("followups", "list", "--json"))]


def test_what_was_set_up_answered_and_promised_is_there_after_a_stop(
    stack: Stack, browser: Browser
):
    ask(browser, stack)
    said = json.loads(stack.deskhand("ask", "remind me in 3 days to call the mill", "--json"))
    assert said["kind"] == "action"
    stack.compose("down")
    stack.up("up again")
    ask(browser, stack)
    assert promises(stack) == ["call the mill"]


def test_the_image_holds_the_code_of_this_checkout(stack: Stack):
    program = """
import hashlib, bot
from pathlib import Path
folder = Path(bot.__file__).parents[1]
for name in ("bot", "connectors", "knowledge"):
    for path in sorted((folder / name).rglob("*.py")):
        print(path.relative_to(folder), hashlib.sha256(path.read_bytes()).hexdigest())
"""
    inside = dict(line.split() for line in stack.inside("deskhand", program).splitlines())
    here = {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("bot", "connectors", "knowledge")
        for path in (ROOT / name).rglob("*.py")
    }
    migrations = {name for name in inside if name.startswith("bot/_migrations/")}
    assert {name: inside[name] for name in inside.keys() - migrations} == here


def test_each_image_lists_what_is_inside(stack: Stack):
    program = """
import json, re
from importlib.metadata import distributions
listed = {each["name"] for each in json.load(open("/inside.cdx.json"))["components"]}
installed = {re.sub("[-_.]+", "-", each.name).lower() for each in distributions()}
print(*WANTED)
"""
    unlisted = program.replace("WANTED", "installed - listed")
    assert stack.inside("deskhand", unlisted) == "deskhand\n"
    listed = program.replace("WANTED", "listed")
    assert {"python", "libc6", "tesseract-ocr"} <= set(stack.inside("deskhand", listed).split())
    assert {"python", "caddy", "squid-openssl"} <= set(stack.inside("egress", listed).split())
