"""Told only if nobody answers: what ends it silently, what is said else, and what is not seen."""

from datetime import timedelta

import pytest

from bot.domain.followups import FollowUpState
from bot.domain.hand_overs import HandOverState
from connectors.errors import ConnectorError, RoomGoneError
from knowledge.documents import Audience
from tests.fakes.parts import until
from tests.scenario.reminded_team import ANN, BEN, CUSTOMER, KITCHEN, SHOP, Team, team
from tests.scenario.reruns import run_twice
from tests.scenario.room import START

pytestmark = pytest.mark.usefixtures("quick")

START_SOON = START + timedelta(minutes=5)
IN_KITCHEN = "if nobody replies in #kitchen by noon, remind me to call"


@pytest.fixture
async def office(town, tmp_path):
    async with team(town, tmp_path) as office:
        await office.app.services.choices.set("slack.staff_room", KITCHEN)
        yield office


async def state(office: Team, number: int = 1) -> FollowUpState:
    return (await office.follow_ups.get(number)).state


async def looked_at(office: Team, *, says: int = 0, number: int = 1) -> list[str]:
    """Let the clock go to when a condition is due; return what is then posted."""
    found = await office.follow_ups.get(number)
    office.clock.at = max(office.clock.at, found.due_at)
    before = len(office.town.posts)
    assert await office.follow_ups.deliver_due() == 0
    assert await office.app.watching.see_to() == says
    assert await office.app.watching.see_to() == 0
    await office.quiet(before + says)
    return [each.text for each in office.town.posts[before:]]


async def handed_over(office: Team) -> None:
    await office.asks("a person, please", author=CUSTOMER, channel="DCARLA")


async def hand_over(office: Team):
    [found] = await office.app.services.hand_overs.open(limit=2)
    return found


async def test_who_waits_for_a_person_and_gets_none_is_told_of_to_whom_it_was_wished(office):
    await handed_over(office)
    office.clock.go(minutes=30)
    wish = "if nobody has answered Carla by 3 pm, tell Ben"
    answer = await office.asks(wish, channel=KITCHEN)
    assert answer.text.startswith(
        "Reminder for Ben set: no answer for Carla, Tuesday, 24 November 2026, 15:00 (no. 1)."
    )
    assert "I'll stay silent if somebody takes Carla over or answers by then." in answer.text
    [said] = await looked_at(office, says=1)
    assert said == "Ben, a reminder from Ann: Nobody has answered Carla since 10:00."
    assert office.town.posts[-1].address.channel == "DBEN"


async def test_once_somebody_has_taken_it_nothing_is_said(office):
    await handed_over(office)
    await office.asks("if nobody has answered Carla by 3 pm, tell Ben", channel=KITCHEN)
    found = await hand_over(office)
    await office.app.services.hand_overs.done(found.hand_over_id)
    assert await looked_at(office) == []
    assert await state(office) is FollowUpState.FULFILLED
    # What was taken before needs no watch.
    await handed_over(office)
    open_one = await hand_over(office)
    people = await office.app.services.receivers.team("slack")
    [ben] = [each for each in people if each.name == BEN]
    hand_overs = office.app.services.hand_overs
    await hand_overs.take(
        open_one.hand_over_id,
        open_one.posted_at or office.app.services.choices.staff_room("slack"),
        ben,
    )
    answer = await office.asks("if nobody has answered Carla by 3 pm, tell me", channel=KITCHEN)
    assert answer.text == "Ben has it already."


async def test_a_hand_over_that_ends_as_nobody_took_it_was_not_answered(office):
    await office.app.services.choices.set("hand_overs.expires_days", 1)
    await handed_over(office)
    await office.asks("if nobody has answered Carla by Friday at noon, tell me", channel=KITCHEN)
    office.clock.go(days=2)
    await office.app.services.hand_overs.see_to()
    assert (await office.app.services.hand_overs.ended(limit=1))[0].state is HandOverState.EXPIRED
    await until(lambda: any("Carla" in each.text for each in office.town.posts))
    await office.app.services.hand_overs.see_to()
    office.clock.at = (await office.follow_ups.get(1)).due_at
    assert await office.app.watching.see_to() == 1


