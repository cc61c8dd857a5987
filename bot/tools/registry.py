"""Which tools there are, who may use them, and which the owner has turned off."""

from collections.abc import Collection, Iterable

from bot.choices import Choices
from bot.domain.people import Role
from bot.llm.model import ToolSpec
from bot.tools.tool import Tool

# The settings' group that holds a switch for each tool, by its name.
GROUP = "tools"
_RANKS = {role: rank for rank, role in enumerate(Role)}


class Registry:
    """The tools, by name. What the model is offered and what is run for it is decided here."""

    def __init__(self, tools: Iterable[Tool], choices: Choices) -> None:
        """Offer these tools, as far as the owner has not turned them off."""
        # Sorted: they stand in the prompt's beginning, which must not move.
        self._tools = {tool.spec.name: tool for tool in sorted(tools, key=lambda t: t.spec.name)}
        self._choices = choices

    def all(self) -> list[Tool]:
        """Return every tool, those that are turned off too, by name."""
        return list(self._tools.values())

    def is_on(self, name: str) -> bool:
        """Return whether there is a tool of a name that the owner has not turned off."""
        return name in self._tools and self._choices.get(f"{GROUP}.{name}") is True

    def offered(self, role: Role, *, among: Collection[str] | None = None) -> tuple[ToolSpec, ...]:
        """Return what the model is told of the tools that a person may use, by name.

        Args:
            role: The person's.
            among: The names of those that the skill allows which the message is for; None where
                it is for none.
        """
        usable = (self.usable(name, role, among=among) for name in self._tools)
        return tuple(tool.spec for tool in usable if tool is not None)

    def usable(self, name: str, role: Role, *, among: Collection[str] | None = None) -> Tool | None:
        """Return a tool that a person may use; None where they may not, it is off, or none is.

        Asked again for each call: the model may name a tool that it was not offered.

        Args:
            name: The tool's.
            role: The person's.
            among: As for `offered`.
        """
        tool = self._tools.get(name)
        if tool is None or not self.is_on(name) or _RANKS[role] < _RANKS[tool.role]:
            return None
        allowed = not tool.needs_skill if among is None else name in among
        return tool if allowed else None

    async def switch(self, name: str, *, on: bool) -> bool:
        """Turn a tool on or off, from the next question on; False where there is none."""
        if name not in self._tools:
            return False
        await self._choices.set(f"{GROUP}.{name}", on)
        return True
