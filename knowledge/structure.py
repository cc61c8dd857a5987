"""A document's own structure: sections under headings, blocks in them."""

from dataclasses import dataclass

MAX_CHARS = 800  # a list or table up to this stays whole


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list or table that reads best in one piece.

    Attributes:
        lines: What may be parted: a paragraph's one line, a list's items, a table's rows.
        head: Lines repeated on top of each part (a table's headings).
        whole: Kept in one piece up to MAX_CHARS.
    """

    lines: tuple[str, ...]
    head: tuple[str, ...] = ()
    whole: bool = False

    @property
    def text(self) -> str:
        """Everything in it, a line a line."""
        return "\n".join((*self.head, *self.lines))


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading.

    Attributes:
        path: The headings above it, outermost first; empty before the first.
    """

    path: tuple[str, ...]
    blocks: tuple[Block, ...]
