"""A person's own reminder, moved."""

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

NAME = "move_follow_up"


class Arguments(BaseModel):
    """What the model gives; which it is and when is checked against the person's own words."""

    which: str = Field(min_length=1, max_length=200)
    to: str = Field(default="", max_length=200)


class MoveFollowUp:
    """Moves a reminder that waits."""

    role = Role.PUBLIC
    acts = True
    asks_first = False
    needs_skill = False
    # They are looked up, and never said.
    said_back: tuple[str, ...] = ()
    spec = ToolSpec(
        name=NAME,
        description="Move one of the person's own reminders. Only when they ask so.",
        parameters={
            "type": "object",
            "properties": {
                "which": {"type": "string", "description": "What the reminder is about."},
                "to": {"type": "string", "description": "The person's own words for the time."},
            },
            "required": ["which", "to"],
        },
    )

    def __init__(self, managing: Managing) -> None:
        """Move through `managing`."""
        self._managing = managing

    def about(self, sentences: Sentences) -> About:
        """Return what people are told of it."""
        return About(sentences.moving(), sentences.about_moving())

    async def run(
        self, arguments: Mapping[str, object], *, turn: Turn, language: str, call_number: int
    ) -> Done:
        """Move the reminder that the person speaks of to when they say, or ask."""
        given = checked(Arguments, arguments, needs=f"{NAME} needs `which` and `to` as text.")
        return await managed(
            self._managing,
            Act.MOVE,
            given.which,
            given.to,
            turn=turn,
            language=language,
            call_number=call_number,
            otherwise="The person has no such reminder.",
        )
