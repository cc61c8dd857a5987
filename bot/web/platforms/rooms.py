"""The rooms that a document can be for."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.people import room_of
from bot.inbox.platforms import State
from bot.web.parts import Parts
from bot.web.platforms.form import lines
from bot.web.platforms.guides import GUIDES
from connectors.messages import Address, Room


@dataclass(frozen=True, slots=True)
class ChosenRoom:
    """A room as a form offers it.

    Attributes:
        room: "platform/channel".
        name: What people call it; the same as `room` while its platform does not tell.
        platform: The platform's title, "" while the room is not known.
    """

    room: str
    name: str
    platform: str = ""


async def rooms_of(parts: Parts, chosen: Iterable[str] = ()) -> list[ChosenRoom]:
    """Return every shared room of the platforms that are set up, and those chosen before.

    Each platform is asked once; what it told then, or on its own page since, is used from then on.
    """
    services = parts.services
    names = [name for name in services.platforms.names if name in GUIDES]
    told = await asyncio.gather(*(_told(parts, name) for name in names))
    known = {
        room_of(Address(name, line.channel)): ChosenRoom(
            room_of(Address(name, line.channel)), line.name, GUIDES[name].title
        )
        for name, rooms in zip(names, told, strict=True)
        for line in lines(rooms, services.choices.platform(name))
    }
    others = [ChosenRoom(room, room) for room in chosen if room not in known]
    return [*known.values(), *others]


async def _told(parts: Parts, name: str) -> tuple[Room, ...]:
    last = parts.platform_memory.last(name).rooms
    platform = parts.services.platforms.connected(name)
    if last or platform is None or parts.services.platforms.status(name).state is not State.ON:
        return last
    return (await parts.platform_memory.ask(name, platform)).rooms
