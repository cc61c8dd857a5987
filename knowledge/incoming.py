"""What comes in: in batches, with what is known of it, and how much of it is new."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.documents import Document, Shape, following
from knowledge.languages import with_language

_DOCUMENTS = 16  # a transaction


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did.

    Attributes:
        documents: How many were given.
        unchanged: How many of them were there already, word for word.
    """

    documents: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How much of what is searched an import would change.

    Attributes:
        passages: Those that would come, go or become others.
        of: Those that there are.
    """

    passages: int
    of: int


def prepared(documents: Iterable[Document]) -> list[Document]:
    """Return documents with their languages; of several with one id the last."""
    given = {document.document_id: document for document in documents}
    return [with_language(document) for document in given.values()]


def batches(documents: Sequence[Document]) -> Iterator[tuple[int, Sequence[Document]]]:
    """Yield documents in pieces, each with how many there are up to its end."""
    for start in range(0, len(documents), _DOCUMENTS):
        batch = documents[start : start + _DOCUMENTS]
        yield start + len(batch), batch


def changed(documents: Sequence[Document], before: Mapping[str, Document]) -> list[Document]:
    """Return the documents that are not there word for word."""
    return [
        each
        for each in documents
        if following(each, before.get(each.document_id)) != before.get(each.document_id)
    ]


def with_drafts(documents: Sequence[Document], before: Mapping[str, Document]) -> list[Document]:
    """Return documents with the drafted ways of those they replace, where the text stays."""
    return [
        __with_drafts_of(before.get(each.document_id), each) if each.shape is Shape.ENTRY else each
        for each in documents
    ]


def __with_drafts_of(stored: Document | None, new: Document) -> Document:
    if stored is None or len(stored.passages) != 1 or len(new.passages) != 1:
        return new
    before, now = stored.passages[0], new.passages[0]
    same = (before.heading, before.text) == (now.heading, now.text)
    if before.drafted is None or now.drafted is not None or not same:
        return new
    drafted = tuple(way for way in before.drafted if way not in now.ways)
    return replace(new, passages=(replace(now, drafted=drafted),))
