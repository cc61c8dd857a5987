"""Reminders: from words to a promise."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, ValidationError

from bot.business.calendar import BusinessCalendar
from bot.domain.conversations import Kind, Turn
from bot.domain.people import Role
from bot.followups.plain import new_follow_up
from bot.followups.service import MAX_SUBJECT_CHARS, FollowUps, PastError, TooManyError
from bot.followups.when import Ask, Due, Rule, Why, understand
from bot.followups.wish import Wish
from bot.language.sentences import Phrasebook, Sentences
from bot.llm.model import ToolSpec
from bot.storage.followups import Call
from bot.tools.tool import Done, InvalidCallError

NAME = "schedule_follow_up"


class Arguments(BaseModel):
    """What the model gives; the moment itself is read from the person's own words by code."""

    what: str = Field(min_length=1, max_length=MAX_SUBJECT_CHARS)
    when: str = Field(default="", max_length=200)


class ScheduleFollowUp:
    """Promises to write again at a moment the person names."""

    role = Role.PUBLIC
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

    def __init__(
        self,
        follow_ups: FollowUps,
        phrasebook: Phrasebook,
        calendar: Callable[[], BusinessCalendar],
    ) -> None:
        """Promise through `follow_ups`, reckoning with the business's calendar."""
        self._follow_ups = follow_ups
        self._phrasebook = phrasebook
        self._calendar = calendar

    async def run(
        self, arguments: Mapping[str, object], *, turn: Turn, language: str, call_number: int
    ) -> Done:
        """Promise what the model understood, at the moment the person's own words name."""
        try:
            checked = Arguments.model_validate(arguments)
        except ValidationError as error:
            raise InvalidCallError(f"{NAME} needs `what` and `when` as text.") from error
        read = self._read(turn.text, turn)
        if isinstance(read, Ask) and read.why is Why.NONE:
            # Nobody named a time: small models call this for "Where can I park?" too.
            raise InvalidCallError("The person named no time. Answer the question instead.")
        if isinstance(read, Ask):
            read = self._confirmed(checked.when, read, turn)
        return await self._promise(checked.what, read, turn, language, call_number)

    async def fulfil(self, wish: Wish, *, turn: Turn, language: str) -> Done:
        """Promise what a person asked for in plain words, without a model."""
        # The whole message is read: what stands around the time can make it another one.
        return await self._promise(wish.subject, self._read(turn.text, turn), turn, language, 0)

    def _confirmed(self, words: str, ask: Ask, turn: Turn) -> Due | Ask:
        """Return the moment where the model picked out one that the person's words can mean."""
        picked = self._read(words, turn)
        if isinstance(picked, Due) and picked.due_at in ask.candidates:
            return picked
        return ask

    def zone(self, turn: Turn) -> ZoneInfo:
        """Return the zone a person speaks of: their own, else the business's."""
        return ZoneInfo(turn.person.zone) if turn.person.zone else self._calendar().zone

    def _read(self, words: str, turn: Turn) -> Due | Rule | Ask:
        # From when it was said: "in ten minutes" does not start anew when the turn runs again.
        return understand(words, now=turn.sent_at, zone=self.zone(turn), calendar=self._calendar())

    async def _promise(
        self, subject: str, read: Due | Rule | Ask, turn: Turn, language: str, call_number: int
    ) -> Done:
        sentences = self._phrasebook.sentences(language)
        zone = self.zone(turn)
        if isinstance(read, Ask):
            return Done(Kind.ASKED, _question(read, sentences, zone))
        new = new_follow_up(
            read,
            zone,
            person_id=turn.person.person_id,
            address=turn.conversation.address,
            subject=(subject or turn.text)[:MAX_SUBJECT_CHARS],
            language=language,
        )
        call = Call(turn.turn_id, call_number, NAME, {"what": subject})
        try:
            follow_up = await self._follow_ups.promise(new, call)
        except PastError:
            return Done(Kind.ASKED, sentences.when_past(sentences.moment(read.due_at, zone)))
        except TooManyError:
            return Done(Kind.REFUSED, sentences.not_allowed())
        when = sentences.coming(follow_up.rule, follow_up.due_at, zone)
        text = sentences.follow_up_set(follow_up.subject, when, follow_up.follow_up_id)
        if read.moved:
            text = f"{text}. {sentences.follow_up_moved(follow_up.due_at, zone)}"
        return Done(Kind.ACTION, text, (follow_up.follow_up_id,))


def _question(ask: Ask, sentences: Sentences, zone: ZoneInfo) -> str:
    choices = [sentences.moment(candidate, zone) for candidate in ask.candidates]
    match ask.why:
        case Why.PAST:
            return sentences.when_past(choices[0] if choices else "")
        case Why.NONE:
            return sentences.when_missing()
        case _:
            return sentences.when_unclear(choices)
