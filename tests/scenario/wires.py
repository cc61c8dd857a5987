"""Slack and Discord over real sockets, each with a customer and a colleague on it."""

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.choices import Choices
from tests.fakes import discord_server
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.discord_server import Fault as DiscordFault
from tests.fakes.slack import FakeSlack
from tests.fakes.slack import Fault as SlackFault

Contents = Mapping[str, bytes]
Trap = Callable[[], Callable[[], bool]]
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
        files: Returns what is in the files of these posts, by name, likewise.
        traps: Each has something go wrong from now on, and returns what tells that it did: the
            moment to kill who asks.
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
    files: Callable[[], tuple[list[Contents], list[Contents]]]
    traps: Sequence[Trap] = ()

    def theirs(self, words: str) -> int:
        """Return how many posts for the customer hold some words."""
        return sum(words in text for text in self.seen()[0])

    def ours(self, words: str) -> int:
        """Return how many posts for the team do."""
        return sum(words in text for text in self.seen()[1])


async def with_a_team(choices: Choices, wire: Wire) -> None:
    """Have the colleague be one of the team, and their room the team's."""
    await choices.set(f"{wire.name}.staff", [wire.colleague])
    await choices.set(f"{wire.name}.rooms", {wire.team: {"audience": "staff"}})
    await choices.set(f"{wire.name}.staff_room", wire.team)


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
                    assert post["thread_ts"] in asked
                elif not _is_notice(post):
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
            lambda: (_shared(server, "C1"), _shared(server, "G1")),
            _slack_traps(server),
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

        def files() -> tuple[list[Contents], list[Contents]]:
            with_files = [post for post in server.posts if post.files]
            theirs = [post.files for post in with_files if post.channel == channel]
            return theirs, [post.files for post in with_files if post.channel != channel]

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
            files,
            _discord_traps(server),
        )


def _is_notice(post: Mapping[str, Any]) -> bool:
    """Return whether a post tells of a hand-over, in the room itself."""
    text = str(post["text"])
    return "would like to talk to a person" in text and "thread_ts" not in post


def _shared(server: FakeSlack, channel: str) -> list[Contents]:
    shared = [post for post in server.posts if post["channel"] == channel and post.get("files")]
    known = [[server.files.known[each["id"]] for each in post["files"]] for post in shared]
    return [{each.name: each.content for each in files} for files in known]


def _slack_traps(server: FakeSlack) -> list[Trap]:
    def on(method: str, *, after: bool) -> Trap:
        def armed() -> Callable[[], bool]:
            before = len(server.called(method))
            server.fails(method, SlackFault(broken=True, after=after))
            return lambda: len(server.called(method)) > before

        return armed

    def fetched() -> Callable[[], bool]:
        before = len(server.files.fetched)
        return lambda: len(server.files.fetched) > before

    return [
        on("chat.postMessage", after=False),
        on("chat.postMessage", after=True),
        on("files.getUploadURLExternal", after=False),
        on("files.completeUploadExternal", after=False),
        on("files.completeUploadExternal", after=True),
        fetched,
    ]


def _discord_traps(server: FakeDiscord) -> list[Trap]:
    def sends(*faults: DiscordFault) -> Trap:
        def armed() -> Callable[[], bool]:
            wanted = server.rest.asked.count("send") + len(faults)
            server.fail("send", *faults)
            return lambda: server.rest.asked.count("send") >= wanted

        return armed

    def fetched() -> Callable[[], bool]:
        before = len(server.files.fetched)
        return lambda: len(server.files.fetched) > before

    well, cut, broken = DiscordFault(), DiscordFault(cut=True), DiscordFault(status=500)
    return [
        sends(cut),
        sends(broken),
        sends(well, cut),
        sends(well, well, cut),
        sends(well, well, broken),
        fetched,
    ]
