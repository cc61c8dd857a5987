"""From a question nobody could answer, by the team's room, to an entry."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.deskhand import Deskhand
from bot.domain.conversations import Kind
from bot.domain.gaps import Reason
from bot.storage.drafts import DraftRows
from bot.storage.gaps import GapRows
from connectors.messages import IncomingMessage, OutgoingMessage
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes.parts import until
from tests.fakes.platform import Town
from tests.scenario.conftest import BAKERY
from tests.scenario.town import QUICK_S, bot_in, on

pytestmark = pytest.mark.usefixtures("quick", "quick_gaps")

TEAM, STAFF, COLLEAGUE, CUSTOMER = "CTEAM", "U1", "U3", "U2"
ASKED = "Do you have a loyalty card?"
IN_OTHER_WORDS = "hi, have you got a loyalty card"
BETTER = "How does the loyalty card work?"
REPLY = "Yes: every tenth coffee is free."
HINT = "\n\nReply to this with the answer, and I'll offer to save it."
NOTICE = f"I could not answer this:\n\n> {ASKED}\n\nClosest to it: "
SAVED = f"Saved for everyone, and in use from now on: {ASKED}"


@pytest.fixture
def quick_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.questions.service.SWEEP_S", QUICK_S)


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def bakery(
    town: Town, data_dir: Path, *, clock: Callable[[], datetime] = now, told: str = "at_once"
) -> AsyncIterator[Deskhand]:
    async with bot_in(town, data_dir, now=clock) as app:
        choices, knowledge = app.services.choices, app.services.knowledge
        await choices.set("slack.staff", [STAFF, COLLEAGUE])
        await choices.set("slack.rooms", {TEAM: {"audience": "staff"}})
        await choices.set("slack.staff_room", TEAM)
        await choices.set("questions.told", told)
        if not await knowledge.documents():
            await knowledge.add(
                read("faq.jsonl", BAKERY.encode(), audience=Audience.PUBLIC, origin="faq.jsonl")
            )
        await knowledge.settled()
        await on(app)
        yield app


async def reply_to(town: Town, message: IncomingMessage) -> OutgoingMessage:
    """Return the post that answers a message."""
    await until(lambda: bool(town.answers_to(message)))
    return next(post for post in town.posts if post.reply_to == message.message_id)


async def ask(town: Town, text: str = ASKED, **how: object) -> OutgoingMessage:
    return await reply_to(town, town.says(text, **{"author": CUSTOMER, "channel": "C2", **how}))


async def notice(town: Town, number: int = 0) -> tuple[str, OutgoingMessage]:
    """Return a post in the team's room that nobody asked for, and its id."""

    def posts() -> list[int]:
        return [
            place
            for place, post in enumerate(town.posts)
            if post.address.channel == TEAM and not post.reply_to
        ]

    await until(lambda: len(posts()) > number)
    place = posts()[number]
    return str(place), town.posts[place]


def notices(town: Town) -> list[str]:
    return [post.text for post in town.posts if post.address.channel == TEAM and not post.reply_to]


def replies(
    town: Town, text: str, thread: str, author: str = STAFF, **how: object
) -> IncomingMessage:
    said = {"channel": TEAM, "to_bot": False, "thread": thread, **how}
    return town.says(text, author=author, **said)


async def settles() -> None:
    """Let everything that is on its way arrive."""
    await asyncio.sleep(6 * QUICK_S)


async def said_in(town: Town, text: str) -> OutgoingMessage:
    await until(lambda: any(text in post.text for post in town.posts))
    return next(post for post in town.posts if text in post.text)


async def kind_of(app: Deskhand, post: OutgoingMessage) -> Kind:
    assert post.answer_id is not None
    answer = await app.services.answers.get(post.answer_id)
    assert answer is not None
    return answer.outcome.kind


