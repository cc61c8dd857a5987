"""What a press of a button does. Every press gets a sentence, seen by who pressed alone."""

from collections.abc import Awaitable, Callable, Mapping

from bot.choices import Choices
from bot.commands.under_answers import OnAnswer, UnderAnswers
from bot.domain.followups import FollowUp, FollowUpState
from bot.domain.people import Person
from bot.followups.service import FollowUps
from bot.language.sentences import Phrasebook, Sentences
from bot.storage.answers import AnswerRows
from bot.storage.people import PersonRows
from bot.storage.ratings import RatingRows
from connectors.messages import Address, Press

# Ids are positive and fit PostgreSQL's integer.
_MAX_ID = 2**31 - 1

OnFollowUp = Callable[[FollowUp, Person, Sentences], Awaitable[str]]
InTeamRoom = Callable[[int, Address, Person], Awaitable[str]]


class Presses:
    """Does what buttons stand for, whenever they were posted."""

    def __init__(
        self,
        people: PersonRows,
        answers: AnswerRows,
        ratings: RatingRows,
        follow_ups: FollowUps,
        in_team_room: Mapping[str, InTeamRoom],
        under_answers: UnderAnswers,
        choices: Choices,
        phrasebook: Phrasebook,
    ) -> None:
        """Serve presses with these parts; `in_team_room` is what buttons there do, by verb."""
        self._people = people
        self._answers = answers
        self._ratings = ratings
        self._follow_ups = follow_ups
        self._choices = choices
        self._phrasebook = phrasebook
        self._on_answer = under_answers.verbs
        self._on_follow_up: dict[str, OnFollowUp] = {
            "done": self._done,
            "snooze": self._snooze,
            "cancel": self._cancel,
        }
        self._in_team_room = in_team_room

    @property
    def verbs(self) -> frozenset[str]:
        """Return what may stand before the colon of an action."""
        return frozenset({*self._on_answer, *self._on_follow_up, *self._in_team_room})

    async def pressed(self, press: Press) -> str:
        """Do what a button stands for and return a sentence for who pressed it.

        Raises:
            StorageError: Nothing was done.
        """
        verb, _, digits = press.action.partition(":")
        number = int(digits) if digits.isascii() and digits.isdigit() else 0
        if 0 < number <= _MAX_ID:
            if (on_answer := self._on_answer.get(verb)) is not None:
                return await self._at_answer(press, number, on_answer)
            if (on_follow_up := self._on_follow_up.get(verb)) is not None:
                return await self._at_follow_up(press, number, on_follow_up)
            if (in_team_room := self._in_team_room.get(verb)) is not None:
                person = await self._people.ensure(press.address.platform, press.author)
                return await in_team_room(number, press.address, person)
        return (await self._sentences(press.address)).button_unknown()

    async def _sentences(self, address: Address) -> Sentences:
        spoken = await self._ratings.language(address)
        return self._phrasebook.sentences(spoken or self._choices.business.language)

    async def _at_answer(self, press: Press, answer_id: int, do: OnAnswer) -> str:
        answer = await self._answers.get(answer_id)
        if answer is None or not _same_room(answer.conversation.address, press.address):
            return (await self._sentences(press.address)).answer_gone()
        person = await self._people.ensure(press.address.platform, press.author)
        return await do(answer, person, self._phrasebook.sentences(answer.outcome.language))

    async def _at_follow_up(self, press: Press, follow_up_id: int, do: OnFollowUp) -> str:
        person = await self._people.ensure(press.address.platform, press.author)
        follow_up = await self._follow_ups.get(follow_up_id)
        if follow_up is None or follow_up.person_id != person.person_id:
            return (await self._sentences(press.address)).follow_up_not_found(follow_up_id)
        return await do(follow_up, person, self._phrasebook.sentences(follow_up.language))

    # Under a reminder, or under its confirmation

    async def _done(self, follow_up: FollowUp, person: Person, sentences: Sentences) -> str:
        number = follow_up.follow_up_id
        finished = await self._follow_ups.done(number, person_id=person.person_id)
        if finished is None:
            return sentences.follow_up_not_found(number)
        return sentences.follow_up_done(finished.subject)

    async def _snooze(self, follow_up: FollowUp, person: Person, sentences: Sentences) -> str:
        number = follow_up.follow_up_id
        promised = await self._follow_ups.again(number, person_id=person.person_id)
        if promised is None:
            return sentences.follow_up_not_found(number)
        when = sentences.coming(promised.rule, promised.due_at, person.zone or promised.zone)
        return sentences.follow_up_again(promised.subject, when, number)

    async def _cancel(self, follow_up: FollowUp, person: Person, sentences: Sentences) -> str:
        number = follow_up.follow_up_id
        cancelled = await self._follow_ups.cancel(number, person_id=person.person_id)
        if cancelled is None and follow_up.state is not FollowUpState.CANCELLED:
            return sentences.follow_up_not_found(number)
        return sentences.follow_up_cancelled(follow_up.subject, number)


def _same_room(one: Address, other: Address) -> bool:
    """Return whether two addresses have the same readers: threads are read by the whole room."""
    return (one.platform, one.channel) == (other.platform, other.channel)
