"""The whole bot in a Slack that others wrote: the npm package local-slack."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app.deskhand import Deskhand, compose
from bot.settings import Settings
from bot.storage.ratings import RatingRows
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes.parts import at_work, until

BINARY = Path(__file__).parents[2] / ".peers/node_modules/local-slack-linux-x64/bin/local-slack"
PATIENCE_S = 20.0
CONFIG = """\
workspace: {name: Kornblume, domain: kornblume, teamId: T01}
app: {appId: A01, botUserId: U0BOT, botName: deskhand, botToken: xoxb-1, appToken: xapp-1,
      signingSecret: secret, mode: socket, requestUrl: http://127.0.0.1:9}
users:
  - {id: U01, name: ann, real_name: Ann}
channels:
  - {id: C01, name: general, members: [U01, U0BOT]}
  - {id: C02, name: team, members: [U01, U0BOT]}
"""
FAQ = '{"question": "Are you open on Sundays?", "answer": "From 8:30 to 13:00."}\n'
QUESTION = "<@U0BOT> are you open on sundays?"

Json = dict[str, Any]


class Workspace:
    """The people's side of local-slack."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self._http = http

    async def _control(self, what: str, **told: object) -> Json:
        async with self._http.post(f"{self.url}/_control/{what}", json=told) as answer:
            found: Json = await answer.json()
            return found

    async def says(self, text: str, *, channel: str = "C01", thread: str = "") -> str:
        more = {"thread_ts": thread} if thread else {}
        said = await self._control("message", channel=channel, user="U01", text=text, **more)
        return str(said["message"]["ts"])

    async def commands(self, text: str, *, channel: str = "C01") -> None:
        await self._control("command", channel=channel, user="U01", command="/deskhand", text=text)

    async def presses(self, message: Json, action: Json, *, channel: str = "C01") -> None:
        await self._control(
            "interact", channel=channel, messageTs=message["ts"], user="U01", action=action
        )

    async def direct(self) -> str:
        """Return the direct channel with the bot."""
        async with self._http.post(
            f"{self.url}/api/conversations.open",
            data={"users": "U01"},
            headers={"Authorization": "Bearer xoxb-1"},
        ) as answer:
            return str((await answer.json())["channel"]["id"])

    async def attaches(self, name: str, text: str, *, channel: str = "C01") -> None:
        """Have Ann send a file, with words beside it."""
        form = aiohttp.FormData({"channel": channel, "user": "U01", "text": text})
        form.add_field("file", b"cake 4.20", filename=name, content_type="text/plain")
        async with self._http.post(f"{self.url}/_control/upload", data=form) as answer:
            assert answer.ok, await answer.text()

    async def posts(self, channel: str = "C01") -> list[Json]:
        """Return what the bot has said in a room."""
        async with self._http.get(f"{self.url}/_control/messages/{channel}") as answer:
            messages = (await answer.json())["messages"]
            return [each for each in messages if each.get("user") == "U0BOT"]

    async def post(self, fits: Callable[[Json], bool], channel: str = "C01") -> Json:
        """Wait for a post of the bot that fits."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for each in await self.posts(channel):
                    if fits(each):
                        return each
                await asyncio.sleep(0.05)


@pytest.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[Workspace]:
    if not BINARY.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("local-slack is missing: run script/test-setup")
        pytest.skip("local-slack is missing: run script/test-setup")
    (tmp_path / "config.yaml").write_text(CONFIG)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ("--config", tmp_path / "config.yaml", "--port", str(port))
    process = await asyncio.create_subprocess_exec(
        *(BINARY, *arguments, "--base-host", "127.0.0.1"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with aiohttp.ClientSession() as http:
            found = Workspace(f"http://127.0.0.1:{port}", http)
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    with contextlib.suppress(aiohttp.ClientError):
                        await found.posts()
                        break
                    await asyncio.sleep(0.05)
            yield found
    finally:
        process.kill()
        await process.wait()


@pytest.fixture
async def bot(workspace: Workspace, tmp_path: Path) -> AsyncIterator[Deskhand]:
    settings = Settings(
        data_dir=tmp_path / "data",
        model="",
        timezone="UTC",
        slack_api_url=f"{workspace.url}/api/",
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_APP_TOKEN="xapp-1",
    )
    settings.data_dir.mkdir()
    app = await compose(settings)
    await app.services.knowledge.add(
        read("faq.jsonl", FAQ.encode(), audience=Audience.PUBLIC, origin="faq.jsonl")
    )
    async with at_work(app):
        await until(lambda: app.platforms.status("slack").state == "on")
        yield app


def holds(words: str) -> Callable[[Json], bool]:
    return lambda post: words in str(post["text"])


def element(post: Json, kind: str) -> Json:
    """Return the first element of a kind in a post's blocks."""
    elements = (each for block in post["blocks"] for each in block.get("elements", ()))
    found: Json = next(each for each in elements if each["type"] == kind)
    return found


async def test_a_mention_is_answered_in_its_thread_with_its_source_and_buttons(bot, workspace):
    asked = await workspace.says(QUESTION)
    post = await workspace.post(holds("8:30"))
    assert post["thread_ts"] == asked
    assert "Are you open on Sundays?" in str(post["blocks"])
    again = await workspace.says(QUESTION, thread=asked)
    assert again != asked
    async with asyncio.timeout(PATIENCE_S):
        while len([each for each in await workspace.posts() if "8:30" in each["text"]]) < 2:
            await asyncio.sleep(0.05)


async def test_a_direct_message_is_answered_in_the_room(bot, workspace):
    room = await workspace.direct()
    await workspace.says("are you open on sundays?", channel=room)
    post = await workspace.post(holds("8:30"), room)
    assert "thread_ts" not in post


async def test_a_slash_command_does_what_it_says_and_tells_who_gave_it(bot, workspace):
    await workspace.commands("remind me tomorrow at 9 to call the supplier")
    told = await workspace.post(holds("call the supplier"))
    assert told["ephemeral_to"] == "U01"
    waiting = await bot.services.follow_ups.waiting()
    assert [each.subject for each in waiting] == ["call the supplier"]


async def test_a_button_tells_who_pressed_it_why(bot, workspace):
    await workspace.says(QUESTION)
    post = await workspace.post(holds("8:30"))
    await workspace.presses(post, element(post, "button"))
    told = await workspace.post(holds("It stands on: Are you open on Sundays?"))
    assert told["ephemeral_to"] == "U01"


async def test_feedback_is_kept_with_the_answer_it_is_about(bot, workspace):
    await workspace.says(QUESTION)
    post = await workspace.post(holds("8:30"))
    feedback = element(post, "feedback_buttons")
    value = feedback["negative_button"]["value"]
    await workspace.presses(post, {**feedback, "value": value})
    assert (await workspace.post(holds("I have noted that")))["ephemeral_to"] == "U01"
    ratings = await RatingRows(bot.database).of(int(value.removeprefix("bad:")))
    assert list(ratings.values()) == [False]


async def test_a_file_beside_a_question_is_said_not_to_be_read(bot, workspace):
    await workspace.attaches("menu.txt", QUESTION)
    post = await workspace.post(holds("8:30"))
    assert "I can only read text: I have not read menu.txt." in post["text"]


async def test_what_was_said_while_the_connection_was_away_is_read_from_the_history(bot, workspace):
    await workspace.says(QUESTION)
    await workspace.post(holds("8:30"))
    await bot.services.choices.set("slack.on", value=False)
    await until(lambda: bot.platforms.status("slack").state == "off")
    missed = await workspace.says(QUESTION)
    await bot.services.choices.set("slack.on", value=True)
    await workspace.post(lambda post: post["thread_ts"] == missed)
    await workspace.says("<@U0BOT> thank you!")
    await workspace.post(holds("welcome"))
    assert len([each for each in await workspace.posts() if "8:30" in each["text"]]) == 2


async def test_what_the_team_replies_to_an_open_question_is_said_word_for_word_once_saved(
    bot, workspace
):
    for name, value in (
        ("staff", ["U01"]),
        ("rooms", {"C02": {"audience": "staff"}}),
        ("staff_room", "C02"),
    ):
        await bot.services.choices.set(f"slack.{name}", value)
    await bot.services.knowledge.settled()
    await workspace.says("<@U0BOT> where can I leave my umbrella?")
    told = await workspace.post(holds("I could not answer this"), "C02")
    await workspace.says("In the stand beside the door.", channel="C02", thread=told["ts"])
    draft = await workspace.post(holds("Shall I save this?"), "C02")
    assert draft["thread_ts"] == told["ts"]
    await workspace.presses(draft, element(draft, "button"), channel="C02")
    saved = await workspace.post(holds("and in use from now on"), "C02")
    assert saved["thread_ts"] == told["ts"]
    asked = await workspace.says("<@U0BOT> where do I leave my umbrella")
    answered = await workspace.post(lambda post: post.get("thread_ts") == asked)
    assert answered["text"].startswith("In the stand beside the door.")
