"""Commands that wait for their answer, kept while Discord lets us answer them."""

import json
import time
from dataclasses import dataclass, field, replace

import discord

from connectors.base import ReplyAddresses

# Discord's 15 minutes, less what a post may take.
ANSWERABLE_S = 15 * 60 - 30


@dataclass(frozen=True, slots=True)
class Pending:
    """A command whose answer goes through Discord's follow-up of it.

    Attributes:
        ephemeral: Only who gave the command sees the answer.
        until: How long, in seconds of this process's clock that only grows.
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

    def told(self) -> str:
        """Return it as another process may be told it."""
        return json.dumps([self.application_id, self.token, self.ephemeral])


class Interactions:
    """The commands that can still be answered, and the messages that answer them.

    In memory, and where other processes serve the same bot, where they find them too: a turn may
    be computed by any of them, and its answer posted by yet another. Whoever does needs the
    command's token, and nothing else; so no answer waits for one process, nor is lost with it.
    """

    def __init__(self, addresses: ReplyAddresses | None = None) -> None:
        """Start with none; None: no other process answers."""
        self._addresses = addresses
        self._pending: dict[str, Pending] = {}
        self._answers: dict[str, Pending] = {}

    def add(self, interaction: discord.Interaction[discord.Client], *, ephemeral: bool) -> Pending:
        """Note a command that was deferred."""
        made = Pending(
            str(interaction.id),
            interaction.application_id,
            interaction.token,
            ephemeral,
            time.monotonic() + ANSWERABLE_S,
        )
        self._keep(made)
        return made

    def _keep(self, pending: Pending) -> None:
        now = time.monotonic()
        for kept in (self._pending, self._answers):
            for key in [key for key, one in kept.items() if one.until < now]:
                del kept[key]
        self._pending[pending.interaction_id] = pending

    async def share(self, pending: Pending) -> None:
        """Have other processes find a command, before one of them may have to answer it.

        Raises:
            Exception: They do not.
        """
        if self._addresses is not None:
            left_s = pending.until - time.monotonic()
            await self._addresses.keep(pending.interaction_id, pending.told(), for_s=left_s)

    async def asked(self, message_id: str) -> Pending | None:
        """Return the command of a message's id while it can be answered.

        Raises:
            Exception: What another process noted could not be read.
        """
        interaction_id = message_id.partition(":")[0]
        if interaction_id not in self._pending:
            await self._ask(interaction_id)
        return _living(self._pending.get(interaction_id))

    async def _ask(self, interaction_id: str) -> None:
        if not interaction_id or self._addresses is None:
            return
        if told := await self._addresses.of(interaction_id):
            application_id, token, ephemeral = json.loads(told)
            # How much longer is for Discord to say.
            until = time.monotonic() + ANSWERABLE_S
            self._keep(Pending(interaction_id, application_id, token, ephemeral, until))

    def answered(self, message_id: str, pending: Pending) -> None:
        """Note that a message answers a command, for editing it."""
        self._answers[message_id] = pending

    def answer(self, message_id: str) -> Pending | None:
        """Return the command a message answers, while that message can be edited by it."""
        return _living(self._answers.get(message_id))

    def forget(self, pending: Pending) -> None:
        """Note that Discord takes no more answers to a command."""
        # Kept as one that is over, so that nobody else is asked for it again.
        self._pending[pending.interaction_id] = replace(pending, until=0.0)
        for message_id in [key for key, one in self._answers.items() if one.token == pending.token]:
            del self._answers[message_id]


def _living(pending: Pending | None) -> Pending | None:
    return pending if pending is not None and pending.until > time.monotonic() else None
