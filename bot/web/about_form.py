"""What a document says about itself, as forms have it."""

from dataclasses import dataclass, replace
from datetime import date

from bot.web.forms import Form
from bot.web.reader import gettext as _
from knowledge.documents import Audience, Document
from knowledge.readers.entries import MAX_NOTE_CHARS, checked_room

_ROOM = "room-"


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read a document; `rooms` for the audience ROOMS alone."""

    audience: Audience
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """What a form says about a document beside its words."""

    readers: Readers
    valid_from: date | None
    valid_until: date | None
    note: str

    def of(self, document: Document) -> Document:
        """Return a document about which this is said."""
        return replace(
            document,
            audience=self.readers.audience,
            rooms=self.readers.rooms,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            note=self.note,
        )


def typed(document: Document) -> dict[str, str]:
    """Return what a document says about itself as a person would type it, by the form's field."""
    return {
        "audience": document.audience.value,
        **{f"{_ROOM}{room}": "yes" for room in document.rooms},
        "valid_from": document.valid_from.isoformat() if document.valid_from else "",
        "valid_until": document.valid_until.isoformat() if document.valid_until else "",
        "note": document.note,
    }


def read(form: Form) -> About | None:
    """Return what a form says about a document; None, with the form's errors, where it does not."""
    readers = readers_of(form)
    valid_from, valid_until = _day(form, "valid_from"), _day(form, "valid_until")
    if valid_from and valid_until and valid_until < valid_from:
        form.fault("valid_until", _("This is before the first day: it would never be used."))
    note = form.text("note")
    if len(note) > MAX_NOTE_CHARS:
        form.fault(
            "note",
            _("The note is too long: {most} characters are the most.").format(most=MAX_NOTE_CHARS),
        )
    if readers is None or form.errors:
        return None
    return About(readers, valid_from, valid_until, note)


def readers_of(form: Form) -> Readers | None:
    """Return who may read it; None, with the form's error, while nobody has said so."""
    try:
        audience = Audience(form.text("audience"))
        rooms = tuple(checked_room(room) for room in ticked(form))
    except ValueError:
        form.errors["audience"] = _("Choose who may read this.")
        return None
    if audience is not Audience.ROOMS:
        return Readers(audience)
    if not rooms:
        form.errors["audience"] = _("Choose the rooms in which it may be read.")
        return None
    return Readers(audience, rooms)


def ticked(form: Form) -> list[str]:
    """Return the rooms that are ticked in a form."""
    return [
        name.removeprefix(_ROOM)
        for name, value in form.values.items()
        if name.startswith(_ROOM) and value
    ]


def _day(form: Form, name: str) -> date | None:
    """Return a field's day; None when it is empty, or, with the form's error, no day."""
    text = form.text(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        form.errors[name] = _("This is no date: write it like 2026-12-31, or leave it empty.")
        return None
