"""What stands under messages on a chat platform, and what pressing it does."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import pytest

from bot.app.deskhand import Deskhand, compose
from bot.domain.conversations import Kind
from bot.domain.followups import FollowUpState
from bot.inbox.reception import Reception
from bot.people.rules import Admitted
from bot.settings import Settings
from bot.storage.inbox import InboxRows
from bot.storage.people import PersonRows
from bot.storage.ratings import RatingRows
from connectors.base import Abilities, Receiver
from connectors.errors import SendError
from connectors.messages import Address, Author, Button, IncomingMessage, OutgoingMessage, Press
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes.answers import newest_answers
from tests.fakes.parts import at_work
from tests.fakes.states import outgoing_waits, turn_states
from tests.scenario.room import FakeClock

BAKERY = (Path(__file__).parent / "bakery.jsonl").read_text(encoding="utf-8")
SHOP = Address("chat", "shop")
YARD = Address("chat", "yard")
ANN = Author("u1", "Ann")
BEN = Author("u2", "Ben")
PATIENCE_S = 60.0

VERBATIM = "are you open on sundays"
UNKNOWN = "can you print photos on mugs"
CLOSE = "do you have a loyalty card, like every 10th coffee free"
RATED = ["good", "bad", "why"]
READS = "The team can read what we last wrote here."
INTRODUCTION = 'I\'m an automated assistant; write "a person, please" to reach somebody.'


class ChatPlatform:
    """A platform in memory; what was posted stays there when the bot is restarted.

    Attributes:
        posts: What can be read, oldest first.
        statuses: What was shown while people waited.
        failures: What the next posts raise after the message has arrived.
    """

    platform = "chat"

    def __init__(self, *, max_chars: int = 2_000, buttons: bool = True) -> None:
        self.abilities = Abilities(
            max_chars=max_chars, edits=True, edit_pause_s=0.0, shows_status=True, buttons=buttons
        )
        self.posts: list[OutgoingMessage] = []
        self.statuses: list[str] = []
        self.failures: list[Exception] = []

    async def run(self, receiver: Receiver) -> None:
        await asyncio.Event().wait()

    async def post(self, message: OutgoingMessage) -> str:
        self.posts.append(message)
        if self.failures:
            raise self.failures.pop(0)
        return str(len(self.posts) - 1)

    async def edit(self, message_id: str, message: OutgoingMessage) -> None:
        self.posts[int(message_id)] = message

    async def find(self, message: OutgoingMessage) -> str | None:
        nonces = [post.nonce for post in self.posts]
        return str(nonces.index(message.nonce)) if message.nonce in nonces else None

    async def show_status(self, address: Address, text: str) -> None:
        self.statuses.append(text)


class Chat:
    """The whole bot on that platform."""

    def __init__(self, app: Deskhand, platform: ChatPlatform, clock: FakeClock) -> None:
        self.app = app
        self.platform = platform
        self.clock = clock
        self._written = 0
        # A room in which the owner lets the bot speak unasked when it is sure.
        self.overhearing = Reception(
            InboxRows(app.database),
            admit=lambda message: Admitted(message, unasked=not message.to_bot),
            vouch=lambda author: author,
            press=app.reception.pressed,
            suggest=_nothing,
            held_until=_at_once,
            wake=app.runner.wake,
            now=clock,
        )

    async def write(
        self, text: str, *, author: Author = ANN, to: Address = SHOP, to_bot: bool = True
    ) -> None:
        self._written += 1
        message_id = f"{self.clock():%H%M%S}-{self._written}"
        await self.overhearing.receive(
            IncomingMessage(message_id, to, author, text, to_bot, self.clock())
        )

    async def says(
        self, text: str, *, author: Author = ANN, to: Address = SHOP
    ) -> list[OutgoingMessage]:
        """Write something to the bot and return what it posted for that."""
        before = len(self.platform.posts)
        await self.write(text, author=author, to=to)
        await self.quiet()
        return self.platform.posts[before:]

    async def said(self, text: str, *, author: Author = ANN, to: Address = SHOP) -> OutgoingMessage:
        [post] = await self.says(text, author=author, to=to)
        return post

    async def quiet(self) -> None:
        """Wait until no turn runs and no message is on its way."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self._is_quiet():
                await asyncio.sleep(0.02)

    async def _is_quiet(self) -> bool:
        turns = await turn_states(self.app.database)
        waiting = turns.get("waiting", 0) + turns.get("running", 0)
        return not waiting and not await outgoing_waits(self.app.database)

    async def remind_due(self) -> OutgoingMessage | None:
        """Let the clock's alarm go off; return the reminder that came."""
        before = len(self.platform.posts)
        await self.app.services.follow_ups.deliver_due()
        await self.quiet()
        return self.platform.posts[-1] if len(self.platform.posts) > before else None

    async def presses(
        self, button: Button | str, *, author: Author = ANN, at: Address = SHOP
    ) -> str:
        action = button if isinstance(button, str) else button.action
        return await self.app.reception.pressed(Press(at, author, action, "1"))

    async def ratings(self, post: OutgoingMessage) -> dict[int, bool]:
        assert post.answer_id is not None
        return await RatingRows(self.app.database).of(post.answer_id)

    async def hand_overs(self) -> list[str]:
        return [each.text for each in await self.app.services.hand_overs.waiting(limit=10)]


