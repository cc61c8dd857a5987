"""Hours in which nobody is written to unasked, a person's own and the business's."""

from datetime import UTC, datetime, time

import pytest

from bot.domain.quiet import QuietHours
from tests.scenario.reminded_team import BEN, CUSTOMER, Team, team

pytestmark = pytest.mark.usefixtures("quick")

WAITS = "Its time falls into quiet hours, so it comes when they end."


@pytest.fixture
async def office(town, tmp_path):
    async with team(town, tmp_path) as office:
        yield office


async def due_at(office: Team, number: int) -> datetime:
    return (await office.follow_ups.get(number)).due_at


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


async def test_what_others_ask_for_comes_when_a_person_s_quiet_hours_end(office):
    told = await office.asks("don't write to me before 8", author=BEN, channel="DBEN")
    assert "I keep 00:00\u201308:00 quiet for you" in told.text
    await office.asks("don't write to me after 20:00", author=BEN, channel="DBEN")
    answer = await office.asks("remind Ben tomorrow at 7 to call the supplier")
    assert "Wednesday, 25 November 2026, 08:00 (no. 1)" in answer.text
    assert WAITS in answer.text
    answer = await office.asks("remind Ben tomorrow at 21:00 to lock up")
    assert "Thursday, 26 November 2026, 08:00 (no. 2)" in answer.text
    answer = await office.asks("remind Ben tomorrow at 9 to sweep")
    assert WAITS not in answer.text
    told = await office.asks("write to me at any time", author=BEN, channel="DBEN")
    assert "I write to you at any time again." in told.text
    assert WAITS not in (await office.asks("remind Ben tomorrow at 7 to bake")).text


async def test_a_time_that_somebody_names_for_themselves_is_kept(office):
    await office.app.services.choices.set(
        "follow_ups", {"quiet_from": "20:00", "quiet_until": "09:30"}
    )
    await office.asks("don't write to me before 10", author=CUSTOMER)
    for wish in ("remind me at 23:00 to lock up", "remind me in 20 hours to bake"):
        answer = await office.asks(wish, author=CUSTOMER)
        assert WAITS not in answer.text
    [post] = await office.due()
    assert post.text == "Reminder: lock up"
    # A day without a time is the opening, which nobody has named.
    answer = await office.asks("remind me on Thursday to call", author=CUSTOMER)
    assert "Thursday, 26 November 2026, 10:00" in answer.text
    assert WAITS in answer.text


async def test_what_comes_again_waits_each_time_without_being_called_late(office):
    await office.app.services.choices.set(
        "follow_ups", {"quiet_from": "20:00", "quiet_until": "07:00"}
    )
    answer = await office.asks("remind #kitchen every day at 06:30 to heat the oven")
    assert "every day, next on Wednesday, 25 November 2026, 07:00" in answer.text
    assert WAITS in answer.text
    for _ in range(2):
        office.clock.at = office.clock.at.replace(hour=6, minute=30)
        if office.clock.at < await due_at(office, 1):
            office.clock.go(days=1)
        assert await office.follow_ups.deliver_due() == 0
        [post] = await office.due()
        assert post.text == "Reminder from Ann: heat the oven"


async def test_quiet_hours_chosen_later_hold_back_what_was_promised_before(office):
    await office.asks("remind Ben tomorrow at 7 to call")
    await office.asks("don't write to me before 8", author=BEN, channel="DBEN")
    office.clock.at = at(25, 7)
    assert await office.follow_ups.deliver_due() == 0
    assert await office.follow_ups.next_due() == at(25, 8)
    [post] = await office.due()
    assert post.text == "Ben, a reminder from Ann: call"


async def test_what_is_handed_to_somebody_in_their_quiet_hours_waits_and_says_so(office):
    await office.asks("don't write to me before 12", author=BEN, channel="DBEN")
    await office.asks("remind me in 1 hour to call")
    await office.due()
    answer = await office.asks("give it to Ben")
    assert answer.text.startswith("Handed to Ben: call (no. 1).")
    assert WAITS in answer.text
    assert await office.follow_ups.deliver_due() == 0
    [post] = await office.due()
    assert (post.text, office.clock()) == ("Ben, a reminder from Ann: call", at(24, 12))


async def test_what_is_late_already_still_says_so_when_quiet_hours_end(office):
    await office.asks("remind Ben today at 17:00 to call")
    await office.asks("don't write to me before 8", author=BEN, channel="DBEN")
    office.clock.at = at(25, 3)
    office.follow_ups._started_at = office.clock()
    assert await office.follow_ups.deliver_due() == 0
    assert await office.follow_ups.next_due() == at(25, 8)
    [post] = await office.due()
    assert post.text == (
        "Ben, a reminder from Ann: call (due Tuesday, 24 November 2026, 17:00, the box was off"
        " until Wednesday, 25 November 2026, 03:00)"
    )


@pytest.mark.parametrize(
    ("starts", "ends", "clock", "until"),
    [
        (20, 8, at(24, 19, 59), None),
        (20, 8, at(24, 20), at(25, 8)),
        (20, 8, at(25, 7, 59), at(25, 8)),
        (20, 8, at(25, 8), None),
        (12, 14, at(24, 12), at(24, 14)),
        (12, 14, at(24, 14), None),
        (0, 8, at(24, 0), at(24, 8)),
        (20, 0, at(24, 23), at(25, 0)),
        (8, 8, at(24, 8), None),
    ],
)
def test_quiet_hours_end_the_same_or_the_next_day(starts, ends, clock, until):
    assert QuietHours(time(starts), time(ends)).until(clock, UTC) == until
