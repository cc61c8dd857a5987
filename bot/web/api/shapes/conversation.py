"""The shapes of what is said, pressed and answered, as JSON."""

from pydantic import Field

from bot.domain.people import Role
from bot.web.api.shapes.base import MAX_NAME_CHARS, MAX_TEXT_CHARS, Shown, Wanted
from bot.web.api.shapes.follow_ups import FollowUpShown


class ButtonShown(Shown):
    """What can be pressed below a message."""

    label: str
    action: str


class FileShown(Shown):
    """A file that a message brings; `path` is where the page hands it out."""

    name: str
    path: str


class MessageShown(Shown):
    """A message of the bot's in a room.

    Attributes:
        message_id: One of the same id replaces it.
        answerable: What replies to it answers an open question, or changes a draft.
        files: What it brings.
    """

    message_id: str
    text: str
    buttons: tuple[ButtonShown, ...] = ()
    answerable: bool = False
    files: tuple[FileShown, ...] = ()


class Saying(Wanted):
    """Something said to the bot.

    Attributes:
        room: The same room is the same conversation; "" means a fresh one.
        person: A name to tell people of a role apart; "" for the role's own.
        reply_to: The id of the message it replies to, "" for none.
    """

    text: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    role: Role = Role.OWNER
    room: str = Field(default="", max_length=MAX_NAME_CHARS)
    person: str = Field(default="", max_length=MAX_NAME_CHARS)
    reply_to: str = Field(default="", max_length=MAX_NAME_CHARS)


class Pressing(Wanted):
    """A button that is pressed, as whom and where as in `Saying`."""

    action: str = Field(min_length=1, max_length=MAX_NAME_CHARS)
    message_id: str = Field(max_length=MAX_NAME_CHARS)
    role: Role = Role.OWNER
    room: str = Field(default="", max_length=MAX_NAME_CHARS)
    person: str = Field(default="", max_length=MAX_NAME_CHARS)


class Pressed(Shown):
    """What who pressed a button is told."""

    text: str


class SourceShown(Shown):
    """A passage an answer stands on."""

    title: str
    document_id: str
    passage: str
    score: float


class AnswerShown(Shown):
    """An answer, as `ask --json` prints it."""

    answer: str
    kind: str
    sources: list[SourceShown]
    follow_ups: list[FollowUpShown]
    answer_id: int
    model: str
    timings_ms: dict[str, float]
