"""Who takes part in a conversation, and who may read what."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.documents import Audience


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
