"""What the owner types at the page or in the terminal: for whom it is, where it comes, by when."""

import pytest

from bot.domain.people import Role
from bot.followups.everywhere import SeveralPlatformsError
from bot.followups.receivers import OutOfReachError, ReceiverError, RoomUnknownError
from bot.inbox.talk import room_address
from bot.storage.people import PersonRows
from bot.wishes.refusals import nobody
from bot.wishes.typed import OnlyInChatError
from connectors.messages import Author
from tests.scenario.reminded_team import BEN, KITCHEN, Team, team

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
async def office(town, tmp_path):
    async with team(town, tmp_path, zone="America/New_York") as office:
        yield office


async def typed(office: Team, text: str):
    services = office.app.services
    zone = services.calendar().zone
    understood = await services.typed.understand(text, now=office.clock(), zone=zone)
    return await services.typed.promise(understood, zone, room_address("page", Role.OWNER))


async def refused(office: Team, text: str, kind: type[ReceiverError]) -> str:
    with pytest.raises(kind) as caught:
        await typed(office, text)
    assert await office.waiting() == []
    return nobody(caught.value, office.app.services.phrasebook)


async def test_who_is_named_is_reminded_on_their_platform_and_told_it_comes_from_the_office(office):
    promised = await typed(office, "remind Ben on Friday at 9 to call the supplier")
    assert (promised.subject, promised.zone) == ("call the supplier", "America/New_York")
    await typed(office, "remind #kitchen on Friday at 9 to clean the oven")
    direct, room = await office.due(2)
    assert (direct.address.channel, direct.text) == (
        "DBEN",
        "Ben, a reminder from the office: call the supplier",
    )
    assert (room.address.channel, room.text) == (
        KITCHEN,
        "Reminder from the office: clean the oven",
    )


async def test_what_is_said_only_if_nobody_answers_is_left_to_a_chat(office):
    with pytest.raises(OnlyInChatError):
        await typed(office, "if nobody has answered Ann by 3 pm, remind Ben to call her")
    assert await office.waiting() == []


async def test_by_a_day_warns_before_it_and_comes_once_more_on_it(office):
    promised = await typed(office, "remind Ben by Friday to order flour")
    assert promised.subject == "order flour (by Friday, 27 November 2026)"
    assert (promised.due_at.day, promised.limit_at.day) == (26, 27)
    own = await typed(office, "call the miller by Friday")
    assert (own.receiver, own.limit_at) == (None, promised.limit_at)


async def test_who_cannot_be_meant_or_reached_is_told_and_nothing_is_promised(office):
    told = await refused(office, "remind Zed tomorrow at 9 to sweep", ReceiverError)
    assert "I know no colleague called Zed" in told
    told = await refused(office, "remind Dan Ash tomorrow at 9 to sweep", OutOfReachError)
    assert "I can't reach Dan Ash" in told
    told = await refused(office, "remind #cellar tomorrow at 9 to sweep", RoomUnknownError)
    assert "no room called #cellar" in told
    # With a room of the team's, it is said there by name.
    await office.app.services.choices.set("slack.staff_room", KITCHEN)
    assert (await typed(office, "remind Dan Ash tomorrow at 9 to sweep")).address.channel == KITCHEN


async def test_a_name_on_two_platforms_is_asked_about_and_the_platform_behind_it_tells(office):
    await office.app.services.choices.set("local.staff_room", "counter")
    await PersonRows(office.app.database).ensure("local", Author("staff:Ben", BEN, role="staff"))
    wish = "remind {} tomorrow at 9 to sweep"
    told = await refused(office, wish.format("Ben"), SeveralPlatformsError)
    assert told == (
        "More than one is called Ben: Slack and Local. Write which you mean, like this:"
        " Ben (Slack)."
    )
    promised = await typed(office, wish.format("Ben (Local)"))
    assert (promised.address.platform, promised.subject) == ("local", "sweep")
