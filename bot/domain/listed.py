"""What is listed of conversations, and what is looked for in them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.conversations import Answer, Conversation, Kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which answers are looked for; each that is given narrows it.

    Attributes:
        words: All of them stand in the question or the answer, in any order.
        person: Who asked: "platform/id", or a name.
        room: Where, threads included: "platform/channel".
        kind: What the answer is.
        helped: Somebody said that it helped, or that it did not.
        since: Answered then or later; aware.
        until: Answered before then; aware.
        before: The id of an answer: only what was answered before that one.
    """

    words: str = ""
    person: str = ""
    room: str = ""
    kind: Kind | None = None
    helped: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A room as people know it.

    Attributes:
        name: "" for a direct message, and where it is not known.
        direct: It is a direct message with the bot, or of a group the bot is in.
    """

    platform: str
    channel: str
    name: str = ""
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation in a list, by its last answer that was looked for.

    Attributes:
        asked, said: The question and its answer; "" where they are not for the page, and where
            they are not kept any more.
        name: Who asked; "" where that is not for the page, and of somebody who was erased.
        kept_back: It is not for the page: one of the team asked in a direct message.
        kinds: How many of the conversation's answers are of each kind.
        helped: How many of its answers somebody said helped them.
        not_helped: How many did not.
    """

    conversation_id: int
    place: Place
    name: str
    answer_id: int
    answered_at: datetime
    asked: str
    said: str
    kept_back: bool
    kinds: Mapping[Kind, int]
    helped: int
    not_helped: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of conversations, the last answered first.

    Attributes:
        older: `Wanted.before` of the next page; None when there is none.
        looked_back_to: Where more answers were to be looked through than are at once: as far back
            as it got, and `older` goes on from there; else None.
    """

    lines: tuple[Line, ...] = ()
    older: int | None = None
    looked_back_to: datetime | None = None


class Speaker(StrEnum):
    """Who says something in a conversation."""

    PERSON = "person"
    BOT = "bot"
    COLLEAGUE = "colleague"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said in a conversation.

    Attributes:
        name: Of a person; "" of the bot, of a colleague, who is not kept, and where it is not for
            the page.
        text: "" where it is not for the page, and where it is not kept any more.
        kept_back: It is not for the page: it belongs to a direct message of one of the team.
        answer_id: Of an answer; None of everything else.
        kind: What the answer is.
        helped: Whether it helped, by who last said so; None where nobody did.
        to_colleague: It was carried to the colleague who had the conversation.
    """

    speaker: Speaker
    at: datetime
    name: str = ""
    text: str = ""
    kept_back: bool = False
    answer_id: int | None = None
    kind: Kind | None = None
    helped: bool | None = None
    to_colleague: bool = False


@dataclass(frozen=True, slots=True)
class Conversed:
    """One conversation, or a part of it, in the order in which it was said.

    Attributes:
        older: Where the part before begins, for `ConversationRows.one`; None when there is none.
    """

    conversation: Conversation
    place: Place
    said: tuple[Said, ...]
    older: int | None = None


def for_page(answer: Answer) -> Answer:
    """Return an answer as whoever looks after the bot may see it.

    Of one that is kept back only its kind, times and versions are left. Of one of a direct message
    that was shown to them its own words, and nothing that holds what was said before it.
    """
    if not answer.private:
        return answer
    earlier = replace(answer.outcome, searched="", prompt="", raw="")
    if answer.shared:
        return replace(answer, outcome=earlier)
    bare = replace(earlier, text="", sources=(), found=(), checks=(), follow_up_ids=())
    person = replace(answer.person, name="", user_id="")
    return replace(answer, asked="", person=person, files=(), outcome=bare)
