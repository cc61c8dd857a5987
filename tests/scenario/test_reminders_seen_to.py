"""What becomes of a reminder once it has come: done, later, somebody else, or nothing at all."""

import pytest

from bot.domain.followups import FollowUpState
from tests.scenario.reminded_team import ANN, BEN, CUSTOMER, KITCHEN, Team, team

pytestmark = pytest.mark.usefixtures("quick")

HOURS = {day: [["08:00", "18:00"]] for day in ("MO", "TU", "WE", "TH", "FR")}
# The clock stands at ten on a Tuesday.
OWN = "remind me in 1 hour to call the supplier"
FOR_BEN = "remind Ben in 1 hour to call the supplier"


@pytest.fixture
async def office(town, tmp_path):
    async with team(town, tmp_path) as office:
        await office.app.services.choices.set("business.hours", HOURS)
        yield office


async def reminded(office: Team, wish: str = OWN, **who: str):
    await office.asks(wish, **who)
    [post] = await office.due()
    return post


async def nobody_presses(office: Team, **later: float) -> list:
    """Let the clock go on, and return what is said of what nobody has marked done."""
    office.clock.go(**later)
    before = len(office.town.posts)
    told = await office.app.unfinished.tell()
    assert await office.app.unfinished.tell() == 0
    await office.quiet(before + told)
    return office.town.posts[before:]


async def test_it_can_be_done_put_off_in_three_ways_or_handed_on_and_a_customer_s_not_handed_on(
    office,
):
    labels = ["Done", "Again in 15 minutes", "Again in an hour", "Tomorrow morning"]
    post = await reminded(office)
    assert [each.label for each in post.buttons] == [*labels, "Hand to somebody"]
    post = await reminded(office, author=CUSTOMER)
    assert [each.label for each in post.buttons] == labels
    await office.asks("remind me every day at 14:00 to sweep")
    [post] = await office.due()
    assert [each.label for each in post.buttons] == [*labels, "Cancel the reminder"]


@pytest.mark.parametrize(
    ("label", "when"),
    [
        ("Again in 15 minutes", "Tuesday, 24 November 2026, 11:15"),
        ("Again in an hour", "Tuesday, 24 November 2026, 12:00"),
        ("Tomorrow morning", "Wednesday, 25 November 2026, 08:00"),
    ],
)
async def test_each_choice_puts_it_off_to_its_own_moment_and_the_last_one_holds(
    office, label, when
):
    post = await reminded(office)
    other = "Again in an hour" if label != "Again in an hour" else "Tomorrow morning"
    await office.presses(other, post)
    for _ in range(2):
        assert when in await office.presses(label, post)
    assert len(await office.waiting()) == 1


async def test_words_below_it_do_the_same_and_words_of_anything_else_do_not(office):
    post = await reminded(office)
    assert "12:30" in (await office.asks("remind me again in 90 minutes")).text
    [post] = await office.due()
    assert "I'll remind you again" in (await office.asks("tomorrow at 9")).text
    [post] = await office.due()
    assert (await office.asks("done")).text.startswith("Done: call the supplier")
    assert (await office.follow_ups.get(1)).done_at == office.clock()
    # Once something else was said, a reply must stand below the reminder itself.
    await office.asks("hello")
    assert "I'll remind you again" not in (await office.asks("in 2 hours")).text
    below = office.id_of(post)
    answer = await office.asks("in 2 hours", thread=below)
    assert "I'll remind you again: call the supplier" in answer.text


async def test_somebody_else_s_reminder_is_not_answered(office):
    await reminded(office)
    assert "Done" not in (await office.asks("done", author=CUSTOMER)).text
    assert (await office.follow_ups.get(1)).done_at is None


async def test_it_is_handed_to_a_colleague_in_words_who_gets_it_at_once(office):
    post = await reminded(office)
    assert "give it to Ben" in await office.presses("Hand to somebody", post)
    answer = await office.asks("give it to Ben")
    assert answer.text.startswith(
        "Handed to Ben: call the supplier (no. 1). I'll write it to Ben directly."
    )
    [post] = await office.due()
    assert post.address.channel == "DBEN"
    assert post.text == "Ben, a reminder from Ann: call the supplier"
    assert "Done: call the supplier" in await office.presses("Done", post, author=BEN)


async def test_of_two_to_hand_it_to_a_button_decides(office):
    await reminded(office)
    asked = await office.asks("give it to Dan")
    assert asked.text.startswith("Whom do you mean: Dan Ash or Dan Miller?")
    assert "Handed to Dan Ash" in await office.presses("Dan Ash", asked)
    assert (await office.follow_ups.get(1)).receiver.name == "Dan Ash"


