"""The whole bot on Slack and Discord over real sockets, the platform or the model misbehaving."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.deskhand import Deskhand, compose
from bot.domain.conversations import Kind
from bot.settings import Settings
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes import discord_server
from tests.fakes.answers import newest_answers
from tests.fakes.discord_interactions import Interaction
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.forward_proxy import ForwardProxy
from tests.fakes.ollama import FakeOllama, says
from tests.fakes.parts import at_work, until
from tests.fakes.slack import FakeSlack

KNOWLEDGE = Path(__file__).parents[1] / "fakes" / "bakery"
COMPOSED = "Where does the ash of the stone oven go?"
SUNDAYS = '{"question": "Are you open on Sundays?", "answer": "From 8:30 to 13:00."}'
EVIL = "@everyone <!channel> <@U123> <@123456789012345678> see https://evil.example now."
# In no DNS (RFC 6761, 6.4): only a proxy may know where it is.
NOWHERE = "platform.invalid"
LIVE = ("@everyone", "<!channel>", "<@U123>", "<@123456789012345678>")


@dataclass(frozen=True)
class Wire:
    """A platform over a real socket.

    Attributes:
        says: Has somebody speak to the bot.
        unheard: Has had somebody speak to the bot at a moment, and its connection brought nothing.
        posts: Everything the bot posted, as the platform keeps it, one text a post.
        connections: How often the bot has connected.
        person: The platform's id of who speaks here.
        sends: Has them send files to the bot.
        presses: Has them press a labelled button under the bot's last post; False while it
            has none.
        team: The id of a room of the team's.
        reply: Has them reply there to the bot's first post, without naming the bot; False while
            none stands there: what is asked of a platform is noted a moment before.
        commands: Has them ask by a command.
        told: How often words were shown to who gave a command alone.
        port: Of the server.
    """

    name: str
    settings: dict[str, str]
    says: Callable[[str], object]
    unheard: Callable[[str, datetime], object]
    posts: Callable[[], list[str]]
    connections: Callable[[], int]
    person: str
    sends: Callable[[Mapping[str, bytes]], object]
    presses: Callable[[str], bool]
    team: str
    reply: Callable[[str], bool]
    commands: Callable[[str], object]
    told: Callable[[str], int]
    port: int


@contextlib.asynccontextmanager
async def slack_wire(host: str = "127.0.0.1") -> AsyncIterator[Wire]:
    async with FakeSlack(host=host) as server:

        def reply(text: str) -> bool:
            told = next((post["ts"] for post in server.posts if post["channel"] == "G1"), None)
            if told is not None:
                server.says("U1", "G1", text, thread=told)
            return told is not None

        def presses(label: str) -> bool:
            post = server.posts[-1]
            [action] = [
                button["value"]
                for block in post["blocks"]
                for button in block["elements"]
                if button["type"] == "button" and button["text"]["text"] == label
            ]
            server.presses("U1", post["channel"], post["ts"], action)
            return True

        yield Wire(
            "slack",
            {
                "SLACK_BOT_TOKEN": server.methods.bot_token,
                "SLACK_APP_TOKEN": server.methods.app_token,
                "slack_api_url": server.api_url,
            },
            lambda text: server.says("U1", "C1", f"<@UBOT> {text}"),
            lambda text, at: server.says("U1", "C1", f"<@UBOT> {text}", at=at, told=False),
            lambda: [json.dumps(post, ensure_ascii=False) for post in server.posts],
            lambda: len(server.called("apps.connections.open")),
            "U1",
            lambda files: server.says("U1", "C1", "<@UBOT>", files=files),
            presses,
            "G1",
            reply,
            lambda text: server.commands("U1", "C1", text),
            lambda words: sum(words in str(each) for each in server.responses),
            server.port,
        )


@contextlib.asynccontextmanager
async def discord_wire(
    host: str = "127.0.0.1", *, in_a_thread: bool = False
) -> AsyncIterator[Wire]:
    async with FakeDiscord(host=host) as server:
        given: list[Interaction] = []
        channel, team = server.channel("general"), server.channel("team", private=True)

        def reply(text: str) -> bool:
            told = next((post.message_id for post in server.posts if post.channel == team), None)
            if told is None:
                return False
            if in_a_thread:
                server.says("ann", server.thread(team, "answer", "ann", under=told), text)
            else:
                server.says("ann", team, text, reply_to=told)
            return True

        def presses(label: str) -> bool:
            # What was sent is known a moment before it stands in the room.
            shown = [post for post in server.posts[-1:] if label in dict(post.buttons)]
            for post in shown:
                server.presses("ann", post.message_id, label)
            return bool(shown)

        yield Wire(
            "discord",
            {
                "DISCORD_BOT_TOKEN": discord_server.TOKEN,
                "discord_api_url": server.api_url,
                "discord_gateway_url": server.gateway_url,
                "discord_cdn_url": server.cdn_url,
            },
            lambda text: server.says("ann", channel, f"<@{server.bot_id}> {text}"),
            lambda text, at: server.says(
                "ann", channel, f"<@{server.bot_id}> {text}", at=at.timestamp(), told=False
            ),
            lambda: [json.dumps(body, ensure_ascii=False) for body in server.sent()],
            lambda: server.gateway.counts["identified"],
            server.person("ann"),
            lambda files: server.says("ann", channel, f"<@{server.bot_id}>", files=files),
            presses,
            team,
            reply,
            lambda text: given.append(server.commands("ann", channel, "ask", question=text)),
            lambda words: sum(words in text for each in given for text in each.texts),
            server.port,
        )


def discord_wire_with_threads() -> contextlib.AbstractAsyncContextManager[Wire]:
    return discord_wire(in_a_thread=True)


@pytest.fixture(params=[slack_wire, discord_wire], ids=["slack", "discord"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[Wire]:
    async with request.param() as platform:
        yield platform


@contextlib.asynccontextmanager
async def bot_on(wire: Wire, data_dir: Path, **settings: str) -> AsyncIterator[Deskhand]:
    await asyncio.to_thread(data_dir.mkdir)
    more = {"model": "", **settings, **wire.settings}
    app = await compose(Settings(data_dir=data_dir, timezone="UTC", **more))  # type: ignore[arg-type]
    files = {each.name: each.read_bytes() for each in KNOWLEDGE.iterdir()}
    for name, content in (files | {"sundays.jsonl": SUNDAYS.encode()}).items():
        await app.services.knowledge.add(read(name, content, audience=Audience.PUBLIC, origin=name))
    async with at_work(app):
        await until(lambda: app.platforms.status(wire.name).state == "on")
        yield app


async def test_what_a_model_makes_up_rings_nobody_and_shows_no_link(wire, tmp_path):
    async with FakeOllama() as ollama:
        ollama.default = says(f"The ash goes to the garden. {EVIL}")
        async with bot_on(wire, tmp_path / "data", model="tiny:1b", ollama_url=ollama.url):
            wire.says(COMPOSED)
            await until(lambda: bool(wire.posts()))
            assert ollama.chats
    for post in wire.posts():
        assert "evil.example" not in post
        assert not any(mention in post for mention in LIVE)


async def test_words_of_the_business_itself_ring_nobody_either(wire, tmp_path):
    async with bot_on(wire, tmp_path / "data") as app:
        question = json.dumps({"question": "Who may ring the bell?", "answer": EVIL})
        await app.services.knowledge.add(
            read("bell.jsonl", question.encode(), audience=Audience.PUBLIC, origin="bell.jsonl")
        )
        wire.says("who may ring the bell?")
        await until(lambda: any("evil.example" in post for post in wire.posts()))
    [post] = [json.loads(post) for post in wire.posts() if "evil.example" in post]
    if wire.name == "slack":
        # Text elements are literal; the plain text beside them is escaped.
        assert not any(mention in post["text"] for mention in LIVE[1:])
        assert '"broadcast"' not in json.dumps(post["blocks"])
        assert '"type": "user"' not in json.dumps(post["blocks"])
    else:
        assert post["allowed_mentions"]["parse"] == []
        assert "@everyone" not in post["content"]
        assert "<@123456789012345678>" not in post["content"]


@pytest.mark.usefixtures("quick")
async def test_a_socket_that_is_open_and_brings_nothing_is_noticed_and_replaced(wire, tmp_path):
    def answers() -> int:
        return sum("8:30" in post for post in wire.posts())

    async with bot_on(wire, tmp_path / "data") as app:
        await until(lambda: wire.connections() == 1)
        wire.unheard("are you open on sundays?", datetime.now(UTC) - timedelta(seconds=65))
        await until(lambda: answers() == 1)
        await until(lambda: app.platforms.status(wire.name).deaf == 1)
        await until(lambda: wire.connections() > 1)
        await until(lambda: app.platforms.status(wire.name).state == "on")
        wire.says("are you open on sundays?")
        await until(lambda: app.platforms.status(wire.name).deaf == 0)
        # It has heard before it has answered.
        await until(lambda: answers() == 2)
    assert answers() == 2


async def test_a_file_that_staff_send_is_knowledge_once_they_press_for_whom(wire, tmp_path):
    async with bot_on(wire, tmp_path / "data") as app:
        await app.services.choices.set(f"{wire.name}.staff", [wire.person])
        wire.sends({"menu.md": b"# Our menu\n\nThe soup of the day is pumpkin."})
        await until(lambda: any("Shall I add menu.md" in post for post in wire.posts()))
        await until(lambda: wire.presses("Add for everyone"))
        await until(lambda: any("Our menu, passages: 1" in post for post in wire.posts()))
        document = await app.services.knowledge.show("menu.md")
        assert document is not None
        assert document.audience is Audience.PUBLIC


@pytest.mark.parametrize(
    "wire",
    [slack_wire, discord_wire, discord_wire_with_threads],
    ids=["slack", "discord", "discord thread"],
    indirect=True,
)
async def test_what_the_team_replies_to_an_open_question_is_said_word_for_word_once_saved(
    wire, tmp_path
):
    def shown(words: str) -> int:
        return sum(words in post for post in wire.posts())

    async with bot_on(wire, tmp_path / "data") as app:
        await app.services.choices.set(f"{wire.name}.staff", [wire.person])
        await app.services.choices.set(f"{wire.name}.rooms", {wire.team: {"audience": "staff"}})
        await app.services.choices.set(f"{wire.name}.staff_room", wire.team)
        await app.services.knowledge.settled()
        wire.says("where can I leave my umbrella?")
        await until(lambda: shown("I could not answer this"))
        await until(lambda: wire.reply("In the stand beside the door."))
        await until(lambda: shown("Shall I save this?"))
        await until(lambda: wire.presses("Save for everyone"))
        await until(lambda: shown("and in use from now on"))
        wire.says("hi, where do I leave my umbrella")
        await until(lambda: len(wire.posts()) == 5)
        [last] = await newest_answers(app.database, limit=1)
        assert last.outcome.kind is Kind.VERBATIM
        assert "In the stand beside the door." in wire.posts()[-1]
        assert shown("I could not answer this") == 1


@pytest.mark.parametrize("wire_to", [slack_wire, discord_wire], ids=["slack", "discord"])
async def test_everything_goes_through_a_proxy_where_one_is_named(wire_to, tmp_path):
    async with (
        wire_to(NOWHERE) as wire,
        ForwardProxy(wire.port) as proxy,
        bot_on(wire, tmp_path / "data", proxy_url=proxy.url) as app,
    ):
        await app.services.choices.set(f"{wire.name}.staff", [wire.person])
        wire.says("are you open on sundays?")
        await until(lambda: any("8:30" in post for post in wire.posts()))
        wire.commands("are you open on sundays?")
        await until(lambda: wire.told("8:30"))
        wire.sends({"menu.md": b"# Our menu\n\nThe soup of the day is pumpkin."})
        await until(lambda: any("Shall I add menu.md" in post for post in wire.posts()))
        await until(lambda: wire.presses("Add for everyone"))
        await until(lambda: any("Our menu, passages: 1" in post for post in wire.posts()))
    assert set(proxy.seen) == {NOWHERE}
