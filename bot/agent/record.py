"""What an answer was held against, as it is kept with it."""

import hashlib
import json
from collections.abc import Sequence

from bot.agent.checks import OBJECTIONS
from bot.agent.composing import WITHHELD, Composed
from bot.domain.conversations import Check
from bot.llm.model import ToolSpec
from knowledge.search import Findings, Verdict

# Long enough that two prompts do not share one in a business's lifetime.
_VERSION_CHARS = 8


def matched(findings: Findings) -> tuple[Check, ...]:
    """Return how well the question matched what is known; nothing where nothing was searched."""
    if not findings.timings_ms:
        return ()
    sure = findings.verdict is Verdict.SURE
    said = "word for word" if sure and findings.word_for_word else findings.verdict.value
    return (Check("match", sure, said, _rounded(findings.certainty), _rounded(findings.needed)),)


def of_draft(composed: Composed, *, supported: bool | None) -> tuple[Check, ...]:
    """Return what became of the model's words.

    Args:
        composed: What it came to.
        supported: Whether a passage carries them; None where that was not looked at.
    """
    if composed.error is not None:
        return (Check("model", False, type(composed.error).__name__),)
    if composed.doubt in {"unknown", "empty"}:
        return (Check("model", False, composed.doubt),)
    if composed.doubt.startswith(WITHHELD):
        objection = composed.doubt.removeprefix(WITHHELD)
        passed = OBJECTIONS[: OBJECTIONS.index(objection)]
        return (*(Check(name, True) for name in passed), Check(objection, False))
    if composed.calls:
        return ()
    read = tuple(Check(name, True) for name in OBJECTIONS)
    if composed.support is None:
        return (*read, Check("support", False, "unchecked")) if composed.doubt else read
    return (*read, Check("support", bool(supported), composed.support.asked))


def prompt_version(beginning: str, tools: Sequence[ToolSpec], skill: str) -> str:
    """Return what changes with whatever stays the same in all prompts, in hexadecimal.

    Args:
        beginning: The text of the messages that never move.
        tools: Those that were offered.
        skill: The hash of the skill's files that the prompt holds; "" for none.
    """
    offered = [[each.name, each.description, each.parameters] for each in tools]
    whole = json.dumps([beginning, offered, skill], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:_VERSION_CHARS]


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)
