"""Commands and courtesies: fixed words, no model."""

from collections.abc import Callable

from bot.agent.history import Past
from bot.choices import Choices
from bot.commands.words import Intent, Wish
from bot.domain.conversations import Answer, Kind, Outcome, Turn
from bot.domain.people import Person, Role
from bot.followups.managing import NAME as MANAGE
from bot.followups.managing import Managing
from bot.followups.service import FollowUps
from bot.handover.service import HandOvers
from bot.language.sentences import Phrasebook, Sentences
from bot.storage.answers import AnswerRows
from bot.storage.followups import Call

# How long the words of each audience are kept, in days.
DAYS_KEPT = {Role.PUBLIC: 90, Role.STAFF: 365, Role.OWNER: 365}

_COURTESIES: dict[Wish, Callable[[Sentences, str], str]] = {
    Wish.GREETING: lambda sentences, business: sentences.greeting(business),
    Wish.THANKS: lambda sentences, _business: sentences.thanks(),
    Wish.GOODBYE: lambda sentences, _business: sentences.goodbye(),
    Wish.ACKNOWLEDGEMENT: lambda sentences, _business: sentences.acknowledgement(),
    Wish.ROBOT: lambda sentences, business: sentences.robot(business),
    Wish.HELP: lambda sentences, _business: sentences.help(),
}


class FixedWords:
    """Answers what needs no knowledge."""

    def __init__(
        self,
        follow_ups: FollowUps,
        managing: Managing,
        answers: AnswerRows,
        past: Past,
        hand_overs: HandOvers,
        choices: Choices,
        phrasebook: Phrasebook,
    ) -> None:
        """Answer with these parts."""
        self._follow_ups = follow_ups
        self._managing = managing
        self._answers = answers
        self._past = past
        self._hand_overs = hand_overs
        self._choices = choices
        self._phrasebook = phrasebook

    async def say(self, turn: Turn, intent: Intent, language: str) -> Outcome:
        """Return what a command or courtesy comes to, in a language."""
        sentences = self._phrasebook.sentences(language)
        if (courtesy := _COURTESIES.get(intent.wish)) is not None:
            text = courtesy(sentences, self._choices.business.name)
            return Outcome(Kind.SOCIAL, text, language)
        match intent.wish:
            case Wish.MY_FOLLOW_UPS:
                return await self._list(turn, sentences)
            case Wish.CANCEL_FOLLOW_UP:
                return await self._cancel(turn, intent.number, sentences)
            case Wish.WHY:
                return Outcome(Kind.SOCIAL, await self._why(turn, sentences), language)
            case Wish.ABOUT_ME:
                text = sentences.about_me(DAYS_KEPT[turn.person.role])
                return Outcome(Kind.SOCIAL, text, language)
            case _:
                return self._hand_over(intent.wish, sentences)

    async def manage(self, turn: Turn, language: str) -> tuple[Outcome, bool] | None:
        """Return what a request about the person's own reminders comes to, and if it surely is one.

        None when the message is no such request.
        """
        managed = await self._managing.answer(turn, language)
        if managed is None:
            return None
        outcome = Outcome(
            managed.kind,
            managed.text,
            language,
            follow_up_ids=managed.follow_up_ids,
            promised=False,
            buttons=managed.buttons,
        )
        return outcome, managed.sure

    async def touches(self, turn: Turn, text: str, language: str) -> bool:
        """Return whether a text has a word of what one of the person's own reminders is about."""
        return await self._managing.touches(turn, text, language)

    def _hand_over(self, wanted: Wish, sentences: Sentences) -> Outcome:
        """Put a wish on the team's list; forgetting somebody is a person's deed as yet."""
        contact = self._choices.business.contact
        text = (
            sentences.forget_me(contact)
            if wanted is Wish.FORGET_ME
            else self._hand_overs.promise(sentences)
        )
        return Outcome(Kind.HANDOVER, text, sentences.language, hand_over="asked")

    async def _list(self, turn: Turn, sentences: Sentences) -> Outcome:
        waiting = await self._follow_ups.waiting(person_id=turn.person.person_id)
        lines = [
            sentences.follow_up_line(
                each.follow_up_id,
                each.subject,
                sentences.coming(each.rule, each.due_at, each.zone),
            )
            for each in waiting
        ]
        ids = tuple(each.follow_up_id for each in waiting)
        text = sentences.my_follow_ups(lines)
        return Outcome(Kind.ACTION, text, sentences.language, follow_up_ids=ids, promised=False)

    async def _cancel(self, turn: Turn, number: int | None, sentences: Sentences) -> Outcome:
        if number is None:
            # Which one is not guessed: the list shows the numbers.
            return await self._list(turn, sentences)
        call = Call(turn.turn_id, 0, MANAGE, {"number": str(number)})
        cancelled = await self._follow_ups.cancel(
            number, person_id=turn.person.person_id, call=call
        )
        if cancelled is None:
            text = sentences.follow_up_not_found(number)
            return Outcome(Kind.REFUSED, text, sentences.language)
        text = sentences.follow_up_cancelled(cancelled.subject, number)
        return Outcome(
            Kind.ACTION, text, sentences.language, follow_up_ids=(number,), promised=False
        )

    async def _why(self, turn: Turn, sentences: Sentences) -> str:
        last = await self._answers.last(
            turn.conversation.conversation_id, person_id=turn.person.person_id
        )
        if last is None:
            return sentences.nothing_to_explain()
        return await why(last, turn.person, self._past, sentences)


async def why(answer: Answer, person: Person, past: Past, sentences: Sentences) -> str:
    """Return what an answer stands on, as far as the person who asks may be told of it today."""
    sources = answer.outcome.sources
    standing = await past.standing(sources, person.role, answer.conversation)
    titles = list(dict.fromkeys(source.title for source in sources if source in standing))
    some_gone = len(standing) < len(set(sources))
    return sentences.why(answer.outcome.kind, titles, answer.answer_id, some_gone=some_gone)
