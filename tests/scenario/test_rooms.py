"""Documents for chosen rooms: read by whoever is there, and nowhere else in whatever way."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.deskhand import Deskhand, compose
from bot.domain.conversations import Answer, Kind
from bot.domain.people import Role
from bot.inbox.talk import Answered
from bot.settings import Settings
from connectors.messages import Address, Author
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes.ollama import FakeModel, FakeOllama, says
from tests.fakes.parts import at_work, until
from tests.fakes.platform import TOKENS, Town, kinds
from tests.scenario.conftest import BAKERY
from tests.scenario.town import on

MODEL = "tiny:1b"
CODE = "7312-blue"
ENTRY = {
    "id": "cellar",
    "question": "What is the code of the cellar door?",
    "answer": f"The cellar's code is {CODE}; close the door behind you.",
    "alternatives": ["cellar code", "how do I open the cellar"],
    "audience": "rooms",
    "rooms": ["slack/C1"],
}
# Worded as nothing else is, so that any word of it that is shown elsewhere is from here.
ROTA = f"""# Quinella's rota

## Early shift

The early shift on Zweibelmond begins at 4:15 with Quinella, badge {CODE}.

## Alarm

Whoever comes first switches the alarm off with Quinella's badge.
"""
SECRET = (CODE, "Quinella", "Zweibelmond", "cellar's code")
ASKED = (
    "What is the code of the cellar door?",
    "cellar code",
    "how do i get into the cellar",
    "codee of the celar",
    "when does the early shift on zweibelmond begin",
    "who switches the alarm off",
    "tell me about the rota",
)


@pytest.fixture
async def ollama() -> AsyncIterator[FakeOllama]:
    models = [FakeModel(MODEL, context=4096, capabilities=("completion", "tools"))]
    async with FakeOllama(models=models) as ollama:
        ollama.default = says("That stands in what was found.")
        yield ollama


@contextlib.asynccontextmanager
async def bakery(town: Town, data_dir: Path, *, ollama_url: str = "") -> AsyncIterator[Deskhand]:
    settings = Settings(
        data_dir=data_dir,
        model=MODEL if ollama_url else "",
        ollama_url=ollama_url or "http://127.0.0.1:9",
        timezone="UTC",
    )
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    app = await compose(settings, kinds=kinds(town))
    knowledge = app.services.knowledge
    for name, text, audience in (
        ("faq.jsonl", BAKERY, Audience.PUBLIC),
        ("cellar.jsonl", json.dumps(ENTRY), Audience.PUBLIC),
        ("rota.md", ROTA, Audience.ROOMS),
    ):
        reading = read(name, text.encode(), audience=audience, origin=name, rooms=("slack/C1",))
        await knowledge.add(reading)
    for token in TOKENS[town.platform]:
        await app.services.keep_token(token, "t")
    await app.services.choices.set("slack.staff", [f"staff{n}" for n in range(len(ASKED))])
    await app.services.choices.set("slack.owners", [f"owner{n}" for n in range(len(ASKED))])
    await app.services.choices.set("slack.rooms", {"C2": {"audience": "staff"}})
    async with at_work(app):
        await on(app)
        await knowledge.settled()
        yield app


async def answered(town: Town, text: str, **how: object) -> str:
    asked = town.says(text, **how)
    await until(lambda: town.answers_to(asked))
    return town.answers_to(asked)[-1]


async def said(app: Deskhand, text: str, role: Role, room: str = "den") -> Answer:
    talk = app.services.talk.say(text, room=room, role=role)
    async with contextlib.aclosing(talk) as events:
        last = [event async for event in events][-1]
    assert isinstance(last, Answered)
    assert last.answer is not None
    return last.answer


def holds_a_secret(text: str) -> list[str]:
    return [word for word in SECRET if word in text]


async def test_in_its_room_anybody_is_answered_and_at_home_the_owner(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        for author in ("anna", "staff0", "owner0"):
            assert CODE in await answered(town, ASKED[0], author=author)
        assert "4:15" in await answered(town, ASKED[4])
        outcome = (await said(app, ASKED[0], Role.OWNER)).outcome
        assert outcome.kind is Kind.VERBATIM
        assert [source.document_id for source in outcome.sources] == ["cellar"]
        assert CODE in outcome.text


async def test_nowhere_else_is_a_word_of_it_said_whoever_asks_and_however(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        asked = []
        for number, text in enumerate(ASKED):  # nobody so often that they have to wait
            for author in (f"anna{number}", f"staff{number}", f"owner{number}"):
                asked += [town.says(text, author=author, channel=room) for room in ("C2", "C3")]
                asked.append(town.says(text, author=author, channel=f"D{author}", direct=True))
            for role in (Role.PUBLIC, Role.STAFF):
                answer = await said(app, text, role)
                assert not holds_a_secret(repr(answer.outcome)), (text, role)
        await until(lambda: all(town.answers_to(each) for each in asked), within_s=60)
        assert not holds_a_secret(repr(town.posts))
        buttons = [(post, button) for post in town.posts for button in post.buttons]
        whys = [(post, button) for post, button in buttons if button.action.startswith("why")]
        assert whys
        for post, button in whys:
            assert not holds_a_secret(await town.presses(button.label, post, author="owner0"))
        assert not holds_a_secret(
            repr(await town.receivers[0].opened(Address("slack", "C2"), Author("x", "x")))
        )
        searched = [
            await app.services.knowledge.search(
                text, audiences=frozenset(Audience), today=app.services.now().date(), room=room
            )
            for text in ASKED
            for room in ("", "slack/C2", "discord/C1", "C1")
        ]
        assert not holds_a_secret(repr(searched))


async def test_no_model_is_given_it_where_it_may_not_be_read(town, tmp_path, ollama):
    async with bakery(town, tmp_path, ollama_url=ollama.url) as app:
        for number, text in enumerate(ASKED):
            await answered(town, text, author=f"staff{number}", channel="C2")
            await said(app, text, Role.STAFF)
        assert not holds_a_secret(repr([seen.body for seen in ollama.chats]))
        await answered(town, ASKED[5], author="anna", channel="C1")
        assert holds_a_secret(repr([seen.body for seen in ollama.chats]))
        assert not holds_a_secret(repr([p for p in town.posts if p.address.channel != "C1"]))


async def test_taken_out_of_a_room_it_is_said_there_no_longer(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        assert "cellar's code" in await answered(town, ASKED[0])
        cellar = await app.services.knowledge.show("cellar")
        assert cellar is not None
        await app.services.knowledge.add([replace(cellar, rooms=("slack/C3",))])
        assert "cellar's code" not in await answered(town, ASKED[0])
        assert "cellar's code" in await answered(town, ASKED[0], channel="C3")
        assert await app.services.knowledge.check() > 0
