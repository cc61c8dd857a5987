"""Overviews for the team that come again and again, worded when they come."""

import pytest

from tests.scenario.reminded_team import BEN, CUSTOMER, team

pytestmark = pytest.mark.usefixtures("quick")


async def test_a_daily_overview_tells_what_is_due_until_the_next_and_what_waits_for_the_team(
    town, tmp_path
):
    async with team(town, tmp_path) as office:
        await office.app.services.choices.set("follow_ups.again_min", 60)
        answer = await office.asks("send me a daily digest at 8", channel="DANN")
        assert "overview of what is due, every day, next on Wednesday" in answer.text
        await office.asks("remind me tomorrow at 11:00 to call the supplier")
        await office.asks("remind Ann tomorrow at 12:00 to sweep", author=BEN, channel="DBEN")
        await office.asks("remind me on Friday at 9 to bake")
        await office.asks("remind me at 11:00 to lock up")
        await office.asks("can you print photos on mugs?", author=CUSTOMER)
        await office.asks("a person, please", author=CUSTOMER)
        await office.due()
        [post] = await office.due()
        assert post.address.channel == "DANN"
        assert post.text == (
            "Due until Thursday, 26 November 2026, 08:00:\n"
            "- No. 2: call the supplier, Wednesday, 25 November 2026, 11:00\n"
            "- No. 3: sweep, Wednesday, 25 November 2026, 12:00\n"
            "Came and is not marked done:\n"
            "- No. 5: lock up, Tuesday, 24 November 2026, 11:00\n"
            "People who want somebody of the team: 1\n"
            "Open questions: 1"
        )
        assert [each.label for each in post.buttons] == ["Cancel the reminder"]
        assert "Cancelled" in await office.presses("Cancel the reminder", post)


async def test_an_overview_goes_to_its_person_alone_wherever_it_was_asked_for(town, tmp_path):
    async with team(town, tmp_path) as office:
        answer = await office.asks("daily digest at 8", author="Dan Ash")
        assert "ask me for it in a direct message" in answer.text
        assert await office.waiting() == []
        answer = await office.asks("daily digest at 8", author=BEN)
        assert "I'll write it to Ben directly." in answer.text
        [post] = await office.due()
        assert post.address.channel == "DBEN"
        assert post.text == "Nothing of yours is due until Thursday, 26 November 2026, 08:00."


async def test_a_customer_has_no_overview_of_what_waits_for_the_team(town, tmp_path):
    async with team(town, tmp_path) as office:
        answer = await office.asks("send me a daily digest at 8", author=CUSTOMER)
        assert "overview" not in answer.text
        assert await office.waiting() == []
