"""Messages reach their platform once and in order, whatever the database or the platform do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.business.facts import BusinessFacts
from bot.choices import Choices
from bot.domain.conversations import Kind, Outcome, Turn
from bot.domain.outgoing import OutgoingState
from bot.followups.clock import Clock
from bot.followups.service import FollowUps
from bot.inbox.framing import Framing
from bot.inbox.turns import AnswerTurn, TurnRunner
from bot.language.sentences import Phrasebook
from bot.outbox.files import KeptFiles
from bot.outbox.growing import GrowingMessage
from bot.outbox.reply import Reply
from bot.outbox.sender import Sender
from bot.people.choices import Manners
from bot.storage.database import Database
from bot.storage.errors import DatabaseLockedError, DiskFullError
from bot.storage.followups import FollowUpRows, NewFollowUp
from bot.storage.inbox import InboxRows
from bot.storage.outbox import NewOutgoing, OutboxRows, Waiting
from bot.storage.people import PersonRows
from bot.storage.settings import SettingRows
from bot.storage.turn_leases import Taken
from bot.storage.turns import TurnRows
from connectors.base import Abilities, Receiver
from connectors.errors import SendError
from connectors.messages import Address, Author, Button, IncomingMessage, OutgoingMessage
from tests.fakes import tables
from tests.fakes.states import outgoing_states, turn_states

ROOM = Address("memory", "room")
PATIENCE_S = 60.0
CHOICES = {"business": BusinessFacts(zone="UTC"), "manners": Manners()}


def now() -> datetime:
    return datetime.now(UTC)


class MemoryPlatform:
    """A platform in memory that can be told to fail.

    Attributes:
        posts: What was posted, by the platform's id.
        failures: What the next posts raise after the message has arrived.
        may_post: Cleared, posts wait before they arrive.
    """

    platform = "memory"
    abilities = Abilities(max_chars=1_000, edits=True, edit_pause_s=0.0, shows_status=False)

    def __init__(self) -> None:
        self.posts: list[OutgoingMessage] = []
        self.failures: list[Exception] = []
        self.may_post = asyncio.Event()
        self.may_post.set()
        self.came = asyncio.Event()

    async def run(self, receiver: Receiver) -> None:
        await asyncio.Event().wait()

    async def post(self, message: OutgoingMessage) -> str:
        self.came.set()
        await self.may_post.wait()
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
        return

    @property
    def texts(self) -> list[str]:
        return [post.text for post in self.posts]


def sender_to(platform: MemoryPlatform, rows: OutboxRows) -> Sender:
    return Sender(rows, {"memory": platform}, KeptFiles(Path("none"), now=now), now=now)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'deskhand.db'}")
    await tables.migrate(opened)
    yield opened
    await opened.close()


@pytest.fixture
def rows(database: Database) -> OutboxRows:
    return OutboxRows(database, run="now")


@pytest.fixture
def platform() -> MemoryPlatform:
    return MemoryPlatform()


class Running:
    """Runs something inside a block."""

    def __init__(self, run: Callable[[], Awaitable[None]]) -> None:
        self._run = run

    async def __aenter__(self) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(self._task, return_exceptions=True)


async def until(so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await so():
            await asyncio.sleep(0.01)


async def pending(database: Database, follow_ups: FollowUpRows, text: str) -> None:
    """Put a message into the outbox the way a due reminder does."""
    person_id = (await PersonRows(database).ensure("memory", Author("ann", "Ann"))).person_id
    new = NewFollowUp(person_id, ROOM, text, now(), "UTC", "en")
    made = await follow_ups.promise(new, None, now=now())
    message = NewOutgoing(f"follow-up {made.follow_up_id}", text, ROOM, text)
    assert await follow_ups.claim(made, message, now=now())


@pytest.fixture
def say(database: Database) -> Callable[[str], Awaitable[None]]:
    follow_ups = FollowUpRows(database, run="now")
    return lambda text: pending(database, follow_ups, text)


def all_sent(rows: OutboxRows) -> Callable[[], Awaitable[bool]]:
    async def sent() -> bool:
        return set(await outgoing_states(rows._database)) == {OutgoingState.SENT}

    return sent


async def test_a_delivery_that_ends_while_the_rows_are_read_is_not_repeated(
    rows, platform, say, monkeypatch
):
    read = rows.first_of_each_room
    platform.may_post.clear()

    async def slow_read() -> list[Waiting]:
        found = await read()
        if platform.came.is_set() and found:
            # The delivery under way ends between the database's answer and its use.
            platform.may_post.set()
            await until(all_sent(rows))
            await asyncio.sleep(0.05)
        return found

    monkeypatch.setattr(rows, "first_of_each_room", slow_read)
    sender = sender_to(platform, rows)
    await say("once")
    async with Running(sender.run):
        await asyncio.wait_for(platform.came.wait(), PATIENCE_S)
        sender.wake()
        await until(all_sent(rows))
        await asyncio.sleep(0.1)
    assert platform.texts == ["once"]


async def test_a_post_that_could_not_be_recorded_is_recorded_later_and_not_repeated(
    rows, platform, say, monkeypatch
):
    monkeypatch.setattr("bot.outbox.sender.STORAGE_REST_S", 0.05)
    record, full = rows.sent, [DiskFullError("full"), DiskFullError("full")]

    async def sent(*arguments: object, **named: object) -> None:
        if full:
            raise full.pop()
        await record(*arguments, **named)

    monkeypatch.setattr(rows, "sent", sent)
    sender = sender_to(platform, rows)
    await say("once")
    async with Running(sender.run):
        await until(all_sent(rows))
    assert platform.texts == ["once"]


async def test_a_post_cut_short_when_its_part_is_started_again_is_looked_for_first(
    rows, platform, say, monkeypatch
):
    monkeypatch.setattr("bot.outbox.sender.DRAIN_S", 0.05)
    arrived, post = asyncio.Event(), platform.post

    async def post_and_hang(message: OutgoingMessage) -> str:
        await post(message)
        arrived.set()
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(platform, "post", post_and_hang)
    sender = sender_to(platform, rows)
    await say("once")
    async with Running(sender.run):
        await asyncio.wait_for(arrived.wait(), PATIENCE_S)
    monkeypatch.setattr(platform, "post", post)
    async with Running(sender.run):
        await until(all_sent(rows))
    assert platform.texts == ["once"]


async def test_a_post_whose_outcome_is_unknown_is_looked_for_before_it_is_repeated(
    rows, platform, say, monkeypatch
):
    monkeypatch.setattr("bot.outbox.sender.FIRST_WAIT_S", 0.05)
    platform.failures = [SendError("the connection broke", unknown=True)]
    sender = sender_to(platform, rows)
    await say("once")
    async with Running(sender.run):
        await until(all_sent(rows))
    assert platform.texts == ["once"]


async def test_a_delivery_that_takes_longer_than_a_claim_holds_is_broken_off_and_looked_for(
    rows, platform, say, monkeypatch
):
    monkeypatch.setattr("bot.outbox.sender.DELIVERY_S", 0.05)
    monkeypatch.setattr("bot.outbox.sender.FIRST_WAIT_S", 0.05)
    arrives = platform.post

    async def arrive_and_hang(message: OutgoingMessage) -> str:
        await arrives(message)
        monkeypatch.setattr(platform, "post", arrives)
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(platform, "post", arrive_and_hang)
    await say("once")
    async with Running(sender_to(platform, rows).run):
        await until(all_sent(rows))
    assert platform.texts == ["once"]


async def test_messages_that_wait_behind_one_another_go_out_one_after_the_other(
    rows, platform, say
):
    texts = [str(number) for number in range(5)]
    for text in texts:
        await say(text)
    async with Running(sender_to(platform, rows).run):
        await until(all_sent(rows))
    assert platform.texts == texts


async def test_a_message_that_comes_while_its_room_is_busy_goes_out_once_the_room_is_free(
    rows, platform, say
):
    platform.may_post.clear()
    sender = sender_to(platform, rows)
    await say("first")
    async with Running(sender.run):
        await asyncio.wait_for(platform.came.wait(), PATIENCE_S)
        await say("second")
        sender.wake()
        await asyncio.sleep(0.05)
        platform.may_post.set()
        await until(all_sent(rows))
    assert platform.texts == ["first", "second"]


async def test_a_message_that_must_be_tried_again_is_not_overtaken(
    rows, platform, say, monkeypatch
):
    monkeypatch.setattr("bot.outbox.sender.FIRST_WAIT_S", 0.2)
    refused, post = [SendError("busy", retry_after_s=0.2)], platform.post

    async def refuse_once(message: OutgoingMessage) -> str:
        if refused:
            raise refused.pop()
        return await post(message)

    monkeypatch.setattr(platform, "post", refuse_once)
    sender = sender_to(platform, rows)
    await say("first")
    await say("second")
    async with Running(sender.run):
        await until(all_sent(rows))
    assert platform.texts == ["first", "second"]


async def test_a_growing_answer_waits_for_what_was_said_before_it(rows, platform, say):
    def growing(origin: str) -> GrowingMessage:
        message = NewOutgoing(origin, origin, ROOM, "", reply_to="m1")
        return GrowingMessage(rows, platform, message, now=now)

    await say("first")
    answer = growing("turn 1 piece 0")
    await answer.show("Second, so far.")
    assert platform.texts == []
    async with Running(sender_to(platform, rows).run):
        await until(all_sent(rows))
    await answer.show("Second, so far. And more.")
    assert platform.texts == ["first", "Second, so far. And more."]


async def test_a_growing_answer_taken_up_again_edits_the_post_it_made_before(rows, platform):
    def growing(own: OutboxRows) -> GrowingMessage:
        message = NewOutgoing("turn 1 piece 0", "n1", ROOM, "", reply_to="m1")
        return GrowingMessage(own, platform, message, now=now)

    platform.failures = [RuntimeError("killed before the id was recorded")]
    with pytest.raises(RuntimeError):
        await growing(rows).show("One.")
    await growing(rows).show("One. Two.")
    await growing(rows).show("One. Two. Three.")
    assert platform.texts == ["One. Two. Three."]


async def test_an_answer_that_grew_gets_its_buttons_with_its_final_text(database, rows, platform):
    person = await PersonRows(database).ensure("memory", Author("ann", "Ann"))
    follow_ups = FollowUpRows(database, run="now")
    new = NewFollowUp(person.person_id, ROOM, "x", now(), "UTC", "en")
    made = await follow_ups.promise(new, None, now=now())
    grown = NewOutgoing("turn 1 piece 0", "n1", ROOM, "", reply_to="m1")
    await GrowingMessage(rows, platform, grown, now=now).show("One.")
    final = replace(grown, text="One. Two.", buttons=(Button("Done", "done:1"),))
    await follow_ups.claim(made, final, now=now())
    [waiting] = await rows.first_of_each_room()
    assert waiting.outgoing.posted_id
    assert waiting.outgoing.message.buttons == final.buttons


# Turns


async def store(database: Database, number: int) -> None:
    message = IncomingMessage(f"m{number}", ROOM, Author("ann", "Ann"), "hello", True, now())
    await InboxRows(database).store(message, now=now())


def runner(
    turns: TurnRows, rows: OutboxRows, platform: MemoryPlatform, answered: list[int]
) -> TurnRunner:
    async def answer(turn: Turn, _reply: Reply) -> Outcome:
        answered.append(turn.turn_id)
        return Outcome(Kind.SOCIAL, f"answer {turn.turn_id}", "en")

    return running(turns, rows, platform, answer)


def running(
    turns: TurnRows, rows: OutboxRows, platform: MemoryPlatform, answer: AnswerTurn
) -> TurnRunner:
    return TurnRunner(
        turns,
        rows,
        {"memory": platform},
        answer,
        Phrasebook(),
        framing=Framing(
            Choices(SettingRows(turns._database), first=CHOICES, now=now),
            Phrasebook(),
            now=now,
        ),
        sent=lambda: None,
        now=now,
    )


async def test_turns_that_no_full_disk_lets_be_recorded_go_on_in_order_once_there_is_room(
    database, rows, platform, monkeypatch
):
    monkeypatch.setattr("bot.inbox.turns.STORAGE_REST_S", 0.05)
    turns, answered, full = TurnRows(database, run="now"), list[int](), [True]

    def refusing(real: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def refuse(*arguments: object, **named: object) -> object:
            if full:
                raise DiskFullError("full")
            return await real(*arguments, **named)

        return refuse

    for name in ("finish", "fail", "park", "give_back"):
        monkeypatch.setattr(turns, name, refusing(getattr(turns, name)))
    for number in (1, 2):
        await store(database, number)
    async with Running(runner(turns, rows, platform, answered).run):
        await until(lambda: _true(bool(answered)))
        await asyncio.sleep(0.2)
        assert answered == [1]
        full.clear()

        async def done() -> bool:
            return await turn_states(database) == {"done": 2}

        await until(done)
    assert answered == [1, 1, 2]


async def _true(so: bool) -> bool:
    return so


async def test_a_conversations_next_turn_begins_when_the_one_before_it_has_ended(
    database, rows, platform
):
    turns, answered = TurnRows(database, run="now"), list[int]()
    for number in (1, 2, 3):
        await store(database, number)
    async with Running(runner(turns, rows, platform, answered).run):
        await until(lambda: _true(len(answered) == 3))
    assert answered == [1, 2, 3]


async def test_a_message_whose_file_is_gone_is_given_up_and_those_behind_it_go_out(
    rows, platform, tmp_path
):
    files = KeptFiles(tmp_path / "files", now=now)
    kept = await files.keep("1-0", "plan.pdf", b"plan")
    await files.forget([kept])
    for number, sent in enumerate([(kept,), ()]):
        said = NewOutgoing(f"words {number}", str(number), ROOM, f"words {number}", files=sent)
        await rows.put(said, now=now())
    async with Running(Sender(rows, {"memory": platform}, files, now=now).run):
        await until(lambda: _true(platform.texts == ["words 1"]))
    assert await outgoing_states(rows._database) == {OutgoingState.FAILED: 1, OutgoingState.SENT: 1}


async def test_a_turn_that_is_finished_twice_keeps_its_first_answer_and_says_it_once(
    database, rows
):
    turns = TurnRows(database, run="now")
    await store(database, 1)
    turn = (await turns.take(suspects=True, now=now())).turn
    assert turn is not None
    ends = [
        await turns.finish(
            turn,
            Outcome(Kind.SOCIAL, said, "en"),
            [NewOutgoing(f"turn 1 {said}", said, ROOM, said)],
            now=now(),
        )
        for said in ("one", "two")
    ]
    assert ends[0] == ends[1]
    [waiting] = await rows.first_of_each_room()
    assert (waiting.outgoing.message.text, waiting.behind) == ("one", 0)


async def test_a_turn_that_ends_while_the_rows_are_read_does_not_leave_the_next_one_waiting(
    database, rows, platform, monkeypatch
):
    turns, answered = TurnRows(database, run="now"), list[int]()
    take, read = turns.take, asyncio.Event()

    async def slow_take(**named: object) -> Taken:
        taken = await take(**named)
        if taken.turn is None and taken.held_up:
            # The turn that holds the next one up ends between the database's answer and its use.
            read.set()
            async with asyncio.timeout(PATIENCE_S):
                while await turn_states(database) != {"done": 1, "waiting": 1}:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
        return taken

    async def answer(turn: Turn, _reply: Reply) -> Outcome:
        if not answered:
            await store(database, 2)
            turn_runner.wake()
        await read.wait()
        answered.append(turn.turn_id)
        return Outcome(Kind.SOCIAL, "yes", "en")

    monkeypatch.setattr(turns, "take", slow_take)
    await store(database, 1)
    turn_runner = running(turns, rows, platform, answer)
    async with Running(turn_runner.run):
        await until(lambda: _true(len(answered) == 2))


async def test_the_list_of_open_questions_is_looked_at_only_after_an_answer_that_left_one(
    database, rows, platform
):
    turns, kept, kinds = TurnRows(database, run="now"), list[Kind](), list[Kind]()

    async def answer(_turn: Turn, _reply: Reply) -> Outcome:
        kinds.append((Kind.COMPOSED, Kind.PASSAGE, Kind.VERBATIM)[len(kinds)])
        return Outcome(kinds[-1], "yes", "en")

    for number in (1, 2, 3):
        await store(database, number)
    turn_runner = running(turns, rows, platform, answer)
    turn_runner.on_kept = lambda: kept.append(kinds[-1])
    async with Running(turn_runner.run):

        async def done() -> bool:
            return await turn_states(database) == {"done": 3}

        await until(done)
    assert kept == [Kind.PASSAGE]


async def test_turns_are_taken_again_after_the_database_was_locked_and_nothing_is_cut_off(
    database, rows, platform, monkeypatch
):
    monkeypatch.setattr("bot.inbox.turns.STORAGE_REST_S", 0.05)
    turns, answered = TurnRows(database, run="now"), list[int]()
    take, locked = turns.take, [DatabaseLockedError("locked")]

    async def taking(**named: object) -> Taken:
        if locked:
            raise locked.pop()
        return await take(**named)

    monkeypatch.setattr(turns, "take", taking)
    await store(database, 1)
    async with Running(runner(turns, rows, platform, answered).run):
        await until(lambda: _true(bool(answered)))


# The clock


async def nothing_to_tell() -> None:
    return None


def follow_ups_by(now: Callable[[], datetime], database: Database) -> FollowUps:
    rows = FollowUpRows(database, run="now")
    return FollowUps(rows, Phrasebook(), now=now, started_at=now(), sent=lambda: None)


@pytest.fixture
def follow_ups(database: Database) -> FollowUps:
    return follow_ups_by(now, database)


async def test_a_part_that_is_stopped_the_moment_it_is_woken_stops(
    database, rows, platform, follow_ups
):
    parts = [
        (clock := Clock(follow_ups, nothing_to_tell, now=now), clock.changed),
        (sender := sender_to(platform, rows), sender.wake),
        (run := runner(TurnRows(database, run="now"), rows, platform, []), run.wake),
    ]
    for part, wake in parts:
        async with Running(part.run):
            await asyncio.sleep(0.1)
            wake()


async def test_a_due_reminder_that_cannot_be_stored_is_not_tried_without_a_pause(
    database, follow_ups, monkeypatch
):
    tries: list[datetime] = []

    async def full(*_: object, **__: object) -> bool:
        tries.append(now())
        raise DiskFullError("full")

    person = await PersonRows(database).ensure("memory", Author("ann", "Ann"))
    due_at = now()
    an_hour_ago = follow_ups_by(lambda: due_at - timedelta(hours=1), database)
    await an_hour_ago.promise(NewFollowUp(person.person_id, ROOM, "x", due_at, "UTC", "en"))
    monkeypatch.setattr(FollowUpRows, "claim", full)
    async with Running(Clock(follow_ups, nothing_to_tell, now=now).run):
        await until(lambda: _true(bool(tries)))
        await asyncio.sleep(1)
    assert len(tries) == 1


async def test_a_room_shows_what_is_said_before_the_database_has_noted_its_arrival(
    rows, platform, say
):
    platform.may_post.clear()
    sender = sender_to(platform, rows)
    await say("just now")
    async with Running(sender.run):
        await asyncio.wait_for(platform.came.wait(), PATIENCE_S)
        shown = await rows.room(ROOM, limit=10, under_way=True)
        assert [each.message.text for each in shown] == ["just now"]
        platform.may_post.set()
        await until(all_sent(rows))
