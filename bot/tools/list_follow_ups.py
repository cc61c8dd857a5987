"""A person's own reminders, listed."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from bot.domain.conversations import Turn
from bot.domain.people import Role
from bot.followups.managing import Managing
from bot.followups.requests import Act
from bot.language.sentences import Sentences
from bot.llm.model import ToolSpec
from bot.tools.managed import managed
from bot.tools.tool import About, checked
from bot.wishes.done import Done

NAME = "list_follow_ups"


class Arguments(BaseModel):
    """What the model gives; the person's own words decide what is listed."""

    about: str = Field(default="", max_length=200)


class ListFollowUps:
    """Tells a person which of their own reminders wait."""

    role = Role.PUBLIC
    acts = False
    asks_first = False
    needs_skill = False
    # They are looked up, and never said.
    said_back: tuple[str, ...] = ()
    spec = ToolSpec(
        name=NAME,
        description="Show the person's own reminders. Only when they ask which they have.",
        parameters={
            "type": "object",
            "properties": {
                "about": {"type": "string", "description": "What they are about; empty for all."}
            },
        },
    )

    def __init__(self, managing: Managing) -> None:
        """List through `managing`."""
        self._managing = managing

    def about(self, sentences: Sentences) -> About:
        """Return what people are told of it."""
        return About(sentences.listing(), sentences.about_listing())

    async def run(
        self, arguments: Mapping[str, object], *, turn: Turn, language: str, call_number: int
    ) -> Done:
        """List what the person's own words speak of."""
        given = checked(Arguments, arguments, needs=f"{NAME} needs `about` as text.")
        return await managed(
            self._managing,
            Act.LIST,
            given.about,
            turn=turn,
            language=language,
            call_number=call_number,
            otherwise="The person asks for no reminder.",
        )
