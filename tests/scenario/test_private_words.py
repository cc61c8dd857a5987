"""What is staff's, a room's, over or not yet begun: no word of it reaches the public by any way."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from bot.agent.history import GONE
from bot.app.deskhand import Deskhand, compose
from bot.domain.conversations import Kind
from bot.settings import Settings
from bot.storage.documents import DocumentRows
from bot.upkeep.demo import fill
from bot.web.server import served
from bot.web.site import make_site
from connectors.messages import Address, Author, IncomingMessage, Press
from knowledge.documents import Audience, Document, Shape, holds
from knowledge.readers.files import read
from tests.fakes.answers import newest_answers
from tests.fakes.ollama import Body, FakeModel, FakeOllama, Reply
from tests.fakes.parts import at_work, until
from tests.fakes.platform import TOKENS, Town, kinds
from tests.scenario.room import FakeClock, development_data
from tests.scenario.secret_words import Maker, Secret, commands
from tests.scenario.test_offices import FILES, OFFICES, text_of
from tests.scenario.town import on

MODEL = "tiny:1b"
# In the gate, and by `script/test --long`.
QUESTIONS, ALL_QUESTIONS = 4, 200
TEAM, STAFF = "CTEAM", "USTAFF"
PUBLIC, VIP, CUSTOMER, OTHER = "C2", "CVIP", "U2", "U9"
THREADS = tuple(f"t{number}" for number in range(8))
DAY = timedelta(days=1)

pytestmark = [pytest.mark.usefixtures("quick"), pytest.mark.timeout(900)]


def words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def echo(body: Body) -> Reply:
    """Say everything that a model was shown but the fixed rules; or, for half, one passage of it.

    Without numbers of our own, for which all of it would be withheld.
    """
    shown = "\n".join(str(each["content"]) for each in body["messages"] if each["role"] != "system")
    passages = re.findall(r"^\[\d\] (.*)$", shown, re.MULTILINE)
    if passages and len(shown) % 2:
        return Reply(pieces=(passages[-4:][0],))
    shown = re.sub(r"^\[\d\] |^Today is .*$", "", shown, flags=re.MULTILINE)
    return Reply(pieces=(shown.replace("UNKNOWN", ""),))


@dataclass
class Crowd:
    """The public, what it said, and everything it was shown."""

    app: Deskhand
    town: Town
    ollama: FakeOllama
    clock: FakeClock
    hidden: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    leaks: list[str] = field(default_factory=list)

    def look(self, where: str, text: str) -> None:
        """Note every hidden word that is shown to somebody who did not say it first."""
        shown = (self.hidden & words_of(text)) - self.said
        self.leaks += [f"{where}: {word} in {text[:300]!r}" for word in sorted(shown)]

    def says(self, text: str, **how: object) -> IncomingMessage:
        # As fast as one person is answered at once.
        self.clock.go(seconds=6)
        place = {"channel": PUBLIC, "author": CUSTOMER, "sent_at": self.clock()}
        return self.town.says(text, **(place | how))

    async def asks(self, texts: Iterable[str], *, author: str = CUSTOMER) -> None:
        """Ask each in one of the threads, as many at once as there are threads."""
        texts = list(texts)
        self.said |= words_of(" ".join(texts))
        for start in range(0, len(texts), len(THREADS)):
            batch = zip(texts[start : start + len(THREADS)], THREADS, strict=False)
            asked = [self.says(text, thread=thread, author=author) for text, thread in batch]
            await self.answered(*asked)

    async def answered(self, *asked: IncomingMessage) -> None:
        waiting = {each.message_id for each in asked}
        await until(lambda: waiting <= {post.reply_to for post in self.town.posts}, within_s=120)

    async def presses_everything(self) -> int:
        """Press every button under what the public sees, as who asked and as somebody else."""
        presses = 0
        for place, post in enumerate(self.town.posts):
            for button in post.buttons if post.address.channel == PUBLIC else ():
                for author in (CUSTOMER, OTHER):
                    await self.presses(button.action, post.address, str(place), author)
                    presses += 1
        return presses

    async def presses(self, action: str, at: Address, message_id: str, author: str) -> None:
        [receiver] = self.town.receivers
        told = await receiver.pressed(Press(at, Author(author, author), action, message_id))
        self.look(f"press of {action}", told)

    async def forges(self, numbers: Iterable[int]) -> None:
        """Press what stands under nobody's message here, with the numbers of everything."""
        for number in numbers:
            for verb in sorted(self.app.presses.verbs):
                await self.presses(f"{verb}:{number}", Address("slack", PUBLIC), "0", OTHER)

    async def opens_every_page(self) -> int:
        """Ask for every page there is, without a session."""
        site = make_site(self.app.services, token="t", host="127.0.0.1")
        async with served(site, host="127.0.0.1", port=0) as url, httpx.AsyncClient() as client:
            for route in site.routes:
                path = re.sub(r"\{[^}]+\}", "1", route.path)
                answer = await client.get(f"{url}{path}", timeout=60)
                self.look(f"page {path}", f"{answer.text} {answer.headers}")
        return len(site.routes)

    def looks_back(self, *, since_post: int = 0, since_prompt: int = 0) -> None:
        """Look at everything that was posted for the public, shown while it waited, prompted."""
        for post in self.town.posts[since_post:]:
            if post.address.channel == PUBLIC:
                buttons = " ".join(button.label for button in post.buttons)
                self.look("post", f"{post.text} {' '.join(post.sources)} {buttons}")
        for status in self.town.statuses:
            self.look("status", status)
        for seen in self.ollama.seen[since_prompt:]:
            self.look("prompt", json.dumps(seen.body, ensure_ascii=False))