async def test_an_open_question_of_somebody_s_is_watched_until_it_is_answered(office):
    await office.app.services.choices.set("questions.told", "weekly")
    await office.asks("do you repair accordions?", author=CUSTOMER, channel="DCARLA")
    questions = office.app.services.questions
    await office.asks("if nobody has answered Carla by noon, tell me", channel=KITCHEN)
    await office.asks("if nobody has answered Carla by 3 pm, tell me", channel=KITCHEN)
    assert await looked_at(office, says=1) == ["Reminder: Nobody has answered Carla since 10:00."]
    [gap] = await questions.list()
    await questions.answer(gap.gap_id, "Yes, on Mondays.", audience=Audience.PUBLIC)
    office.clock.at = (await office.follow_ups.get(2)).due_at
    assert await office.app.watching.see_to() == 0
    assert await state(office, 2) is FollowUpState.FULFILLED


async def test_a_colleague_in_the_room_is_answered_by_whoever_else_writes_there(office):
    answer = await office.asks("if nobody has answered Ben by noon, tell me")
    assert "if anybody but Ben writes in #shop by then" in answer.text
    office.town.says("anybody?", author=BEN, channel=SHOP, to_bot=False, sent_at=START_SOON)
    assert await looked_at(office, says=1) == [
        "Reminder: Nobody but Ben has written in #shop since 10:00."
    ]


async def test_a_reply_that_nobody_said_to_the_bot_ends_it_and_one_s_own_words_do_not(office):
    await office.asks(IN_KITCHEN)
    office.clock.go(minutes=5)
    own = {"channel": KITCHEN, "to_bot": False, "sent_at": office.clock()}
    office.town.says("anybody?", author=ANN, **own)
    # Nor does what is said to the bot there.
    await office.asks("hello", author=BEN, channel=KITCHEN)
    assert await looked_at(office, says=1) == [
        "Reminder: call. Nobody has replied in #kitchen since 10:00."
    ]
    office.clock.go(hours=-2)
    await office.asks(IN_KITCHEN)
    office.clock.go(minutes=5)
    office.town.says("@Ann yes", author=BEN, **{**own, "sent_at": office.clock()})
    assert await looked_at(office, number=2) == []
    assert await state(office, 2) is FollowUpState.FULFILLED


async def test_while_the_room_cannot_be_read_nothing_is_said_and_later_it_is_late(office):
    await office.asks(IN_KITCHEN)
    office.town.unreadable.add(KITCHEN)
    assert await looked_at(office) == []
    assert await state(office) is FollowUpState.PENDING
    office.clock.go(minutes=10)
    office.town.unreadable.clear()
    [said] = await looked_at(office, says=1)
    assert "Nobody has replied in #kitchen since 10:00." in said
    assert "due 12:00" in said


async def test_a_room_that_is_gone_is_said_to_be_unseen(office, monkeypatch):
    await office.asks(IN_KITCHEN)

    async def gone(*_: object) -> None:
        raise RoomGoneError("not in it")

    monkeypatch.setattr(office.app.watching._standings, "_history", gone)
    [said] = await looked_at(office, says=1)
    assert "I can't read #kitchen any more" in said


async def test_who_has_not_written_is_told_of_and_who_has_is_not(office):
    wish = "if Ben hasn't replied by noon, remind me to call him"
    answer = await office.asks(wish)
    assert "I'll stay silent if Ben writes in #shop by then." in answer.text
    await office.asks(wish)
    said = await looked_at(office, says=2)
    assert said == ["Reminder: call him. Ben has written nothing in #shop since 10:00."] * 2
    await office.asks("if Ben hasn't replied by 2 pm, remind me")
    office.clock.go(minutes=1)
    await office.asks("what's up?", author=BEN)
    assert await looked_at(office, number=3) == []


