"""What people notice when the model hangs, breaks or goes, and when the clock jumps."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.conversations import Kind
from bot.domain.people import Role
from bot.inbox.talk import Growing, room_address
from bot.storage.followups import NewFollowUp
from tests.fakes.ollama import FakeOllama, Reply, breaks, fails, fails_midway, hangs, says
from tests.fakes.states import turn_states
from tests.scenario.office import (
    COMPOSED,
    COMPOSED_ANSWER,
    IMPATIENT,
    VERBATIM,
    VERBATIM_ANSWER,
    Office,
    office,
    question_of,
)

PEOPLE = 20
AT_ONCE_S = 20.0
START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
async def ollama() -> AsyncIterator[FakeOllama]:
    async with FakeOllama() as server:
        server.default = says(COMPOSED_ANSWER)
        yield server


async def promise(here: Office, due_at: datetime, subject: str = "feed the sourdough") -> None:
    person = await here.app.services.owner()
    address = room_address("reminders", Role.STAFF)
    new = NewFollowUp(person.person_id, address, subject, due_at, "UTC", "en")
    await here.app.services.follow_ups.promise(new)


async def reminders(here: Office) -> list[str]:
    return await here.delivered(room="reminders")


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(AT_ONCE_S):
        while not so():
            await asyncio.sleep(0.02)


# A model that hangs


async def test_while_a_model_call_hangs_everybody_else_is_served_at_once(
    tmp_path, ollama, monkeypatch
):
    monkeypatch.setattr("bot.followups.clock.LOOK_S", 0.05)
    clock = FakeClock()
    ollama.default = hangs()
    async with office(tmp_path, ollama.url, now=clock) as here:
        await here.says(VERBATIM, room="first search is the slowest")
        stuck = asyncio.create_task(here.says(COMPOSED, room="stuck"))
        await asyncio.wait_for(ollama.chat_came.wait(), AT_ONCE_S)
        await promise(here, clock() + timedelta(hours=1))
        clock.at += timedelta(hours=1)
        began = time.monotonic()
        served = await asyncio.gather(
            *(here.says(VERBATIM, room=f"{n}", role=Role.PUBLIC) for n in range(PEOPLE))
        )
        assert time.monotonic() - began < AT_ONCE_S
        assert {each.text for each in served} == {VERBATIM_ANSWER}
        assert await here.until_delivered(1, room="reminders") == ["Reminder: feed the sourdough"]
        assert not stuck.done()
        stuck.cancel()


async def test_who_waits_for_the_model_hears_how_long_and_nobody_is_passed_over(tmp_path, ollama):
    asked: list[str] = []

    def answer(body: dict[str, object]) -> Reply:
        asked.append(question_of(body))
        return says(COMPOSED_ANSWER, delay_s=1.0)

    ollama.answer = answer
    async with office(tmp_path, ollama.url) as here:
        await here.says(COMPOSED, room="measured once")
        asked.clear()
        ann = [f"Where does the ash of the stone oven go{marks}" for marks in ("?", "??", "???")]
        others = ["How is the stone oven swept?", "Until when is the oven door open?"]
        first = asyncio.create_task(here.says(ann[0], room="ann"))
        async with asyncio.timeout(AT_ONCE_S):
            while not asked:
                await asyncio.sleep(0.01)
        tasks = [
            asyncio.create_task(here.says(question, room=room))
            for room, question in [*(("ann", q) for q in ann[1:]), *zip("bc", others, strict=True)]
        ]
        said = await asyncio.gather(first, *tasks)
    assert asked[0] == ann[0]
    assert sorted(asked[1:3]) == sorted(others)
    assert asked[3:] == ann[1:]
    heard = [line for each in said for line in each.waiting]
    assert any(line.startswith("2 before you, about ") for line in heard)


# A model that fails

TOO_LONG = "the input length exceeds the context length"
MEMORY = "model requires more system memory (5.3 GiB) than is available (3.3 GiB)"
WORDLESS = "I can't put an answer into words at the moment."
BUSY = "There is a lot to do right now. I have kept your question."
SLOW = "That took too long. I have kept your question; please ask again later."


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        pytest.param(breaks("The ash "), WORDLESS, id="cut mid-stream"),
        pytest.param(breaks("The ash ", politely=True), WORDLESS, id="ended mid-stream"),
        pytest.param(fails_midway("The ", "llama runner crashed"), WORDLESS, id="crashed"),
        pytest.param(fails(503, "server busy"), BUSY, id="503"),
        pytest.param(fails(404, "model 'tiny:1b' not found"), WORDLESS, id="404"),
        pytest.param(fails(500, MEMORY), WORDLESS, id="out of memory"),
        pytest.param(fails(400, TOO_LONG), WORDLESS, id="too long a prompt"),
        pytest.param(hangs(), SLOW, id="hanging"),
        pytest.param(hangs("The ash "), SLOW, id="hanging mid-stream"),
    ],
)
async def test_whoever_asked_is_told_in_words_and_the_next_is_answered(
    tmp_path, ollama, failure, told
):
    ollama.script(failure)
    async with office(tmp_path, ollama.url, limits=IMPATIENT) as here:
        failed, verbatim, composed = await asyncio.gather(
            here.says(COMPOSED), _a_little_later(here, VERBATIM), _a_little_later(here, COMPOSED)
        )
        assert told in failed.text
        assert failed.answer is not None
        assert failed.answer.outcome.kind is Kind.PASSAGE
        assert "metal bin" in failed.text  # the business's own words
        assert [one.text for one in await here.app.services.questions.list()] == [COMPOSED]
        assert verbatim.text == VERBATIM_ANSWER
        assert composed.text == COMPOSED_ANSWER
        # In order, and nothing of the broken answer is left in sight.
        in_order = [failed.text, VERBATIM_ANSWER, COMPOSED_ANSWER]
        assert await here.until_delivered(3) == in_order


async def _a_little_later(here: Office, text: str):
    await asyncio.sleep(0.1 if text == VERBATIM else 0.2)
    return await here.says(text)


async def test_an_outage_ends_by_itself_when_ollama_is_back(tmp_path, ollama):
    async with office(tmp_path, ollama.url, limits=IMPATIENT) as here:
        assert (await here.says(COMPOSED)).text == COMPOSED_ANSWER
        await ollama.stop()
        during = [await here.says(COMPOSED, room=room) for room in "ab"]
        assert all(WORDLESS in each.text for each in during)
        assert here.app.services.model.status.ok is False
        assert (await here.says(VERBATIM)).text == VERBATIM_ANSWER
        await ollama.start()
        assert (await here.says(COMPOSED, room="c")).text == COMPOSED_ANSWER
        assert here.app.services.model.status.ok is True


# Connections are closed at once, and not when the model has ended


async def closed(ollama: FakeOllama) -> None:
    """Wait until we have closed the last chat."""
    seen = ollama.chats[-1]
    await asyncio.wait_for(seen.over.wait(), AT_ONCE_S)
    assert seen.closed_at is not None
    assert not seen.finished


async def test_a_withheld_sentence_is_never_shown_and_frees_the_model_at_once(tmp_path, ollama):
    first, invented = "The ash goes into the metal bin.", "It costs 937 euros."
    # Would go on for longer than anybody waits here.
    ollama.default = says(f"{first} {invented} {'More. ' * 2_000}", gap_s=0.05)
    async with office(tmp_path, ollama.url) as here:
        said = await here.says(COMPOSED)
        shown = [event.text for event in said.events if isinstance(event, Growing)]
        assert shown == [first]
        assert "937" not in said.text
        await closed(ollama)


async def test_a_silent_model_is_let_go_at_once(tmp_path, ollama):
    ollama.default = hangs("The ash ")
    async with office(tmp_path, ollama.url, limits=IMPATIENT) as here:
        await here.says(COMPOSED)
        await closed(ollama)


async def test_a_turn_given_back_frees_the_model_and_is_answered_by_the_next_start(
    tmp_path, ollama, monkeypatch
):
    monkeypatch.setattr("bot.inbox.turns.DRAIN_S", 0.1)
    ollama.script(hangs("The ash goes into the metal bin. Not "))
    async with office(tmp_path, ollama.url) as here:
        asking = asyncio.create_task(here.says(COMPOSED))
        await asyncio.wait_for(ollama.chat_came.wait(), 30)
    asking.cancel()
    await closed(ollama)
    with contextlib.closing(sqlite3.connect(tmp_path / "deskhand.db")) as database:
        # Being stopped is no crash of the turn's making.
        found = database.execute("SELECT state, crashes FROM turns").fetchall()
    assert found == [("waiting", 0)]
    async with office(tmp_path, ollama.url) as here:
        assert await here.until_delivered(1) == [COMPOSED_ANSWER]
        assert await turn_states(here.app.database) == {"done": 1}


# Clocks that jump


class FakeClock:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


async def test_a_clock_set_forward_or_back_neither_doubles_nor_loses_a_reminder(
    tmp_path, ollama, monkeypatch
):
    monkeypatch.setattr("bot.followups.clock.LOOK_S", 0.05)
    clock = FakeClock()
    async with office(tmp_path, ollama.url, now=clock) as here:
        await promise(here, START + timedelta(hours=1), "one")
        await promise(here, START + timedelta(hours=2), "two")
        clock.at += timedelta(minutes=61)
        assert await here.until_delivered(1, room="reminders") == ["Reminder: one"]
        clock.at -= timedelta(hours=3)
        await asyncio.sleep(0.3)
        assert await reminders(here) == ["Reminder: one"]
        clock.at = START + timedelta(minutes=121)
        await here.until_delivered(2, room="reminders")
        await asyncio.sleep(0.3)
        assert await reminders(here) == ["Reminder: one", "Reminder: two"]


async def test_a_turn_put_off_is_tried_again_though_the_clock_was_set_back(
    tmp_path, ollama, monkeypatch
):
    clock = FakeClock()
    async with office(tmp_path, ollama.url, now=clock) as here:
        search, failures = here.app.services.knowledge.search, [1]

        async def failing(*arguments: object, **named: object) -> object:
            if failures:
                failures.pop()
                clock.at -= timedelta(hours=1)
                raise RuntimeError("once")
            return await search(*arguments, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(here.app.services.knowledge, "search", failing)
        task = asyncio.create_task(here.says(VERBATIM))
        await until(lambda: not failures)
        clock.at -= timedelta(hours=1)
        here.app.runner.wake()
        assert (await asyncio.wait_for(task, AT_ONCE_S)).text == VERBATIM_ANSWER


async def test_what_was_due_while_the_box_was_off_comes_at_start_and_says_that_it_is_late(
    tmp_path, ollama
):
    clock = FakeClock()
    async with office(tmp_path, ollama.url, now=clock) as here:
        await promise(here, START + timedelta(hours=1))
    clock.at = START + timedelta(hours=1, minutes=40)
    async with office(tmp_path, ollama.url, now=clock) as here:
        [text] = await here.until_delivered(1, room="reminders")
    assert text.startswith("Reminder: feed the sourdough (due 11:00")
    assert "11:40" in text


async def test_a_reminder_of_a_turn_that_runs_again_is_the_one_that_was_promised(
    tmp_path, ollama, monkeypatch
):
    """The turn failed between the promise and its end, and its moment passed meanwhile."""
    clock = FakeClock()
    async with office(tmp_path, ollama.url, now=clock) as here:
        finish = here.app.services.turns.finish

        async def failing(*arguments: object, **named: object) -> int:
            monkeypatch.setattr(here.app.services.turns, "finish", finish)
            clock.at += timedelta(hours=2)
            raise RuntimeError("once")

        monkeypatch.setattr(here.app.services.turns, "finish", failing)
        task = asyncio.create_task(here.says("remind me at 11:00 to feed the sourdough"))
        await until(lambda: clock.at != START)
        clock.at += timedelta(seconds=5)
        here.app.runner.wake()
        said = await asyncio.wait_for(task, AT_ONCE_S)
        assert said.text.startswith("Reminder set: feed the sourdough")
        assert len(await here.app.services.follow_ups.all()) == 1
        # The confirmation first, then what was promised.
        await here.app.services.follow_ups.deliver_due()
        confirmed, reminded = await here.until_delivered(2)
        assert confirmed == said.text
        assert reminded.startswith("Reminder: feed the sourdough")