@asynccontextmanager
async def office(name: str, data_dir: Path) -> AsyncIterator[Crowd]:
    """A business with a public room, a room of its team, and a model that says all it was shown."""
    town, clock = Town(), FakeClock()
    models = [FakeModel(MODEL, context=8192, capabilities=("completion",))]
    async with FakeOllama(models=models) as ollama:
        ollama.answer = echo
        await asyncio.to_thread(data_dir.mkdir, parents=True)
        settings = Settings(data_dir=data_dir, model=MODEL, ollama_url=ollama.url, timezone="UTC")
        app = await compose(settings, kinds=kinds(town), now=clock)
        for token in TOKENS[town.platform]:
            await app.services.keep_token(token, "t")
        choices = app.services.choices
        await choices.set("slack.staff", [STAFF])
        await choices.set("slack.rooms", {TEAM: {"audience": "staff"}})
        await choices.set("slack.staff_room", TEAM)
        async with at_work(app):
            await moved_in(app, name)
            await on(app)
            yield Crowd(app, town, ollama, clock)


async def moved_in(app: Deskhand, name: str) -> None:
    if name == "sample":
        await fill(app.services.knowledge, app.services.choices)
        return
    folder = development_data() / "office" / name
    for each in FILES:
        content = text_of(folder / each).encode()
        documents = read(each, content, audience=Audience.PUBLIC, origin=each)
        await app.services.knowledge.add(documents)


def entries(secrets: Iterable[Secret], **how: object) -> list[Document]:
    lines = "\n".join(
        json.dumps({"question": each.question, "answer": each.answer, "alternatives": [each.other]})
        for each in secrets
    )
    found = read("secret.jsonl", lines.encode(), audience=Audience.PUBLIC, origin="secret")
    return [replace(each, **how) for each in found]


def text(name: str, content: str, **how: object) -> list[Document]:
    found = read(name, content.encode(), audience=Audience.PUBLIC, origin=name)
    return [replace(each, **how) for each in found]


def kept_from_the_public(today: date) -> dict[str, dict[str, object]]:
    return {
        "staff": {"audience": Audience.STAFF},
        "over": {"valid_until": today - DAY},
        "to come": {"valid_from": today + 365 * DAY},
        "of a room": {"audience": Audience.ROOMS, "rooms": (f"slack/{VIP}",)},
        "behind the index": {},
    }


async def hide(crowd: Crowd, maker: Maker) -> list[Secret]:
    """Put entries and documents in that the public may not read; return the entries."""
    knowledge, hidden = crowd.app.services.knowledge, []
    for name, how in kept_from_the_public(crowd.clock().date()).items():
        secrets = maker.secrets()
        content, own = maker.text(f"How we work: {name}")
        documents = entries(secrets, **how) + text(f"{name}.md", content, **how)
        await knowledge.add(documents)
        crowd.hidden |= own.union(*(each.words for each in secrets))
        crowd.hidden |= {each.about for each in secrets}
        hidden += secrets
        if name == "behind the index":
            await turned_staffs_behind_the_index(crowd.app, documents)
    await knowledge.settled()
    return hidden


async def turned_staffs_behind_the_index(app: Deskhand, documents: list[Document]) -> None:
    """Leave documents in the public's index whose rows say by now that they are staff's."""
    rows = DocumentRows(app.database, now=app.services.now)
    vectors = await rows.hashes([each.document_id for each in documents])
    staffs = [replace(each, audience=Audience.STAFF) for each in documents]
    await rows.put(staffs, list(vectors.values()))


