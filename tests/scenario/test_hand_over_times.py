"""Hand-overs that nobody sees to, outside hours, and what becomes of an answer."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.domain.hand_overs import HandOverState
from bot.handover.times import after_business_minutes
from tests.fakes.parts import until
from tests.scenario.team_office import ANN, BEN, CUSTOMER, TEAM, WISH, Office, office

pytestmark = pytest.mark.usefixtures("quick", "quick_hand_overs")

# A Tuesday.
TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOURS = {day: [["09:00", "17:00"]] for day in ("MO", "TU", "WE", "TH", "FR")}
UNKNOWN = "Do you have a loyalty card?"
REPLY = "Yes: every tenth coffee is free."


class Clock:
    def __init__(self, at: datetime = TEN) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


async def opened(desk: Office) -> None:
    await desk.app.services.choices.set("business.hours", HOURS)
    await desk.app.services.choices.set("slack.owners", ["Olga"])


async def test_what_nobody_takes_is_told_once_more_with_the_owner_s_name_and_then_ends(
    town, tmp_path
):
    clock = Clock()
    async with office(town, tmp_path, clock=clock, untaken_min=20, expires_days=2) as desk:
        await opened(desk)
        desk.writes("hello", author="Olga", channel="D9", sent_at=clock.at)
        await desk.shown("Hello", "D9")
        desk.writes(WISH, sent_at=clock.at)
        await desk.shown("I take it", TEAM)
        clock.at += timedelta(minutes=19)
        await desk.quiet()
        assert len(desk.room(TEAM)) == 1
        clock.at += timedelta(minutes=1)
        again = await desk.shown("Olga, nobody has taken this yet.", TEAM)
        assert [each.label for each in again.buttons] == ["I take it", "Answer once", "Not ours"]
        assert not any("nobody has taken" in text for text in desk.room("C8"))
        clock.at = datetime(2026, 11, 26, 16, 59, tzinfo=UTC)
        await desk.quiet()
        assert len(desk.room(TEAM)) == 2
        assert await desk.states() == [HandOverState.WAITING]
        clock.at += timedelta(minutes=1)
        await desk.shown("nobody of the team could see to your request", "D1")
        await desk.shown("Nobody took it in time: the customer was told.", TEAM)
        assert await desk.states() == [HandOverState.EXPIRED]


async def test_out_of_hours_the_customer_hears_when_somebody_is_back_and_the_room_when_it_opens(
    town, tmp_path
):
    clock = Clock(datetime(2026, 11, 27, 18, 0, tzinfo=UTC))
    async with office(town, tmp_path, clock=clock, untaken_min=20) as desk:
        await opened(desk)
        desk.writes(WISH, sent_at=clock.at)
        await desk.shown("the team is back on Monday, 30 November 2026, 09:00.", "D1")
        clock.at = datetime(2026, 11, 30, 8, 59, tzinfo=UTC)
        await desk.quiet()
        assert desk.room(TEAM) == []
        clock.at = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
        await desk.shown("I take it", TEAM)
        clock.at += timedelta(minutes=19)
        await desk.quiet()
        assert len(desk.room(TEAM)) == 1
        clock.at += timedelta(minutes=1)
        await desk.shown("Nobody has taken this yet.", TEAM)


async def test_what_nobody_takes_is_told_in_the_owner_s_room_too_if_there_is_one(town, tmp_path):
    clock = Clock()
    async with office(town, tmp_path, clock=clock, untaken_min=20) as desk:
        await opened(desk)
        await desk.app.services.choices.set("slack.owner_room", "C8")
        desk.writes(WISH, sent_at=clock.at)
        await desk.shown("I take it", TEAM)
        clock.at += timedelta(minutes=20)
        told = await desk.shown("Nobody has taken this yet.", "C8")
        assert told.text.endswith("It can be taken in the team's room.")
        assert told.buttons == ()
        await desk.shown("Nobody has taken this yet.", TEAM)
        await desk.quiet()
        assert len(desk.room("C8")) == 1


async def test_those_who_wrote_while_nobody_was_there_stand_below_one_line_in_the_morning(
    town, tmp_path
):
    clock = Clock(datetime(2026, 11, 27, 18, 0, tzinfo=UTC))
    async with office(town, tmp_path, clock=clock) as desk:
        await opened(desk)
        for name in ("Carla", "Dora"):
            desk.writes(WISH, author=name, channel=f"D{name}", sent_at=clock.at)
            await desk.shown("the team is back on", f"D{name}")
        clock.at = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
        await desk.shown("Dora would like to talk", TEAM)
        desk.writes(WISH, author="Emil", channel="DEmil", sent_at=clock.at)
        await desk.shown("Emil would like to talk", TEAM)
        heads = [text.partition(".")[0] for text in desk.room(TEAM)]
        assert heads[0] == "Good morning"
        assert "2 people asked for you while nobody was here; each follows." in desk.room(TEAM)[0]
        assert heads.count("Good morning") == 1
        assert len(heads) == 4


async def test_hours_that_nobody_told_are_told_nobody(town, tmp_path):
    clock = Clock(datetime(2026, 11, 28, 3, 0, tzinfo=UTC))
    async with office(town, tmp_path, clock=clock) as desk:
        desk.writes(WISH, sent_at=clock.at)
        await desk.shown("I take it", TEAM)
        await desk.shown("The team can read", "D1")
        assert not any("back on" in text for text in desk.room("D1"))


async def test_a_conversation_in_which_it_is_quiet_is_given_back_with_a_word_to_both(
    town, tmp_path
):
    clock = Clock(datetime(2026, 11, 24, 16, 30, tzinfo=UTC))
    async with office(town, tmp_path, clock=clock) as desk:
        await opened(desk)
        desk.writes(WISH, sent_at=clock.at)
        thread = desk.id_of(await desk.shown("I take it", TEAM))
        await desk.presses("I take it", thread)
        clock.at += timedelta(minutes=20)
        desk.replies("One moment.", thread, sent_at=clock.at)
        await desk.shown("One moment.", "D1")
        # Ten minutes of today are left, and twenty of tomorrow.
        clock.at = datetime(2026, 11, 25, 9, 19, tzinfo=UTC)
        await desk.quiet()
        assert await desk.states() == [HandOverState.TAKEN]
        clock.at += timedelta(minutes=1)
        await desk.shown("It has been quiet here for a while. I, the automated", "D1")
        await desk.shown("It has been quiet for a while: I answer the customer again", TEAM)
        assert await desk.states() == [HandOverState.ANSWERED]


async def test_what_a_colleague_answered_to_an_open_question_is_offered_to_be_saved(town, tmp_path):
    async with office(town, tmp_path) as desk:
        asked = desk.writes(UNKNOWN)
        await until(lambda: town.answers_to(asked))
        thread = await desk.taken()
        desk.replies("Hi Carla, one moment", thread)
        desk.replies(REPLY, thread)
        desk.replies("// she is nice", thread)
        await desk.shown(REPLY, "D1")
        await desk.presses("Give back to Deskhand", thread)
        draft = await desk.shown("Shall I save this?", TEAM)
        assert f"**Question:** {UNKNOWN}\n\n**Answer:** Hi, one moment\n\n{REPLY}" in draft.text
        changed = desk.replies(f"answer: {REPLY}", desk.id_of(draft))
        await until(lambda: town.answers_to(changed))
        better = next(post for post in town.posts if post.reply_to == changed.message_id)
        await town.presses("Save for everyone", better, author=ANN)
        await desk.shown("and in use from now on", TEAM)
        again = desk.writes("hi, have you got a loyalty card", author="Dora", channel="D2")
        await until(lambda: town.answers_to(again))
        assert town.answers_to(again)[0].startswith(REPLY)
        await desk.quiet()
        assert sum("Shall I save this?" in text for text in desk.room(TEAM)) == 2


async def test_what_was_no_open_question_is_not_offered(town, tmp_path):
    async with office(town, tmp_path) as desk:
        thread = await desk.taken()
        desk.replies(REPLY, thread)
        await desk.shown(REPLY, "D1")
        await desk.presses("Give back to Deskhand", thread)
        await desk.shown("Answered by Ann", TEAM)
        await desk.quiet()
        assert not any("Shall I save" in text for text in desk.room(TEAM))


async def test_words_of_the_owner_s_list_always_fetch_a_person(town, tmp_path):
    async with office(town, tmp_path, words=["allergic", "food poisoning"]) as desk:
        fetched = desk.writes("We were open on Sunday and got FOOD poisonings!")
        await until(lambda: town.answers_to(fetched))
        assert town.answers_to(fetched)[0].startswith("I have put this on the list for the team.")
        await desk.shown("Carla wrote words that you want to see:", TEAM)
        plain = desk.writes("is there food against poison?", author="Dora", channel="D2")
        of_staff = desk.writes("is it for allergic people?", author=BEN, channel="D3")
        await until(lambda: town.answers_to(plain) and town.answers_to(of_staff))
        await desk.quiet()
        assert len(desk.room(TEAM)) == 1


async def test_a_colleague_fetches_somebody_for_a_customer_by_the_button_below_an_answer(
    town, tmp_path
):
    async with office(town, tmp_path) as desk:
        asked = desk.writes(UNKNOWN, channel="C2")
        await until(lambda: town.answers_to(asked))
        answer = next(post for post in town.posts if post.reply_to == asked.message_id)
        await town.presses("A person, please", answer, author=BEN)
        post = await desk.shown("A colleague would like somebody to see to Carla:", TEAM)
        await desk.presses("I take it", desk.id_of(post))
        await desk.shown("reads along", "C2")
        desk.writes("thanks!", channel="C2", author=CUSTOMER)
        await desk.shown("**Carla:** thanks!", TEAM)


def test_a_business_that_never_opens_again_waits_for_ever():
    calendar = BusinessCalendar(BusinessFacts(zone="UTC", hours={"MO": []}))
    assert after_business_minutes(calendar, TEN, 5) is None