async def _nothing() -> list[str]:
    return []


async def _at_once(_message: IncomingMessage) -> None:
    return None


def verbs(post: OutgoingMessage) -> list[str]:
    return [button.action.partition(":")[0] for button in post.buttons]


def button(post: OutgoingMessage, verb: str) -> Button:
    return next(each for each in post.buttons if each.action.startswith(f"{verb}:"))


@contextlib.asynccontextmanager
async def running(
    data_dir: Path, platform: ChatPlatform, *, clock: FakeClock | None = None
) -> AsyncIterator[Chat]:
    """Run the whole bot inside the block."""
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    settings = Settings(
        data_dir=data_dir,
        model="",
        ollama_url="http://127.0.0.1:9",
        timezone="UTC",
        embed_model="builtin",
    )
    clock = clock or FakeClock()
    app = await compose(settings, connectors=[platform], now=clock)
    async with at_work(app):
        yield Chat(app, platform, clock)


@pytest.fixture(scope="module")
def stocked(once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the bakery's knowledge, found out once."""
    data_dir = tmp_path_factory.mktemp("stocked") / "data"

    async def stock() -> None:
        async with running(data_dir, ChatPlatform()) as chat:
            documents = read(
                "faq.jsonl", BAKERY.encode(), audience=Audience.PUBLIC, origin="faq.jsonl"
            )
            await chat.app.services.knowledge.add(documents)

    asyncio.run(stock())
    return data_dir


@pytest.fixture(autouse=True)
def data_dir(stocked: Path, tmp_path: Path) -> None:
    shutil.copytree(stocked, tmp_path / "data")


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    async with running(tmp_path / "data", ChatPlatform()) as chat:
        yield chat


# What stands below what


async def test_under_an_answer_one_can_say_whether_it_helped_and_ask_why(chat):
    post = await chat.said(VERBATIM)
    assert verbs(post) == RATED
    assert [each.label for each in post.buttons] == ["Helpful", "Not helpful", "Why this answer?"]
    assert {each.action.partition(":")[2] for each in post.buttons} == {str(post.answer_id)}


async def test_under_what_is_not_known_a_person_can_be_had_or_the_answer_later(chat):
    assert verbs(await chat.said(UNKNOWN)) == ["tell", "person"]


async def test_under_what_is_only_close_there_is_both_and_what_it_is_rated_by(chat):
    assert verbs(await chat.said(CLOSE)) == ["good", "bad", "why", "tell", "person"]


async def test_under_passages_there_is_all_of_that(chat):
    post = await chat.said("do you have gluten-free wedding cakes")
    assert (await chat.app.services.answers.get(post.answer_id)).outcome.kind is Kind.PASSAGE
    assert verbs(post) == [*RATED, "person"]


async def test_under_a_courtesy_there_is_nothing(chat):
    assert (await chat.said("hello")).buttons == ()


async def test_labels_speak_the_answers_language(chat):
    post = await chat.said("Haben Sie glutenfreies Brot?")
    assert post.buttons[0].label == "Hilfreich"


async def test_buttons_stand_below_the_last_piece_only(tmp_path):
    async with running(tmp_path / "data", ChatPlatform(max_chars=60)) as chat:
        *first, last = await chat.says(VERBATIM)
    assert first
    assert all(piece.buttons == () for piece in first)
    assert verbs(last) == RATED


async def test_a_platform_without_buttons_is_given_none(tmp_path):
    async with running(tmp_path / "data", ChatPlatform(buttons=False)) as chat:
        assert (await chat.said(VERBATIM)).buttons == ()
        await chat.said("remind me tomorrow at 9 to call the supplier")
        chat.clock.go(days=1)
        assert (await chat.remind_due()).buttons == ()


async def test_an_answer_posted_anew_after_a_broken_connection_has_its_buttons(chat, monkeypatch):
    monkeypatch.setattr("bot.outbox.sender.FIRST_WAIT_S", 0.0)
    chat.platform.failures = [SendError("the connection broke", unknown=True)]
    [post] = await chat.says(VERBATIM)
    assert verbs(post) == RATED


# Rating


async def test_a_rating_is_kept_by_answer_and_person_and_the_last_word_counts(chat):
    post = await chat.said(VERBATIM)
    assert await chat.presses(button(post, "good")) == "Thanks, I have noted that."
    assert await chat.presses(button(post, "good")) == "Thanks, I have noted that."
    assert list((await chat.ratings(post)).values()) == [True]
    await chat.presses(button(post, "bad"))
    assert list((await chat.ratings(post)).values()) == [False]
    await chat.presses(button(post, "good"), author=BEN)
    assert sorted((await chat.ratings(post)).values()) == [False, True]


async def test_many_presses_at_once_make_one_rating(chat):
    post = await chat.said(VERBATIM)
    await asyncio.gather(*(chat.presses(button(post, "good")) for _ in range(10)))
    assert list((await chat.ratings(post)).values()) == [True]


@pytest.mark.parametrize("verb", ["good", "bad", "why", "person"])
async def test_what_was_said_in_one_room_is_not_there_for_another(chat, verb):
    post = await chat.said(UNKNOWN if verb == "person" else VERBATIM)
    said = await chat.presses(button(post, verb), author=BEN, at=YARD)
    assert said == "I can't find that answer here any more."
    elsewhere = Address("other", SHOP.channel)
    assert await chat.presses(button(post, verb), at=elsewhere) == said
    assert await chat.ratings(post) == {}
    assert await chat.hand_overs() == []


async def test_a_thread_of_the_room_is_the_room(chat):
    post = await chat.said(VERBATIM)
    thread = Address(SHOP.platform, SHOP.channel, "t1")
    assert await chat.presses(button(post, "good"), at=thread) == "Thanks, I have noted that."


async def test_why_says_what_the_command_says_about_that_very_answer(chat):
    post = await chat.said(VERBATIM)
    by_command = (await chat.said("why this answer?")).text
    await chat.said("do you deliver to dublin 7")
    by_button = await chat.presses(button(post, "why"))
    assert by_button == by_command
    assert "What are your opening hours?" in by_button


async def test_a_press_does_not_unmake_who_somebody_is(chat):
    people = PersonRows(chat.app.database)
    ann = Author("u1", "Ann", zone="Europe/Berlin", role="staff")
    before = await people.ensure("chat", ann)
    post = await chat.said(VERBATIM)
    await chat.presses(button(post, "good"), author=Author("u1", "Ann"))
    after = await people.ensure("chat", Author("u1", "Ann"))
    assert (after.person_id, after.role, after.zone) == (
        before.person_id,
        "staff",
        "Europe/Berlin",
    )


# A person, please


async def test_a_person_is_asked_for_once_however_often_it_is_pressed(chat):
    post = await chat.said(UNKNOWN)
    first = await chat.presses(button(post, "person"))
    second = await chat.presses(button(post, "person"))
    assert first == f"I have put this on the list for the team. {READS}"
    assert second == "This is already on the list for the team."
    assert await chat.hand_overs() == [UNKNOWN]


async def test_asked_for_again_after_somebody_saw_to_it_it_is_on_the_list_again(chat):
    post = await chat.said(UNKNOWN)
    await chat.presses(button(post, "person"))
    [waiting] = await chat.app.services.hand_overs.waiting(limit=10)
    await chat.app.services.hand_overs.done(waiting.hand_over_id)
    said = await chat.presses(button(post, "person"))
    assert said == f"I have put this on the list for the team. {READS}"
    assert await chat.hand_overs() == [UNKNOWN]


# Reminders


async def promised(chat: Chat, text: str = "remind me tomorrow at 9 to call the supplier"):
    post = await chat.said(text)
    return post, await chat.app.services.follow_ups.get(1)


async def delivered(chat: Chat) -> OutgoingMessage:
    await promised(chat)
    chat.clock.go(hours=23)
    post = await chat.remind_due()
    assert post is not None
    return post


async def state(chat: Chat) -> FollowUpState:
    return (await chat.app.services.follow_ups.get(1)).state


async def count(chat: Chat) -> int:
    return len(await chat.app.services.follow_ups.all())


async def test_a_reminder_just_set_can_be_cancelled(chat):
    post, _ = await promised(chat)
    assert [each.action for each in post.buttons] == ["cancel:1"]
    assert await chat.presses(button(post, "cancel")) == "Cancelled: call the supplier (no. 1)"
    assert await chat.presses(button(post, "cancel")) == "Cancelled: call the supplier (no. 1)"
    assert await state(chat) is FollowUpState.CANCELLED


async def test_the_list_of_reminders_and_a_cancelled_one_have_no_button(chat):
    await promised(chat)
    assert (await chat.said("my reminders")).buttons == ()
    assert (await chat.said("cancel reminder 1")).buttons == ()


async def test_a_reminder_that_came_can_no_longer_be_cancelled(chat):
    post, _ = await promised(chat)
    chat.clock.go(hours=23)
    await chat.remind_due()
    said = await chat.presses(button(post, "cancel"))
    assert said == 'You have no open reminder no. 1. "My reminders" lists yours.'
    assert await state(chat) is FollowUpState.SENT


async def test_a_due_reminder_can_be_done_or_come_again(chat):
    post = await delivered(chat)
    assert [each.action for each in post.buttons] == ["done:1", "soon:1", "snooze:1", "morning:1"]
    assert await chat.presses(button(post, "done")) == "Done: call the supplier"
    assert await chat.presses(button(post, "done")) == "Done: call the supplier"
    assert await state(chat) is FollowUpState.SENT


async def test_a_reminder_pressed_away_comes_again_in_an_hour_and_only_once(chat):
    post = await delivered(chat)
    said = await asyncio.gather(*(chat.presses(button(post, "snooze")) for _ in range(5)))
    chat.clock.go(minutes=20)
    said.append(await chat.presses(button(post, "snooze")))
    # From the first press, at nine.
    expected = (
        "I'll remind you again: call the supplier, Wednesday, 25 November 2026, 10:00 (no. 1)"
    )
    assert said == [expected] * 6
    assert await count(chat) == 1

    chat.clock.go(minutes=39)
    assert await chat.remind_due() is None
    chat.clock.go(minutes=1)
    again = await chat.remind_due()
    assert again.text == "Reminder: call the supplier"
    assert verbs(again) == ["done", "soon", "snooze", "morning"]
    assert await chat.remind_due() is None
    assert await state(chat) is FollowUpState.SENT


async def test_a_reminder_can_be_pressed_away_after_each_time_it_came(chat):
    post = await delivered(chat)
    for _ in range(3):
        await chat.presses(button(post, "snooze"))
        chat.clock.go(hours=1)
        post = await chat.remind_due()
        assert post.text == "Reminder: call the supplier"
    assert await count(chat) == 1


async def test_a_reminder_done_after_it_was_pressed_away_does_not_come_again(chat):
    post = await delivered(chat)
    await chat.presses(button(post, "snooze"))
    await chat.presses(button(post, "done"))
    chat.clock.go(hours=2)
    assert await chat.remind_due() is None
    assert await state(chat) is FollowUpState.SENT


async def test_a_reminder_pressed_away_can_be_cancelled_and_then_comes_no_more(chat):
    post = await delivered(chat)
    await chat.presses(button(post, "snooze"))
    await chat.presses("cancel:1")
    said = await chat.presses(button(post, "snooze"))
    assert said == 'You have no open reminder no. 1. "My reminders" lists yours.'
    chat.clock.go(hours=2)
    assert await chat.remind_due() is None


async def test_a_reminder_that_is_still_to_come_comes_an_hour_later(chat):
    await promised(chat)
    assert "10:00" in await chat.presses("snooze:1")
    assert "You have no open reminder" in await chat.presses("done:1")
    assert await state(chat) is FollowUpState.PENDING


async def test_the_new_time_is_told_in_the_persons_zone(chat):
    ann = Author("u1", "Ann", zone="America/New_York")
    await chat.said("remind me tomorrow at 9 to call the supplier", author=ann)
    chat.clock.go(hours=28)
    post = await chat.remind_due()
    assert post is not None
    said = await chat.presses(button(post, "snooze"), author=ann)
    assert "Wednesday, 25 November 2026, 10:00" in said


async def test_nobody_touches_somebody_elses_reminder(chat):
    async def every_press_is_refused() -> None:
        before = await chat.app.services.follow_ups.get(1)
        for verb in ("done", "soon", "snooze", "morning", "hand", "cancel"):
            for role in ("public", "staff", "owner"):
                said = await chat.presses(f"{verb}:1", author=Author("u9", "Zoe", role=role))
                assert said == 'You have no open reminder no. 1. "My reminders" lists yours.'
                assert await chat.app.services.follow_ups.get(1) == before, (verb, role)

    await promised(chat)
    await every_press_is_refused()
    chat.clock.go(hours=23)
    await chat.remind_due()
    await every_press_is_refused()


async def test_the_same_id_on_another_platform_is_another_person(chat):
    await promised(chat)
    said = await chat.presses("cancel:1", at=Address("other", "shop"))
    assert "You have no open reminder" in said
    assert await state(chat) is FollowUpState.PENDING


async def test_a_reminder_pressed_before_its_arrival_is_recorded_still_comes_again(
    chat, monkeypatch
):
    """The post is in sight, the answer of the platform is still on its way to us."""
    outbox = chat.app.sender._rows
    record, pressed = outbox.sent, list[str]()

    async def press_first(outgoing, posted_id: str, *, now: datetime) -> None:
        if outgoing.follow_up_id is not None and not pressed:
            pressed.extend([await chat.presses("snooze:1") for _ in range(2)])
        await record(outgoing, posted_id, now=now)

    monkeypatch.setattr(outbox, "sent", press_first)
    await delivered(chat)
    assert len(set(pressed)) == 1
    assert "10:00" in pressed[0]
    assert await state(chat) is FollowUpState.PENDING
    chat.clock.go(hours=1)
    assert (await chat.remind_due()).text == "Reminder: call the supplier"
    assert await state(chat) is FollowUpState.SENT


# Anything else that comes as a press


async def test_a_button_that_means_nothing_gets_a_sentence(chat):
    await chat.said(VERBATIM)
    for action in (
        *("", ":", "good", "good:", "good:x", "good:-1", "good:0", "good:²", "good:{answer}"),
        *("dance:1", "GOOD:1", "good:99999999999999999999", "good:1:2", "snooze: 1"),
        *("whom:1", "whom:x-1", "give:1", "give:1-0"),
    ):
        assert await chat.presses(action) == "This button does nothing any more.", action


async def test_what_is_not_there_gets_a_sentence_in_the_rooms_language(chat):
    assert await chat.presses("good:77") == "I can't find that answer here any more."
    await chat.said("Haben Sie glutenfreies Brot?")
    assert await chat.presses("good:77") == "Ich finde diese Antwort hier nicht mehr."
    assert await chat.presses("dance:1") == "Diese Schaltfläche bewirkt nichts mehr."
    assert "keine offene Erinnerung" in await chat.presses("done:77")
    assert await chat.presses("good:77", at=YARD) == "I can't find that answer here any more."


async def test_every_button_still_works_after_a_restart(tmp_path):
    platform, clock = ChatPlatform(), FakeClock()
    async with running(tmp_path / "data", platform, clock=clock) as chat:
        answer = await chat.said(VERBATIM)
        unknown = await chat.said(UNKNOWN)
        reminder = await delivered(chat)
        confirmation = await chat.said("remind me tomorrow at 9 to pay the miller")
    async with running(tmp_path / "data", platform, clock=clock) as chat:
        assert await chat.presses(button(answer, "good")) == "Thanks, I have noted that."
        assert "opening hours" in await chat.presses(button(answer, "why"))
        assert "on the list" in await chat.presses(button(unknown, "person"))
        assert "10:00" in await chat.presses(button(reminder, "snooze"))
        assert "pay the miller" in await chat.presses(button(confirmation, "cancel"))
        assert list((await chat.ratings(answer)).values()) == [True]
        assert await chat.hand_overs() == [UNKNOWN]
        assert await chat.app.services.follow_ups.get(2) is not None
        clock.go(hours=1)
        assert (await chat.remind_due()).text == "Reminder: call the supplier"


# What it says of itself


async def test_somebody_new_is_told_once_what_answers_and_how_to_reach_a_person(chat):
    first = await chat.said(VERBATIM)
    assert first.text.endswith(f"\n\n{INTRODUCTION}")
    assert INTRODUCTION not in (await chat.said(VERBATIM)).text
    assert INTRODUCTION not in (await chat.said(VERBATIM, to=YARD)).text
    assert INTRODUCTION in (await chat.said(VERBATIM, author=BEN)).text
    assert INTRODUCTION not in (await chat.app.services.answers.get(first.answer_id)).outcome.text


async def test_who_asks_for_a_robot_first_hears_that_it_is_one_once(chat):
    first = await chat.said("are you a robot?")
    assert INTRODUCTION not in first.text
    assert "I am an automated assistant" in first.text
    assert INTRODUCTION not in (await chat.said(VERBATIM)).text


async def test_the_introduction_names_the_business_and_speaks_the_answers_language(chat):
    await chat.app.services.choices.set("business.name", "Kornblume")
    post = await chat.said("Haben Sie glutenfreies Brot?")
    assert "automatischer Assistent von Kornblume" in post.text.splitlines()[-1]


async def test_the_owners_own_introduction_is_said(chat):
    await chat.app.services.choices.set("manners.introduction", "A machine writes here.")
    assert (await chat.said(VERBATIM)).text.endswith("\n\nA machine writes here.")


async def test_after_a_restart_nobody_is_introduced_again(tmp_path):
    platform = ChatPlatform()
    async with running(tmp_path / "data", platform) as chat:
        await chat.said(VERBATIM)
    async with running(tmp_path / "data", platform) as chat:
        chat.clock.go(hours=1)
        assert INTRODUCTION not in (await chat.said(VERBATIM)).text


async def test_an_introduction_does_not_make_a_piece_too_long(tmp_path):
    async with running(tmp_path / "data", ChatPlatform(max_chars=110)) as chat:
        pieces = await chat.says(VERBATIM)
    assert len(pieces) == 2
    assert all(len(piece.text) <= 110 for piece in pieces)
    assert pieces[-1].text == INTRODUCTION
    assert verbs(pieces[-1]) == RATED


# Answers nobody asked for


async def overheard(chat: Chat, text: str) -> list[OutgoingMessage]:
    before = len(chat.platform.posts)
    await chat.write(text, to_bot=False)
    await chat.quiet()
    return chat.platform.posts[before:]


async def test_overheard_it_answers_what_it_is_sure_of_and_shows_nothing_before(chat):
    [post] = await overheard(chat, VERBATIM)
    assert post.text.startswith("Tuesday to Friday 7:00 to 18:00")
    assert verbs(post) == RATED
    assert chat.platform.statuses == []


async def test_overheard_it_says_once_that_no_person_writes(chat):
    [first] = await overheard(chat, VERBATIM)
    [second] = await overheard(chat, VERBATIM)
    assert first.text.endswith(INTRODUCTION)
    assert INTRODUCTION not in second.text
    assert INTRODUCTION not in (await chat.said(VERBATIM)).text


async def test_overheard_it_tells_the_hours_which_are_sure(chat):
    hours = {"WE": [["07:00", "18:00"]]}
    await chat.app.services.choices.set("business.hours", hours)
    [post] = await overheard(chat, "are you open tomorrow?")
    assert post.text.startswith("Wednesday, 25 November 2026: open 07:00\u201318:00.")
    assert await overheard(chat, "are you open tomorrow, and do you sell bicycles?") == []


async def test_overheard_it_says_nothing_else(chat):
    texts = [
        UNKNOWN,
        "do you have gluten-free wedding cakes",
        "hello",
        "thanks!",
        "can i talk to someone about a big order",
        "a person, please",
        "why this answer?",
        "my reminders",
        "remind me tomorrow at 9 to call the supplier",
        "are you a robot?",
        "are you open on sundays, and do you sell bicycles?",
        "   ",
        "why " * 2_000,
    ]
    for text in texts:
        assert await overheard(chat, text) == [], text
    assert chat.platform.statuses == []
    assert await turn_states(chat.app.database) == {"done": len(texts)}
    assert await newest_answers(chat.app.database, limit=5) == []
    assert await chat.app.services.questions.count() == 0
    assert await chat.hand_overs() == []
    assert await chat.app.services.follow_ups.waiting() == []


async def test_overheard_words_do_not_lean_on_what_was_said_to_the_bot(chat, monkeypatch):
    search, searched = chat.app.services.knowledge.search, list[str]()

    async def note(words: str, **named: object) -> object:
        searched.append(words)
        return await search(words, **named)

    monkeypatch.setattr(chat.app.services.knowledge, "search", note)
    await chat.said(VERBATIM)
    await chat.said("and on mondays?")
    await overheard(chat, "and on mondays?")
    assert searched == [VERBATIM, "and on mondays? open", "and on mondays?"]


async def test_overheard_words_that_ask_for_somebody_are_left_to_people(chat):
    entry = '{"id": "talk", "question": "Can I talk to someone?", "answer": "Call us."}'
    await chat.app.services.knowledge.add(
        read("talk.jsonl", entry.encode(), audience=Audience.PUBLIC, origin="talk.jsonl")
    )
    assert await overheard(chat, "can i talk to someone?") == []


async def test_overheard_words_do_not_show_the_public_what_is_for_staff(chat):
    assert await overheard(chat, "how much change goes into the till in the morning") == []


async def test_an_overheard_turn_that_fails_is_not_spoken_of(chat, monkeypatch):
    failing: Callable[..., object] = _broken
    monkeypatch.setattr(chat.app.services.knowledge, "search", failing)
    monkeypatch.setattr("bot.inbox.turns.MAX_FAILURES", 1)
    assert await overheard(chat, VERBATIM) == []
    assert await turn_states(chat.app.database) == {"parked": 1}


async def _broken(*_: object, **__: object) -> object:
    raise RuntimeError("broken")
