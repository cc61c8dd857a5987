"""An entry as a form has it."""

from dataclasses import dataclass, replace
from datetime import date

from bot.web.forms import Form
from knowledge.documents import Audience, Document, Shape
from knowledge.errors import UnreadableError
from knowledge.readers.entries import MAX_NOTE_CHARS, entry

ORIGIN = "page"


@dataclass(frozen=True, slots=True)
class About:
    """What a form says about a document beside its words."""

    audience: Audience
    valid_from: date | None
    valid_until: date | None
    note: str

    def of(self, document: Document) -> Document:
        """Return a document about which this is said."""
        return replace(
            document,
            audience=self.audience,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            note=self.note,
        )


def typed(document: Document) -> dict[str, str]:
    """Return an entry as a person would type it, by the form's field."""
    passage = document.passages[0]
    return {
        "document_id": document.document_id,
        "question": document.title,
        "answer": passage.text,
        "alternatives": "\n".join(passage.ways[1:]),
        **typed_about(document),
    }


def typed_about(document: Document) -> dict[str, str]:
    """Return what a document says about itself as a person would type it, by the form's field."""
    return {
        "audience": document.audience.value,
        "valid_from": document.valid_from.isoformat() if document.valid_from else "",
        "valid_until": document.valid_until.isoformat() if document.valid_until else "",
        "note": document.note,
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
    question = form.required("question", "Write the question as people would ask it.")
    answer = form.required("answer", "Write the answer, just as it should be said.")
    said = about(form)
    if said is None or form.errors:
        return None
    try:
        made = entry(
            question=question,
            answer=answer,
            audience=said.audience,
            origin=origin,
            document_id=document_id,
            alternatives=form.text("alternatives").splitlines(),
        )
    except UnreadableError as error:
        form.errors["answer"] = str(error)
        return None
    return said.of(made)


def is_entry(document: Document) -> bool:
    """Return whether a document is a question with its answer."""
    return document.shape is Shape.ENTRY and len(document.passages) == 1


def about(form: Form) -> About | None:
    """Return what a form says about a document; None, with the form's errors, where it does not."""
    audience = audience_of(form)
    valid_from, valid_until = day_of(form, "valid_from"), day_of(form, "valid_until")
    if valid_from and valid_until and valid_until < valid_from:
        form.fault("valid_until", "This is before the first day: it would never be used.")
    note = form.text("note")
    if len(note) > MAX_NOTE_CHARS:
        form.fault("note", f"The note is too long: {MAX_NOTE_CHARS} characters are the most.")
    if audience is None or form.errors:
        return None
    return About(audience, valid_from, valid_until, note)


def audience_of(form: Form) -> Audience | None:
    """Return who may read it; None, with the form's error, while nobody has said so."""
    try:
        return Audience(form.text("audience"))
    except ValueError:
        form.errors["audience"] = "Choose who may read this."
        return None


def day_of(form: Form, name: str) -> date | None:
    """Return a field's day; None when it is empty, or, with the form's error, no day."""
    text = form.text(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        form.errors[name] = "This is no date: write it like 2026-12-31, or leave it empty."
        return None
