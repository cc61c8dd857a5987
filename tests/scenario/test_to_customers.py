"""Words of the team's to a customer's conversation: when, in which words, and when not."""

import pytest

from bot.domain.followups import FollowUpState
from tests.fakes.parts import until
from tests.fakes.states import outgoing_waits
from tests.scenario.reruns import run_twice
from tests.scenario.room import FakeClock
from tests.scenario.team_office import ANN, BEN, CUSTOMER, TEAM, WISH, Office, office

pytestmark = pytest.mark.usefixtures("quick")

AGAIN = "write to them again on Thursday if they haven't replied"
WORDS = "Have you decided about the cake?"
THURSDAY = "Thursday, 26 November 2026, 09:00"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def desk(town, tmp_path, clock):
    async with office(town, tmp_path, clock=clock) as desk:
        yield desk


async def wanted(desk: Office, clock: FakeClock, *, author: str = CUSTOMER) -> str:
    """Have a customer ask for a person; return the thread of the team's post."""
    desk.writes(WISH, author=author, channel=f"D{author}", sent_at=clock())
    return desk.id_of(await desk.shown(author, TEAM))


async def says(desk: Office, clock: FakeClock, words: str, thread: str = "", **how: str):
    """Have a colleague speak to the bot in the team's room; return its answer."""
    clock.go(seconds=1)
    said = desk.replies(words, thread, to_bot=True, sent_at=clock(), **how)

    def answers():
        return [each for each in desk.town.posts if each.reply_to == said.message_id]

    await until(answers)
    return answers()[0]


async def due(desk: Office, clock: FakeClock, *, number: int = 1) -> FollowUpState:
    """Let the clock go to when it is due; return what becomes of it."""
    found = await desk.app.services.follow_ups.get(number)
    clock.at = max(clock.at, found.due_at)
    assert await desk.app.services.follow_ups.deliver_due() == 0
    await desk.app.watching.see_to()
    if (await desk.app.services.follow_ups.get(number)).state is FollowUpState.QUEUED:
        await until(lambda: desk.town.posts[-1].address.channel.startswith("D"))
        while await outgoing_waits(desk.app.database):
            await desk.quiet()
    return (await desk.app.services.follow_ups.get(number)).state


async def test_the_team_s_own_words_go_to_who_has_not_written_since_under_their_name(desk, clock):
    thread = await wanted(desk, clock)
    answer = await says(desk, clock, f"{AGAIN}: {WORDS}", thread)
    assert answer.text.startswith(
        f'I\'ll write to Carla: "{WORDS}", {THURSDAY} (no. 1). If Carla writes before, I send'
        " nothing."
    )
    assert [each.label for each in answer.buttons] == ["Change it", "Cancel the reminder"]
    clock.go(seconds=-1)
    # It is nothing that the customer sees, or stops, before it comes.
    mine = desk.writes("my reminders", channel="DCarla", sent_at=clock())
    await until(lambda: desk.town.answers_to(mine))
    assert WORDS not in desk.town.answers_to(mine)[0]
    assert await due(desk, clock) is FollowUpState.SENT
    assert desk.room("DCarla")[-1] == f"**Ann:** {WORDS}"
    assert desk.town.posts[-1].buttons == ()


async def test_who_has_written_since_is_left_alone(desk, clock):
    thread = await wanted(desk, clock)
    await says(desk, clock, AGAIN, thread)
    clock.go(minutes=1)
    desk.writes("yes, the chocolate one", channel="DCarla", sent_at=clock())
    await desk.shown("", "DCarla")
    assert await due(desk, clock) is FollowUpState.FULFILLED
    assert not any("have not heard" in each for each in desk.room("DCarla"))


async def test_what_was_missed_while_the_box_was_off_is_read_before_anything_is_sent(desk, clock):
    thread = await wanted(desk, clock)
    await says(desk, clock, AGAIN, thread)
    clock.go(minutes=1)
    desk.town.deaf = True
    desk.writes("yes, the chocolate one", channel="DCarla", sent_at=clock())
    desk.town.unreadable.add("DCarla")
    assert await due(desk, clock) is FollowUpState.PENDING
    desk.town.unreadable.clear()
    clock.go(minutes=2)
    assert await due(desk, clock) is FollowUpState.FULFILLED


async def test_without_words_code_words_it_shown_in_full_and_changed_by_its_number(desk, clock):
    thread = await wanted(desk, clock)
    answer = await says(desk, clock, AGAIN, thread)
    assert '"Hello Carla, we have not heard from you since.' in answer.text
    [told] = [await desk.town.presses("Change it", answer, author=ANN)]
    assert told == 'Write to me "no. 1: …" for other words, or "move no. 1 to Thursday".'
    assert (await says(desk, clock, f"no. 1: {WORDS}", author=BEN)).text.startswith(
        "You have no open reminder no. 1."
    )
    answer = await says(desk, clock, f"no. 1: {WORDS}")
    assert answer.text == f'I\'ll write to Carla: "{WORDS}", {THURSDAY} (no. 1).'
    assert await due(desk, clock) is FollowUpState.SENT
    assert desk.room("DCarla")[-1] == f"**Ann:** {WORDS}"


