"""How fast this box reads and writes by a model, and how long another one would take.

Reading a prompt is bound by arithmetic, so many operations a parameter. Writing an answer is bound
by memory: for each token all the weights are read once. So one short probe of any model tells of
the others. How near it comes is printed by `python -m tests.benchmarks waits`.
"""

import contextlib
import re
import secrets
import statistics
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from bot.llm.gate import Place
from bot.llm.model import ChatMessage, ChatModel, ChatRequest, Done, InstalledModel

READ_TOKENS = 320
"""What a model reads for a typical answer, beyond the beginning that it has read before.

The passages, the date and the question, 280 tokens in the median of seven questions to the bakery
of the development data (80 to 350), and some 35 of the question which passage carries the answer.
"""

WRITTEN_TOKENS = 65
"""What it writes: an answer of 36 and of 47 tokens there, and 25 for which passage carries it."""

BYTES_A_PARAMETER = 0.63
"""Of a file in Q4_K_M, the usual one. Small models have more, since their rows are too short for it
and are kept in wider formats, whose arithmetic is slower."""

WIDER_IS_SLOWER = 2
"""The power of a file's bytes a parameter by which its arithmetic is slower.

Measured with two models of Qwen2.5 on CPUs: 1.5 B, at 0.63 bytes, took 1.5 to 2.4 times as long to
read a token as 0.5 B, at 0.78, depending on what else the box did; this says 1.8.
"""

ROUNDS = 3
"""The median of these counts: another program that wakes up spoils one, not two."""

PROBE_TOKENS = 16
_SENTENCE = "The shop in the yard sells bread, cakes and coffee, and opens at seven. "
_SENTENCES = 6
_MAGNITUDES = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_PARAMETERS = re.compile(r"([\d.]+)\s*([KMBT])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Weight:
    """How heavy a model is.

    Attributes:
        parameters: How many it has.
        size_bytes: Its file's.
    """

    parameters: float
    size_bytes: int


class Pace(BaseModel):
    """How fast this box is, whatever the model.

    Attributes:
        read_s: For one token, by a model of a billion parameters in Q4_K_M.
        written_s: For one token, by a model of a billion bytes.
        model: By which this was measured.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    read_s: float = Field(gt=0)
    written_s: float = Field(gt=0)
    model: str

    def wait_s(
        self, weight: Weight, *, read: int = READ_TOKENS, written: int = WRITTEN_TOKENS
    ) -> float:
        """Return how many seconds an answer takes, the model being in memory and nobody waiting.

        Args:
            weight: Of the model.
            read: Tokens of the prompt that it has not read before.
            written: Tokens of the answer.
        """
        return (
            read * self.read_s * _worked(weight) / 1e9
            + written * self.written_s * weight.size_bytes / 1e9
        )


def weight_of(model: InstalledModel) -> Weight:
    """Return how heavy a model on the box is, guessed from its file where it does not say."""
    told = _PARAMETERS.fullmatch(model.parameters.strip())
    if told is None:
        return Weight(model.size_bytes / BYTES_A_PARAMETER, model.size_bytes)
    return Weight(float(told[1]) * _MAGNITUDES[told[2].upper()], model.size_bytes)


async def measure(model: ChatModel, weight: Weight, place: Place | None = None) -> Pace:
    """Have a model read and write a little, and return how fast the box is, or a place's host.

    Raises:
        ModelError: The model did not answer.
    """
    # The first reads the model from disk, and the processor wakes up.
    await _probe(model, place)
    rounds = [await _probe(model, place) for _ in range(ROUNDS)]
    read_s = statistics.median(done.prompt_s / max(1, done.prompt_tokens) for done in rounds)
    written_s = statistics.median(done.answer_s / max(1, done.answer_tokens) for done in rounds)
    return Pace(
        read_s=max(read_s, 1e-9) / _worked(weight) * 1e9,
        written_s=max(written_s, 1e-9) / max(1, weight.size_bytes) * 1e9,
        model=model.name,
    )


async def _probe(model: ChatModel, place: Place | None) -> Done:
    # What begins like an earlier prompt, of an earlier measuring too, is not read again.
    text = f"{secrets.token_hex(4)}. {_SENTENCE * _SENTENCES}Tell a long story about it."
    request = ChatRequest((ChatMessage("user", text),), max_tokens=PROBE_TOKENS, temperature=0.0)
    done = Done(0, 0, 0.0, 0.0, 0.0, cut=False)
    async with contextlib.aclosing(model.chat(request, place)) as chunks:
        async for chunk in chunks:
            if isinstance(chunk, Done):
                done = chunk
    return done


def _worked(weight: Weight) -> float:
    """Return how much work a token is to read, in parameters of Q4_K_M."""
    wider = weight.size_bytes / weight.parameters / BYTES_A_PARAMETER
    return float(weight.parameters * wider**WIDER_IS_SLOWER)