async def test_what_cannot_be_seen_is_said_so_and_nothing_is_promised(office):
    for wish, channel, told in (
        ("if nobody has answered Zoe by 3 pm, tell Ben", SHOP, "I see nothing of Zoe"),
        ("if nobody replies by 3 pm, remind me", "DANN", "Here only you write to me"),
        ("if nobody replies in #cellar by 3 pm, remind me", SHOP, "I am in no room called #cellar"),
        ("if nobody replies in #safe by 3 pm, remind me", SHOP, "whether you may write in #safe"),
        ("if nobody replies, remind me every day at 3 pm", SHOP, "not again and again"),
        ("if nobody replies in #kitchen by 3 pm, tell Benn", SHOP, "no colleague called Benn"),
    ):
        assert told in (await office.asks(wish, channel=channel)).text
    answer = await office.asks("if nobody replies by 3 pm, remind me", author=CUSTOMER)
    assert "for the team only" in answer.text
    # Who is handed over is nobody's business where customers read along.
    await handed_over(office)
    answer = await office.asks("if nobody has answered Carla by 3 pm, tell Ben")
    assert "I see nothing of Carla" in answer.text
    assert await office.waiting() == []


async def test_when_and_whom_are_asked_and_the_answers_complete_it(office):
    asked = await office.asks("if nobody replies in #kitchen, tell Benn to look")
    assert "Whom do you mean" in asked.text
    assert "When shall I remind you?" in (await office.asks("Dan Ash")).text
    done = await office.asks("at 3 pm")
    assert done.text.startswith("Reminder for Dan Ash set: look, Tuesday, 24 November 2026, 15:00")
    [waiting] = await office.waiting()
    assert waiting.receiver.name == "Dan Ash"


async def test_a_turn_that_runs_once_more_says_what_it_has_promised(office, monkeypatch):
    await handed_over(office)
    found = await hand_over(office)

    async def taken_up_meanwhile() -> None:
        assert await office.app.services.hand_overs.done(found.hand_over_id)

    asking = office.asks("if nobody has answered Carla by 3 pm, tell Ben", channel=KITCHEN)
    answer = await run_twice(monkeypatch, office.app, office.clock, asking, taken_up_meanwhile)
    assert answer.text.startswith("Reminder for Ben set: no answer for Carla")
    assert len(await office.waiting()) == 1
    assert await looked_at(office) == []


async def test_it_is_listed_moved_and_cancelled_like_any_other(office):
    await office.asks(IN_KITCHEN)
    assert "call" in (await office.asks("my reminders")).text
    await office.asks("move the call to 3 pm")
    [waiting] = await office.waiting()
    assert waiting.due_at.hour == 15
    await office.asks("cancel reminder 1")
    assert await looked_at(office) == []
    assert await state(office) is FollowUpState.CANCELLED


async def test_in_german_it_is_asked_confirmed_and_said_in_german(office):
    answer = await office.asks("wenn bis 12 Uhr niemand in #kitchen antwortet, sag Ben Bescheid")
    assert "Erinnerung für Ben gesetzt: keine Antwort in #kitchen" in answer.text
    assert "Ich schweige, wenn bis dahin jemand anderes in #kitchen schreibt" in answer.text
    [said] = await looked_at(office, says=1)
    assert said == ("Ben, eine Erinnerung von Ann: Seit 10:00 hat niemand in #kitchen geantwortet.")


async def test_while_the_platform_is_away_no_other_reminder_waits_for_it(office, monkeypatch):
    await office.asks(IN_KITCHEN)
    await office.asks("remind me at noon to eat")
    asked = []

    async def away(*_: object) -> None:
        asked.append(1)
        raise ConnectorError("away")

    monkeypatch.setattr(office.app.watching._standings, "_history", away)
    [eat] = await office.due()
    assert eat.text == "Reminder: eat"
    assert asked == []
