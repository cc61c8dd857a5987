"""Reminders for a colleague or a room: who may have whom reminded, where it comes, who stops it."""

import pytest

from bot.domain.followups import FollowUpState
from connectors.errors import ConnectorError
from tests.fakes.platform import Town
from tests.scenario.reminded_team import BEN, CUSTOMER, KITCHEN, SHOP, Team, team

pytestmark = pytest.mark.usefixtures("quick")

FRIDAY = "Friday, 27 November 2026, 09:00"
WISH = "remind Ben on Friday at 9 to call the supplier"


@pytest.fixture
async def office(town, tmp_path):
    async with team(town, tmp_path) as office:
        yield office


async def state(office: Team, number: int = 1) -> FollowUpState:
    return (await office.follow_ups.get(number)).state


async def test_a_colleague_is_written_to_directly_and_told_who_asked_for_it(office):
    answer = await office.asks(WISH)
    assert answer.text.startswith(
        f"Reminder for Ben set: call the supplier, {FRIDAY} (no. 1). I'll write it to Ben directly."
    )
    assert [each.label for each in answer.buttons] == ["Cancel the reminder"]
    [post] = await office.due()
    assert post.address.channel == "DBEN"
    assert post.text == "Ben, a reminder from Ann: call the supplier"


async def test_who_has_no_direct_conversation_is_named_where_it_was_asked(office):
    answer = await office.asks("remind @Dan Ash tomorrow at 9 to sweep")
    assert "I have no direct conversation with Dan Ash yet." in answer.text
    [post] = await office.due()
    assert post.address.channel == SHOP
    assert post.text == "Dan Ash, a reminder from Ann: sweep"
    # In Ann's direct message with the bot, Dan would never read it.
    answer = await office.asks("remind @Dan Ash tomorrow at 9 to sweep", channel="DANN")
    assert "I can't reach Dan Ash" in answer.text
    assert await office.waiting() == []


async def test_a_room_of_the_team_s_is_reminded_again_and_again_until_one_of_them_stops_it(office):
    answer = await office.asks("remind #kitchen every Monday at 8 to clean the oven")
    assert answer.text.startswith(
        "Reminder for #kitchen set: clean the oven, every week on Monday, next on Monday,"
        " 30 November 2026, 08:00 (no. 1)"
    )
    [post] = await office.due()
    assert (post.address.channel, post.text) == (
        KITCHEN,
        "Reminder from Ann: clean the oven",
    )
    stop = "Cancel the reminder"
    assert "You have no open reminder" in await office.presses(stop, post, author=CUSTOMER)
    assert await state(office) is FollowUpState.PENDING
    assert "Cancelled: clean the oven" in await office.presses(stop, post, author=BEN)
    assert await state(office) is FollowUpState.CANCELLED


async def test_a_room_is_closed_to_who_has_never_written_there_and_an_unknown_one_is_said_to_be(
    office,
):
    wish = "remind #safe tomorrow at 9 to count the change"
    assert "I don't know whether you may write in #safe." in (await office.asks(wish)).text
    assert (
        "I am in no room called #cellar."
        in (await office.asks("remind #cellar tomorrow at 9 to count")).text
    )
    assert await office.waiting() == []
    await office.asks("hello", channel="CSAFE")
    assert "Reminder for #safe set" in (await office.asks(wish)).text


async def test_a_name_that_fits_two_is_asked_about_and_the_button_decides(office):
    asked = await office.asks("remind Dan tomorrow at 9 to sweep")
    assert asked.text.startswith("Whom do you mean: Dan Ash or Dan Miller?")
    assert [each.label for each in asked.buttons] == ["Dan Ash", "Dan Miller"]
    assert await office.waiting() == []
    assert await office.presses("Dan Miller", asked, author=BEN) == "I can't do that for you here."
    said = [await office.presses("Dan Miller", asked) for _ in range(2)]
    assert said[0] == said[1]
    assert "Reminder for Dan Miller set: sweep, Wednesday, 25 November 2026, 09:00" in said[0]
    [promised] = await office.waiting()
    assert promised.receiver.name == "Dan Miller"


async def test_a_question_whom_or_when_is_answered_in_words_too(office):
    asked = await office.asks("remind Dan to sweep")
    assert "Whom do you mean" in asked.text
    assert "When shall I remind you?" in (await office.asks("Dan Ash")).text
    assert "Reminder for Dan Ash set: sweep" in (await office.asks("tomorrow at 9")).text
    # Anything else is a message of its own.
    await office.asks("remind Dan tomorrow at 9 to sweep")
    assert "I don't know that" in (await office.asks("do you sell bicycles?")).text
    assert len(await office.waiting()) == 1


async def test_a_name_that_fits_nobody_is_asked_about_with_the_closest_first(office):
    asked = await office.asks("remind Benn tomorrow at 9 to sweep")
    assert "I know no colleague called Benn" in asked.text
    assert asked.buttons[0].label == BEN
    assert await office.waiting() == []
    assert "Reminder for Ben set: sweep" in await office.presses(BEN, asked)


async def test_a_customer_has_nobody_but_themselves_reminded(office):
    for wish in (WISH, "remind #kitchen tomorrow at 9 to bake", "remind Nobody tomorrow to bake"):
        answer = await office.asks(wish, author=CUSTOMER)
        assert answer.text.startswith("I can remind only you yourself.")
        assert answer.buttons == ()
    assert await office.waiting() == []


async def test_who_is_reminded_sees_to_it_and_nobody_else_does(office):
    await office.asks(WISH)
    [post] = await office.due()
    assert "You have no open reminder" in await office.presses("Done", post, author="Dan Ash")
    assert await office.presses("Done", post, author=BEN) == "Done: call the supplier"
    await office.asks("remind Ben tomorrow at 9 to call the miller")
    assert "call the miller" in (await office.asks("my reminders", author=BEN, channel="DBEN")).text
    assert "Cancelled" in (await office.asks("cancel reminder 2", author=BEN, channel="DBEN")).text
    assert await office.waiting() == []


async def test_in_german_the_wish_and_the_reminder_are_german(office):
    answer = await office.asks("Erinnere Ben am Freitag um 9 Uhr daran, den Ofen zu putzen")
    assert "Erinnerung für Ben gesetzt: den Ofen zu putzen, Freitag, 27. November" in answer.text
    [post] = await office.due()
    assert post.text == "Ben, eine Erinnerung von Ann: den Ofen zu putzen"


async def test_who_asks_for_themselves_by_name_is_reminded_like_anybody(office):
    answer = await office.asks("remind Ann on Friday at 9 to call the supplier")
    assert answer.text.startswith(f"Reminder set: call the supplier, {FRIDAY}")


async def test_while_the_rooms_cannot_be_looked_up_nothing_is_promised(office):
    async def away(_platform: str) -> list[object]:
        raise ConnectorError("away")

    office.app.services.receivers._rooms = away
    assert "I can't look up the rooms just now." in (await office.asks(WISH)).text
    assert await office.waiting() == []


async def test_the_hour_is_said_on_both_clocks_where_they_differ(town: Town, tmp_path):
    async with team(town, tmp_path, zone="America/New_York") as office:
        answer = await office.asks(WISH)
        assert f"Friday, 27 November 2026, 04:00 for Ben, {FRIDAY} for you (no. 1)" in answer.text
