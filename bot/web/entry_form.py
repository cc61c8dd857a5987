"""An entry as a form has it."""

from dataclasses import replace

from bot.web import about_form
from bot.web.forms import Form
from bot.web.reader import explained
from bot.web.reader import gettext as _
from knowledge.documents import Audience, Document, Shape
from knowledge.errors import UnreadableError
from knowledge.readers.entries import entry

ORIGIN = "page"


def typed(document: Document) -> dict[str, str]:
    """Return an entry as a person would type it, by the form's field."""
    passage = document.passages[0]
    return {
        "document_id": document.document_id,
        "question": document.title,
        "answer": passage.text,
        "alternatives": "\n".join(passage.ways[1:]),
        **about_form.typed(document),
    }


def read(form: Form, *, document_id: str = "", origin: str = ORIGIN) -> Document | None:
    """Return the entry a form holds; what a person typed here is approved.

    Args:
        form: The form.
        document_id: The entry it replaces; "" for a new one.
        origin: Where the entry came from first.

    Returns:
        None when something does not fit: `form.errors` then says what, by field.
    """
    question = form.required("question", _("Write the question as people would ask it."))
    answer = form.required("answer", _("Write the answer, just as it should be said."))
    about = about_form.read(form)
    if about is None or form.errors:
        return None
    try:
        made = entry(
            question=question,
            answer=answer,
            audience=about.readers.audience,
            origin=origin,
            document_id=document_id,
            alternatives=form.text("alternatives").splitlines(),
        )
    except UnreadableError as error:
        form.errors["answer"] = explained(error)
        return None
    return about.of(made)


def is_entry(document: Document) -> bool:
    """Return whether a document is a question with its answer."""
    return document.shape is Shape.ENTRY and len(document.passages) == 1


def with_way_judged(document: Document, way: str, *, keep: bool) -> Document | None:
    """Return an entry without a drafted way, kept as a way of its own or not.

    Returns:
        None when the entry has no such draft: somebody has judged it, or its text has changed.
    """
    if not is_entry(document):
        return None
    (passage,) = document.passages
    if passage.drafted is None or way not in passage.drafted:
        return None
    ways = (*passage.ways, way) if keep else passage.ways
    drafted = tuple(each for each in passage.drafted if each != way)
    return replace(document, passages=(replace(passage, ways=ways, drafted=drafted),))


def audience_of(form: Form) -> Audience | None:
    """Return who may read it; None, with the form's error, while nobody has said so."""
    said = form.text("audience")
    if said not in (Audience.PUBLIC, Audience.STAFF):
        form.errors["audience"] = _("Choose who may read this.")
        return None
    return Audience(said)
