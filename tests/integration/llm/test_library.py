import contextlib

import pytest

from bot.llm.connection import OllamaConnection
from bot.llm.errors import ModelMissingError, PullError
from bot.llm.libraries import HostedLibrary
from bot.llm.model import InstalledModel, PullStep
from tests.fakes.ollama import FakeModel, FakeOllama


@pytest.fixture
def library(hosts) -> HostedLibrary:
    return HostedLibrary(hosts)


async def pulled(library: HostedLibrary, name: str) -> list[PullStep]:
    async with contextlib.aclosing(library.pull(name)) as steps:
        return [step async for step in steps]


async def test_the_models_on_the_box_are_listed_by_name(library):
    installed = await library.installed()
    assert [model.name for model in installed] == sorted(model.name for model in installed)
    assert installed[-1] == InstalledModel("tiny:1b", 1_000_000, "1B", "Q4_K_M", "abc")
    assert "new:1b" not in {model.name for model in installed}


async def test_a_model_tells_its_window_and_what_it_can_do(library):
    thinker = await library.details("thinker:1b")
    assert (thinker.context_tokens, thinker.tools, thinker.thinking) == (8192, True, True)
    assert not thinker.embeds
    assert (await library.details("embed")).embeds
    assert (await library.details("muser:1b")).opens_thinking


async def test_the_models_in_memory_are_listed(library):
    [running] = await library.running()
    assert running.context_tokens == 4096
    assert running.expires_at is not None


async def test_the_servers_version_is_told(library):
    assert await library.version() == "0.40.2"


async def test_a_pull_shows_its_progress_and_brings_the_model(library):
    with pytest.raises(ModelMissingError):
        await library.details("new:1b")
    steps = await pulled(library, "new:1b")
    progress = [step.completed_bytes for step in steps if step.total_bytes]
    assert progress == [0, 20, 40, 60, 80, 100]
    assert steps[-1].status == "success"
    assert (await library.details("new:1b")).tools


async def test_another_server_pulls_where_there_is_one(ollama: FakeOllama, hosts):
    async with FakeOllama(models=[FakeModel("new:1b", hidden=True)]) as other:
        pulls = OllamaConnection(other.url)
        steps = await pulled(HostedLibrary(hosts, pulls=pulls), "new:1b")
        await pulls.close()
    assert steps[-1].status == "success"
    assert [seen.path for seen in other.seen] == ["/api/pull"]
    assert not ollama.seen


async def test_a_pull_of_an_unknown_model_says_so(library):
    with pytest.raises(PullError, match="file does not exist"):
        await pulled(library, "nothing:1b")


async def test_a_pull_that_breaks_off_is_no_success(ollama: FakeOllama, library):
    ollama.pull_gap_s = 0.1

    async def interrupted() -> None:
        async with contextlib.aclosing(library.pull("new:1b")) as steps:
            async for step in steps:
                if step.completed_bytes == 20:
                    await ollama.stop()

    with pytest.raises(PullError, match="the connection broke"):
        await interrupted()
    assert "new:1b" in ollama.hidden


async def test_a_pull_that_ends_before_its_success_is_none(ollama: FakeOllama, library):
    ollama.pull_end = "verifying sha256 digest"
    with pytest.raises(PullError, match="verifying sha256 digest"):
        await pulled(library, "new:1b")


async def test_leaving_a_pull_stops_it(ollama: FakeOllama, library):
    ollama.pull_gap_s = 0.2
    async with contextlib.aclosing(library.pull("new:1b")) as steps:
        async for step in steps:
            if step.completed_bytes == 20:
                break
    await ollama.seen[-1].over.wait()
    assert ollama.seen[-1].closed_at is not None
    assert "new:1b" in ollama.hidden
