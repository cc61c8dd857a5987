"""What the owner chooses for a chat platform: who is who, and how the bot behaves where."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from knowledge.documents import Anywhere, Audience

# A room's name as somebody types it; with its readers before it, it fits an address.
MAX_ROOM_CHARS = 60


class Speaks(StrEnum):
    """When the bot speaks in a shared room; in a direct message it always does."""

    OFF = "off"
    MENTIONED = "mentioned"
    SURE = "sure"
    """When it is mentioned, and of its own accord where an entry answers a question surely."""


class RoomChoice(BaseModel):
    """How one shared room is treated.

    Attributes:
        audience: Who can read it: "public" or "staff".
        speaks: When the bot speaks in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    audience: Anywhere = Audience.PUBLIC
    speaks: Speaks = Speaks.MENTIONED


class PlatformChoice(BaseModel):
    """How one platform is treated.

    Attributes:
        on: Whether it is connected, once it has its tokens.
        rooms: By the platform's id of the room; one that is not named is public, and the bot
            speaks in it when it is mentioned.
        joins_threads: Once the bot was asked in a thread, what follows there needs no mention.
        owners, staff: The platform's ids of persons, roles or user groups.
        bots: Ids of other programs that are answered; all others are not.
        staff_room: Where hand-overs and open questions are told, "" for nowhere.
        owner_room: Where alarms are told, "" for nowhere.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: bool = True
    rooms: dict[str, RoomChoice] = Field(default_factory=dict)
    joins_threads: bool = False
    owners: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    bots: tuple[str, ...] = ()
    staff_room: str = ""
    owner_room: str = ""


class LocalChoice(BaseModel):
    """How this process's own rooms are treated: those of the terminal and of the page's chat.

    Attributes:
        staff_room: The name of the room where open questions and hand-overs are told, "" for
            nowhere. Only who speaks as staff or as the owner reads it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    staff_room: str = Field(default="", max_length=MAX_ROOM_CHARS)

    @field_validator("staff_room")
    @classmethod
    def _tidy(cls, value: str) -> str:
        return " ".join(value.split())


class Manners(BaseModel):
    """How the bot behaves towards people on every platform.

    Attributes:
        introduction: What somebody new is told with the first answer; "" says it in the
            answer's language in our own words.
        late_after_min: A question that was missed and is older than this is answered with an
            apology.
        answers_missed_h: A question that was missed and is older than this is not answered but
            handed to the team.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    introduction: str = Field(default="", max_length=500)
    late_after_min: int = Field(default=15, ge=1, le=1_440)
    answers_missed_h: int = Field(default=72, ge=1, le=720)

    @field_validator("introduction")
    @classmethod
    def _tidy(cls, value: str) -> str:
        return " ".join(value.split())
