"""What was asked while the bot was away for so long that it no longer answers."""

import asyncio
from datetime import timedelta

import pytest

from bot.app.deskhand import Deskhand
from bot.domain.conversations import Kind
from bot.inbox.lookout import READ_BACK
from bot.inbox.reception import HOLD
from bot.storage.inbox import InboxRows
from bot.storage.settings import SettingRows
from connectors.errors import ConnectorError
from connectors.messages import IncomingMessage
from knowledge.documents import Audience
from knowledge.readers.entries import entry
from tests.fakes.answers import newest_answers
from tests.fakes.parts import until
from tests.fakes.platform import AWAY, Town, now
from tests.scenario.town import PATIENCE_S, QUICK_S, answered_once, bot_in, on

pytestmark = pytest.mark.usefixtures("quick")

DAY = timedelta(days=1)
MARK = "heard slack"
SORRY = "Sorry for the late answer: I was away when you wrote."
LISTED = "I have put this on the list for the team."


@pytest.fixture
async def known(town, tmp_path) -> None:
    """The bot was in town before: what is said from now on is caught up with."""
    async with bot_in(town, tmp_path) as app:
        await on(app)
        marks = SettingRows(app.database)
        async with asyncio.timeout(PATIENCE_S):
            while MARK not in await marks.all():
                await asyncio.sleep(0.01)
    async with bot_in(town, tmp_path, token="") as app:
        # So long ago that everything since counts as missed.
        long_before = (now() - 2 * READ_BACK).isoformat()
        await SettingRows(app.database).put(MARK, long_before, now=now())


def long_ago(town: Town, text: str, *, days: float = 5, **where: object) -> IncomingMessage:
    return town.says(text, sent_at=now() - days * DAY, **where)


async def listed(app: Deskhand) -> list[tuple[str, str]]:
    waiting = await app.services.hand_overs.waiting(limit=100)
    return [(each.text, each.reason) for each in waiting]


async def test_what_was_asked_too_long_ago_is_handed_to_the_team_and_the_person_told_so(
    town, tmp_path, known
):
    asked = long_ago(town, "do you bake on Sundays?")
    async with bot_in(town, tmp_path) as app:
        await app.services.choices.set("business.contact", "030 1234")
        await app.services.choices.set("slack.staff_room", "CTEAM")
        await on(app)
        await answered_once(town, asked)
        assert await listed(app) == [("do you bake on Sundays?", "missed")]
        [answer] = await newest_answers(app.database, limit=10)
        assert (answer.outcome.kind, answer.outcome.searched) == (Kind.HANDOVER, "")
        await until(lambda: len(town.posts) == 2)
    [told] = town.answers_to(asked)
    assert told.startswith(f"{SORRY}\n\n{LISTED} You can also reach the team here: 030 1234")
    [notice] = [post.text for post in town.posts if post.address.channel == "CTEAM"]
    assert notice.startswith(
        "I was away when U1 wrote, and have not answered:\n> do you bake on Sundays?\n\n"
    )


async def test_what_is_late_but_not_too_late_is_answered_after_what_is_in_the_order_of_its_room(
    town, tmp_path, known
):
    first = long_ago(town, "a reminder for tomorrow at 9: cake", days=5)
    second = long_ago(town, "do you bake?", days=4)
    third = long_ago(town, "hello", days=1)
    async with bot_in(town, tmp_path) as app:
        await on(app)
        await answered_once(town, first, second, third)
        assert [text for text, _ in await listed(app)] == [f"{first.text}\n{second.text}"]
        assert await app.services.follow_ups.waiting() == []
    assert [post.reply_to for post in town.posts] == [
        each.message_id for each in (first, second, third)
    ]
    assert LISTED not in town.answers_to(third)[0]


def in_order(town: Town, *messages: IncomingMessage) -> list[str]:
    """Return which of some messages were answered, in the order of the answers."""
    texts = {each.message_id: each.text for each in messages}
    return [texts[post.reply_to] for post in town.posts if post.reply_to in texts]


async def heard(app: Deskhand, message: IncomingMessage) -> bool:
    unknown = await InboxRows(app.database).unknown(message.address, [message.message_id])
    return not unknown


async def stored(app: Deskhand, message: IncomingMessage) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await heard(app, message):
            await asyncio.sleep(0.01)


async def test_what_comes_while_its_room_is_read_back_is_answered_after_what_was_missed(
    town, tmp_path, known
):
    missed = town.says("hello")
    readable = town.slow_rooms["C1"] = asyncio.Event()
    async with bot_in(town, tmp_path) as app:
        await on(app)
        live = town.says("thanks")
        await stored(app, live)
        readable.set()
        await answered_once(town, missed, live)
    assert in_order(town, missed, live) == ["hello", "thanks"]


async def test_the_room_in_which_somebody_waits_is_read_back_next(town, tmp_path, known):
    missed = [town.says("hello", channel=channel) for channel in ("C1", "C2", "C3")]
    first = town.slow_rooms["C1"] = asyncio.Event()
    town.slow_rooms["C2"] = asyncio.Event()
    async with bot_in(town, tmp_path) as app:
        await on(app)
        live = town.says("thanks", channel="C3")
        await stored(app, live)
        first.set()
        await answered_once(town, missed[2], live)
    assert in_order(town, missed[2], live) == ["hello", "thanks"]


