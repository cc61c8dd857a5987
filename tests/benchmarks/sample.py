"""An invented business: entries, questions that a model must answer, and a stub embedder."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from knowledge.documents import Audience, Document, Vector
from knowledge.embedding import BUILTIN, OneModel
from knowledge.readers.entries import entry

_STARTS = ("ba", "be", "ko", "lu", "mi", "no", "pa", "ra", "si", "tu", "ve", "zo")
_ENDS = ("ket", "lor", "min", "den", "gar", "tun", "fel", "ris")
WORDS = [start + end for start in _STARTS for end in _ENDS]
DIMENSION = 768


@dataclass(frozen=True, slots=True)
class Topic:
    """An entry, a question near it that it does not cover word for word, and a model's answer."""

    question: str
    answer: str
    asked: str
    reply: str


# Answers have the length that office entries have, about 150 to 400 characters.
TOPICS = (
    Topic(
        "When is the workshop open?",
        "The workshop is open from Tuesday to Saturday, from 9:00 to 17:30. On Mondays we clean "
        "the kilns and nobody can come in; on the last Saturday of a month we close at 13:00.",
        "Is the workshop open for somebody who only brings pieces on the last Saturday?",
        "On the last Saturday of a month the workshop closes at 13:00.",
    ),
    Topic(
        "What does a course for beginners cost?",
        "A course for beginners costs 145 euros for five evenings. Clay, glazes and two firings "
        "are included; an apron can be borrowed. Whoever misses an evening can make up for it.",
        "What would a course for beginners cost my grandmother, glazes included?",
        "A course for beginners costs 145 euros for five evenings, glazes included.",
    ),
    Topic(
        "Can I have my own pieces fired?",
        "You can bring your own pieces for firing on Wednesdays. We charge by the shelf, 12 euros "
        "for a bisque firing and 18 euros for a glaze firing, and need to know the clay you used.",
        "Which price do you charge a shelf for the glaze firing of pieces I bring from school?",
        "We charge 18 euros a shelf for a glaze firing.",
    ),
    Topic(
        "Where can I park?",
        "There are four spaces in the yard behind the workshop, for customers only. On market "
        "days they are taken by nine; the garage at the station is five minutes on foot.",
        "Where can I park my van on market days when the yard is crowded?",
        "On market days the garage at the station is five minutes on foot.",
    ),
    Topic(
        "How long does an order of tableware take?",
        "An order of tableware takes six to eight weeks, since every plate dries for ten days and "
        "is fired twice. We write to you when it is ready, and keep it for a month.",
        "How long does an order of tableware take for a restaurant with sixty guests?",
        "An order of tableware takes six to eight weeks.",
    ),
    Topic(
        "Do you sell gift vouchers?",
        "Gift vouchers are sold at the counter, for a course or for any amount. They are good "
        "for three years and can be used in parts; they are not paid out.",
        "Are gift vouchers good for three years when my aunt lives abroad?",
        "Gift vouchers are good for three years and can be used in parts.",
    ),
    Topic(
        "Can children take part?",
        "Children from six years on take part on Saturday mornings, in a group of at most eight. "
        "Younger ones may come with a parent, who pays half. Birthdays are held on Sundays.",
        "Can my children take part on a Saturday with a cousin who is five?",
        "Children from six years on take part on Saturday mornings; younger ones come with a "
        "parent.",
    ),
    Topic(
        "What happens when a piece breaks in the kiln?",
        "When a piece breaks in the kiln through our fault, we fire another one free of charge. "
        "Pieces with trapped air or unknown clay are fired at the owner's risk.",
        "What happens when a piece breaks in the kiln right before an exhibition?",
        "When a piece breaks in the kiln through our fault, we fire another one free of charge.",
    ),
    Topic(
        "Which clay do you sell?",
        "We sell white and red stoneware, porcelain and a black clay with grog, in bags of ten "
        "kilograms. Ask for the data sheet; it tells shrinkage and temperature.",
        "Which clay with grog do you sell for a garden fountain in winter?",
        "We sell a black clay with grog, in bags of ten kilograms.",
    ),
    Topic(
        "How do I cancel a course?",
        "A course can be cancelled in writing until ten days before it begins, and the fee is "
        "paid back. After that somebody else may take the place; we don't charge for the change.",
        "How do I cancel a course that my sister booked as a surprise?",
        "A course can be cancelled in writing until ten days before it begins.",
    ),
)


def topic_entries() -> list[Document]:
    """Return the entries of the topics, for everybody."""
    return [_entry(topic.question, topic.answer, Audience.PUBLIC) for topic in TOPICS]


def invented_entries(
    count: int, audiences: Sequence[Audience] = (Audience.PUBLIC,)
) -> list[Document]:
    """Return entries of made-up words that all differ, their audiences in turn."""
    return [
        _entry(question, answer, audiences[number % len(audiences)])
        for number, (question, answer) in enumerate(invented_texts(count))
    ]


def invented_texts(count: int) -> list[tuple[str, str]]:
    """Return questions and answers of made-up words, the same ones each time."""
    draw = random.Random(count)
    return [
        (f"What about {_say(draw, 6)} {number}?", _sentences(draw, (12, 14, 10)))
        for number in range(count)
    ]


def invented_questions(count: int) -> list[str]:
    """Return short questions in the same words."""
    draw = random.Random(7)
    return [f"how about {_say(draw, 5)}" for _ in range(count)]


def model_script() -> list[dict[str, str]]:
    """Return what the stub of the model answers to the topics' questions."""
    return [{"when": f"Question: {re.escape(topic.asked)}", "say": topic.reply} for topic in TOPICS]


class StubEmbedder(OneModel):
    """Vectors by the text's words, as close together as the built-in embedder's, in no time.

    It bears the built-in one's name, so that a server with the real one takes what it embedded.
    """

    def __init__(self, _worker: object = None) -> None:
        """Take and ignore what the built-in embedder takes."""
        self.name = BUILTIN

    async def windows(self, text: str, *, heading: str = "") -> list[str]:
        return [text]

    async def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self._embed(texts)

    async def embed_passages(self, texts: Sequence[str]) -> Vector:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vector:
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        # The constant brings the cosines of unlike texts to about 0.8.
        sums = [
            2 + np.mean([_word_vector(word) for word in re.findall(r"\w+", text.lower())], axis=0)
            for text in texts
        ]
        return np.stack([(each / np.linalg.norm(each)).astype(np.float32) for each in sums])


@lru_cache(maxsize=20_000)
def _word_vector(word: str) -> Vector:
    drawn = np.random.default_rng(list(word.encode())).normal(scale=4, size=DIMENSION)
    return drawn.astype(np.float32)


def _entry(question: str, answer: str, audience: Audience) -> Document:
    return entry(question=question, answer=answer, audience=audience, origin="benchmark")


def _say(draw: random.Random, words: int) -> str:
    return " ".join(draw.choices(WORDS, k=words))


def _sentences(draw: random.Random, lengths: Sequence[int]) -> str:
    return " ".join(f"{_say(draw, words).capitalize()}." for words in lengths)
