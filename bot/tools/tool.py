"""The form of a tool."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from bot.domain.conversations import Turn
from bot.domain.people import Role
from bot.language.sentences import Sentences
from bot.llm.model import ToolSpec
from bot.wishes.done import Done


@dataclass(frozen=True, slots=True)
class About:
    """What people are told of a tool.

    Attributes:
        title: What it does, in a few words.
        text: The same in a sentence.
    """

    title: str
    text: str


class InvalidCallError(Exception):
    """The arguments do not fit; the text tells the model what to mend."""


_Form = TypeVar("_Form", bound=BaseModel)


def checked(form: type[_Form], arguments: Mapping[str, object], *, needs: str) -> _Form:
    """Return what the model gave for a call.

    Args:
        form: What it must fit.
        arguments: As the model gave them.
        needs: Tells the model what does.

    Raises:
        InvalidCallError: It does not fit.
    """
    try:
        return form.model_validate(arguments)
    except ValidationError as error:
        raise InvalidCallError(needs) from error


class Tool(Protocol):
    """Something the model may ask for. Code checks, does and words it."""

    @property
    def spec(self) -> ToolSpec:
        """Return what the model is told of it."""

    @property
    def role(self) -> Role:
        """Return what a person must at least be to use it."""

    @property
    def acts(self) -> bool:
        """Return whether it changes anything; one that does not only reads."""

    @property
    def asks_first(self) -> bool:
        """Return whether the person is asked before others are told of what it does."""

    @property
    def needs_skill(self) -> bool:
        """Return whether it serves a skill, so that it is offered only for a message of one's."""

    @property
    def said_back(self) -> tuple[str, ...]:
        """Return the arguments that people will read in the model's words.

        What stands in them must come from the person: they are checked like a composed sentence.
        """

    def about(self, sentences: Sentences) -> About:
        """Return what people are told of it."""

    async def run(
        self, arguments: Mapping[str, object], *, turn: Turn, language: str, call_number: int
    ) -> Done:
        """Do it, once for each turn and call number.

        Raises:
            InvalidCallError: The arguments do not fit, or the person's words do not ask for it.
        """
