"""Which texts of a passage are embedded, and how their vectors become the ways to find it."""

import hashlib
import re
from collections.abc import Mapping

import numpy as np

from knowledge.chunking import sentences
from knowledge.documents import Passage, PassageVectors, Vector

MAX_SENTENCES = 8  # of a passage of usual size; a longer one is still found as a whole
_LINES = re.compile(r"\n| [/|\u2022] ")  # what people part alternatives and items by
_SCHEME = "1"  # raised when the texts or their sums change: vectors made before are made anew


def content_hash(passage: Passage, embedder: str) -> str:
    """Return what identifies a passage's vectors: all that is embedded, and the embedder."""
    parts = [_SCHEME, embedder, passage.heading, passage.text, *passage.ways]
    if passage.drafted:
        parts += ["\x1e", *passage.drafted]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def embedded_texts(passage: Passage) -> list[str]:
    """Return every text that `passage_vectors` wants a vector for, each once."""
    answer = [passage.text] if passage.ways else []
    asked = (*passage.ways, *(passage.drafted or ()))
    return list(dict.fromkeys([_whole(passage), *answer, *asked, *_parts(passage)]))


def passage_vectors(
    passage: Passage, embedder: str, embedded: Mapping[str, Vector]
) -> PassageVectors:
    """Return a passage's vectors from those of its texts.

    The inner product of a unit vector with the mean of unit vectors is the mean of its cosines
    with each: so means are kept as they are, not stretched to unit length. A passage is found by
    its best way.

    An entry: question, question with answer, and answer together; question with each sentence of
    the answer; each other way to ask with the answer; a drafted one with question and answer, since
    nobody has read it: it may stray by a third only. Text: the whole under its heading; the whole
    with each sentence. A question is often about one sentence of several.
    """
    whole = embedded[_whole(passage)]
    parts = [embedded[part] for part in _parts(passage)]
    if passage.ways:
        question, *others = (embedded[way] for way in passage.ways)
        answer = embedded[passage.text]
        ways = [
            _mean(question, whole, answer),
            *(_mean(question, part) for part in parts),
            *(_mean(other, answer) for other in others),
            *(_mean(embedded[draft], question, answer) for draft in passage.drafted or ()),
        ]
    else:
        ways = [whole, *(_mean(whole, part) for part in parts)]
    return PassageVectors(
        passage_id=passage.passage_id,
        embedder=embedder,
        content_hash=content_hash(passage, embedder),
        vectors=np.stack(ways),
    )


def _mean(*vectors: Vector) -> Vector:
    mean: Vector = np.mean(vectors, axis=0, dtype=np.float32)
    return mean


def _whole(passage: Passage) -> str:
    joint = " " if passage.ways else "\n"
    return f"{passage.heading}{joint}{passage.text}" if passage.heading else passage.text


def _parts(passage: Passage) -> list[str]:
    lines = [line for line in _LINES.split(passage.text) if line.strip()]
    parts = [part for line in lines for part in sentences(line)][:MAX_SENTENCES]
    if passage.ways:
        return parts
    if len(parts) < 2:
        return []
    return [f"{passage.heading}: {part}" if passage.heading else part for part in parts]
