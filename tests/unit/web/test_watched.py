"""What goes on by itself always comes to an end that can be seen."""

import asyncio

from bot.web.trying import Trying


async def test_what_is_stopped_before_its_first_step_is_over_too():
    trying = Trying()
    trying.start("The search", lambda _progress: asyncio.sleep(60))
    await trying.stop()
    assert trying.last is not None
    assert trying.last.error == "It was stopped, and nothing is kept of it."
    assert trying.start("The search", lambda _progress: asyncio.sleep(0))
    await trying.stop()


async def test_what_breaks_in_a_way_nobody_foresaw_is_over_and_logged(caplog):
    trying = Trying()

    async def work(_progress):
        raise RuntimeError("a bug")

    trying.start("The search", work)
    assert [state.error async for state in trying.watch()][-1] == "It failed: see the log."
    assert "a bug" in caplog.text
