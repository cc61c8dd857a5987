"""A trial under way: one at a time, stopped, failed, and watched."""

import asyncio

from bot.web.trial_views import in_words, percent
from bot.web.trying import Trying
from knowledge.errors import EmbeddingUnavailableError


async def until_ended(trying: Trying) -> None:
    async for _ in trying.watch():
        pass


async def test_one_trial_at_a_time_says_how_far_it_is_and_is_stopped():
    trying = Trying()
    half = asyncio.Event()

    async def work(progress):
        progress(1, 2)
        half.set()
        await asyncio.Event().wait()

    assert trying.start("The answers", work)
    assert not trying.start("The search", work)
    await half.wait()
    assert trying.last is not None
    assert "The answers: 1 of 2 questions asked, about" in in_words(trying.last)
    assert percent(trying.last) == 50
    await trying.stop()
    assert not trying.under_way
    assert in_words(trying.last) == "It was stopped, and nothing is kept of it."


async def test_a_trial_that_fails_says_why_and_the_next_one_begins():
    trying = Trying()

    async def fail(_progress):
        raise EmbeddingUnavailableError("Start Ollama.")

    async def work(progress):
        progress(2, 2)

    trying.start("The search", fail)
    await until_ended(trying)
    assert in_words(trying.last) == "Start Ollama."
    assert trying.start("The search", work)
    await until_ended(trying)
    assert in_words(trying.last) == "The search: done."
