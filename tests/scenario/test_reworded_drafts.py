"""Drafts of the team's replies in better words, by a model that is free, and checked by code."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bot.domain.people import Role
from bot.inbox.talk import Answered
from tests.fakes.answers import newest_answers
from tests.fakes.ollama import Body, FakeModel, FakeOllama, Reply, fails, hangs, says
from tests.fakes.parts import until
from tests.scenario.conftest import BAKERY
from tests.scenario.room import Room, bot_in_a_room

MODEL = "tiny:1b"
TEAM = "team"
ASKED = "Hello, I'm Ann Keller, do you have a loyalty card?"
PLAIN = "do you have a loyalty card?"
BETTER = "Have you got a loyalty card?"
REPLIED = "Hi Ann, I asked Bo: every tenth coffee is free. Cheers"
SHORTER = "every tenth coffee is free."


@pytest.fixture
async def ollama() -> AsyncIterator[FakeOllama]:
    models = [FakeModel(MODEL, context=4096, capabilities=("completion", "tools"))]
    async with FakeOllama(models=models) as ollama:
        yield ollama


@pytest.fixture
async def room(tmp_path, ollama, monkeypatch) -> AsyncIterator[Room]:
    monkeypatch.setattr("bot.questions.service.SWEEP_S", 0.05)
    async with bot_in_a_room(tmp_path / "data", model=MODEL, ollama_url=ollama.url) as room:
        await room.knows("faq.jsonl", BAKERY)
        await room.app.services.choices.set("local.staff_room", TEAM)
        yield room


def writes(question: str, answer: str) -> Reply:
    return says(json.dumps({"question": question, "answer": answer}))


def rewords(ollama: FakeOllama, reply: Reply) -> list[Body]:
    """Have the model reword like this; return what it is asked for that."""
    asked: list[Body] = []

    def answer(body: Body) -> Reply | None:
        if "list of questions and answers" not in str(body["messages"][0]["content"]):
            return None
        asked.append(body)
        return reply

    ollama.answer = answer
    return asked


async def draft(room: Room, reply: str = REPLIED) -> str:
    """Return the draft of a reply to a question nobody could answer."""
    await room.says(ASKED, room="shop")
    services = room.app.services
    await until_told(room)
    [gap] = await services.questions.list()
    team = services.choices.staff_room("local")
    assert team is not None
    [told] = await services.questions.standing(team)
    said = services.talk.say(reply, room=TEAM, role=Role.STAFF, reply_to=told.posted_id)
    last = [event async for event in said][-1]
    assert isinstance(last, Answered)
    assert gap.text == ASKED
    return last.text


async def until_told(room: Room) -> None:
    notices: list[str] = []

    async def look() -> None:
        notices[:] = await room.delivered(room=TEAM, role=Role.STAFF)

    for _ in range(500):
        await look()
        if notices:
            return
    await until(lambda: notices)


async def test_a_free_model_words_a_draft_as_anybody_would_ask_and_without_the_chat(room, ollama):
    asked = rewords(ollama, writes(BETTER, SHORTER))
    shown = await draft(room)
    assert f"**Question:** {BETTER}\n\n**Answer:** {SHORTER}" in shown
    assert "Ann" not in str(asked)
    [answer, *_] = await newest_answers(room.app.database, limit=1)
    assert answer.outcome.model == MODEL
    assert SHORTER in answer.outcome.raw


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Do you have a loyalty card for 3 people?", SHORTER),
        ("Do you have a piano?", SHORTER),
        ("We have a loyalty card.", SHORTER),
        (BETTER, "every ninth coffee is free."),
        (BETTER, "every tenth coffee and cake is free."),
    ],
)
async def test_what_the_model_makes_up_is_not_taken_over(room, ollama, question, answer):
    rewords(ollama, writes(question, answer))
    shown = await draft(room)
    kept_question = PLAIN if question != BETTER else BETTER
    kept_answer = SHORTER if answer == SHORTER else "Hi, I asked Bo: every tenth coffee is free."
    assert f"**Question:** {kept_question}\n\n**Answer:** {kept_answer}" in shown


@pytest.mark.parametrize("reply", [hangs(), fails(500), says("nonsense"), says('{"question": "')])
async def test_the_plain_draft_stands_when_the_model_is_slow_or_says_nothing_of_use(
    room, ollama, monkeypatch, reply
):
    monkeypatch.setattr("bot.questions.rewording.BUDGET_S", 0.2)
    assert rewords(ollama, reply) == []
    shown = await draft(room)
    assert f"**Question:** {PLAIN}\n\n**Answer:** Hi, I asked Bo: every tenth coffee" in shown


async def test_a_model_that_somebody_waits_for_is_not_waited_for(room, ollama, monkeypatch):
    monkeypatch.setattr("bot.questions.rewording.BUDGET_S", 600)
    asked = rewords(ollama, writes(BETTER, SHORTER))
    # Would it wait, no draft would come before the place is free.
    async with room.app.services.gate.place("somebody"), asyncio.timeout(60):
        shown = await draft(room)
    assert f"**Question:** {PLAIN}" in shown
    assert asked == []


async def test_what_a_colleague_words_stays_as_it_is(room, ollama):
    asked = rewords(ollama, writes(BETTER, SHORTER))
    shown = await draft(room, "question: Is there a card?\nanswer: Hi, every tenth coffee is free.")
    assert "**Question:** Is there a card?\n\n**Answer:** Hi, every tenth coffee is free." in shown
    assert asked == []
