"""Whom a reminder is told besides, that nobody has marked done."""

from bot.choices import Choices
from bot.domain.followups import FollowUp
from bot.domain.people import Person
from bot.followups.receivers import Receivers


class SecondPerson:
    """Finds the second person: who asked for it, else whom the owner has named."""

    def __init__(self, receivers: Receivers, choices: Choices) -> None:
        """Look among the team."""
        self._receivers = receivers
        self._choices = choices

    async def of(self, follow_up: FollowUp) -> Person | None:
        """Return the second person; None where there is none but who was reminded."""
        team = await self._receivers.team(follow_up.address.platform)
        receiver = follow_up.receiver
        first = follow_up.person_id if receiver is None else receiver.person_id
        asked = [each for each in team if each.person_id == follow_up.person_id]
        chosen = [each for each in team if person_key(each) == self._choices.follow_ups.second]
        return next((each for each in [*asked, *chosen] if each.person_id != first), None)


def person_key(person: Person) -> str:
    """Return how the owner's choice names a person."""
    return f"{person.platform}/{person.user_id}"
