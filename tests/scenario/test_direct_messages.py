"""What the team asks in direct messages is not for the page, until who asked shows it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app.deskhand import Deskhand
from bot.domain.conversations import Answer
from bot.domain.listed import Line, Said, Wanted, for_page
from bot.storage.outbox import NewOutgoing
from bot.upkeep.own_questions import OwnQuestions
from connectors.messages import Address, OutgoingMessage
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes.answers import newest_answers
from tests.fakes.parts import until
from tests.fakes.platform import Town
from tests.scenario.conftest import BAKERY
from tests.scenario.town import bot_in, on

pytestmark = pytest.mark.usefixtures("quick")

COLLEAGUE, CUSTOMER = "U3", "U2"
ASKED = "are you open on sundays"
SEEN = "Whoever looks after me can read this question and its answer now."
SHOW = "Show it to the owner"


@dataclass(frozen=True)
class Office:
    app: Deskhand
    town: Town

    async def asks(self, text: str, *, author: str, channel: str, **how: object) -> OutgoingMessage:
        message = self.town.says(text, author=author, channel=channel, **how)

        def answers() -> list[OutgoingMessage]:
            return [each for each in self.town.posts if each.reply_to == message.message_id]

        await until(answers)
        return answers()[0]

    async def in_private(self, text: str = ASKED) -> OutgoingMessage:
        return await self.asks(text, author=COLLEAGUE, channel="D3", direct=True)

    async def lines(self, **wanted: object) -> list[Line]:
        listed = await self.app.services.conversations.listed(Wanted(**wanted))  # type: ignore[arg-type]
        return list(listed.lines)

    async def last(self) -> Answer:
        [answer] = await newest_answers(self.app.database, limit=1)
        return answer

    async def said(self) -> tuple[Said, ...]:
        number = (await self.last()).conversation.conversation_id
        conversed = await self.app.services.conversed.one(number)
        assert conversed is not None
        return conversed.said

    @property
    def own_questions(self) -> OwnQuestions:
        return self.app.services.own_questions


@asynccontextmanager
async def office(town: Town, data_dir: Path) -> AsyncIterator[Office]:
    async with bot_in(town, data_dir) as app:
        await app.services.choices.set("slack.staff", [COLLEAGUE])
        await app.services.knowledge.add(
            read("faq.jsonl", BAKERY.encode(), audience=Audience.PUBLIC, origin="faq.jsonl")
        )
        await app.services.knowledge.settled()
        await on(app)
        yield Office(app, town)


def labels(post: OutgoingMessage) -> list[str]:
    return [button.label for button in post.buttons]


async def test_a_colleague_s_direct_message_is_counted_and_not_shown(town, tmp_path):
    async with office(town, tmp_path) as desk:
        post = await desk.in_private()
        assert SHOW in labels(post)
        [line] = await desk.lines()
        assert (line.kept_back, line.asked, line.said, line.name) == (True, "", "", "")
        assert sum(line.kinds.values()) == 1
        assert line.place.direct
        assert line.place.name == ""
        assert await desk.lines(words="sundays") == []
        assert await desk.lines(person="slack/U3") == []
        assert [each.text for each in await desk.said()] == ["", ""]
        answer = await desk.last()
        assert answer.kept_back
        shown = for_page(answer)
        outcome = shown.outcome
        assert (shown.asked, shown.person.name, outcome.text, outcome.searched) == ("",) * 4
        assert (outcome.sources, outcome.found, outcome.checks) == ((), (), ())


async def test_a_reminder_that_came_there_is_not_shown_either(town, tmp_path):
    async with office(town, tmp_path) as desk:
        await desk.in_private()
        reminder = NewOutgoing("follow-up 7", "n7", Address("slack", "D3"), "Call the surgeon")
        await desk.app.services.outbox.put(reminder, now=desk.app.services.now())
        assert [each.text for each in await desk.said()] == ["", "", ""]


@pytest.mark.parametrize("label", [SHOW, "Helpful", "Not helpful"])
async def test_it_is_shown_once_who_asked_says_so(town, tmp_path, label):
    async with office(town, tmp_path) as desk:
        post = await desk.in_private()
        told = await town.presses(label, post, author=COLLEAGUE)
        assert SEEN in told
        [line] = await desk.lines(words="sundays", person="slack/U3")
        assert line.asked == ASKED
        assert line.said
        # What was said after it is theirs again.
        await desk.in_private("do you have parking")
        assert [bool(each.text) for each in await desk.said()] == [True, True, False, False]
        shown = for_page(await desk.last())
        assert shown.asked == ""


async def test_of_a_shown_one_nothing_is_told_that_was_said_before_it(town, tmp_path):
    async with office(town, tmp_path) as desk:
        await desk.in_private()
        post = await desk.in_private("and on mondays?")
        await town.presses("Helpful", post, author=COLLEAGUE)
        answer = await desk.last()
        assert "open" in answer.outcome.searched
        shown = for_page(answer)
        assert shown.asked == "and on mondays?"
        assert (shown.outcome.searched, shown.outcome.prompt, shown.outcome.raw) == ("", "", "")


async def test_only_who_asked_shows_it(town, tmp_path):
    async with office(town, tmp_path) as desk:
        post = await desk.in_private()
        assert await town.presses(SHOW, post, author=CUSTOMER) != SEEN
        assert (await desk.last()).kept_back


async def test_customers_and_shared_rooms_are_shown_as_they_are(town, tmp_path):
    async with office(town, tmp_path) as desk:
        customer = await desk.asks(ASKED, author=CUSTOMER, channel="D2", direct=True)
        shared = await desk.asks(ASKED, author=COLLEAGUE, channel="C9", room_name="kitchen")
        assert SHOW not in [*labels(customer), *labels(shared)]
        lines = await desk.lines(words="sundays")
        assert [(each.asked, each.place.name) for each in lines] == [
            (ASKED, "kitchen"),
            (ASKED, ""),
        ]


async def test_a_group_s_direct_message_is_the_team_s_too(town, tmp_path):
    async with office(town, tmp_path) as desk:
        await desk.asks(ASKED, author=COLLEAGUE, channel="C8", group=True)
        [line] = await desk.lines()
        assert line.kept_back
        assert line.place.direct


async def test_a_room_of_which_nothing_is_known_counts_as_one_until_it_is(town, tmp_path):
    async with office(town, tmp_path) as desk:
        await desk.asks(ASKED, author=COLLEAGUE, channel="C7")
        [line] = await desk.lines()
        assert line.kept_back
        await desk.asks("do you have parking", author=COLLEAGUE, channel="C7", room_name="yard")
        assert [each.kept_back for each in await desk.lines(words="sundays")] == [False]


async def test_what_was_said_as_a_colleague_stays_theirs_when_they_leave(town, tmp_path):
    async with office(town, tmp_path) as desk:
        await desk.in_private()
        before = await desk.last()
        await desk.app.services.choices.set("slack.staff", [])
        await desk.asks("do you have parking", author=COLLEAGUE, channel="D3", direct=True)
        assert await desk.lines(words="sundays") == []
        assert [each.asked for each in await desk.lines(words="parking")] == ["do you have parking"]
        after = await desk.app.services.answers.get(before.answer_id)
        assert after is not None
        assert after.kept_back


async def test_no_trial_is_suggested_that_somebody_else_s_rating_would_give_away(town, tmp_path):
    async with office(town, tmp_path) as desk:
        await desk.asks(ASKED, author=COLLEAGUE, channel="C7")
        number = (await desk.last()).answer_id
        person = await desk.app.services.owner()
        await desk.app.services.ratings.rate(
            number, person_id=person.person_id, good=True, now=desk.app.services.now()
        )
        assert await desk.own_questions.suggestions() == []
