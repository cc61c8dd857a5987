"""Who takes part in a conversation, and who may read what."""

from dataclasses import dataclass
from enum import StrEnum

from connectors.local.connector import PLATFORM
from connectors.messages import Address
from knowledge.documents import EVERY_ROOM, Audience


class Role(StrEnum):
    """What a person is to the business. Unknown people are the public."""

    PUBLIC = "public"
    STAFF = "staff"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has written, on one platform.

    Attributes:
        zone: IANA name, "" when unknown.
        introduced: They were told that an automated assistant answers.
    """

    person_id: int
    platform: str
    user_id: str
    name: str
    role: Role
    zone: str = ""
    introduced: bool = True


def readable(role: Role, room: Audience) -> frozenset[Audience]:
    """Return what may be shown to a person in a room: the narrower of the two decides."""
    if role is not Role.PUBLIC and room is Audience.STAFF:
        return frozenset({Audience.PUBLIC, Audience.STAFF})
    return frozenset({Audience.PUBLIC})


def local_room(name: str, audience: Audience) -> Address:
    """Return the address of a room of this process, which has other rooms for other readers."""
    return Address(PLATFORM, f"{audience}:{name}")


def room_of(address: Address) -> str:
    """Return a room as documents name those they are for; a thread is read by its whole room."""
    return f"{address.platform}/{address.channel}"


def room_read(role: Role, address: Address) -> str:
    """Return whose documents for chosen rooms a person may read: the room's they are in.

    The owner reads those of every room, but not where others may look on: at the page and the
    terminal alone.
    """
    at_home = role is Role.OWNER and address.platform == PLATFORM
    return EVERY_ROOM if at_home else room_of(address)
