"""A document's own structure: sections under headings, blocks in them."""

from dataclasses import dataclass

MAX_CHARS = 800  # a list or table up to this stays whole


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list or table that reads best in one piece.

    Attributes:
        lines: What may be parted: a paragraph's one line, a list's items, a table's rows, a row's
            cells.
        head: Lines repeated on top of each part (a table's headings, a row's first cell).
        whole: Kept in one piece up to MAX_CHARS.
        joint: What stands between two lines.
    """

    lines: tuple[str, ...]
    head: tuple[str, ...] = ()
    whole: bool = False
    joint: str = "\n"

    @property
    def text(self) -> str:
        """Everything in it."""
        return self.joint.join((*self.head, *self.lines))


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading.

    Attributes:
        path: The headings above it, outermost first; empty before the first.
    """

    path: tuple[str, ...]
    blocks: tuple[Block, ...]
