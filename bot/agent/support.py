"""Whether the passages carry a composed answer: the model is asked once more, in few words.

A small model says yes to nearly everything, so its word alone carries nothing (measured with 1.5
billion parameters: yes to all of 20 answers, wrong ones among them). What it names is held against
what code sees: the answer's words must come from the passage it names, and what it says was asked
must stand there.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from bot.llm.model import ChatMessage, ChatRequest
from knowledge.search import Hit
from knowledge.terms import terms

# What the person waits for beside the answer. Past it the passages are shown instead.
BUDGET_S: Final = 8.0
MAX_TOKENS: Final = 40
# Of the words that say what was asked: of two both, of three two. "Calories in a croissant" is not
# answered by its price.
LEAST_NAMED: Final = 0.6

ASKED = """\
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


_SCHEMA: Final = Support.model_json_schema()


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
            ChatMessage("user", ASKED),
        ),
        schema=_SCHEMA,
        max_tokens=MAX_TOKENS,
        temperature=0.0,
    )


def carried(support: Support, sources: Sequence[Hit], hits: Sequence[Hit], language: str) -> bool:
    """Say whether the passage that the model names carries the answer.

    Args:
        support: What the model said.
        sources: Which of the hits the answer's words come from.
        hits: The passages as they were numbered for the model.
        language: ISO 639-1 of the question. Words of a passage in another are not compared.
    """
    if not 1 <= support.passage <= len(hits):
        return False
    named = hits[support.passage - 1].passage
    hit = next((each for each in sources if each.passage.passage_id == named.passage_id), None)
    if hit is None:
        return False
    return (hit.language or language) != language or _share(support.asked, hit) >= LEAST_NAMED


def _share(asked: str, hit: Hit) -> float:
    """Return the share of content words that stand in a passage; 1.0 when there are none.

    A number of theirs (100 guests) need not stand there (30 to 180).
    """
    wanted = {term.stem for term in terms(asked, hit.language) if not (term.stop or term.number)}
    passage = hit.passage
    texts = (hit.title, passage.heading, *passage.ways, passage.text)
    there = {term.stem for text in texts for term in terms(text, hit.language)}
    return len(wanted & there) / len(wanted) if wanted else 1.0