async def test_what_came_before_a_room_could_be_read_back_is_answered_after_what_was_missed(
    town, tmp_path, known
):
    missed = town.says("hello")
    town.unreadable.add("C1")
    async with bot_in(town, tmp_path) as app:
        await until(lambda: town.connections > 1)
        live = town.says("thanks")
        # Only while it is connected does it hear anything, and it never is for long.
        async with asyncio.timeout(PATIENCE_S):
            while not await heard(app, live):
                town.brings(live)
                await asyncio.sleep(0.01)
        before = town.connections
        await until(lambda: town.connections > before)
        assert town.answers_to(live) == []
        town.unreadable.clear()
        await answered_once(town, missed, live)
    assert in_order(town, missed, live) == ["hello", "thanks"]


async def test_what_waited_for_its_room_in_an_earlier_start_waits_for_it_in_this(
    town, tmp_path, known
):
    missed = town.says("hello")
    readable = town.slow_rooms["C1"] = asyncio.Event()
    async with bot_in(town, tmp_path) as app:
        await on(app)
        live = town.says("thanks")
        await stored(app, live)
    async with bot_in(town, tmp_path, now=lambda: now() + 2 * HOLD) as app:
        await on(app)
        await asyncio.sleep(3 * QUICK_S)
        assert town.posts == []
        readable.set()
        await answered_once(town, missed, live)
    assert in_order(town, missed, live) == ["hello", "thanks"]


async def test_a_restart_while_rooms_are_read_back_hands_nothing_over_twice(town, tmp_path, known):
    asked = [long_ago(town, f"do you bake {kind}?", channel="C1") for kind in ("rye", "spelt")]
    asked.append(long_ago(town, "do you bake corn?", channel="C2"))
    town.unreadable.add("C2")
    async with bot_in(town, tmp_path) as app:
        await until(lambda: all(town.answers_to(each) for each in asked[:2]))
        assert await listed(app) == [("do you bake rye?\ndo you bake spelt?", "missed")]
    town.unreadable.clear()
    async with bot_in(town, tmp_path) as app:
        await on(app)
        await answered_once(town, *asked)
        assert [text for text, _ in await listed(app)] == [
            "do you bake rye?\ndo you bake spelt?",
            "do you bake corn?",
        ]


async def test_what_was_said_longer_ago_than_rooms_are_read_back_is_left(town, tmp_path, known):
    ancient = long_ago(town, "do you bake?", days=READ_BACK / DAY + 1)
    async with bot_in(town, tmp_path) as app:
        await on(app)
        await answered_once(town, town.says("hello"))
        assert await listed(app) == []
    assert town.answers_to(ancient) == []


async def test_what_people_asked_each_other_long_ago_is_left_where_the_bot_helps_when_sure(
    town, tmp_path, known
):
    question = "do you bake bread on Sundays?"
    overheard = long_ago(town, question, to_bot=False)
    town.problem = ConnectorError(AWAY)
    async with bot_in(town, tmp_path) as app:
        answer = entry(question=question, answer="No.", audience=Audience.PUBLIC, origin="page")
        await app.services.knowledge.add([answer])
        await app.services.choices.set("slack.rooms", {"C1": {"speaks": "sure"}})
        town.problem = None
        await on(app)
        await answered_once(town, town.says(question, to_bot=False))
        assert await listed(app) == []
    assert town.answers_to(overheard) == []


async def test_thanks_that_come_in_late_are_no_work_for_the_team(town, tmp_path, known):
    thanks = long_ago(town, "thank you!")
    async with bot_in(town, tmp_path) as app:
        await on(app)
        await answered_once(town, thanks)
        assert await listed(app) == []
    assert "You're welcome!" in town.answers_to(thanks)[0]


async def test_much_that_was_asked_over_days_is_not_taken_for_a_flood(
    town, tmp_path, known, monkeypatch
):
    monkeypatch.setattr("bot.inbox.pace.OF_A_PERSON", 3)
    asked = [long_ago(town, "do you bake?", days=10 - day) for day in range(6)]
    async with bot_in(town, tmp_path) as app:
        await on(app)
        await answered_once(town, *asked)
    await asyncio.sleep(QUICK_S)
    assert all(post.reply_to for post in town.posts)


async def test_what_is_handed_over_is_said_to_be_late_however_patient_the_owner_is(
    town, tmp_path, known
):
    asked = long_ago(town, "do you bake?", days=0.5)
    async with bot_in(town, tmp_path) as app:
        await app.services.choices.set("manners.late_after_min", 1_440)
        await app.services.choices.set("manners.answers_missed_h", 1)
        await on(app)
        await answered_once(town, asked)
    assert town.answers_to(asked)[0].startswith(f"{SORRY}\n\n{LISTED}")


async def test_the_owner_chooses_what_is_too_long_ago(town, tmp_path, known):
    asked = long_ago(town, "do you bake?", days=5)
    async with bot_in(town, tmp_path) as app:
        await app.services.choices.set("manners.answers_missed_h", 7 * 24)
        await on(app)
        await answered_once(town, asked)
        assert await listed(app) == []
