"""What each platform told last: it is asked no more than needed, and may be away just now."""

import asyncio
from dataclasses import dataclass, replace

from bot.web.reader import explained
from bot.web.reader import gettext as _
from connectors.base import Platform
from connectors.errors import ConnectorError
from connectors.messages import Room

# Nobody waits longer for a page.
ANSWER_S = 10.0


@dataclass(frozen=True, slots=True)
class Told:
    """What a platform told.

    Attributes:
        signed_in_as: As whom and where, "" while it has not told.
        rooms: The rooms the bot could read when it last told.
        problem: Why it told nothing new, "" when it did.
    """

    signed_in_as: str = ""
    rooms: tuple[Room, ...] = ()
    problem: str = ""


class PlatformMemory:
    """Remembers what the platforms told until the process ends."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._told: dict[str, Told] = {}

    def last(self, name: str) -> Told:
        """Return what a platform told last."""
        return self._told.get(name, Told())

    def signed_in(self, name: str, signed_in_as: str, *, lacking: str = "") -> None:
        """Note what new tokens were tried with: as whom, or what they lack still."""
        self._told[name] = Told(signed_in_as, problem=lacking)

    def forget(self, name: str) -> None:
        """Forget everything a platform told."""
        self._told.pop(name, None)

    async def ask(self, name: str, platform: Platform) -> Told:
        """Ask a platform for its rooms, and once as whom we are signed in."""
        told = self.last(name)
        try:
            async with asyncio.timeout(ANSWER_S):
                # Not each time: Slack allows opening a connection, which proves a token, once a
                # minute (Tier 1).
                signed_in_as = told.signed_in_as or await platform.check()
                rooms = await platform.rooms()
        except TimeoutError:
            return replace(
                told,
                problem=_("It did not answer within {seconds} seconds.").format(
                    seconds=f"{ANSWER_S:.0f}"
                ),
            )
        except ConnectorError as error:
            return replace(told, problem=explained(error))
        self._told[name] = Told(signed_in_as, tuple(rooms))
        return self._told[name]
