"""The whole bot with a model behind Ollama's API, which says what the test wants."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from bot.domain.conversations import Kind
from bot.domain.people import Role
from bot.inbox.talk import Growing, Waiting
from tests.fakes.ollama import FakeModel, FakeOllama, calls, fails, hangs, says
from tests.scenario.conftest import BAKERY
from tests.scenario.room import Room, bot_in_a_room

MODEL = "tiny:1b"
# Found, but not covered word for word: the model is asked.
QUESTION = "what would a cake for my wedding set us back, we are 100 people"


@pytest.fixture
async def ollama() -> AsyncIterator[FakeOllama]:
    models = [FakeModel(MODEL, context=4096, capabilities=("completion", "tools"))]
    async with FakeOllama(models=models) as ollama:
        yield ollama


@pytest.fixture
async def room(tmp_path, ollama) -> AsyncIterator[Room]:
    async with bot_in_a_room(tmp_path / "data", model=MODEL, ollama_url=ollama.url) as room:
        await room.knows("faq.jsonl", BAKERY)
        yield room


async def test_a_composed_answer_carries_the_source_that_code_found(room, ollama):
    ollama.script(says("Wedding cakes for 30 to 180 guests start at €6.50 a portion."))
    outcome = (await room.says(QUESTION)).outcome
    assert outcome.kind is Kind.COMPOSED
    assert outcome.text == "Wedding cakes for 30 to 180 guests start at €6.50 a portion."
    assert [source.document_id for source in outcome.sources][:1] == ["wedding-cakes"]
    assert "Wedding cakes" not in outcome.prompt.split("Question:")[1]
    assert outcome.model == MODEL


async def test_it_keeps_what_it_was_checked_for_and_came_from(room, ollama):
    ollama.script(says("Wedding cakes for 30 to 180 guests start at €6.50 a portion."))
    first = (await room.says(QUESTION)).outcome
    checked = {check.name: check.passed for check in first.checks}
    passed = dict.fromkeys(("mention", "link", "promise", "number", "support"), True)
    assert checked == {"match": False, **passed}
    assert first.versions.model == "abc"
    assert first.versions.knowledge == 1
    ollama.script(says("It is €9.99 a portion."))
    wrong = (await room.says(QUESTION, room="another")).outcome
    withheld = {check.name: check.passed for check in wrong.checks}
    assert withheld == {
        "match": False,
        "mention": True,
        "link": True,
        "promise": True,
        "number": False,
    }
    assert wrong.versions.prompt == first.versions.prompt != ""
    # Another name is another beginning of every prompt.
    await room.app.services.choices.set("business.name", "Crumb & Co.")
    ollama.script(says("Wedding cakes for 30 to 180 guests start at €6.50 a portion."))
    renamed = (await room.says(QUESTION, room="third")).outcome
    assert renamed.versions.prompt not in {"", first.versions.prompt}


async def test_two_questions_in_one_message_stand_on_one_source_each(room, ollama):
    # Made of two entries' words, so that alone it stands on both.
    ollama.default = says("Yes, for guests from €6.50 a portion; a buckwheat loaf without gluten.")
    question = "could a wedding cake for 100 guests be made without gluten"
    alone = (await room.says(question)).outcome
    both = (await room.says(f"{question}? and what would your gluten-free loaf cost us")).outcome
    assert len(alone.sources) == 2
    assert both.kind is Kind.COMPOSED
    assert len(both.sources) <= 2


async def test_an_exact_answer_never_waits_for_the_model(room, ollama):
    outcome = (await room.says("are you open on sundays")).outcome
    assert outcome.kind is Kind.VERBATIM
    assert ollama.chats == []


async def test_what_is_only_close_is_quoted_as_that_and_no_model_builds_on_it(room, ollama):
    ollama.default = says("There are two spaces in the yard, 15 minutes each.")
    outcome = (await room.says("is there a cash machine nearby")).outcome
    assert outcome.kind is Kind.PASSAGE
    assert outcome.text.startswith("I have no sure answer to that.")
    assert ollama.chats == []


async def test_an_invented_price_is_withheld_and_the_passage_quoted(room, ollama):
    ollama.script(says("Yes, we do. It costs €4.95 a portion, dear."))
    events = await room.events(QUESTION, role=Role.STAFF)
    assert all("4.95" not in event.text for event in events)
    outcome = events[-1].answer.outcome
    assert outcome.kind is Kind.PASSAGE
    assert "€6.50 a portion" in outcome.text
    assert "4.95" in outcome.raw


async def test_staff_see_an_answer_grow_and_the_public_sees_it_whole(room, ollama):
    ollama.script(*[says("We make wedding cakes. They start at €6.50 a portion.")] * 2)
    staff = await room.events(QUESTION, role=Role.STAFF)
    public = await room.events(QUESTION)
    growing = [event.text for event in staff if isinstance(event, Growing)]
    assert growing[0] == "We make wedding cakes."
    assert not any(isinstance(event, Growing) for event in public)
    assert any(isinstance(event, Waiting) and event.text for event in public)


async def test_an_answer_that_no_passage_carries_gives_way_to_the_closest_passages(room, ollama):
    ollama.default = says("Wedding cakes for 30 to 180 guests start at €6.50 a portion.")
    ollama.support = says('{"asked": "a cake for 100", "passage": 0}')
    outcome = (await room.says(QUESTION)).outcome
    assert outcome.kind is Kind.PASSAGE
    assert outcome.text.startswith("I have no sure answer to that.")
    assert "[unsupported]" in outcome.raw
    ollama.support = says('{"asked": "a cake for 100", "passage": 1}')
    again = (await room.says(QUESTION, room="another")).outcome
    assert again.kind is Kind.COMPOSED
    assert again.timings_ms["model: support"] > 0


async def test_an_answer_whose_support_is_told_too_late_gives_way_as_well(
    room, ollama, monkeypatch
):
    monkeypatch.setattr("bot.agent.composing.BUDGET_S", 0.2)
    ollama.default = says("Wedding cakes for 30 to 180 guests start at €6.50 a portion.")
    ollama.support = says('{"asked": "a cake for 100", "passage": 1}', delay_s=30)
    outcome = (await room.says(QUESTION)).outcome
    assert outcome.kind is Kind.PASSAGE
    assert "[unchecked]" in outcome.raw
    [asked] = ollama.support_chats
    await asyncio.wait_for(asked.over.wait(), 60)
    assert asked.closed_at


async def test_a_model_that_fails_when_asked_for_support_leaves_the_business_s_own_words(
    room, ollama
):
    ollama.default = says("Wedding cakes for 30 to 180 guests start at €6.50 a portion.")
    ollama.support = fails(500)
    outcome = (await room.says(QUESTION)).outcome
    assert outcome.kind is Kind.PASSAGE
    assert "€6.50 a portion" in outcome.text


async def test_a_model_without_tools_is_asked_for_support_as_well(tmp_path):
    untrained = [FakeModel(MODEL, context=4096, capabilities=("completion",))]
    async with (
        FakeOllama(models=untrained) as ollama,
        bot_in_a_room(tmp_path / "data", model=MODEL, ollama_url=ollama.url) as room,
    ):
        await room.knows("faq.jsonl", BAKERY)
        ollama.default = says('{"answer": "Wedding cakes start at €6.50 a portion."}')
        assert (await room.says(QUESTION)).outcome.kind is Kind.COMPOSED
        [asked] = ollama.support_chats
        [answered] = ollama.chats
        assert asked.body["messages"][:2] == answered.body["messages"]


async def test_a_model_that_does_not_know_leaves_the_business_s_own_words(room, ollama):
    ollama.script(says("UNKNOWN"))
    outcome = (await room.says(QUESTION)).outcome
    assert outcome.kind is Kind.PASSAGE
    assert "€6.50 a portion" in outcome.text


async def test_words_that_stand_on_nothing_are_not_an_answer(room, ollama):
    ollama.default = says("Certainly, unicorns dance brightly under purple moonlight!")
    outcome = (await room.says(QUESTION)).outcome
    assert outcome.kind is Kind.PASSAGE
    assert "unicorns" not in outcome.text


async def test_a_tool_call_makes_a_row_and_the_confirmation_comes_from_it(room, ollama):
    ollama.script(calls("schedule_follow_up", {"what": "order flour", "when": "tomorrow at 9"}))
    outcome = (await room.says("could you give me a nudge tomorrow at 9 about flour")).outcome
    assert outcome.kind is Kind.ACTION
    [promised] = await room.app.services.follow_ups.waiting()
    assert promised.subject == "order flour"
    assert outcome.follow_up_ids == (promised.follow_up_id,)
    assert f"no. {promised.follow_up_id}" in outcome.text


async def test_a_tool_called_for_a_plain_question_does_nothing_and_is_asked_again(room, ollama):
    ollama.script(
        calls("schedule_follow_up", {"what": "park", "when": "now"}),
        says("Wedding cakes start at €6.50 a portion."),
    )
    outcome = (await room.says(QUESTION)).outcome
    assert outcome.kind is Kind.COMPOSED
    assert await room.app.services.follow_ups.waiting() == []


async def test_a_claim_of_a_reminder_without_a_row_never_reaches_a_person(room, ollama):
    ollama.default = says("Sure, I'll remind you tomorrow at 9!")
    events = await room.events("could you give me a nudge tomorrow at 9", role=Role.STAFF)
    assert all("Sure" not in event.text for event in events)
    assert await room.app.services.follow_ups.waiting() == []


async def test_a_model_that_fails_is_told_and_the_question_kept(room, ollama):
    ollama.default = fails(503, "server busy")
    outcome = (await room.says(QUESTION)).outcome
    assert outcome.kind is Kind.PASSAGE
    assert "€6.50 a portion" in outcome.text
    assert [question.text for question in await room.app.services.questions.list()] == [QUESTION]


async def test_what_was_said_before_is_repeated_word_for_word_in_the_next_prompt(room, ollama):
    ollama.default = says("Wedding cakes start at €6.50 a portion.")
    await room.says(QUESTION)
    await room.says("and what would that be for 120 people")
    first, second = (chat.body["messages"] for chat in ollama.chats)
    assert second[0] == first[0]
    assert second[1]["content"] == QUESTION
    assert second[2]["content"] == "Wedding cakes start at €6.50 a portion."


async def test_a_due_reminder_waits_for_no_model_and_no_long_answer_in_the_same_room(room, ollama):
    await room.says("remind me every day at 11:00 to call the supplier", role=Role.STAFF)
    ollama.script(hangs("We make wedding cakes. They start at"))
    shown = asyncio.Event()

    async def ask() -> None:
        said = room.app.services.talk.say(QUESTION, room="room", role=Role.STAFF)
        async with contextlib.aclosing(said) as events:
            async for event in events:
                if isinstance(event, Growing):
                    shown.set()

    asking = asyncio.create_task(ask())
    await asyncio.wait_for(shown.wait(), 20)
    room.clock.go(hours=1)
    assert await room.app.services.follow_ups.deliver_due() == 1
    assert "Reminder: call the supplier" in await room.delivered(role=Role.STAFF)
    assert not asking.done()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