async def saved(
    town: Town, button: str = "Save for everyone", reply: str = REPLY
) -> OutgoingMessage:
    """Have the first question of the team's room answered in its thread, and saved."""
    thread, _ = await notice(town)
    draft = await reply_to(town, replies(town, reply, thread))
    await town.presses(button, draft)
    return await said_in(town, "and in use from now on")


async def test_a_question_nobody_could_answer_is_answered_by_the_team_and_then_by_the_bot(
    town, tmp_path
):
    async with bakery(town, tmp_path) as app:
        unknown = await ask(town)
        assert await kind_of(app, unknown) is Kind.PASSAGE
        assert "The team sees this question, without your name" in unknown.text
        assert await town.presses("Tell me when you know", unknown, author=CUSTOMER) == (
            "I'll tell you here as soon as the team has taught me the answer."
        )
        thread, told = await notice(town)
        assert told.text.startswith(NOTICE)
        assert told.text.endswith(HINT)
        reply = replies(town, REPLY, thread)
        draft = await reply_to(town, reply)
        assert f"**Question:** {ASKED}\n\n**Answer:** {REPLY}" in draft.text
        assert draft.address == reply.address
        assert await town.presses("Save for everyone", draft) == (
            "I am saving it, and tell you when it is in use."
        )
        done = await said_in(town, SAVED)
        assert done.address == reply.address
        answered = await said_in(town, "now I know the answer")
        assert answered.address.channel == "C2"
        assert answered.text.endswith(REPLY)
        again = await ask(town, IN_OTHER_WORDS)
        assert await kind_of(app, again) is Kind.VERBATIM
        assert again.text.startswith(REPLY)
        assert await app.services.questions.list() == []
        await settles()
        assert sum("now I know the answer" in post.text for post in town.posts) == 1


async def test_who_asks_the_same_in_other_words_adds_to_the_count_and_tells_nobody_again(
    town, tmp_path
):
    async with bakery(town, tmp_path) as app:
        await ask(town)
        await notice(town)
        await ask(town, IN_OTHER_WORDS)
        await ask(town, "do you mend shoes")
        await notice(town, 1)
        await settles()
        assert [NOTICE in text or "shoes" in text for text in notices(town)] == [True, True]
        cards, shoes = await app.services.questions.list()
        assert cards.wordings == (ASKED, IN_OTHER_WORDS)
        assert shoes.wordings == ("do you mend shoes",)
        await app.services.questions.answer(cards.gap_id, REPLY, audience=Audience.PUBLIC)
        entry = await app.services.knowledge.show("do-you-have-a-loyalty-card")
        assert entry is not None
        assert entry.passages[0].ways == (ASKED, "have you got a loyalty card")
        assert [gap.text for gap in await app.services.questions.list()] == ["do you mend shoes"]


async def test_what_the_team_was_told_says_how_often_it_was_asked_once_a_minute_at_most(
    town, tmp_path
):
    at = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    async with bakery(town, tmp_path, clock=lambda: at) as app:
        await ask(town, sent_at=at)
        thread, told = await notice(town)
        for author in ("U7", "U8"):
            await ask(town, IN_OTHER_WORDS, author=author, sent_at=at)
        assert await app.services.questions.count() == 1
        await settles()
        assert not town.edits[int(thread)]
        at += timedelta(minutes=1)
        await said_in(town, "Asked 3 times.")
        for author in ("U9", "U10"):
            await ask(town, ASKED, author=author, sent_at=at)
        await settles()
        assert town.edits[int(thread)] == 1
        at += timedelta(minutes=1)
        changed = await said_in(town, "Asked 5 times.")
        await settles()
        assert town.edits[int(thread)] == 2
        assert len(notices(town)) == 1
        assert changed.buttons == told.buttons
        # It is the same post still: a reply to it is taken for the answer.
        draft = await reply_to(town, replies(town, REPLY, thread, sent_at=at))
        assert f"**Answer:** {REPLY}" in draft.text


