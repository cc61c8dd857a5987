"""Which texts of a passage are embedded, and how their vectors become the ways to find it."""

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from knowledge.chunking import sentences
from knowledge.documents import Passage, PassageVectors, Vector
from knowledge.embedding import Embedder

MAX_PARTS = 16  # of a window, one a sentence as a rule; where there are more, they share them
_LINES = re.compile(r"\n| [/|\u2022] ")  # what people part alternatives and items by
_SCHEME = "3"  # raised when the texts or their sums change: vectors made before are made anew
_DRAFTED_SCHEME = "2"  # the same for what has drafted ways
# A draft's length. Nobody has read it: between two entries that lie equally far, the one whose own
# words lie there comes first. In three offices 0.995 finds about as well; at 0.97 drafts bring no
# entry to the first place any more.
_DRAFTED = 0.99


def content_hash(passage: Passage, embedder: str) -> str:
    """Return what identifies a passage's vectors: all that is embedded, and the embedder."""
    parts = [_SCHEME, embedder, passage.heading, passage.text, *passage.ways]
    if passage.drafted:
        parts += ["\x1e", _DRAFTED_SCHEME, *passage.drafted]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


async def embedded(passages: Sequence[Passage], embedder: Embedder) -> list[PassageVectors]:
    """Return passages' vectors, in order; a text that stands in several is embedded once.

    A passage is cut where its document ends a thought, and stays so whoever embeds it, since
    answers point at it. What is more than the embedder reads at once is embedded as if it were
    several passages under one heading, so that its end is found as well as its beginning.

    Raises:
        EmbeddingUnavailableError: The embedder did not answer.
    """
    cut = [(passage, await _windows(passage, embedder)) for passage in passages]
    texts = list(dict.fromkeys(text for each in cut for text in _texts(*each)))
    known = dict(zip(texts, await embedder.embed_passages(texts), strict=True))
    return [
        PassageVectors(
            passage_id=passage.passage_id,
            embedder=embedder.name,
            content_hash=content_hash(passage, embedder.name),
            vectors=np.stack(_ways(passage, windows, known, embedder.between)),
        )
        for passage, windows in cut
    ]


async def _windows(passage: Passage, embedder: Embedder) -> list[Passage]:
    """Return a passage in pieces that the embedder reads at once; those without words left out."""
    texts = await embedder.windows(passage.text, heading=passage.heading)
    return [replace(passage, text=text) for text in texts if text.strip()] or [passage]


def _texts(passage: Passage, windows: Sequence[Passage]) -> list[str]:
    """Return every text that `_ways` wants a vector for."""
    answers = [window.text for window in windows] if passage.ways else []
    asked = (*passage.ways, *(passage.drafted or ()))
    parts = [part for window in windows for part in _parts(window)]
    return [*map(_whole, windows), *answers, *asked, *parts]


def _ways(
    passage: Passage,
    windows: Sequence[Passage],
    known: Mapping[str, Vector],
    between: Callable[[Sequence[Vector]], Vector],
) -> list[Vector]:
    """Return a passage's vectors from those of its texts, of unit length but for drafted ones.

    A passage is found by its best way. A way is the direction of the mean of its texts: a mean as
    it is would be the shorter the less they are alike, and put a question whose answer speaks of
    much else behind one whose answer only repeats it.

    An entry: question, question with answer, and answer together; question with each sentence of
    the answer; each other way to ask with the answer; a drafted one with question and answer, since
    nobody has read it: it may stray by a third only, and is a little shorter. Text: the whole under
    its heading; the whole with each sentence. A question is often about one sentence of several.
    Each window is a whole.
    """
    wholes = [known[_whole(window)] for window in windows]
    parts = [[known[part] for part in _parts(window)] for window in windows]
    if not passage.ways:
        return [
            vector
            for whole, own in zip(wholes, parts, strict=True)
            for vector in (whole, *(between([whole, part]) for part in own))
        ]
    question, *others = (known[way] for way in passage.ways)
    answers = [known[window.text] for window in windows]
    answer = between(answers)
    return [
        *(between([question, *each]) for each in zip(wholes, answers, strict=True)),
        *(between([question, part]) for own in parts for part in own),
        *(between([other, answer]) for other in others),
        *(_DRAFTED * between([known[draft], question, answer]) for draft in passage.drafted or ()),
    ]


def _whole(passage: Passage) -> str:
    joint = " " if passage.ways else "\n"
    return f"{passage.heading}{joint}{passage.text}" if passage.heading else passage.text


def _parts(passage: Passage) -> list[str]:
    lines = [line for line in _LINES.split(passage.text) if line.strip()]
    every = [sentence for line in lines for sentence in sentences(line)]
    share = max(1, math.ceil(len(every) / MAX_PARTS))
    parts = [" ".join(every[start : start + share]) for start in range(0, len(every), share)]
    if passage.ways:
        return parts
    if len(parts) < 2:
        return []
    return [f"{passage.heading}: {part}" if passage.heading else part for part in parts]