async def titles_of_the_public(app: Deskhand) -> list[str]:
    """Return two questions a thread that entries of the public answer, or as many as there are."""
    today = app.services.now().date()
    every = await app.services.knowledge.documents()
    titles = [
        each.title
        for each in every
        if each.shape is Shape.ENTRY and each.audience is Audience.PUBLIC
        if each.origin != "secret" and holds(each.valid_from, each.valid_until, today)
    ]
    return titles[: 2 * len(THREADS)]


def offices() -> tuple[str, ...]:
    return OFFICES if (development_data() / "office").is_dir() else ("sample",)


@pytest.mark.parametrize(
    ("name", "questions"),
    [
        (offices()[0], QUESTIONS),
        *(pytest.param(each, ALL_QUESTIONS, marks=pytest.mark.long) for each in offices()),
    ],
)
async def test_no_word_of_what_is_not_the_public_s_reaches_it(name, questions, tmp_path):
    async with office(name, tmp_path / "data") as crowd:
        maker = Maker(name)
        secrets = await hide(crowd, maker)
        # The team may ask, and is told: its answers stand in the same tables.
        team = [crowd.says(each.question, channel=TEAM, author=STAFF) for each in secrets[:8]]
        await crowd.answered(*team)
        told = " ".join(post.text for post in crowd.town.posts if post.address.channel == TEAM)
        assert secrets[0].words <= words_of(told)
        prompts = len(crowd.ollama.seen)

        # What is the public's is answered, and stands before the questions in every thread.
        open_to_all = await titles_of_the_public(crowd.app)
        await crowd.asks(open_to_all)
        await crowd.asks(f"hi, one question about this: {each.lower()}" for each in open_to_all)
        await crowd.asks(maker.questions(secrets, questions))
        known = commands()
        assert all(known.values())
        await crowd.asks(sentence for sentences in known.values() for sentence in sentences)
        assert await crowd.presses_everything() > questions
        answers = await newest_answers(crowd.app.database, limit=1_000)
        await crowd.forges([*(answer.answer_id for answer in answers[-20:]), 10_000])
        assert await crowd.opens_every_page() > 20
        [receiver] = crowd.town.receivers
        suggested = await receiver.opened(Address("slack", PUBLIC), Author(OTHER, OTHER))
        crowd.look("suggested", " ".join(suggested))
        crowd.looks_back(since_prompt=prompts)

        assert crowd.leaks == []
        public = [each for each in answers if each.conversation.address.channel == PUBLIC]
        kinds_said = {each.outcome.kind for each in public}
        assert {Kind.COMPOSED, Kind.PASSAGE, Kind.VERBATIM, Kind.UNKNOWN} <= kinds_said
        after = await crowd.app.services.knowledge.documents()
        assert (
            sum(each.audience is Audience.PUBLIC for each in after if each.origin == "secret") == 16
        )


@pytest.mark.parametrize(
    "end",
    [
        "removed",
        *(
            pytest.param(each, marks=pytest.mark.long)
            for each in ("over", "turned staff's", "rewritten")
        ),
    ],
)
async def test_what_was_the_public_s_is_not_said_again_once_it_no_longer_is(end, tmp_path):
    async with office(offices()[0], tmp_path / "data") as crowd:
        knowledge, secrets = crowd.app.services.knowledge, Maker(end).secrets()
        today = crowd.clock().date()
        documents = entries(secrets, valid_until=today)
        await knowledge.add(documents)
        await knowledge.settled()
        await crowd.asks(each.other for each in secrets)
        before = " ".join(post.text for post in crowd.town.posts)
        assert secrets[0].words <= words_of(before)
        crowd.hidden = set().union(*(each.words for each in secrets))
        if end != "rewritten":
            # Else its title is the public's still.
            crowd.hidden |= {each.about for each in secrets}
        posts, prompts = len(crowd.town.posts), len(crowd.ollama.seen)

        if end == "over":
            crowd.clock.go(days=1)
        elif end == "removed":
            for each in documents:
                await knowledge.remove(each.document_id)
        elif end == "turned staff's":
            await knowledge.add([replace(each, audience=Audience.STAFF) for each in documents])
        else:
            await knowledge.add(entries([replace(each, answer="No.") for each in secrets]))
        await knowledge.settled()
        # What the public may read has the model answer with all that was said before in view.
        titles = await titles_of_the_public(crowd.app)
        about = [f"hi, one question about this: {each.lower()}" for each in titles]
        await crowd.asks([*about, *["why?", "sources"] * len(THREADS)])
        await crowd.presses_everything()
        crowd.looks_back(since_post=posts, since_prompt=prompts)
        assert crowd.leaks == []
        assert any(GONE in str(seen.body) for seen in crowd.ollama.seen[prompts:])
