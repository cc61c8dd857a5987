"""What a person is to the business, where that comes from, and how it is changed."""

import logging
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from bot.choices import Choices
from bot.domain.people import Person, Role
from bot.storage.people import PersonRows

log = logging.getLogger(__name__)


class RoleOrigin(StrEnum):
    """Where a person's role comes from."""

    HAND = "hand"
    """The owner named them."""
    GROUP = "group"
    """A group or role of the platform that they are in was named."""
    NOBODY = "nobody"
    """Nothing names them: whoever is unknown is the public."""
    HERE = "here"
    """They speak on the page or in the terminal, where each says as what."""


class FixedRoleError(Exception):
    """The role of who speaks on the page or in the terminal is what they say there."""


class Roles:
    """The one door to persons' roles."""

    def __init__(self, rows: PersonRows, choices: Choices, *, now: Callable[[], datetime]) -> None:
        """Read and change the platforms' choices, and the persons' rows beside them."""
        self._rows = rows
        self._choices = choices
        self._now = now

    def origin(self, person: Person) -> RoleOrigin:
        """Return where a person's role comes from, as they were seen last."""
        if person.platform not in self._choices.platforms:
            return RoleOrigin.HERE
        choice = self._choices.platform(person.platform)
        if person.user_id in (*choice.owners, *choice.staff):
            return RoleOrigin.HAND
        return RoleOrigin.NOBODY if person.role is Role.PUBLIC else RoleOrigin.GROUP

    async def set(self, person: Person, role: Role) -> None:
        """Name a person as what they are from now on.

        Named as nobody (PUBLIC) they are the public until they write again; then a group of the
        platform that they are in may say otherwise.

        Raises:
            FixedRoleError: They speak on the page or in the terminal.
            StorageError: What held before still holds, or holds again once they write.
        """
        if self.origin(person) is RoleOrigin.HERE:
            raise FixedRoleError
        choice = self._choices.platform(person.platform)
        named = {
            Role.OWNER: [each for each in choice.owners if each != person.user_id],
            Role.STAFF: [each for each in choice.staff if each != person.user_id],
        }
        if role in named:
            named[role].append(person.user_id)
        changed = choice.model_dump(mode="json") | {
            "owners": named[Role.OWNER],
            "staff": named[Role.STAFF],
        }
        await self._choices.set(person.platform, changed)
        await self._rows.put_role(person.person_id, role, now=self._now())
        log.info("set a role platform=%s role=%s", person.platform, role)
