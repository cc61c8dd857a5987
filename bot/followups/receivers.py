"""Whom a reminder for somebody else may reach, and where.

A name that fits nobody, or several, is asked about and never guessed. Written to are

- people of the team who have written to the bot on the asker's platform: in their direct message
  with it, where the platform shows one in which they have written, else where it was asked;
- rooms in which the asker has written to the bot, and open rooms of the team's. Who is in a room
  no platform is asked: what somebody wrote there shows that they may.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.choices import Choices
from bot.domain.followups import Receiver
from bot.domain.people import Person, Role, local_room
from bot.storage.receivers import ReceiverRows
from connectors.errors import ConnectorError
from connectors.local.connector import PLATFORM as LOCAL
from connectors.messages import Address, Room
from knowledge.documents import Audience
from knowledge.terms import fold

# With one button each they fit below a message.
MAX_CHOICES = 4
_ROOM_SIGN, _PERSON_SIGN = "#", "@"
_WORD = re.compile(r"\w[\w'-]*")
# A room's name as people type it: with "-" in it, and spaces where a platform allows them.
_LONGEST_ROOM_WORDS = 6


@dataclass(frozen=True, slots=True)
class Reachable:
    """Whom a reminder can be written to.

    Attributes:
        zone: IANA name of a person's zone, "" where it is not known.
        direct: Nobody else reads it.
    """

    receiver: Receiver
    address: Address
    zone: str = ""
    direct: bool = False


class ReceiverError(Exception):
    """A reminder cannot be for whom it was wished for.

    Attributes:
        name: As it was said, or as they are called.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NobodyError(ReceiverError):
    """Nobody of that name, or more than one, is known.

    Attributes:
        choices: Who may be meant, at most four, likeliest first.
        several: The name fits all of them; else it fits nobody.
    """

    def __init__(self, name: str, choices: Sequence[Person], *, several: bool) -> None:
        super().__init__(name)
        self.choices = tuple(choices)
        self.several = several


class AlikeError(ReceiverError):
    """Several bear that very name, so that no question can tell them apart."""


class OutOfReachError(ReceiverError):
    """A person is known, but nothing of what is written where it was asked reaches them."""


class RoomUnknownError(ReceiverError):
    """The bot is in no room of that name."""


class RoomClosedError(ReceiverError):
    """Nothing shows that the asker may write in that room."""


class RoomsUnseenError(ReceiverError):
    """The platform does not tell its rooms just now."""


