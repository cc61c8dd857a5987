"""Connecting a platform on the page: tokens are tried, kept, and never seen again."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.data_dir import DataDirectory
from bot.inbox.platforms import State
from bot.people.choices import RoomChoice, Speaks
from bot.storage.secrets import SecretRows
from connectors.errors import ConnectorError
from knowledge.documents import Audience
from tests.fakes.platform import NARROW, REFUSED, Town, room
from tests.integration.web.platform_desk import (
    APP_TOKEN,
    BOT_TOKEN,
    PlatformDesk,
    chosen,
    platform_desk,
)
from tests.integration.web.test_strangers_words import ATTACK, assert_harmless


@pytest.fixture
def town() -> Town:
    return Town(
        "slack",
        [
            room("slack", "C1", "counter"),
            room("slack", "C2", "kitchen", private=True),
            room("slack", "D1", "Ann's own", direct=True),
        ],
    )


@pytest.fixture
async def office(tmp_path: Path, town: Town) -> AsyncIterator[PlatformDesk]:
    async with platform_desk(tmp_path / "desk", town, Town("discord")) as running:
        yield running


async def test_tokens_come_back_in_no_answer_and_in_no_log(
    office: PlatformDesk, town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    refused = await office.connect("xoxb-wrong-mark3x")
    assert refused.status_code == 422
    assert REFUSED in refused.text
    await office.connect("xoxb-narrow-mark4x")
    await office.connect("xapp-swapped-mark5x", "xoxb-swapped-mark6x")
    await office.connect("xoxb- spaced-mark7x\t")
    await office.connected()
    town.problem = ConnectorError(f"Something with {BOT_TOKEN} and {APP_TOKEN}.")
    for path in (
        "/platforms",
        "/platforms/slack",
        "/platforms/slack/state",
        "/platforms/slack/forget",
        "/overview/health?fresh",
        "/health/ready",
    ):
        if "health" in path:
            town.problem = None
        assert (await office.get(path)).status_code in {200, 503}, path
    await office.post("/platforms/slack/choices", owners="@ann", slack_bot_token=BOT_TOKEN)
    everything = "\n".join(office.seen) + caplog.text
    for number in range(1, 8):
        assert f"mark{number}x" not in everything
    files = [path for path in (tmp_path / "desk").iterdir() if path.is_file()]
    assert not [path for path in files if b"of-the-bakery" in path.read_bytes()]


async def test_a_refused_token_leaves_what_was_stored_before(office: PlatformDesk):
    await office.connected()
    assert (await office.connect("xoxb-wrong")).status_code == 422
    assert (await office.app.platforms.tokens("slack"))["slack_bot_token"] == BOT_TOKEN


async def test_a_field_left_empty_keeps_its_token(office: PlatformDesk):
    await office.connected()
    assert (await office.connect("xoxb-another", "")).status_code == 303
    tokens = await office.app.platforms.tokens("slack")
    assert tokens == {"slack_bot_token": "xoxb-another", "slack_app_token": APP_TOKEN}


async def test_a_missing_token_is_asked_for_beside_its_field(office: PlatformDesk):
    page = await office.connect(BOT_TOKEN, "")
    assert page.status_code == 422
    assert 'id="slack_app_token-error"' in page.text
    assert 'id="slack_bot_token-error"' not in page.text


async def test_a_token_that_only_lacks_a_permission_is_kept_when_there_is_nothing_better(
    office: PlatformDesk,
):
    page = await office.post("/platforms/discord", discord_bot_token="MTIzNDU2Nzg5.narrow.x")
    assert page.status_code == 303
    page = await office.get("/platforms/discord")
    assert NARROW in page.text
    # The token begins with the application's id, which the invite link needs.
    assert "client_id=123456789" in page.text
    await office.connected()
    page = await office.connect("xoxb-narrow")
    assert page.status_code == 422
    assert NARROW in page.text
    assert (await office.app.platforms.tokens("slack"))["slack_bot_token"] == BOT_TOKEN


async def test_a_new_token_is_taken_up_without_a_restart(office: PlatformDesk, town: Town):
    await office.connected()
    first = office.app.platforms.connected("slack")
    await office.connect("xoxb-another")
    await office.until(lambda: office.app.platforms.connected("slack") not in {None, first})
    page = await office.get("/platforms/slack")
    assert "Signed in as Deskhand in Crumb &amp; Co." in page.text


async def test_tokens_are_forgotten_and_the_platform_let_go(office: PlatformDesk):
    await office.connected()
    await office.post("/platforms/slack/forget")
    await office.until_slack_is(State.UNSET)
    assert not any((await office.app.platforms.tokens("slack")).values())
    assert "Not set up yet" in (await office.get("/platforms/slack")).text


async def test_what_the_environment_gives_is_shown_as_such_and_cannot_be_changed(
    tmp_path: Path, town: Town
):
    given = {"SLACK_BOT_TOKEN": BOT_TOKEN}
    async with platform_desk(tmp_path / "desk", town, **given) as office:
        page = (await office.get("/platforms/slack")).text
        assert "<code>SLACK_BOT_TOKEN</code>" in page
        assert 'name="slack_bot_token"' not in page
        assert 'name="slack_app_token"' in page
        assert (await office.connect("xoxb-typed", APP_TOKEN)).status_code == 303
        key = DataDirectory(tmp_path / "desk").secret_key()
        stored = await SecretRows(office.app.database, key=key).all()
        assert stored == {"slack_app_token": APP_TOKEN}
        await office.post("/platforms/slack/forget")
        tokens = await office.app.platforms.tokens("slack")
        assert tokens == {"slack_bot_token": BOT_TOKEN, "slack_app_token": ""}
        assert BOT_TOKEN not in "".join(office.seen)


async def test_rooms_are_listed_without_direct_messages_and_kept_as_chosen(office: PlatformDesk):
    await office.connected()
    page = (await office.get("/platforms/slack")).text
    assert "kitchen" in page
    assert "Ann&#39;s own" not in page
    assert chosen(page, "audience-C2") == "public"
    answer = await office.post(
        "/platforms/slack/choices",
        **{"audience-C2": "staff", "speaks-C2": "sure", "audience-C1": "public"},
        staff_room="C2",
        owner_room="C1",
        owners="U01ANN, U02BEA",
        bots="B03PRINTER",
    )
    assert answer.status_code == 303
    choice = office.app.services.choices.platform("slack")
    assert choice.rooms == {"C2": RoomChoice(audience=Audience.STAFF, speaks=Speaks.SURE)}
    assert (choice.owners, choice.bots) == (("U01ANN", "U02BEA"), ("B03PRINTER",))
    assert (choice.staff_room, choice.owner_room, choice.on) == ("C2", "C1", True)


async def test_rooms_that_are_not_seen_any_more_stay_as_chosen(office: PlatformDesk, town: Town):
    await office.connected()
    await office.get("/platforms/slack")
    await office.post("/platforms/slack/choices", **{"audience-C2": "staff"}, owner_room="C2")
    town.rooms = town.rooms[:1]
    page = await office.page_with("not seen just now")
    assert chosen(page, "audience-C2") == "staff"
    assert chosen(page, "owner_room") == "C2"


async def test_the_form_is_usable_while_the_platform_does_not_tell_its_rooms(
    office: PlatformDesk, town: Town
):
    await office.connected()
    await office.post("/platforms/slack/choices", **{"audience-C2": "staff"})
    await office.page_with("kitchen")
    town.problem = ConnectorError("Slack is away for lunch.")
    page = await office.page_with("Slack is away for lunch.")
    assert "kitchen" in page, "what it told last is still known"
    assert chosen(page, "audience-C2") == "staff"
    assert (await office.post("/platforms/slack/choices", staff="U01ANN")).status_code == 303
    choice = office.app.services.choices.platform("slack")
    assert choice.staff == ("U01ANN",)
    assert choice.rooms["C2"].audience is Audience.STAFF


async def test_the_team_s_room_must_be_the_team_s(office: PlatformDesk):
    page = await office.post("/platforms/slack/choices", staff_room="C1")
    assert page.status_code == 422
    assert 'id="staff_room-error"' in page.text
    assert office.app.services.choices.platform("slack").staff_room == ""


async def test_hundreds_of_rooms_fit_into_the_form_and_each_is_found(
    office: PlatformDesk, town: Town
):
    town.rooms += [room("slack", f"R{number}", f"room {number}") for number in range(300)]
    await office.connected()
    page = (await office.get("/platforms/slack")).text
    fields = page.count("<select name=") + page.count("<input") + page.count("<textarea")
    assert fields < 190
    assert 'name="audience-R299"' not in page
    found = (await office.get("/platforms/slack?find=ROOM+299")).text
    assert 'name="audience-R299"' in found
    assert 'name="audience-R1"' not in found
    await office.post("/platforms/slack/choices", **{"audience-R299": "staff"})
    page = await office.page_with('name="audience-R299"')
    assert chosen(page, "audience-R299") == "staff"
    await office.post("/platforms/slack/choices", **{"audience-C1": "staff"})
    assert set(office.app.services.choices.platform("slack").rooms) == {"R299", "C1"}


async def test_a_value_that_is_not_offered_is_said_beside_its_room(office: PlatformDesk):
    await office.connected()
    await office.get("/platforms/slack")
    page = await office.post("/platforms/slack/choices", **{"audience-C1": "everybody?"})
    assert page.status_code == 422
    assert '<p class="error">Input should be' in page.text


async def test_manners_that_do_not_fit_are_said_beside_the_field(office: PlatformDesk):
    page = await office.post(
        "/platforms", introduction="A  machine.", late_after_min="2000", answers_missed_h="x"
    )
    assert page.status_code == 422
    assert 'id="answers_missed_h-error"' in page.text
    page = await office.post("/platforms", late_after_min="2000", answers_missed_h="10")
    assert 'id="late_after_min-error"' in page.text
    await office.post(
        "/platforms", introduction="A  machine.", late_after_min="20", answers_missed_h="10"
    )
    assert office.app.services.choices.manners.introduction == "A machine."


async def test_switching_off_lets_the_platform_go_and_on_takes_it_up(office: PlatformDesk):
    await office.connected()
    answer = await office.post("/platforms/slack/switch", on="", back="all")
    assert answer.headers["location"] == "/platforms?said=switched-off"
    await office.until_slack_is(State.OFF)
    assert office.app.platforms.connected("slack") is None
    await office.post("/platforms/slack/switch", on="yes")
    await office.until_slack_is(State.ON)


async def test_names_of_people_and_rooms_are_shown_as_text(office: PlatformDesk, town: Town):
    town.rooms.append(room("slack", "C9", ATTACK))
    town.signed_in_as = ATTACK
    await office.connected()
    town.problem = None
    for path in ("/platforms", "/platforms/slack", f"/platforms/slack?find={ATTACK}"):
        page = await office.get(path)
        assert page.status_code == 200
        assert_harmless(page.text)
    page = await office.post(
        "/platforms/slack/choices", owners=ATTACK, **{f"audience-{ATTACK}": "x"}
    )
    assert_harmless(page.text)


async def test_there_are_no_other_platforms(office: PlatformDesk):
    assert (await office.get("/platforms/telegram")).status_code == 404
    assert (await office.get("/platforms/telegram/forget")).status_code == 404
    assert (await office.post("/platforms/telegram", token="x")).status_code == 404
    assert (await office.post("/platforms/model/switch", on="")).status_code == 404


async def test_every_form_wants_the_session_s_token(office: PlatformDesk):
    for path in ("", "/slack", "/slack/choices", "/slack/switch", "/slack/again", "/slack/forget"):
        answer = await office.client.post(f"/platforms{path}", data={"csrf": "0" * 64})
        assert answer.status_code == 403, path


async def test_of_tokens_and_of_the_switch_the_log_of_changes_tells_but_no_token(
    office: PlatformDesk,
):
    await office.connected()
    await office.post("/platforms/slack/switch", on="no")
    await office.post("/platforms/slack/forget")
    told = [
        (each.name, each.what, each.subject, dict(each.was), dict(each.became))
        for each in reversed(await office.app.services.changes.newest(limit=9))
    ]
    assert told == [
        ("owner", "secret", "slack_bot_token", {}, {"state": "set"}),
        ("owner", "secret", "slack_app_token", {}, {"state": "set"}),
        ("owner", "setting", "slack", {"on": "yes"}, {"on": "no"}),
        ("owner", "secret", "slack_bot_token", {}, {"state": "forgotten"}),
        ("owner", "secret", "slack_app_token", {}, {"state": "forgotten"}),
    ]
    page = (await office.get("/changes")).text
    assert "bot token" in page
    assert "mark1x" not in page
    assert "mark2x" not in page
