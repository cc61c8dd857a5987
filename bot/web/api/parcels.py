"""The shapes of an export and of what came in of it, as JSON."""

from datetime import datetime

from bot.web.api.shapes.base import Shown


class ParcelShown(Shown):
    """What an export holds, before it is taken in.

    Attributes:
        documents: Those that are not entries.
        own_questions: Of the owner's list.
        settings: Dotted names of those that may be taken over.
        replaces: Ids of documents here that it holds too.
        others: Ids of documents here that it does not hold.
        ignored: Files in it that are none of an export's.
        skills: Names of the owner's skills in it.
    """

    made_at: datetime
    entries: int
    documents: int
    questions: int
    own_questions: int
    settings: list[str]
    replaces: list[str]
    others: list[str]
    ignored: list[str]
    skills: list[str]


class ReceivedShown(Shown):
    """What came in of an export.

    Attributes:
        documents: Those that are not entries.
        questions: Those that were not known here.
        own_questions: Those that were not on the owner's list.
        settings: Dotted names.
        replaced: How many documents stand in place of earlier ones.
        removed: How many others had to go.
        skills: Names of those that are new or have changed; none is turned on by that.
    """

    entries: int
    documents: int
    questions: int
    own_questions: int
    settings: list[str]
    replaced: int
    removed: int
    skills: list[str]
