"""Why a reminder cannot be for whom it was wished for, in words."""

from bot.domain.conversations import Kind
from bot.domain.followups import Receiver
from bot.followups.everywhere import SeveralPlatformsError
from bot.followups.receivers import (
    AlikeError,
    NobodyError,
    OutOfReachError,
    ReceiverError,
    RoomClosedError,
    RoomsUnseenError,
    RoomUnknownError,
)
from bot.language.sentences import Phrasebook, Sentences
from bot.outbox.buttons import people
from bot.wishes.done import Done


def refused(error: ReceiverError, sentences: Sentences, *, action: str) -> Done:
    """Return the question whom somebody means, or why it cannot be.

    Args:
        error: What came of looking for them.
        sentences: In the reader's language.
        action: What the buttons below the question do; the person's id is put behind it. "": there
            are none.
    """
    name = error.name
    match error:
        case NobodyError():
            return _asked(error, sentences, action)
        case AlikeError():
            text = sentences.whom_alike(name)
        case OutOfReachError():
            text = sentences.out_of_reach(name)
        case RoomUnknownError():
            text = sentences.room_unknown(name)
        case RoomClosedError():
            text = sentences.room_closed(name)
        case SeveralPlatformsError(platforms=platforms):
            text = sentences.on_several_platforms(name, [each.title() for each in platforms])
        case RoomsUnseenError():
            text = sentences.rooms_unseen()
        case _:
            raise error
    return Done(Kind.REFUSED, text)


def nobody(error: ReceiverError, phrasebook: Phrasebook) -> str:
    """Return why a reminder cannot be for whom it was wished for, as page and terminal say it."""
    return refused(error, phrasebook.sentences("en"), action="").text


def _asked(error: NobodyError, sentences: Sentences, action: str) -> Done:
    names = [each.name for each in error.choices]
    known = [Receiver(each.name, each.person_id) for each in error.choices]
    text = (
        sentences.whom_unclear(names)
        if error.several
        else sentences.whom_unknown(error.name, names)
    )
    return Done(Kind.ASKED, text, buttons=people(action, known) if action else ())
