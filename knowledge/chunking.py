"""Passages cut from a document along its own structure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.documents import Passage
from knowledge.structure import MAX_CHARS, Block, Section

# Four passages of this size are what a small model weighs and a CPU reads in seconds.
TARGET_CHARS = 400
SEPARATOR = " \u203a "  # a single angle quotation mark

# The end of a sentence: its mark, a closing quote or bracket, then space. Abbreviations may cut
# too early; the halves are joined again as long as they fit.
_SENTENCE_END = re.compile(
    "(?<=[.!?\u2026\u3002\uff01\uff1f])[\"'\u201d\u2019\xbb)\\]]*\\s+|(?<=[\u3002\uff01\uff1f])"
)


def passages(document_id: str, sections: Iterable[Section]) -> tuple[Passage, ...]:
    """Return the sections' passages in their order; none for sections without words."""
    cut = [(section.path, text) for section in sections for text in texts(section.blocks)]
    return tuple(
        Passage(
            passage_id=f"{document_id}#{position}",
            document_id=document_id,
            position=position,
            heading=SEPARATOR.join(path),
            text=text,
        )
        for position, (path, text) in enumerate(cut)
    )


def texts(blocks: Sequence[Block]) -> list[str]:
    """Return the blocks' text in pieces of about TARGET_CHARS, never more than MAX_CHARS."""
    pieces: list[str] = []
    for part in _parts(blocks):
        if pieces and len(pieces[-1]) + len(part) + 1 <= TARGET_CHARS:
            pieces[-1] = f"{pieces[-1]}\n{part}"
        else:
            pieces.append(part)
    return pieces


def sentences(text: str) -> list[str]:
    """Return a text's sentences in their order; one that is longer than a passage is parted."""
    return list(_sentences(text))


def _parts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        text = block.text.strip()
        limit = MAX_CHARS if block.whole else TARGET_CHARS
        if not text:
            continue
        if len(text) <= limit:
            yield text
        elif len(block.lines) > 1 or block.head:
            yield from _grouped(block)
        else:
            yield from _packed(_sentences(text), " ")


def _grouped(block: Block) -> Iterator[str]:
    head, lines, joint = block.joint.join(block.head), block.lines, block.joint
    if len(head) > TARGET_CHARS // 2 or not lines:  # too much to be said over each part
        head, lines = "", (*block.head, *block.lines)
    room = TARGET_CHARS - len(head)
    parts = [piece for line in lines for piece in _packed(_sentences(line), " ", room)]
    for group in _packed(parts, joint, room):
        yield f"{head}{joint}{group}" if head else group


def _packed(parts: Iterable[str], joint: str, room: int = TARGET_CHARS) -> Iterator[str]:
    held = ""
    for part in parts:
        if held and len(held) + len(joint) + len(part) > room:
            yield held
            held = part
        else:
            held = f"{held}{joint}{part}" if held else part
    if held:
        yield held


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield from _words(text[start : end.end()].rstrip())
        start = end.end()
    yield from _words(text[start:].rstrip())


def _words(sentence: str) -> Iterator[str]:
    """Part a sentence that is longer than a passage, at spaces where it has any."""
    while len(sentence) > TARGET_CHARS:
        space = sentence.rfind(" ", 1, TARGET_CHARS)
        end = space if space > 0 else TARGET_CHARS
        yield sentence[:end].rstrip()
        sentence = sentence[end:].lstrip()
    if sentence:
        yield sentence
