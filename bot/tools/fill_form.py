"""Forms: a skill's questions, asked one after the other."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from bot.domain.conversations import Kind, Turn
from bot.domain.people import Role
from bot.language.sentences import Sentences
from bot.llm.model import ToolSpec
from bot.skills.filling import Filling
from bot.skills.fitting import Fitting
from bot.skills.folder import FORM_TOOL
from bot.tools.tool import About, InvalidCallError, checked
from bot.wishes.done import Done

NAME = FORM_TOOL


class Arguments(BaseModel):
    """What the model gives: nothing but whose form it is. What goes into it the person says."""

    form: str = Field(min_length=1, max_length=64)


class FillForm:
    """Begins the form of a skill that the message is for; code asks, checks and sends."""

    role = Role.PUBLIC
    acts = True
    asks_first = True
    needs_skill = True
    said_back: tuple[str, ...] = ()
    spec = ToolSpec(
        name=NAME,
        description=(
            "Begin a form that the instructions name. Only when the person wants what it is for."
            " It asks its questions itself."
        ),
        parameters={
            "type": "object",
            "properties": {"form": {"type": "string", "description": "The form's name."}},
            "required": ["form"],
        },
    )

    def __init__(self, filling: Filling, fitting: Fitting) -> None:
        """Begin forms by `filling`, for messages that they fit."""
        self._filling = filling
        self._fitting = fitting

    def about(self, sentences: Sentences) -> About:
        """Return what people are told of it."""
        return About(sentences.filling(), sentences.about_filling())

    async def run(
        self,
        arguments: Mapping[str, object],
        *,
        turn: Turn,
        language: str,
        call_number: int,  # noqa: ARG002 - a form is stored with its turn's answer, so once
    ) -> Done:
        """Begin the form, if the person's own words are for it; nothing is sent by that."""
        given = checked(Arguments, arguments, needs=f"{NAME} needs `form`, a form's name.")
        fit = await self._fitting.of(turn.text, turn.skills)
        if fit is None or fit.skill.form is None or fit.skill.name != given.form:
            raise InvalidCallError("The person wants no such form. Answer the question instead.")
        begun = self._filling.begin(fit.skill, turn, language=language)
        return Done(Kind.ASKED, begun.text, form=begun.form)
