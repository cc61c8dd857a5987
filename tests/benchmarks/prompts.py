"""What the model is sent over ten turns of one conversation: how long it is, and what moves."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.benchmarks.house import house, stub_ollama
from tests.benchmarks.sample import TOPICS, invented_entries, topic_entries
from tests.benchmarks.table import Figure

ENTRIES = 300


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as the model reads it.

    Attributes:
        before: Everything up to the end of the previous turn: system text, tools, conversation.
        question: What is new in this turn: passages, today's date, the question.
    """

    before: str
    question: str

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Prompt":
        """Return the prompt of a request's body, laid out as chat templates do."""
        system, *said, question = (
            f"<{message['role']}>\n{message['content']}\n" for message in body["messages"]
        )
        tools = json.dumps(body.get("tools", []), ensure_ascii=False)
        return cls("".join((system, tools, *said)), question)

    @property
    def text(self) -> str:
        """Return all of it."""
        return self.before + self.question


def unmoved(prompts: Sequence[Prompt]) -> float:
    """Return the share of characters before a turn's question that stay where they were.

    Of each prompt but the last, the characters before its question (system text, tools and the
    conversation up to the end of the turn before) are compared with the next prompt: those that it
    begins with have not moved. The shares are weighted by length.

    Returns:
        1.0 when the next prompt always begins with all of them; 1.0 for fewer than two prompts.
    """
    pairs = list(pairwise(prompts))
    stayed = sum(_common(earlier.before, later.text) for earlier, later in pairs)
    return stayed / sum(len(earlier.before) for earlier, _ in pairs) if pairs else 1.0


def already_read(prompts: Sequence[Prompt]) -> float:
    """Return the share of characters before a turn's question that the prompt before began with.

    Of each prompt but the first. What is missing is the turn before itself: its question stood
    behind its passages then, and stands in the conversation now.
    """
    pairs = list(pairwise(prompts))
    known = sum(
        min(_common(earlier.text, later.text), len(later.before)) for earlier, later in pairs
    )
    return known / sum(len(later.before) for _, later in pairs) if pairs else 1.0


def _common(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


async def measure() -> list[Figure]:
    """Return the lengths of prompts, and the shares that stay."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            stub_ollama(Path(folder)) as ollama,
            house(Path(folder) / "data", ollama_url=ollama.url) as running,
        ):
            await running.app.services.knowledge.add(topic_entries() + invented_entries(ENTRIES))
            await running.app.services.knowledge.settled()
            answers = [await running.answer(topic.asked, room="one") for topic in TOPICS]
            prompts = [Prompt.of(body) for body in ollama.bodies()]
    assert len(prompts) == len(answers), "each turn asks the model once"
    passages = [
        [source.passage for source in answer.outcome.found if source.passage in prompt.question]
        for answer, prompt in zip(answers, prompts, strict=True)
    ]
    beyond = [
        len(prompt.text) - sum(len(passage) for passage in shown)
        for prompt, shown in zip(prompts, passages, strict=True)
    ]
    shown = passages[0]
    mean = sum(len(passage) for passage in shown) / len(shown)
    note = f"{len(shown)} passages of {mean:.0f} characters on average"
    moved = "of the characters before a turn's question, the next prompt begins with these"
    return [
        Figure("prompt: first, beyond the passages", beyond[0], "characters", note, target=3_000),
        Figure("prompt: tenth, beyond the passages", beyond[-1], "characters", "nine turns before"),
        Figure(
            "prompt: unchanged up to the previous turn",
            unmoved(prompts),
            "share",
            moved,
            target=0.97,
            bound="at least",
        ),
        Figure(
            "prompt: of these, in the prompt before",
            already_read(prompts),
            "share",
            "the turn before counted as new, since it stood behind its passages",
        ),
    ]
