"""The language of a document that does not say it."""

from dataclasses import replace

from knowledge.documents import Document
from knowledge.terms import guess_language

_PASSAGES = 20  # enough to tell by


def with_language(document: Document) -> Document:
    """Return a document with the language its words tell, unless it has one."""
    if document.language:
        return document
    written = [f"{passage.heading}\n{passage.text}" for passage in document.passages[:_PASSAGES]]
    return replace(document, language=guess_language("\n".join(written)))