class Receivers:
    """Finds whom a reminder is for."""

    def __init__(
        self,
        rows: ReceiverRows,
        choices: Choices,
        rooms: Callable[[str], Awaitable[Sequence[Room]]],
    ) -> None:
        """Find people and rooms.

        Args:
            rows: Who is known.
            choices: Which rooms are the team's.
            rooms: The rooms of a platform that the bot can read, none where it has no list of
                them; ConnectorError while it cannot be asked.
        """
        self._rows = rows
        self._choices = choices
        self._rooms = rooms

    async def find(self, text: str, *, asker: Person, here: Address) -> tuple[str, Reachable]:
        """Return the words of who is meant at the beginning of a text, and how to reach them.

        Args:
            text: Begins with the name, "@" or "#" before it or not.
            asker: Who wishes it.
            here: Where.

        Raises:
            ReceiverError: Nobody, or nobody who can be reached; its kind says why.
        """
        if text.startswith(_ROOM_SIGN):
            return await self._room(text, asker, here)
        people = await self._rows.team(asker.platform)
        name, found = named(text, people)
        if len(found) == 1:
            return name, await self._reach(found[0], here)
        if len({fold(each.name) for each in found}) < len(found):
            raise AlikeError(name)
        others = found or _closest(name, [p for p in people if p.person_id != asker.person_id])
        raise NobodyError(name, others[:MAX_CHOICES], several=bool(found))

    async def team(self, platform: str = "") -> list[Person]:
        """Return who of the team can be known, on one platform or on any, by name."""
        return await self._rows.team(platform)

    async def called(self, here: Address) -> str | None:
        """Return what people call a room, with its sign; None for a direct message.

        Raises:
            RoomsUnseenError: The platform does not tell its rooms just now.
        """
        if here.platform == LOCAL:
            return f"{_ROOM_SIGN}{here.channel.partition(':')[2]}"
        for each in await self._seen(here.channel, here):
            if each.address.channel == here.channel:
                return None if each.direct else f"{_ROOM_SIGN}{each.name}"
        return None

    async def person(self, person_id: int, *, asker: Person, here: Address) -> Reachable:
        """Return how to reach one of the team.

        Raises:
            ReceiverError: They are none any more, or cannot be reached.
        """
        for each in await self._rows.team(asker.platform):
            if each.person_id == person_id:
                return await self._reach(each, here)
        raise NobodyError("", (), several=False)

    async def _reach(self, person: Person, here: Address) -> Reachable:
        directs = {r.address.channel for r in await self._seen(person.name, here) if r.direct}
        theirs = directs & await self._rows.channels(person.person_id)
        receiver = Receiver(person.name, person.person_id)
        if theirs:
            # More than one there is never; the same one each time all the same.
            address = Address(here.platform, min(theirs))
            return Reachable(receiver, address, person.zone, direct=True)
        if here.channel in directs:
            raise OutOfReachError(person.name)
        return Reachable(receiver, here, person.zone)

    async def _room(self, text: str, asker: Person, here: Address) -> tuple[str, Reachable]:
        if here.platform == LOCAL:
            return await self._room_here(text)
        rooms = [each for each in await self._seen(text, here) if not each.direct]
        name, found = _longest(text, rooms)
        if not found:
            raise RoomUnknownError(name)
        if len(found) > 1:
            raise AlikeError(name)
        [room] = found
        called = f"{_ROOM_SIGN}{room.name}"
        if not await self._may_write(asker, room):
            raise RoomClosedError(called)
        return name, Reachable(Receiver(called, None), room.address)

    async def _room_here(self, text: str) -> tuple[str, Reachable]:
        """Return a room of this process: of those that the team reads, all of it may write."""
        words = text.removeprefix(_ROOM_SIGN).split()
        for count in range(min(len(words), _LONGEST_ROOM_WORDS), 0, -1):
            name = " ".join(words[:count]).rstrip(",:;.")
            address = local_room(name, Audience.STAFF)
            if self._choices.is_staff_room(address) or await self._rows.spoken_in(address):
                said = f"{_ROOM_SIGN}{name}"
                return said, Reachable(Receiver(said, None), address)
        raise RoomUnknownError(f"{_ROOM_SIGN}{words[0]}" if words else _ROOM_SIGN)

    async def _may_write(self, asker: Person, room: Room) -> bool:
        if asker.role is Role.OWNER:
            return True
        teams = self._choices.readers(room.address) is Audience.STAFF
        if teams and not room.private:
            return True
        return room.address.channel in await self._rows.channels(asker.person_id)

    async def _seen(self, name: str, here: Address) -> Sequence[Room]:
        try:
            return await self._rooms(here.platform)
        except (ConnectorError, TimeoutError) as error:
            raise RoomsUnseenError(name) from error


def named(text: str, people: Sequence[Person]) -> tuple[str, list[Person]]:
    """Return the longest name that a text begins with, and whose it is.

    Without anybody: the text's first word.
    """
    words = list(_WORD.finditer(text))
    if not words:
        return text, []
    said = [fold(each[0]) for each in words]
    length, found = 0, list[Person]()
    if text.startswith(_PERSON_SIGN):
        # A mention has the whole name; typed by hand it may be what people say in passing.
        length, found = _bearers(said, people, lambda whole: [whole])
    if not found:
        length, found = _bearers(said, people, lambda whole: [whole, *([each] for each in whole)])
    return text[: words[max(length, 1) - 1].end()], found


def _bearers(
    said: list[str], people: Sequence[Person], names: Callable[[list[str]], list[list[str]]]
) -> tuple[int, list[Person]]:
    """Return how many words the longest name has that is said first, and who bears it."""
    fits = {
        person.person_id: max(
            (
                len(name)
                for name in names([fold(each) for each in _WORD.findall(person.name)])
                if name and said[: len(name)] == name
            ),
            default=0,
        )
        for person in people
    }
    length = max(fits.values(), default=0)
    if not length:
        return 0, []
    return length, [person for person in people if fits[person.person_id] == length]


def _longest(text: str, rooms: Sequence[Room]) -> tuple[str, list[Room]]:
    """Return the longest room's name that a text begins with, and the rooms that bear it."""
    plain = fold(text)
    fitting = [room for room in rooms if _begins(plain, f"{_ROOM_SIGN}{fold(room.name)}")]
    longest = max((len(room.name) for room in fitting), default=0)
    if not longest:
        return text.split(maxsplit=1)[0].rstrip(",:;."), []
    found = [room for room in fitting if len(room.name) == longest]
    return text[: longest + 1], found


def _begins(text: str, name: str) -> bool:
    after = text[len(name) : len(name) + 1]
    return text.startswith(name) and not (after.isalnum() or after in {"-", "_"})


def _closest(name: str, people: Sequence[Person]) -> list[Person]:
    wanted = fold(name.lstrip(_PERSON_SIGN))
    return sorted(people, key=lambda each: -fuzz.WRatio(wanted, fold(each.name)))
