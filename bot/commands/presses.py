"""What a press of a button does. Every press gets a sentence, seen by who pressed alone."""

from collections.abc import Awaitable, Callable, Mapping

from bot.choices import Choices
from bot.commands.chosen import Choose
from bot.commands.under_answers import OnAnswer, UnderAnswers
from bot.commands.under_reminders import OnFollowUp, UnderReminders, same_room
from bot.domain.changes import Actor, By, act_as, acting
from bot.domain.conversations import Answer
from bot.domain.followups import FollowUp
from bot.domain.people import Person
from bot.language.sentences import Phrasebook, Sentences
from bot.outbox.buttons import GIVE, WHOM
from bot.storage.answers import AnswerRows
from bot.storage.people import PersonRows
from bot.storage.ratings import RatingRows
from connectors.messages import Address, Press

# Ids are positive and fit PostgreSQL's integer.
_MAX_ID = 2**31 - 1

InTeamRoom = Callable[[int, Address, Person], Awaitable[str]]


class Presses:
    """Does what buttons stand for, whenever they were posted.

    Attributes:
        chosen: What buttons with several numbers do, by verb.
    """

    def __init__(
        self,
        people: PersonRows,
        answers: AnswerRows,
        ratings: RatingRows,
        in_team_room: Mapping[str, InTeamRoom],
        under_answers: UnderAnswers,
        under_reminders: UnderReminders,
        choices: Choices,
        phrasebook: Phrasebook,
    ) -> None:
        """Serve presses with these parts; `in_team_room` is what buttons there do, by verb."""
        self._people = people
        self._answers = answers
        self._ratings = ratings
        self._choices = choices
        self._phrasebook = phrasebook
        self._on_answer = under_answers.verbs
        self._under_reminders = under_reminders
        self._on_follow_up = under_reminders.verbs
        self._in_team_room = in_team_room
        self.chosen: Mapping[str, Choose] = {}

    @property
    def verbs(self) -> frozenset[str]:
        """Return what may stand before the colon of an action."""
        numbered = (*self._on_answer, *self._on_follow_up, *self._in_team_room)
        return frozenset({*numbered, *self.chosen, WHOM, GIVE})

    async def pressed(self, press: Press) -> str:
        """Do what a button stands for and return a sentence for who pressed it.

        Raises:
            StorageError: Nothing was done.
        """
        with acting(None):
            return await self._done(press)

    async def _done(self, press: Press) -> str:
        verb, _, digits = press.action.partition(":")
        if (choose := self.chosen.get(verb)) is not None:
            return await self._choose(press, digits, choose)
        if verb in {WHOM, GIVE}:
            return await self._name(press, verb, *digits.partition("-")[::2])
        if number := _id(digits):
            if (on_answer := self._on_answer.get(verb)) is not None:
                return await self._at_answer(press, number, on_answer)
            if (on_follow_up := self._on_follow_up.get(verb)) is not None:
                return await self._at_follow_up(press, number, on_follow_up)
            if (in_team_room := self._in_team_room.get(verb)) is not None:
                person = await self._who(press)
                return await in_team_room(number, press.address, person)
        return (await self._sentences(press.address)).button_unknown()

    async def _who(self, press: Press) -> Person:
        """Return who pressed; what is done from here on is theirs."""
        person = await self._people.ensure(press.address.platform, press.author)
        act_as(Actor(By.PERSON, person_id=person.person_id))
        return person

    async def _choose(self, press: Press, digits: str, choose: Choose) -> str:
        person = await self._who(press)
        sentences = await self._sentences(press.address)
        try:
            return await choose([int(each) for each in digits.split(":")], person, sentences)
        except (ValueError, OverflowError):  # No button of ours says that.
            return sentences.button_unknown()

    async def _sentences(self, address: Address) -> Sentences:
        spoken = await self._ratings.language(address)
        return self._phrasebook.sentences(spoken or self._choices.business.language)

    async def _at_answer(self, press: Press, answer_id: int, do: OnAnswer) -> str:
        answer = await self._answers.get(answer_id)
        if answer is None or not same_room(answer.conversation.address, press.address):
            return (await self._sentences(press.address)).answer_gone()
        person = await self._who(press)
        return await do(answer, person, self._phrasebook.sentences(answer.outcome.language))

    async def _name(self, press: Press, verb: str, digits: str, person: str) -> str:
        """Do what somebody was asked about, for the person that a button names."""
        number, person_id, under = _id(digits), _id(person), self._under_reminders
        if not (number and person_id):
            return (await self._sentences(press.address)).button_unknown()

        async def choose(answer: Answer, presser: Person, sentences: Sentences) -> str:
            return await under.choose(answer, person_id, presser, sentences)

        async def give(follow_up: FollowUp, presser: Person, sentences: Sentences) -> str:
            return await under.give(follow_up, person_id, presser, press.address, sentences)

        if verb == WHOM:
            return await self._at_answer(press, number, choose)
        return await self._at_follow_up(press, number, give)

    async def _at_follow_up(self, press: Press, follow_up_id: int, do: OnFollowUp) -> str:
        person = await self._who(press)
        follow_up = await self._under_reminders.theirs(follow_up_id, person, press.address)
        if follow_up is None:
            return (await self._sentences(press.address)).follow_up_not_found(follow_up_id)
        return await do(follow_up, person, self._phrasebook.sentences(follow_up.language))


def _id(digits: str) -> int:
    """Return the id that a button names, 0 for none."""
    number = int(digits) if digits.isascii() and digits.isdigit() else 0
    return number if number <= _MAX_ID else 0