async def test_it_is_cancelled_by_its_button_and_moved_in_words(desk, clock):
    thread = await wanted(desk, clock)
    answer = await says(desk, clock, AGAIN, thread)
    moved = await says(desk, clock, "move reminder 1 to Friday")
    assert "Friday, 27 November 2026, 09:00" in moved.text
    assert "Cancelled" in await desk.town.presses("Cancel the reminder", answer, author=ANN)
    assert await due(desk, clock) is FollowUpState.CANCELLED


async def test_whom_when_and_what_are_asked_where_they_are_open(desk, clock):
    await wanted(desk, clock)
    await wanted(desk, clock, author="Carl Weber")
    for words, told in (
        (AGAIN, "Whom shall I write to?"),
        ("write to Zoe again on Thursday if she hasn't replied", "- Carl Weber"),
        ("write to Carla again if she hasn't replied", "When shall I write to Carla?"),
        ("write to Carla again yesterday if she hasn't replied", "already passed"),
        (f"write to Carla every Thursday at 9: {WORDS}", "not again and again"),
        ("write to Carla about the cake on Thursday if she hasn't replied", "What shall I write"),
        ("write to Carla on Thursday", "What shall I write to Carla?"),
    ):
        assert told in (await says(desk, clock, words)).text, words
    assert await desk.app.services.follow_ups.waiting() == []
    answer = await says(desk, clock, f"write to Carla on Thursday at 10: {WORDS}")
    assert answer.text.endswith("10:00 (no. 1).")


async def test_only_the_team_may_and_only_in_its_own_room(desk, clock):
    await wanted(desk, clock)
    wish = f"write to Carla again on Thursday if she hasn't replied: {WORDS}"
    elsewhere = desk.writes(wish, author=ANN, channel="DAnn", sent_at=clock())
    await until(lambda: desk.town.answers_to(elsewhere))
    assert "in the team's own room" in desk.town.answers_to(elsewhere)[0]
    # A guest in the team's room is not of the team.
    stranger = desk.writes(wish, author="Zed", channel=TEAM, sent_at=clock())
    await until(lambda: desk.town.answers_to(stranger))
    assert await desk.app.services.follow_ups.waiting() == []


async def test_nobody_is_written_to_at_night_or_in_their_own_quiet_hours(desk, clock):
    thread = await wanted(desk, clock)
    answer = await says(
        desk, clock, "write to them again tomorrow at 23:30 if they haven't replied", thread
    )
    assert "Thursday, 26 November 2026, 08:00 (no. 1)" in answer.text
    assert "quiet" in answer.text
    told = desk.writes("don't write to me before 10", channel="DCarla", sent_at=clock())
    await until(lambda: desk.town.answers_to(told))
    thread = await wanted(desk, clock)
    await says(desk, clock, f"{AGAIN}: {WORDS}", thread)
    assert await due(desk, clock, number=2) is FollowUpState.PENDING
    assert (await desk.app.services.follow_ups.get(2)).due_at.hour == 10
    assert await due(desk, clock, number=2) is FollowUpState.SENT


async def test_a_turn_that_runs_once_more_promises_once(desk, clock, monkeypatch):
    thread = await wanted(desk, clock)
    await says(desk, clock, AGAIN, thread)
    asking = says(desk, clock, AGAIN, thread)
    answer = await run_twice(monkeypatch, desk.app, clock, asking, desk.quiet)
    # The second of two: its own first run does not count against it.
    assert "(no. 2)" in answer.text
    assert len(await desk.app.services.follow_ups.waiting()) == 2


async def test_two_without_a_reply_are_the_most(desk, clock):
    thread = await wanted(desk, clock)
    for _ in range(2):
        assert "I'll write to Carla" in (await says(desk, clock, AGAIN, thread)).text
    assert "Two messages wait for Carla" in (await says(desk, clock, AGAIN, thread)).text
    clock.go(minutes=1)
    desk.writes("hello?", channel="DCarla", sent_at=clock())
    await desk.quiet()
    clock.go(minutes=1)
    assert "I'll write to Carla" in (await says(desk, clock, AGAIN, thread)).text


async def test_with_an_erased_conversation_it_is_cancelled(desk, clock, monkeypatch):
    thread = await wanted(desk, clock)
    await says(desk, clock, f"{AGAIN}: {WORDS}", thread)

    async def gone(_number: int) -> None:
        return None

    # Its watch goes with the conversation, see tests/integration/storage/test_watches.py.
    monkeypatch.setattr(desk.app.watching._watches, "of", gone)
    assert await due(desk, clock) is FollowUpState.CANCELLED
    assert WORDS not in "".join(desk.room("DCarla"))


async def test_in_german_the_customer_s_language_decides_what_code_words(desk, clock):
    desk.writes("Einen Menschen, bitte", channel="DCarla", sent_at=clock())
    thread = desk.id_of(await desk.shown("Carla", TEAM))
    answer = await says(
        desk, clock, "schreib ihr am Donnerstag nochmal, wenn sie sich nicht gemeldet hat", thread
    )
    assert answer.text.startswith("Ich schreibe an Carla: „Guten Tag Carla,")
    assert "Wenn Carla vorher schreibt, sende ich nichts." in answer.text
    assert await due(desk, clock) is FollowUpState.SENT
    assert desk.room("DCarla")[-1].startswith("**Ann:** Guten Tag Carla,")
