"""A conversation taken over on Slack and on Discord over real sockets, and in our own rooms."""

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app.deskhand import compose
from bot.domain.hand_overs import HandOverState
from bot.domain.people import Role
from bot.settings import Settings
from tests.fakes import discord_server
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.parts import at_work, until
from tests.fakes.slack import FakeSlack
from tests.scenario.room import Room
from tests.scenario.test_team_room_here import TEAM, Colleague, looking

pytestmark = pytest.mark.usefixtures("quick_hand_overs")

WISH = "a person, please"


@dataclass(frozen=True)
class Wire:
    """A platform over a real socket, with a customer and a colleague on it.

    Attributes:
        settings: Of the environment.
        colleague: The platform's id of them.
        team: The id of the team's room.
        asks: Has the customer ask the bot.
        goes_on: Has the customer write on, without naming the bot; with files.
        replies: Has the colleague write below the team's first post; with files.
        presses: Has them press a button of it.
        seen: Returns what the bot posted for the customer, and for the team, as it stands.
    """

    name: str
    settings: dict[str, str]
    colleague: str
    team: str
    asks: Callable[[str], object]
    goes_on: Callable[[str, Mapping[str, bytes]], object]
    replies: Callable[[str, Mapping[str, bytes]], object]
    presses: Callable[[str], object]
    seen: Callable[[], tuple[list[str], list[str]]]


@contextlib.asynccontextmanager
async def slack_wire() -> AsyncIterator[Wire]:
    async with FakeSlack() as server:
        asked: list[str] = []

        def first() -> dict[str, object]:
            return next(post for post in server.posts if post["channel"] == "G1")

        def presses(label: str) -> None:
            [action] = [
                button["value"]
                for block in first()["blocks"]  # type: ignore[attr-defined]
                for button in block.get("elements", ())
                if button["type"] == "button" and button["text"]["text"] == label
            ]
            server.presses("U1", "G1", str(first()["ts"]), action)

        def seen() -> tuple[list[str], list[str]]:
            told: dict[str, list[str]] = {"C1": [], "G1": []}
            for post in server.posts:
                if post["channel"] == "C1":
                    assert post["thread_ts"] == asked[0]
                elif post["ts"] != first()["ts"]:
                    assert post["thread_ts"] == first()["ts"]
                told[post["channel"]].append(json.dumps(post, ensure_ascii=False))
            return told["C1"], told["G1"]

        yield Wire(
            "slack",
            {
                "SLACK_BOT_TOKEN": server.methods.bot_token,
                "SLACK_APP_TOKEN": server.methods.app_token,
                "slack_api_url": server.api_url,
            },
            "U1",
            "G1",
            lambda text: asked.append(server.says("U2", "C1", f"<@UBOT> {text}")),
            lambda text, files: server.says("U2", "C1", text, thread=asked[0], files=files),
            lambda text, files: server.says(
                "U1", "G1", text, thread=str(first()["ts"]), files=files
            ),
            presses,
            seen,
        )


@contextlib.asynccontextmanager
async def discord_wire(*, in_a_thread: bool = False) -> AsyncIterator[Wire]:
    async with FakeDiscord() as server:
        channel, team = server.channel("general"), server.channel("team", private=True)
        threads: list[str] = []

        def first() -> str:
            return next(post.message_id for post in server.posts if post.channel == team)

        def replies(text: str, files: Mapping[str, bytes]) -> None:
            if not in_a_thread:
                server.says("ann", team, text, reply_to=first(), files=files)
                return
            if not threads:
                threads.append(server.thread(team, "customer", "ann", under=first()))
            server.says("ann", threads[0], text, files=files)

        def seen() -> tuple[list[str], list[str]]:
            theirs = [post.text for post in server.posts if post.channel == channel]
            return theirs, [post.text for post in server.posts if post.channel != channel]

        yield Wire(
            "discord",
            {
                "DISCORD_BOT_TOKEN": discord_server.TOKEN,
                "discord_api_url": server.api_url,
                "discord_gateway_url": server.gateway_url,
                "discord_cdn_url": server.cdn_url,
            },
            server.person("ann"),
            team,
            lambda text: server.says("ben", channel, f"<@{server.bot_id}> {text}"),
            lambda text, files: server.says("ben", channel, text, files=files),
            replies,
            lambda label: server.presses("ann", first(), label),
            seen,
        )


