"""Reminders: from words to a promise."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from bot.domain.conversations import Turn
from bot.domain.people import Role
from bot.followups.service import MAX_SUBJECT_CHARS
from bot.followups.when import Ask, Due, tells_time
from bot.language.sentences import Sentences
from bot.llm.model import ToolSpec
from bot.tools.tool import About, InvalidCallError, checked
from bot.wishes.done import Done
from bot.wishes.promises import NAME, Promises


class Arguments(BaseModel):
    """What the model gives; the moment itself is read from the person's own words by code."""

    what: str = Field(min_length=1, max_length=MAX_SUBJECT_CHARS)
    when: str = Field(default="", max_length=200)


class ScheduleFollowUp:
    """Promises to write again at a moment the person names."""

    role = Role.PUBLIC
    acts = True
    # It writes to nobody but the person who asks, where they ask.
    asks_first = False
    needs_skill = False
    said_back = ("what",)
    spec = ToolSpec(
        name=NAME,
        description=(
            "Remind the person later. Only when they ask to be reminded or written to at a"
            " certain time."
        ),
        parameters={
            "type": "object",
            "properties": {
                "what": {"type": "string", "description": "What to remind them of, short."},
                "when": {"type": "string", "description": "The person's own words for the time."},
            },
            "required": ["what", "when"],
        },
    )

    def __init__(self, promises: Promises) -> None:
        """Promise through `promises`, to the person who asks alone."""
        self._promises = promises

    def about(self, sentences: Sentences) -> About:
        """Return what people are told of it."""
        return About(sentences.reminding(), sentences.about_reminding())

    async def run(
        self, arguments: Mapping[str, object], *, turn: Turn, language: str, call_number: int
    ) -> Done:
        """Promise what the model understood, at the moment the person's own words name."""
        given = checked(Arguments, arguments, needs=f"{NAME} needs `what` and `when` as text.")
        read = self._promises.read(turn.text, turn)
        if not tells_time(read):
            # Nobody named a time: small models call this for "Where can I park?" too.
            raise InvalidCallError("The person named no time. Answer the question instead.")
        if isinstance(read, Ask):
            read = self._confirmed(given.when, read, turn)
        what = " ".join(given.what.split())
        return await self._promises.promise(what, read, turn, language, call_number)

    def _confirmed(self, words: str, ask: Ask, turn: Turn) -> Due | Ask:
        """Return the moment where the model picked out one that the person's words can mean."""
        picked = self._promises.read(words, turn)
        if isinstance(picked, Due) and picked.due_at in ask.candidates:
            return picked
        return ask
