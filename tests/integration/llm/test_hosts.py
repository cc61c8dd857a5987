"""Two Ollama hosts behind one gate: who is asked, and what comes of one that fails."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.agent.checks import Grounds
from bot.agent.composing import Composer
from bot.llm.connection import Limits, OllamaConnection
from bot.llm.embedding import OllamaEmbedder
from bot.llm.errors import BusyError, CutOffError, ModelMissingError, NoHostError, UnreachableError
from bot.llm.gate import Gate
from bot.llm.hosted import HostedChat
from bot.llm.hosts import FIRST_REST_S, Hosts
from bot.llm.libraries import HostedLibrary
from bot.llm.model import ChatMessage, ChatRequest, Text
from bot.llm.ollama import ModelSettings
from tests.fakes.ollama import FakeModel, FakeOllama, breaks, fails, hangs, says

QUICK = Limits(connect_s=1, first_token_s=5, silence_s=5, short_s=2, pull_s=2)
MODEL = "tiny:1b"
QUESTION = ChatRequest((ChatMessage("user", "Open?"),))


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
async def one() -> AsyncIterator[FakeOllama]:
    async with FakeOllama(models=[FakeModel(), FakeModel("new:1b", hidden=True)]) as server:
        yield server


@pytest.fixture
async def two() -> AsyncIterator[FakeOllama]:
    async with FakeOllama(
        models=[FakeModel(), FakeModel("new:1b"), FakeModel("embed", 512, ("embedding",))]
    ) as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def hosts(one: FakeOllama, two: FakeOllama, clock: Clock) -> AsyncIterator[Hosts]:
    connections = [OllamaConnection(each.url, QUICK) for each in (one, two)]
    yield Hosts(connections, now=lambda: datetime.now(UTC), clock=clock)
    for each in connections:
        await each.close()


@pytest.fixture
def gate(hosts: Hosts) -> Gate:
    made = Gate(hosts=hosts)
    hosts.changed = made.look_again
    return made


@pytest.fixture
def chat(hosts: Hosts) -> HostedChat:
    return HostedChat(hosts, ModelSettings(MODEL))


async def ask(gate: Gate, chat: HostedChat, *, person: str = "ann", conversation: str = "") -> str:
    said = ""
    async with (
        gate.place(person, conversation=conversation, model=chat.name) as place,
        contextlib.aclosing(chat.chat(QUESTION, place)) as chunks,
    ):
        async for chunk in chunks:
            said += chunk.text if isinstance(chunk, Text) else ""
    return said


def asked(*servers: FakeOllama) -> list[int]:
    return [len(server.chats) for server in servers]


async def test_calls_that_come_together_run_on_both(gate, chat, one, two):
    for server in (one, two):
        server.default = says("Yes.", delay_s=0.2)
    await asyncio.gather(*(ask(gate, chat, person=name) for name in ("ann", "ben")))
    assert asked(one, two) == [1, 1]


async def test_a_conversation_stays_where_it_was(gate, chat, one, two):
    for number in range(2):  # so few that neither host is known to be faster
        await ask(gate, chat, conversation="x")
        await ask(gate, chat, conversation=f"other {number}", person="ben")
    assert asked(one, two) == [2, 2]
    assert (gate.at_home(one.url), gate.at_home(two.url)) == (1, 2)


@pytest.mark.parametrize("failure", [breaks(), fails(500), fails(404, "model not found")])
async def test_a_call_that_its_host_lost_is_answered_by_the_other(gate, chat, one, two, failure):
    one.script(failure)
    two.default = says("At nine.")
    assert await ask(gate, chat) == "At nine."
    assert asked(one, two) == [1, 1]
    assert (gate.running, gate.waiting) == (0, 0)


async def test_a_host_that_cannot_be_reached_costs_nobody_an_answer(gate, chat, hosts, one, two):
    two.default = says("At nine.")
    await one.stop()
    for _ in range(3):
        assert await ask(gate, chat) == "At nine."
    assert not hosts[one.url].well
    assert hosts[two.url].well


async def test_a_call_is_lost_once_and_not_twice(gate, chat, one, two):
    one.default = two.default = breaks()
    with pytest.raises(CutOffError):
        await ask(gate, chat)
    assert asked(one, two) == [1, 1]


async def test_a_question_that_passes_the_gate_by_is_lost_once_and_not_twice(chat, one, two):
    one.every = two.every = breaks()
    with pytest.raises(CutOffError):
        await chat.probe()
    assert [sum(each.path == "/api/chat" for each in server.seen) for server in (one, two)] == [
        1,
        1,
    ]


async def test_what_was_given_before_the_host_broke_is_not_given_again(gate, chat, one, two):
    one.default = breaks("We open ")
    with pytest.raises(CutOffError):
        await ask(gate, chat)
    assert asked(one, two) == [1, 0]


async def test_a_full_host_has_the_other_asked_and_stays_in_use(gate, chat, hosts, one, two):
    one.script(fails(503))
    assert await ask(gate, chat) == "Hello."
    assert hosts[one.url].well


async def test_one_host_is_asked_once_and_its_error_is_told_as_ever(one):
    connection = OllamaConnection(one.url, QUICK)
    hosts = Hosts([connection], now=lambda: datetime.now(UTC))
    one.script(fails(503))
    with pytest.raises(BusyError):
        await ask(Gate(hosts=hosts), HostedChat(hosts, ModelSettings(MODEL)))
    one.every = breaks()
    with pytest.raises(CutOffError):
        await ask(Gate(hosts=hosts), HostedChat(hosts, ModelSettings(MODEL)))
    assert asked(one) == [2]
    await connection.close()


async def test_a_host_that_failed_is_left_alone_and_comes_back_by_itself(
    gate, chat, hosts, clock, one, two
):
    one.script(breaks())
    await ask(gate, chat)
    await hosts.look()
    assert not hosts[one.url].well  # it rests
    clock.now_s += FIRST_REST_S
    await hosts.look()
    assert hosts[one.url].well
    one.script(breaks())
    await ask(gate, chat, person="ben")
    clock.now_s += FIRST_REST_S
    await hosts.look()
    assert not hosts[one.url].well  # twice as long, for no call went well between
    clock.now_s += FIRST_REST_S
    await hosts.look()
    assert hosts[one.url].well


async def test_a_call_that_waits_goes_in_when_a_host_comes_back(gate, chat, hosts, clock, one, two):
    two.default = says("Yes.", delay_s=3600)
    one.script(breaks())
    first = asyncio.create_task(ask(gate, chat))
    await two.chat_came.wait()
    second = asyncio.create_task(ask(gate, chat, person="ben"))
    await asyncio.sleep(0)
    assert gate.waiting == 1
    clock.now_s += FIRST_REST_S
    await hosts.look()
    assert await second == "Hello."
    first.cancel()


async def test_a_drained_host_ends_what_it_has_and_gets_no_more(gate, chat, hosts, one, two):
    one.default = says("Yes, we are.", gap_s=0.05)
    running = asyncio.create_task(ask(gate, chat))
    await one.chat_came.wait()
    hosts.drain({one.url})
    for _ in range(3):
        await ask(gate, chat)
    assert await running == "Yes, we are."
    assert asked(one, two) == [1, 3]
    hosts.drain(())
    await asyncio.gather(*(ask(gate, chat, person=name) for name in ("ann", "ben")))
    assert asked(one, two) == [2, 4]


async def test_with_every_host_drained_it_is_said_what_to_do(gate, chat, hosts, one, two):
    hosts.drain({one.url, two.url})
    with pytest.raises(NoHostError, match="use one again"):
        await ask(gate, chat)
    assert gate.waiting == 0


async def test_a_host_that_lacks_the_model_is_not_asked(gate, hosts, one, two):
    await hosts.look()
    chat = HostedChat(hosts, ModelSettings("new:1b"))
    await asyncio.gather(*(ask(gate, chat, person=name) for name in ("ann", "ben")))
    assert asked(one, two) == [0, 2]


async def test_it_is_found_out_by_a_call_that_a_host_lacks_the_model(gate, hosts, one, two):
    chat = HostedChat(hosts, ModelSettings("new:1b"))
    assert await ask(gate, chat) == "Hello."
    assert hosts[one.url].well


async def test_it_is_said_which_hosts_have_a_model_and_which_lack_it(gate, hosts, one, two):
    await hosts.look()
    with pytest.raises(NoHostError, match=f"brings it to {one.url}, {two.url}"):
        await ask(gate, HostedChat(hosts, ModelSettings("gone:1b")))
    hosts.drain({two.url})
    with pytest.raises(NoHostError, match=f"drained: {two.url}.*brings it to {one.url}"):
        await ask(gate, HostedChat(hosts, ModelSettings("new:1b")))


async def compose(chat: HostedChat, gate: Gate, *, shown: list[str] | None):
    async def show(text: str) -> None:
        assert shown is not None
        shown.append(text)

    return await Composer(chat, gate).compose(
        QUESTION,
        Grounds([]),
        asks_support=False,
        person=1,
        conversation=1,
        show=None if shown is None else show,
        on_wait=lambda _ahead, _seconds: None,
    )


async def test_an_answer_of_which_nothing_was_shown_is_begun_anew_elsewhere(gate, chat, one, two):
    one.default = breaks("Yes, we are open. And ")
    two.default = says("Yes, it is open.")
    composed = await compose(chat, gate, shown=None)
    assert (composed.text, composed.error) == ("Yes, it is open.", None)
    assert composed.raw.strip() == "Yes, it is open."


async def test_an_answer_of_which_a_sentence_was_shown_is_not(gate, chat, one, two):
    one.default = breaks("Yes, we are open. And ")
    shown: list[str] = []
    composed = await compose(chat, gate, shown=shown)
    assert shown == ["Yes, we are open."]
    assert isinstance(composed.error, CutOffError)
    assert asked(one, two) == [1, 0]


async def test_every_host_is_warmed(gate, chat, one, two):
    await Composer(chat, gate).warm([ChatMessage("system", "You are kind.")], [])
    for server in (one, two):
        [warmed] = [seen.body for seen in server.seen if seen.path == "/api/chat"]
        assert warmed["messages"] == [{"role": "system", "content": "You are kind."}]


async def test_vectors_come_from_whichever_host_has_the_embedder(hosts, one, two):
    embedder = OllamaEmbedder(hosts, "embed")
    assert len(await embedder.embed_queries(["open?"])) == 1  # one lacks it
    one.models["embed"] = two.models["embed"]
    await hosts.look()
    await two.stop()
    assert len(await embedder.embed_queries(["open?"])) == 1


async def test_the_library_lists_what_any_host_has(hosts, one, two):
    library = HostedLibrary(hosts)
    names = [each.name for each in await library.installed()]
    assert names == ["embed", "new:1b", MODEL]
    assert (await library.details("new:1b")).name == "new:1b"
    await two.stop()
    assert [each.name for each in await library.installed()] == [MODEL]
    await one.stop()
    with pytest.raises(UnreachableError):
        await library.installed()


async def test_a_model_is_pulled_to_the_hosts_that_lack_it(hosts, one, two):
    library = HostedLibrary(hosts)
    async with contextlib.aclosing(library.pull("new:1b")) as steps:
        assert [step async for step in steps][-1].status == "success"
    assert [seen.path for seen in two.seen if seen.path == "/api/pull"] == []
    assert hosts[one.url].has("new:1b")


async def test_a_model_that_no_host_has_is_told_as_missing(hosts, one, two):
    with pytest.raises(ModelMissingError):
        await HostedLibrary(hosts).details("gone:1b")


async def test_a_silent_host_is_left_for_another(gate, chat, hosts, one, two):
    hosts[one.url].connection.limits = Limits(first_token_s=0.2)
    one.default = hangs()
    assert await ask(gate, chat) == "Hello."
    assert not hosts[one.url].well
