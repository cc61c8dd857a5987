"""What a reader understood of a file."""

from dataclasses import dataclass

from knowledge.structure import Section


@dataclass(frozen=True, slots=True)
class Content:
    """A file's words in their structure.

    Attributes:
        source: Its text as Markdown, to show and to edit.
        title: As the file itself says it, or "".
        sections: The text by its headings; every row of a workbook is one of its own.
        entries: Rows of tables with a question and an answer: the place ("sheet FAQ, row 4") and
            the cells by their headings in small letters. They are not in source.
        notes: What could not be read, a sentence each, with its page, sheet or row.
    """

    source: str
    title: str = ""
    sections: tuple[Section, ...] = ()
    entries: tuple[tuple[str, dict[str, str]], ...] = ()
    notes: tuple[str, ...] = ()
