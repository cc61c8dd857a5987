"""How fast a box is, by one model, and what that says of another."""

from collections.abc import AsyncGenerator

import pytest

from bot.llm.gate import Place
from bot.llm.model import ChatRequest, Chunk, Done, InstalledModel, Text
from bot.llm.pace import Pace, Weight, measure, weight_of

SMALL = Weight(0.5e9, 315_000_000)
LARGE = Weight(4e9, 2_520_000_000)
# Half as many bytes more a parameter than is usual.
WIDE = Weight(0.5e9, 472_500_000)


class Box:
    """A model on a box that takes so long for a token."""

    name = "tiny:1b"

    def __init__(self, read_s: float, written_s: float, *, slow_first: float = 1.0) -> None:
        self.read_s = read_s
        self.written_s = written_s
        self.slow = slow_first
        self.prompts: list[str] = []

    async def chat(
        self, request: ChatRequest, place: Place | None = None
    ) -> AsyncGenerator[Chunk, None]:
        del place
        self.prompts.append(request.messages[0].text)
        slow, self.slow = self.slow, 1.0
        yield Text("Once")
        yield Done(200, 24, 3.0, 200 * self.read_s * slow, 24 * self.written_s * slow, cut=True)


async def paced(box: Box, weight: Weight) -> Pace:
    return await measure(box, weight)  # type: ignore[arg-type]


async def test_a_model_s_own_wait_is_what_it_took_itself():
    pace = await paced(Box(0.02, 0.09), SMALL)
    assert pace.wait_s(SMALL, read=100, written=10) == pytest.approx(100 * 0.02 + 10 * 0.09)
    assert pace.model == "tiny:1b"


async def test_a_larger_model_is_foretold_to_take_longer_by_its_parameters_and_its_size():
    pace = await paced(Box(0.02, 0.09), SMALL)
    assert pace.wait_s(LARGE, read=100, written=0) == pytest.approx(2.0 * 4 / 0.5)
    assert pace.wait_s(LARGE, read=0, written=10) == pytest.approx(0.9 * 2.52 / 0.315)


async def test_a_model_in_a_wider_format_reads_slower_for_its_parameters():
    pace = await paced(Box(0.02, 0.09), SMALL)
    assert pace.wait_s(WIDE, read=100, written=0) == pytest.approx(2.0 * 1.5**2)


async def test_both_ways_round_say_the_same():
    up = await paced(Box(0.02, 0.09), SMALL)
    large = Box(0.02 * 4 / 0.5, 0.09 * 2.52 / 0.315)
    down = await paced(large, LARGE)
    assert down.wait_s(SMALL) == pytest.approx(up.wait_s(SMALL))


async def test_the_first_answer_which_loads_the_model_does_not_count():
    box = Box(0.02, 0.09, slow_first=50.0)
    assert await paced(box, SMALL) == await paced(Box(0.02, 0.09), SMALL)


async def test_no_prompt_begins_like_the_one_before_or_it_would_not_be_read():
    box = Box(0.02, 0.09)
    await paced(box, SMALL)
    await paced(box, SMALL)
    assert len({prompt[:8] for prompt in box.prompts}) == len(box.prompts) == 8


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [("1.5B", 1.5e9), ("494.03M", 494.03e6), ("", 1e9), ("unknown", 1e9)],
)
def test_a_model_that_does_not_tell_its_parameters_is_weighed_by_its_file(
    parameters: str, expected: float
):
    model = InstalledModel("a", 630_000_000, parameters, "Q4_K_M")
    assert weight_of(model) == Weight(pytest.approx(expected), 630_000_000)  # type: ignore[arg-type]
