"""What the model is asked for when it writes other ways to ask, and what of its answer holds."""

import json
import re

from bot.agent.checks import Grounds, objection
from bot.agent.prompt import LANGUAGE_NAMES
from bot.llm.model import ChatMessage, ChatRequest, JsonObject
from knowledge.documents import Passage
from knowledge.terms import terms

WAYS = 4  # more of a small model's repeat each other
MAX_CHARS = 160  # what a person writes in a chat
MAX_ANSWER_CHARS = (
    700  # read at 50 tokens a second; what an answer is about stands at its beginning
)
_MAX_TOKENS = 220  # four questions in a language of short tokens
# A small model sometimes ends its JSON inside of a message, which the schema does not let it, and
# goes on with whatever comes; nobody asks in brackets or braces.
_BEYOND_THE_END = re.compile(r"[][{}]")

_SYSTEM = f"""\
Customers write to the front desk of a business. You get one question with its answer from the \
business's own notes. Write {WAYS} other messages with which customers might ask for this answer.

Rules:
1. Customers do not know the notes: they use other words than the notes do, everyday words.
2. Each message is different: one of a few words, one that tells a situation and asks, one that \
asks about a detail of the answer, one in other words.
3. Add no name, number, date, price or link.
4. Write in the language you are told. Reply in JSON."""

_EXAMPLE = (
    ("English", "Do you repair punctures?", "Yes, while you wait. A new tube is included."),
    (
        "flat tyre",
        "my back wheel lost all its air on the way to work, can you do something about it?",
        "do I have to leave my bike with you or can I sit and wait?",
        "Can I get a tube changed at yours?",
    ),
)
_SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "messages": {
            "type": "array",
            "items": {"type": "string", "maxLength": MAX_CHARS},
            "minItems": WAYS,
            "maxItems": WAYS,
        }
    },
    "required": ["messages"],
}


def request(entry: Passage, language: str) -> ChatRequest:
    """Return the request for other ways to ask for an entry.

    Args:
        entry: With its question as heading.
        language: ISO 639-1; "" and one without a name here leave it to the entry's own words.
    """
    (asked_in, question, answer), ways = _EXAMPLE
    name = LANGUAGE_NAMES.get(language, "the language of the question")
    return ChatRequest(
        messages=(
            ChatMessage("system", _SYSTEM),
            ChatMessage("user", _told(asked_in, question, answer)),
            ChatMessage("assistant", json.dumps({"messages": ways})),
            ChatMessage("user", _told(name, entry.heading, entry.text[:MAX_ANSWER_CHARS])),
        ),
        schema=_SCHEMA,
        max_tokens=_MAX_TOKENS,
        temperature=0.0,
        seed=0,
    )


def ways_in(answer: str, entry: Passage, language: str) -> tuple[str, ...]:
    """Return what of the model's answer may serve as ways to ask for an entry, in its order.

    Not what is empty, too long, said before in the same words, runs on beyond its end, or holds a
    number, link or mention that the entry does not. Who asks may well say "I": nobody promises by
    that.
    """
    grounds = Grounds((*entry.ways, entry.text))
    known = {_words(way, language) for way in entry.ways}
    kept: list[str] = []
    for told in _messages(answer):
        way = " ".join(told.split())
        words = _words(way, language)
        foreign = objection(way, grounds) not in {"", "promise"}
        unfit = len(way) > MAX_CHARS or _BEYOND_THE_END.search(way)
        if not words or words in known or unfit or foreign:
            continue
        known.add(words)
        kept.append(way)
    return tuple(kept[:WAYS])


def _told(language: str, question: str, answer: str) -> str:
    return f"Language: {language}\nQuestion: {question}\nAnswer: {answer}"


def _words(text: str, language: str) -> tuple[str, ...]:
    return tuple(term.stem for term in terms(text, language))


def _messages(answer: str) -> list[str]:
    """Return the texts in an answer; none where it was cut before its end."""
    try:
        told = json.loads(answer)
    except ValueError:
        return []
    messages = told.get("messages") if isinstance(told, dict) else None
    return (
        [each for each in messages if isinstance(each, str)] if isinstance(messages, list) else []
    )
