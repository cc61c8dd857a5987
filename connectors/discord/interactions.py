"""Commands that wait for their answer, kept in memory while Discord lets us answer them."""

import time
from dataclasses import dataclass, field

import discord

# Discord's 15 minutes, less what a post may take.
ANSWERABLE_S = 15 * 60 - 30


@dataclass(frozen=True, slots=True)
class Pending:
    """A command whose answer goes through Discord's follow-up of it.

    Attributes:
        ephemeral: Only who gave the command sees the answer.
    """

    interaction_id: str
    application_id: int
    token: str = field(repr=False)
    ephemeral: bool
    until: float

    def webhook(self, client: discord.Client) -> discord.Webhook:
        """Return what follow-ups are sent by, over a client's connection.

        Not the interaction's own, which ends with the connection the command came by.
        """
        return discord.Webhook.from_state(
            {"id": self.application_id, "type": 3, "token": self.token},
            client._connection,  # discord.py itself offers this on an interaction only
        )


class Interactions:
    """The commands that can still be answered, and the messages that answer them."""

    def __init__(self) -> None:
        """Start with none."""
        self._pending: dict[str, Pending] = {}
        self._answers: dict[str, Pending] = {}

    def add(self, interaction: discord.Interaction[discord.Client], *, ephemeral: bool) -> None:
        """Note a command that was deferred."""
        now = time.monotonic()
        for kept in (self._pending, self._answers):
            for key in [key for key, pending in kept.items() if pending.until < now]:
                del kept[key]
        self._pending[str(interaction.id)] = Pending(
            str(interaction.id),
            interaction.application_id,
            interaction.token,
            ephemeral,
            now + ANSWERABLE_S,
        )

    def asked(self, message_id: str) -> Pending | None:
        """Return the command of a message's id while it can be answered."""
        return _living(self._pending.get(message_id.partition(":")[0]))

    def answered(self, message_id: str, pending: Pending) -> None:
        """Note that a message answers a command, for editing it."""
        self._answers[message_id] = pending

    def answer(self, message_id: str) -> Pending | None:
        """Return the command a message answers, while that message can be edited by it."""
        return _living(self._answers.get(message_id))

    def forget(self, pending: Pending) -> None:
        """Note that Discord takes no more answers to a command."""
        self._pending.pop(pending.interaction_id, None)
        for message_id in [key for key, one in self._answers.items() if one == pending]:
            del self._answers[message_id]


def _living(pending: Pending | None) -> Pending | None:
    return pending if pending is not None and pending.until > time.monotonic() else None
