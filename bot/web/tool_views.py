"""Tools as the page shows them."""

from dataclasses import dataclass

from bot.language.sentences import Sentences
from bot.tools.registry import Registry


@dataclass(frozen=True, slots=True)
class ToolView:
    """A tool, in words.

    Attributes:
        name: As the model calls it, and its switch among the settings.
        role: What a person must at least be.
    """

    name: str
    title: str
    text: str
    role: str
    acts: bool
    asks_first: bool
    on: bool


def tools_shown(tools: Registry, sentences: Sentences) -> list[ToolView]:
    """Return every tool as the page shows it, by name."""
    return [
        ToolView(
            name=tool.spec.name,
            title=(about := tool.about(sentences)).title,
            text=about.text,
            role=tool.role.value,
            acts=tool.acts,
            asks_first=tool.asks_first,
            on=tools.is_on(tool.spec.name),
        )
        for tool in tools.all()
    ]
