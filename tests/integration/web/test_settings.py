"""The page of all settings: each is there, with what it holds and where that comes from."""

import html
import re
from pathlib import Path

import httpx
import pytest

from bot.settings import Settings
from bot.web.setting_words import ENVIRONMENT, GROUPS, SECRETS
from tests.integration.web.conftest import Desk, Owner
from tests.integration.web.platform_desk import platform_desk

ROW = re.compile(r"<div>\s*<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", re.DOTALL)
TAGS = re.compile(r"<[^>]*>|\s+")


def rows(page: str, card: str) -> dict[str, str]:
    """Return what a card of the page says, by what it says it of."""
    (_, rest) = html.unescape(page).split(f'id="{card}"')
    return {
        " ".join(TAGS.sub(" ", label.split("<span")[0]).split()): " ".join(
            TAGS.sub(" ", told).split()
        )
        for label, told in ROW.findall(rest.split("</section>")[0])
    }


def test_every_setting_there_is_has_its_words(desk: Desk):
    named = {f"{name}.{each}" for name, group in GROUPS.items() for each in group.settings}
    assert named == set(desk.services.choices.names())
    assert set(ENVIRONMENT) == set(Settings.model_fields)


def test_every_page_that_is_said_to_change_one_is_there(owner: Owner):
    pages = {group.page for group in GROUPS.values()} | {each.page for each in SECRETS.values()}
    pages |= {each.page for group in GROUPS.values() for each in group.settings.values()} - {""}
    for page in sorted(pages):
        assert owner.get(page).status_code == 200, page


def test_what_was_set_is_told_from_what_nobody_has_set(desk: Desk, owner: Owner):
    desk.do(lambda: desk.services.choices.set("hand_overs.untaken_min", 25))
    desk.do(lambda: desk.services.choices.set("business.hours", {"MO": [["09:00", "12:30"]]}))
    page = owner.get("/settings").text
    told = rows(page, "hand_overs")
    assert told["Told again after minutes"] == "25 set here"
    assert told["Given back after minutes"] == "30 as at first"
    assert told["Signed by"] == "the colleague's name as at first"
    hours = rows(page, "business")["Opening hours"]
    assert hours.startswith("Monday: 09:00-12:30 Tuesday: closed")
    assert hours.endswith("set here")


async def test_what_the_environment_fixes_is_shown_as_that_and_no_secret_with_it(tmp_path: Path):
    secret = "xoxb-of-the-environment-mark3x"
    async with platform_desk(
        tmp_path / "desk",
        slack_bot_token=secret,
        metrics_token="figures-mark4x",
        proxy_url="http://desk:mark5x@proxy.example:3128",
    ) as office:
        await office.app.services.backups.set_passphrase("walnut crust mark6x")
        page = (await office.get("/settings")).text
    told = rows(page, "environment")
    assert told["SLACK_BOT_TOKEN"] == "set fixed by the environment"
    assert told["DESKHAND_METRICS_TOKEN"] == "set fixed by the environment"
    assert told["DESKHAND_PROXY_URL"] == "http://…@proxy.example:3128 fixed by the environment"
    assert told["DESKHAND_PORT"] == "8700 as at first"
    assert told["DISCORD_BOT_TOKEN"] == "– not set"
    secrets = rows(page, "secrets")
    assert secrets["Slack's bot token"].startswith("set fixed by the environment")
    assert secrets["Slack's app token"].startswith("not set Change")
    assert secrets["Passphrase of backups"].startswith("set set here")
    assert not re.search(r"mark\dx", page)


async def test_a_first_value_says_from_which_variable_it_is(tmp_path: Path):
    async with platform_desk(tmp_path / "desk") as office:
        page = (await office.get("/settings")).text
        assert rows(page, "business")["Time zone"] == "UTC first value, from DESKHAND_TIMEZONE"
        await office.app.services.choices.set("business.zone", "Europe/Dublin")
        page = (await office.get("/settings")).text
        assert rows(page, "business")["Time zone"] == "Europe/Dublin set here"


def kept(desk: Desk) -> tuple[int, int]:
    choice = desk.services.retention.choice
    return choice.public_days, choice.staff_days


def test_words_are_kept_for_as_long_as_the_owner_says_and_less_only_when_they_are_sure(
    desk: Desk, owner: Owner
):
    owner.post("/settings/retention", public_days="120", staff_days="365")
    assert kept(desk) == (120, 365)
    asked = owner.post("/settings/retention", public_days="30", staff_days="400")
    assert asked.status_code == 200
    assert "is kept for 120 days. With 30, all that is older is emptied" in asked.text
    assert "all other rooms" not in asked.text
    assert kept(desk) == (120, 365)
    sure = {"public_days": "30", "staff_days": "400", "sure": "yes"}
    assert owner.post("/settings/retention", **sure).status_code == 303
    assert kept(desk) == (30, 400)


@pytest.mark.parametrize("days", ["", "0", "36501", "a week", "1.5"])
def test_what_is_no_number_of_days_is_told_beside_its_field(desk: Desk, owner: Owner, days: str):
    before = kept(desk)
    answer = owner.post("/settings/retention", public_days=days, staff_days="365", sure="yes")
    assert answer.status_code == 422
    assert 'aria-describedby="public_days-error"' in answer.text
    assert "Write days as a whole number from 1 to 36500." in answer.text
    assert kept(desk) == before


def test_nobody_else_sees_them(stranger: httpx.Client):
    assert stranger.get("/settings").status_code in {303, 401}
