"""Whether the passages carry a composed answer: the model is asked once more, in few words.

A small model composes an answer to something similar more easily than it claims, asked coldly,
that a passage says it. So both have to agree; its word alone never makes an answer.
"""

from dataclasses import replace
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.llm.model import ChatMessage, ChatRequest

# What the person waits for beside the answer. Past it the passages are shown instead.
BUDGET_S: Final = 8.0
MAX_TOKENS: Final = 40

_ASKED = """\
Check your reply against the passages. "asked": what exactly the question is about, in at most \
four words. "passage": the number of the passage that says it of exactly that, 0 if none does. \
Reply in JSON."""


class Support(BaseModel):
    """What the model says of its answer.

    Attributes:
        asked: What the question is about. Written first, so that the number is weighed against it.
        passage: Number of the passage that carries the answer, from 1; 0 for none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: str = Field(max_length=60)
    passage: int = Field(ge=0)


def support_request(request: ChatRequest, answer: str) -> ChatRequest:
    """Return the question after an answer's support.

    Args:
        request: The one that was answered: its prompt is the beginning, which the model has read.
        answer: What it said.
    """
    return replace(
        request,
        messages=(
            *request.messages,
            ChatMessage("assistant", answer),
            ChatMessage("user", _ASKED),
        ),
        schema=Support.model_json_schema(),
        max_tokens=MAX_TOKENS,
        temperature=0.0,
    )


def supports(said: str, *, passages: int) -> bool:
    """Say whether the model's reply names one of the passages; False for what is no such reply."""
    try:
        return 1 <= Support.model_validate_json(said).passage <= passages
    except ValidationError:
        return False