async def test_nothing_is_said_again_unless_the_owner_wants_it(office):
    await reminded(office, FOR_BEN)
    assert await nobody_presses(office, hours=3) == []


async def test_what_nobody_marks_done_is_said_again_and_then_to_who_asked_for_it(office):
    await office.app.services.choices.set("follow_ups.again_min", 60)
    answer = await office.asks(FOR_BEN, channel="DANN")
    assert "If nobody marks it done, I'll say it again, and then tell Ann." in answer.text
    await office.due()
    assert await nobody_presses(office, minutes=59) == []
    [again] = await nobody_presses(office, minutes=1)
    assert again.address.channel == "DBEN"
    assert again.text == ("Not marked done yet: Ben, a reminder from Ann: call the supplier")
    assert await nobody_presses(office, minutes=59) == []
    [second] = await nobody_presses(office, minutes=1)
    assert second.text == (
        "Ann, Ben has not marked this done: call the supplier"
        " (due Tuesday, 24 November 2026, 11:00)"
    )
    assert [each.label for each in second.buttons] == ["Done", "Hand to somebody"]
    assert await nobody_presses(office, days=1) == []
    assert "Done: call the supplier" in await office.presses("Done", second, author=ANN)


async def test_done_or_put_off_it_is_not_said_again_and_closed_hours_do_not_count(office):
    await office.app.services.choices.set("follow_ups.again_min", 60)
    for wish in (FOR_BEN, "remind Ben in 1 hour to sweep", "remind Ben at 17:30 to lock up"):
        await office.asks(wish)
    done, later = await office.due(2)
    await office.presses("Done", done, author=BEN)
    await office.presses("Tomorrow morning", later, author=BEN)
    # Due at 17:30: half an hour before closing.
    [late] = await office.due()
    assert late.text.startswith("Ben, a reminder from Ann: lock up")
    assert await nobody_presses(office, hours=12) == []
    assert await nobody_presses(office, hours=2, minutes=59) == []
    # Nor is anything said in the evening that was not said in time.
    assert await nobody_presses(office, hours=13, minutes=31) == []
    [again] = await nobody_presses(office, hours=10)
    assert "lock up" in again.text


async def test_a_customer_s_own_is_never_said_again(office):
    await office.app.services.choices.set("follow_ups.again_min", 60)
    answer = await office.asks(OWN, author=CUSTOMER)
    assert "say it again" not in answer.text
    await office.due()
    assert await nobody_presses(office, hours=3) == []


async def test_of_one_s_own_and_a_room_s_who_the_owner_chose_is_told(office):
    await office.app.services.choices.set("follow_ups.again_min", 60)
    assert "I'll say it again." in (await office.asks("remind me on Friday at 9 to bake")).text
    await office.app.services.choices.set("follow_ups.second", f"slack/{BEN}")
    assert "and then tell Ben." in (await office.asks(OWN)).text
    await office.due()
    [again] = await nobody_presses(office, hours=1)
    assert again.text == "Not marked done yet: Reminder: call the supplier"
    [second] = await nobody_presses(office, hours=1)
    assert second.address.channel == "DBEN"
    assert second.text.startswith("Ben, Ann has not marked this done: call the supplier")
    assert (await office.follow_ups.get(2)).state is FollowUpState.SENT
    # Of a room's reminder it is who asked for it.
    await office.asks("remind #kitchen in 1 hour to sweep")
    await office.due()
    [again] = await nobody_presses(office, hours=1)
    assert again.address.channel == KITCHEN
    [second] = await nobody_presses(office, hours=1)
    assert second.text.startswith("Ann, #kitchen has not marked this done: sweep")


async def test_who_is_reached_nowhere_else_is_told_in_the_team_s_room_or_not_at_all(office):
    await office.app.services.choices.set("follow_ups.again_min", 60)
    # Ann has never written to it directly, and Ben's direct message is his alone.
    await reminded(office, FOR_BEN)
    await nobody_presses(office, hours=1)
    assert await nobody_presses(office, hours=1) == []
    assert (await office.follow_ups.get(1)).nudged == 2
    await office.app.services.choices.set("slack.staff_room", KITCHEN)
    await reminded(office, FOR_BEN)
    await nobody_presses(office, hours=1)
    [second] = await nobody_presses(office, hours=1)
    assert second.address.channel == KITCHEN
    assert second.text.startswith("Ann, Ben has not marked this done")