async def test_what_the_team_took_down_is_not_told_anew_when_it_is_asked_again(town, tmp_path):
    at = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    async with bakery(town, tmp_path, clock=lambda: at):
        await ask(town, sent_at=at)
        thread, _ = await notice(town)
        town.taken_down.add(thread)
        await ask(town, IN_OTHER_WORDS, author="U7", sent_at=at)
        at += timedelta(minutes=1)
        await settles()
        # The room goes on all the same.
        await ask(town, "do you mend shoes", sent_at=at)
        await notice(town, 1)
        await settles()
        assert "Asked" not in notices(town)[0]
        assert len(notices(town)) == 2


async def test_doubtful_and_unhelpful_and_wrong_answers_are_open_questions_too(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        doubtful = await ask(town, "do you have gluten-free wedding cakes")
        assert await kind_of(app, doubtful) is Kind.PASSAGE
        sundays = await ask(town, "are you open on sundays?")
        assert "The team sees this question" in await town.presses(
            "Not helpful", sundays, author=CUSTOMER
        )
        card = await ask(town, "are dogs allowed?")
        await town.presses("Not helpful", card, author=STAFF)
        gaps = {gap.text: gap.reasons for gap in await app.services.questions.list()}
        assert gaps == {
            "do you have gluten-free wedding cakes": (Reason.DOUBTFUL,),
            "are you open on sundays?": (Reason.RATED,),
            "are dogs allowed?": (Reason.CORRECTED,),
        }
        await notice(town, 1)
        await settles()
        # What was merely doubtful waits for the week's list.
        assert sorted(text.splitlines()[0] for text in notices(town)) == [
            "A colleague says that my answer to this is wrong:",
            "My answer to this did not help:",
        ]
        await town.presses("Not helpful", doubtful, author=CUSTOMER)
        assert "gluten-free" in (await notice(town, 2))[1].text


async def test_neither_the_team_nor_the_entry_learns_who_asked(town, tmp_path):
    personal = "Hello, this is Quentin. Do you have a loyalty card? Call 0171 2345678 or q@mail.de"
    async with bakery(town, tmp_path) as app:
        await app.services.choices.set("business.region", "DE-BE")
        await ask(town, personal, author="Quentin")
        _, told = await notice(town)
        assert told.text.startswith(NOTICE)
        assert "Quentin" not in told.text
        await ask(town, IN_OTHER_WORDS)
        assert await app.services.questions.count() == 1
        await saved(town, reply="Hi Quentin, yes. I called 0171 2345678; else 030 901820.")
        entry = await app.services.knowledge.show("have-you-got-a-loyalty-card")
        assert entry is not None
        assert entry.passages[0].ways == ("have you got a loyalty card",)
        assert entry.passages[0].text == "Hi, yes. I called; else 030 901820."


async def test_only_the_team_in_its_own_room_can_answer_and_save(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        await ask(town)
        thread, told = await notice(town)
        stranger = replies(town, REPLY, thread, author=CUSTOMER)
        elsewhere = town.says(REPLY, author=STAFF, channel="C2", to_bot=False, thread=thread)
        draft = await reply_to(town, replies(town, REPLY, thread))
        await settles()
        assert town.answers_to(stranger) == town.answers_to(elsewhere) == []
        refused = "I can't do that for you here."
        for button in ("Save for everyone", "Save for the team only", "Change it", "Don't save"):
            assert await town.presses(button, draft, author=CUSTOMER) == refused
        assert await town.presses("Not needed", told, author=CUSTOMER) == refused
        await app.services.choices.set("slack.staff", [COLLEAGUE])
        assert await town.presses("Save for everyone", draft, author=STAFF) == refused
        await settles()
        assert [gap.text for gap in await app.services.questions.list()] == [ASKED]


async def test_nothing_is_told_in_a_room_that_others_read(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        await app.services.choices.set("slack.rooms", {})
        await ask(town)
        assert await app.services.questions.count() == 1
        await settles()
        assert notices(town) == []


async def test_what_the_team_says_among_itself_in_the_thread_is_no_answer(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        await ask(town)
        thread, _ = await notice(town)
        silent = [
            replies(town, "who asked that?", thread),
            replies(town, "thanks", thread),
            town.says("Yes, at the counter.", author=STAFF, channel=TEAM, to_bot=False),
            replies(town, "Yes, at the counter.", "no post of ours"),
        ]
        await saved(town)
        silent.append(replies(town, "and the card is made of paper", thread))
        await settles()
        assert [town.answers_to(each) for each in silent] == [[]] * len(silent)
        late = await reply_to(
            town, replies(town, "and the card is made of paper", thread, to_bot=True)
        )
        assert late.text.startswith("This question is off the list already.")
        assert len(await app.services.knowledge.documents()) == 9


async def test_a_reminder_that_is_wished_for_below_a_question_is_no_answer_to_it(town, tmp_path):
    async with bakery(town, tmp_path):
        await ask(town)
        thread, _ = await notice(town)
        wish = "remind me tomorrow at 9 to look this up"
        said = await reply_to(town, replies(town, wish, thread, to_bot=True))
        assert "look this up" in said.text
        assert said.text.startswith("Reminder set")


async def test_a_draft_is_changed_in_plain_words_before_it_is_saved(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        await ask(town)
        thread, _ = await notice(town)
        draft = await reply_to(town, replies(town, REPLY, thread))
        assert 'each on its own line: "Question: …", "Answer: …"' in await town.presses(
            "Change it", draft
        )
        place = str(town.posts.index(draft))
        better = await reply_to(
            town,
            replies(
                town, "question: How does the loyalty card work?", "", reply_to=place, to_bot=True
            ),
        )
        assert (
            f"**Question:** How does the loyalty card work?\n\n**Answer:** {REPLY}" in better.text
        )
        assert await town.presses("Don't save", draft) == (
            "Not saved. The question stays on the list."
        )
        await town.presses("Save for the team only", better)
        await said_in(town, "Saved for the team only")
        entry = await app.services.knowledge.show("how-does-the-loyalty-card-work")
        assert entry is not None
        assert entry.audience is Audience.STAFF
        assert entry.passages[0].ways == (BETTER, ASKED)


async def test_what_is_saved_for_the_team_only_is_not_told_to_the_public(town, tmp_path):
    async with bakery(town, tmp_path):
        unknown = await ask(town)
        await town.presses("Tell me when you know", unknown, author=CUSTOMER)
        of_staff = await ask(town, ASKED, author=COLLEAGUE, channel="D3", direct=True)
        await town.presses("Tell me when you know", of_staff, author=COLLEAGUE)
        await saved(town, "Save for the team only")
        told = await said_in(town, "now I know the answer")
        await settles()
        assert told.address.channel == "D3"
        assert sum(REPLY in post.text for post in town.posts if post.address.channel == "C2") == 0


async def test_what_is_not_needed_stays_off_the_list_when_it_is_asked_again(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        await ask(town)
        _, told = await notice(town)
        assert await town.presses("Not needed", told) == "Taken off the list."
        assert await town.presses("Not needed", told) == "This question is off the list already."
        await ask(town, IN_OTHER_WORDS)
        assert await app.services.questions.list() == []
        await settles()
        assert len(notices(town)) == 1


async def test_a_second_press_and_a_second_draft_save_nothing_twice(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        await ask(town)
        thread, _ = await notice(town)
        first = await reply_to(town, replies(town, REPLY, thread))
        second = await reply_to(town, replies(town, "No.", thread, author=COLLEAGUE))
        await town.presses("Save for everyone", first)
        await town.presses("Save for the team only", second, author=COLLEAGUE)
        await said_in(town, SAVED)
        closed = "This question is off the list already."
        assert await town.presses("Save for the team only", second) == closed
        assert await town.presses("Save for everyone", first) == closed
        await settles()
        assert sum("and in use from now on" in post.text for post in town.posts) == 1
        assert len(await app.services.knowledge.documents()) == 9


@pytest.mark.parametrize(
    ("owner", "step"), [(KnowledgeBase, "add"), (GapRows, "close"), (DraftRows, "finish")]
)
async def test_a_kill_while_an_answer_is_saved_neither_loses_nor_doubles_it(
    town, tmp_path, owner, step
):
    reached = asyncio.Event()

    async def never_returns(*_args: object, **_how: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    async with bakery(town, tmp_path) as app:
        unknown = await ask(town)
        await town.presses("Tell me when you know", unknown, author=CUSTOMER)
        thread, _ = await notice(town)
        draft = await reply_to(town, replies(town, REPLY, thread))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(owner, step, never_returns)
            await town.presses("Save for everyone", draft)
            async with asyncio.timeout(10):
                await reached.wait()
    async with bakery(town, tmp_path) as app:
        await said_in(town, SAVED)
        await settles()
        for words in (SAVED, "now I know the answer"):
            assert sum(words in post.text for post in town.posts) == 1
        assert len(await app.services.knowledge.documents()) == 9
        assert await app.services.questions.list() == []


async def test_the_weeks_list_comes_once_when_the_business_opens_and_is_answered_by_number(
    town, tmp_path
):
    # A Friday; the sample business opens on Mondays at nine.
    at = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
    async with bakery(town, tmp_path, clock=lambda: at, told="weekly") as app:
        for text in ("do you mend shoes", ASKED, IN_OTHER_WORDS):
            await ask(town, text, sent_at=at)
        assert await app.services.questions.count() == 2
        at = datetime(2026, 11, 30, 8, 59, tzinfo=UTC)
        await settles()
        assert notices(town) == []
        at = datetime(2026, 11, 30, 9, 1, tzinfo=UTC)
        thread, told = await notice(town)
        cards, shoes = [gap.gap_id for gap in await app.services.questions.list()]
        assert told.text == (
            "Questions that wait for your answer, the most asked first:\n\n"
            f"- {cards}: {ASKED} (2×)\n- {shoes}: do you mend shoes (1×)\n\n"
            f'Reply with a number and the answer, like "{cards}: …", and I\'ll offer to save it.'
        )
        unclear = await reply_to(town, replies(town, "10 euros", thread, sent_at=at))
        assert unclear.text.startswith("Reply with a number and the answer")
        draft = await reply_to(town, replies(town, f"{shoes}: No.", thread, sent_at=at))
        assert "**Question:** do you mend shoes\n\n**Answer:** No." in draft.text
    async with bakery(town, tmp_path, clock=lambda: at, told="weekly") as app:
        at += timedelta(days=6)
        await settles()
        assert len(notices(town)) == 1
        at += timedelta(days=1)
        await notice(town, 1)
        await app.services.choices.set("questions.told", "off")
        at += timedelta(days=7)
        await settles()
        assert len(notices(town)) == 2


async def test_a_new_room_is_not_flooded_by_what_was_asked_long_ago(town, tmp_path):
    at = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    async with bakery(town, tmp_path, clock=lambda: at, told="off") as app:
        await ask(town, sent_at=at)
        assert await app.services.questions.count() == 1
        at += timedelta(days=2)
        await app.services.choices.set("questions.told", "at_once")
        await ask(town, "do you mend shoes", sent_at=at)
        await notice(town)
        await settles()
        assert ["shoes" in text for text in notices(town)] == [True]


async def test_a_wish_after_the_answer_hears_to_ask_again(town, tmp_path):
    async with bakery(town, tmp_path):
        unknown = await ask(town)
        await saved(town)
        assert await town.presses("Tell me when you know", unknown, author=CUSTOMER) == (
            "I know the answer by now: please ask me again."
        )