def discord_wire_with_threads() -> contextlib.AbstractAsyncContextManager[Wire]:
    return discord_wire(in_a_thread=True)


@pytest.mark.parametrize(
    "platform",
    [slack_wire, discord_wire, discord_wire_with_threads],
    ids=["slack", "discord", "discord thread"],
)
async def test_words_go_both_ways_on_a_platform_until_the_conversation_is_given_back(
    platform: Callable[[], contextlib.AbstractAsyncContextManager[Wire]], tmp_path: Path
):
    async with platform() as wire:
        app = await compose(
            Settings(data_dir=tmp_path, timezone="UTC", model="", **wire.settings)  # type: ignore[arg-type]
        )
        async with at_work(app):
            await until(lambda: app.platforms.status(wire.name).state == "on")
            await app.services.choices.set(f"{wire.name}.staff", [wire.colleague])
            await app.services.choices.set(f"{wire.name}.rooms", {wire.team: {"audience": "staff"}})
            await app.services.choices.set(f"{wire.name}.staff_room", wire.team)

            def theirs(words: str) -> int:
                return sum(words in text for text in wire.seen()[0])

            def ours(words: str) -> int:
                return sum(words in text for text in wire.seen()[1])

            wire.asks(WISH)
            await until(lambda: ours("would like to talk to a person"))
            wire.presses("I take it")
            await until(lambda: theirs("reads along") and ours("has it:"))
            wire.replies("// careful", {})
            wire.replies("What is it about?", {"form.pdf": b"x"})
            await until(lambda: theirs("What is it about?"))
            assert theirs("form.pdf")
            wire.goes_on("My order number", {"order.png": b"x"})
            await until(lambda: ours("My order number"))
            assert ours("order.png")
            wire.presses("Give back to Deskhand")
            await until(lambda: theirs("answer here again") and ours("Answered by"))
            assert not theirs("careful")
            assert theirs("My order") == theirs("I can only read text") == 0
            assert (theirs("What is it about?"), ours("My order number")) == (1, 1)
            [ended] = await app.services.hand_overs.ended(limit=10)
            assert ended.state is HandOverState.ANSWERED


async def test_words_go_both_ways_in_our_own_rooms_and_everybody_hears_that_they_did(room: Room):
    await room.app.services.choices.set("local.staff_room", TEAM)
    async with looking(room) as team, looking(room, name="shop", role=Role.PUBLIC) as customer:
        wish = await customer.says(WISH)
        assert "The team can read what we last wrote here." in wish.text
        post = await team.seen("would like to talk to a person")
        assert post.answerable
        assert await team.presses("I take it", post) == (
            "It is yours: what you write below the message reaches public."
        )
        await customer.seen("staff is here now and reads along.")
        passed = await team.says("Hello!", reply_to=post.message_id)
        assert passed.text == "Passed on to public."
        await customer.seen("**staff:** Hello!")
        heard = await customer.says("are you open on sundays?")
        assert heard.text == "Passed on to staff."
        words = await team.seen("**public:** are you open on sundays?")
        assert words.answerable
        assert (await team.says("// no", reply_to=words.message_id)).text == (
            "That stays with the team."
        )
        await team.says("Yes.", reply_to=words.message_id)
        await customer.seen("**staff:** Yes.")
        async with looking(room) as late:
            await late.seen("staff has it")
        assert await team.presses("Give back to Deskhand", await team.seen("staff has it")) == (
            "Done, and the customer is told."
        )
        await customer.seen("answer here again")
        assert not any(each.text[-2:] == "no" for each in customer.sees)


async def test_who_speaks_as_a_customer_takes_nothing_in_our_own_rooms(room: Room):
    await room.app.services.choices.set("local.staff_room", TEAM)
    async with looking(room) as team, looking(room, name="shop", role=Role.PUBLIC) as customer:
        await customer.says(WISH)
        post = await team.seen("would like to talk to a person")
        stranger = Colleague(room, role=Role.PUBLIC)
        assert await stranger.presses("I take it", post) == "I can't do that for you here."
