"""What terminal and page say of an export, in the same words."""

from collections.abc import Sequence

from bot.web.api.parcels import ParcelShown, ReceivedShown

# More names than this nobody reads in a sentence.
NAMED = 20


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return "1 document", "2 documents", or with another plural "2 entries"."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or noun + 's'}"


def named(names: Sequence[str]) -> str:
    """Return names in a row, the first of them where they are many."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def held(parcel: ParcelShown) -> str:
    """Return when an export was made and how much is in it, as a sentence."""
    return f"Exported on {parcel.made_at:%Y-%m-%d %H:%M} UTC: " + ", ".join(
        (
            counted(parcel.entries, "entry", "entries"),
            counted(parcel.documents, "other document"),
            counted(parcel.questions, "open question"),
            counted(parcel.own_questions, "question to try it on", "questions to try it on"),
            counted(len(parcel.settings), "setting"),
            f"{counted(len(parcel.skills), 'skill')}.",
        )
    )


def came_in(received: ReceivedShown) -> str:
    """Return how much came in, as a sentence."""
    came = ", ".join(
        (
            counted(received.entries, "entry", "entries"),
            counted(received.documents, "other document"),
            counted(received.questions, "new open question"),
            counted(
                received.own_questions, "new question to try it on", "new questions to try it on"
            ),
            counted(len(received.settings), "setting"),
        )
    )
    replaced = f"; {received.replaced} in place of earlier ones" if received.replaced else ""
    removed = f"; {counted(received.removed, 'document')} removed" if received.removed else ""
    skills = named(received.skills)
    told = (
        f" Look at these skills and turn them on under Skills and tools: {skills}."
        if skills
        else ""
    )
    return f"Came in: {came}{replaced}{removed}.{told}"
