"""What terminal and page say of an export, in the same words."""

from collections.abc import Sequence

from bot.web.api.parcels import ParcelShown, ReceivedShown
from bot.web.reader import gettext as _
from bot.web.reader import ngettext

# More names than this nobody reads in a sentence.
NAMED = 20


def counted(singular: str, plural: str, count: int) -> str:
    """Return the form of a phrase that fits a count, with it: "1 document", "2 documents".

    Args:
        singular: With `{n}` in it and marked for translation, as the plural is.
        plural: Likewise.
        count: How many.
    """
    return ngettext(singular, plural, count).format(n=count)


def named(names: Sequence[str]) -> str:
    """Return names in a row, the first of them where they are many."""
    some = ", ".join(names[:NAMED])
    if len(names) <= NAMED:
        return some
    return _("{names} and {n} more").format(names=some, n=len(names) - NAMED)


def held(parcel: ParcelShown) -> str:
    """Return when an export was made and how much is in it, as a sentence."""
    what = (
        _entries(parcel.entries),
        _others(parcel.documents),
        counted("{n} open question", "{n} open questions", parcel.questions),
        counted("{n} question to try it on", "{n} questions to try it on", parcel.own_questions),
        _settings(len(parcel.settings)),
        counted("{n} skill", "{n} skills", len(parcel.skills)),
    )
    return _("Exported on {moment} UTC: {what}.").format(
        moment=f"{parcel.made_at:%Y-%m-%d %H:%M}", what=", ".join(what)
    )


def came_in(received: ReceivedShown) -> str:
    """Return how much came in, as a sentence."""
    what = ", ".join(
        (
            _entries(received.entries),
            _others(received.documents),
            counted("{n} new open question", "{n} new open questions", received.questions),
            counted(
                "{n} new question to try it on",
                "{n} new questions to try it on",
                received.own_questions,
            ),
            _settings(len(received.settings)),
        )
    )
    if received.replaced:
        what = _("{what}; {n} in place of earlier ones").format(what=what, n=received.replaced)
    if received.removed:
        gone = counted("{n} document removed", "{n} documents removed", received.removed)
        what = f"{what}; {gone}"
    came = _("Came in: {what}.").format(what=what)
    if not received.skills:
        return came
    skills = _("Look at these skills and turn them on under Skills and tools: {skills}.").format(
        skills=named(received.skills)
    )
    return f"{came} {skills}"


def _entries(count: int) -> str:
    return counted("{n} entry", "{n} entries", count)


def _others(count: int) -> str:
    return counted("{n} other document", "{n} other documents", count)


def _settings(count: int) -> str:
    return counted("{n} setting", "{n} settings", count)
