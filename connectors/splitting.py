"""Cuts Markdown into messages a platform takes.

What is kept: the pieces together hold every character of the text that is not white space, in
order, and nothing else but the fence lines that close and reopen a code block cut in two. White
space is lost only at a cut, in code nothing but the line's end, and around the whole text.
"""

import re
import unicodedata

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)")

# Where to cut, best place first; a place earlier than this part of the room is left for a worse
# one, so that pieces don't get needlessly small.
_PLACES = (
    (re.compile(r"\n[ \t]*\n"), 0.3),  # between paragraphs
    (re.compile(r"\n"), 0.3),  # between lines
    (re.compile(r"(?<=[.!?…])[\"'”»)*_]*(?P<gap>[ \t]+)"), 0.4),  # between sentences
    (re.compile(r"[ \t\n]+"), 0.0),  # between words
)

# What stays whole where it fits: fence lines, links and images, platforms' entities ("<@U1>"),
# addresses, inline code, HTML entities.
_ATOM = re.compile(
    r"^ {0,3}(?:`{3,}|~{3,})[^\n]*|!?\[[^\]\n]*\]\([^)\n]*\)|<[^<>\n]+>|https?://[^\s<>)]+"
    r"|`[^`\n]+`|&#?\w+;",
    re.MULTILINE,
)

_ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def split(text: str, max_chars: int) -> list[str]:
    """Return Markdown in pieces of 1 to `max_chars` code points, in order; [] for blank text.

    Cuts lie between paragraphs, else lines, sentences, words; inside a word only where it is
    longer than a piece. A code block that is cut is closed at the end of the piece and opened
    again, with its language, in the next; one that the text itself leaves open stays so. Links,
    mentions, addresses and inline code stay whole where they fit, and no sign is cut from the
    accents, joiners and variations that belong to it.

    Args:
        text: Markdown.
        max_chars: At least 1. A code block whose fences would fill more than half of a piece is
            cut like other text.

    Raises:
        ValueError: `max_chars` is below 1.
    """
    if max_chars < 1:
        raise ValueError("max_chars is at least 1")
    pieces: list[str] = []
    opened = ""
    rest = text.strip("\n").rstrip()
    while rest:
        prefix = f"{opened}\n" if opened else ""
        if len(prefix) + len(rest) <= max_chars:
            pieces.append(prefix + rest)
            break
        cut, opened = _place(rest, opened, max_chars)
        closing = _closing(opened)
        pieces.append(f"{prefix}{rest[:cut]}{closing}")
        rest = _after(rest, cut, closing)
        if opened and rest.split("\n", 1)[0].rstrip() == closing.strip():
            # Only the block's own closing line was left: the piece before has it already.
            rest, opened = rest[len(closing.strip()) :].lstrip(" \t").lstrip("\n"), ""
    return [piece for piece in pieces if piece.strip()]


def _place(rest: str, opened: str, max_chars: int) -> tuple[int, str]:
    """Return where to cut, and the opening line of the code block that is open there, or ""."""
    available = max_chars - (len(opened) + 1 if opened else 0)
    room, least = available, _fence_line_length(rest, max_chars)
    while True:
        cut = _cut(rest, room, least)
        still_open = _open_fence(opened, rest[:cut], max_chars)
        if still_open and still_open != opened:
            before = _before_block(rest[:cut])
            if before:
                return before, ""
        needed = len(_closing(still_open))
        if cut + needed <= available:
            return cut, still_open
        room = min(room - 1, available - needed)


def _cut(text: str, room: int, least: int) -> int:
    """Return where to end a piece of at most `room` code points, more than `least` long."""
    window = text[: 2 * room + 2]
    atoms = [m.span() for m in _ATOM.finditer(window) if least <= m.start() and len(m[0]) <= room]
    for pattern, share in _PLACES:
        earliest = max(least, int(share * room))
        best = 0
        for match in pattern.finditer(window):
            at = match.start("gap") if "gap" in pattern.groupindex else match.start()
            if at > room:
                break
            if at > earliest and not any(start < at < end for start, end in atoms):
                best = at
        if best:
            return best
    return _inside_a_word(text, room, least, atoms)


def _inside_a_word(text: str, room: int, least: int, atoms: list[tuple[int, int]]) -> int:
    at = next((start for start, end in atoms if least < start < room < end), room)
    while at > least + 1 and _belongs_together(text, at):
        at -= 1
    return room if _belongs_together(text, at) else at


def _belongs_together(text: str, at: int) -> bool:
    """Return whether the signs before and after a place make one sign.

    A short form of the grapheme rules of Unicode's annex 29: marks, joiners, skin tones, flags.
    """
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _ZERO_WIDTH_JOINER in (before, after) or unicodedata.category(after).startswith("M"):
        return True
    if ord(after) in _SKIN_TONES:
        return True
    if ord(before) in _FLAG_LETTERS and ord(after) in _FLAG_LETTERS:
        letters = 0
        while at - letters > 0 and ord(text[at - letters - 1]) in _FLAG_LETTERS:
            letters += 1
        return letters % 2 == 1
    return False


def _after(rest: str, cut: int, closing: str) -> str:
    """Return what is left after a cut: in code with its indentation, elsewhere without."""
    left = rest[cut:]
    if closing:
        return left.removeprefix("\n")
    return re.sub(r"\A[ \t]*\n\s*\n|\A[ \t]*\n|\A[ \t]+", "", left).lstrip("\n")


def _open_fence(opened: str, piece: str, max_chars: int) -> str:
    """Return the opening line of the code block that is open at the end of a piece, or ""."""
    for line in piece.split("\n"):
        fence = _FENCE.fullmatch(line)
        if not fence:
            continue
        if not opened:
            if "`" not in fence[2] and _fits(line.strip(), max_chars):
                opened = line.strip()
        elif not fence[2].strip() and fence[1].startswith(_marks(opened)):
            opened = ""
    return opened


def _before_block(piece: str) -> int:
    """Return where a piece ends that leaves out the code block it would cut; 0 for nowhere.

    Only for a block that begins in the last third: an earlier one is cut in two.
    """
    starts = [m.start() for m in re.finditer(r"^ {0,3}(?:`{3,}|~{3,})", piece, re.MULTILINE)]
    if not starts or starts[-1] * 3 < len(piece) * 2:
        return 0
    return len(piece[: starts[-1]].rstrip())


def _fence_line_length(rest: str, max_chars: int) -> int:
    """Return the length of the fence line a text begins with, 0 without one.

    A piece goes beyond it, so that no empty block is left standing.
    """
    line = rest.split("\n", 1)[0]
    fence = _FENCE.fullmatch(line)
    return len(line) + 1 if fence and _fits(line, max_chars) else 0


def _fits(opening: str, max_chars: int) -> bool:
    return len(opening) + len(_closing(opening)) + 2 <= max_chars // 2


def _marks(opening: str) -> str:
    fence = _FENCE.match(opening)
    return fence[1] if fence else ""


def _closing(opening: str) -> str:
    return f"\n{_marks(opening)}" if opening else ""
