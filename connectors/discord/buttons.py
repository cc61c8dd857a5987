"""Buttons under messages. Each carries in its id what it does, so it works after any restart."""

import re
from collections.abc import Sequence
from typing import Self

import discord

from connectors.messages import Button

PREFIX = "deskhand:"
_BUTTON = re.compile(re.escape(PREFIX) + r"(?P<action>.{1,60})")
_LABEL_CHARS = 80  # Discord's


class ActionButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=_BUTTON,
):
    """One button; made anew by discord.py from its id when somebody presses it."""

    def __init__(self, label: str, action: str) -> None:
        """Make a button that stands for an action."""
        super().__init__(
            discord.ui.Button(label=label[:_LABEL_CHARS], custom_id=f"{PREFIX}{action}")
        )
        self.action = action

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[discord.Client],
        item: discord.ui.Item[discord.ui.View],
        match: re.Match[str],
    ) -> Self:
        """Return the button that was pressed."""
        del interaction
        label = item.label if isinstance(item, discord.ui.Button) else None
        return cls(label or "", match["action"])

    async def callback(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Hand a press to the client it came to."""
        client = interaction.client
        if isinstance(client, TakesPresses):
            await client.take_press(interaction, self.action)


class TakesPresses(discord.Client):
    """A client that buttons hand their presses to."""

    async def take_press(
        self, interaction: discord.Interaction[discord.Client], action: str
    ) -> None:
        """Take a press."""
        raise NotImplementedError


def view(buttons: Sequence[Button]) -> discord.ui.View | None:
    """Return buttons as discord.py sends them; None for none.

    discord.py keeps nothing of a view whose buttons are all made anew from their ids.
    """
    if not buttons:
        return None
    shown = discord.ui.View(timeout=None)
    for button in buttons:
        shown.add_item(ActionButton(button.label, button.action))
    return shown
