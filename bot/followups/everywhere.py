"""Whom the owner means at the page and in the terminal: people and rooms of any platform."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.choices import Choices
from bot.domain.people import Person
from bot.followups.receivers import (
    MAX_CHOICES,
    NobodyError,
    OutOfReachError,
    Reachable,
    ReceiverError,
    Receivers,
    RoomUnknownError,
)
from connectors.messages import Address

# "Ben (Slack)", said where there is one on more than one platform.
_PLATFORM = re.compile(r"\s*\((\w+)\)")
# No channel bears it: who is reached only where they read along is reached nowhere.
_NOWHERE = ""
_UNKNOWN = (NobodyError, RoomUnknownError)


class SeveralPlatformsError(ReceiverError):
    """The name is known on more than one platform.

    Attributes:
        platforms: By name.
    """

    def __init__(self, name: str, platforms: Sequence[str]) -> None:
        super().__init__(name)
        self.platforms = tuple(platforms)


class Everywhere:
    """Finds people and rooms on every platform."""

    def __init__(self, receivers: Receivers, choices: Choices, platforms: Sequence[str]) -> None:
        """Find with `receivers` on these platforms, this process's own among them."""
        self._receivers = receivers
        self._choices = choices
        self._platforms = platforms

    async def find(self, text: str, *, owner: Person) -> tuple[str, Reachable]:
        """Return the words of who is meant at the beginning of a text, and how to reach them.

        A person is written to directly, else by name in the team's room of their platform.

        Args:
            text: Begins with the name; "(Slack)" behind it tells which of several is meant.
            owner: Who wishes it.

        Raises:
            ReceiverError: Nobody, several, or nobody who can be reached; its kind says why.
        """
        found: dict[str, tuple[str, Reachable]] = {}
        missed: list[ReceiverError] = []
        for platform in self._platforms:
            try:
                found[platform] = await self._on(platform, text, owner)
            except ReceiverError as error:
                missed.append(error)
        return _chosen(text, found) if found else _raised(missed)

    async def _on(self, platform: str, text: str, owner: Person) -> tuple[str, Reachable]:
        here = self._choices.staff_room(platform) or Address(platform, _NOWHERE)
        # The owner is who sits at the page, whatever they are called elsewhere.
        asker = replace(owner, platform=platform)
        name, reachable = await self._receivers.find(text, asker=asker, here=here)
        if reachable.address.channel == _NOWHERE:
            raise OutOfReachError(reachable.receiver.name)
        return name, reachable


def _chosen(text: str, found: dict[str, tuple[str, Reachable]]) -> tuple[str, Reachable]:
    # The longest name is meant: "#kitchen team" is more than "#kitchen".
    length = max(len(name) for name, _ in found.values())
    longest = {at: each for at, each in found.items() if len(each[0]) == length}
    told = _PLATFORM.match(text, length)
    if told is not None and (named := longest.get(told[1].lower())) is not None:
        return text[: told.end()], named[1]
    if len(longest) > 1:
        raise SeveralPlatformsError(text[:length], tuple(longest))
    [only] = longest.values()
    return only


def _raised(missed: Sequence[ReceiverError]) -> tuple[str, Reachable]:
    """Raise the error that tells most: of somebody known, else of all who may be meant."""
    for error in missed:
        if not isinstance(error, _UNKNOWN) or (isinstance(error, NobodyError) and error.several):
            raise error
    nobody = [each for each in missed if isinstance(each, NobodyError)]
    if not nobody:
        raise missed[0]
    people = [person for each in nobody for person in each.choices]
    raise NobodyError(nobody[0].name, people[:MAX_CHOICES], several=False)
