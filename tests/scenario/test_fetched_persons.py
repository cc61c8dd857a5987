"""A person is fetched although nobody asked for one."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.hand_overs import HandOverState
from tests.fakes.parts import until
from tests.scenario.team_office import BEN, TEAM, Office, office
from tests.scenario.test_hand_over_times import HOURS, Clock

pytestmark = pytest.mark.usefixtures("quick", "quick_hand_overs")

UNKNOWN = "Do you have a loyalty card?"
OTHER = "Do you mend shoes?"
FAR = "Who won the football world cup in 1990?"


async def says(desk: Office, text: str, **how: object) -> str:
    """Have somebody write, and return what they are answered."""
    asked = desk.writes(text, **how)
    await until(lambda: desk.town.answers_to(asked))
    return desk.town.answers_to(asked)[0]


async def test_a_question_nobody_could_answer_fetches_a_person_once_a_day_while_somebody_is_there(
    town, tmp_path
):
    clock = Clock()
    async with office(town, tmp_path, clock=clock, unanswered=True) as desk:
        await desk.app.services.choices.set("business.hours", HOURS)
        for small_talk in ("hello", "My cat is called Mia."):
            assert "list for the team" not in await says(desk, small_talk, sent_at=clock.at)
        said = await says(desk, UNKNOWN, sent_at=clock.at)
        assert said.startswith("I have no sure answer to that.")
        assert "I have put this on the list for the team." in said
        assert "without your name" not in said
        [answer] = [each for each in town.posts if each.text == said]
        assert [each.label for each in answer.buttons] == [
            *("Helpful", "Not helpful", "Why this answer?", "Tell me when you know")
        ]
        await desk.shown(f"I could not answer Carla:\n> {UNKNOWN}", TEAM)
        clock.at += timedelta(hours=1)
        said = await says(desk, OTHER, sent_at=clock.at)
        assert "list for the team" not in said
        assert "without your name" in said
        # Somewhere else it is another conversation; staff and talk among people fetch nobody.
        far = await says(desk, FAR, channel="D2", author="Dora", sent_at=clock.at)
        assert far.startswith("I don't know that: I have found nothing about it in what")
        assert "I have put this on the list for the team." in far
        assert "If you would like a person to answer" not in far
        assert "list for the team" not in await says(
            desk, OTHER, channel="D3", author=BEN, sent_at=clock.at
        )
        clock.at = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
        assert "list for the team" not in await says(
            desk, OTHER, channel="D4", author="Emil", sent_at=clock.at
        )
        clock.at = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
        assert "list for the team" in await says(desk, "Do you sell hats?", sent_at=clock.at)
        assert (await desk.states()).count(HandOverState.WAITING) == 2


async def test_the_team_is_told_once_of_a_question_for_which_somebody_is_fetched(town, tmp_path):
    async with office(town, tmp_path, unanswered=True) as desk:
        await desk.app.services.choices.set("questions.told", "at_once")
        await says(desk, UNKNOWN)
        await desk.shown(f"I could not answer Carla:\n> {UNKNOWN}", TEAM)
        # Nobody is fetched again on that day, so that of the next one the team hears by a notice.
        await says(desk, OTHER)
        await desk.shown(f"I could not answer this:\n\n> {OTHER}", TEAM)
        assert sum(UNKNOWN in post.text for post in town.posts if post.address.channel == TEAM) == 1


async def test_unless_the_owner_wishes_it_nobody_is_fetched_for_a_question(town, tmp_path):
    async with office(town, tmp_path) as desk:
        assert "list for the team" not in await says(desk, UNKNOWN)
        assert await desk.states() == []


async def test_who_is_upset_gets_a_person_unless_the_owner_wishes_otherwise(town, tmp_path):
    async with office(town, tmp_path) as desk:
        said = await says(desk, "This is absolutely unacceptable! Where is my cake?")
        assert said.startswith("I am sorry for the trouble. I have put this on the list")
        await desk.shown("Carla is upset:\n> This is absolutely unacceptable!", TEAM)
        german = await says(desk, "Das ist eine Frechheit!", channel="D2", author="Dora")
        assert german.startswith("Es tut mir leid, dass Sie Ärger hatten.")
        of_staff = await says(desk, "This is unacceptable!", channel="D3", author=BEN)
        assert "list for the team" not in of_staff
        await desk.app.services.choices.set("hand_overs.upset", False)
        assert "sorry for the trouble" not in await says(
            desk, "This is unacceptable!", channel="D4", author="Emil"
        )
