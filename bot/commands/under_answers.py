"""What the buttons under an answer do; each returns a sentence for who pressed it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.agent.history import Past
from bot.choices import Choices
from bot.commands.fixed import why
from bot.domain.conversations import Answer
from bot.domain.people import Person, Role
from bot.handover.service import HandOvers
from bot.language.sentences import Sentences
from bot.questions.service import OpenQuestions
from bot.storage.answers import AnswerRows
from bot.storage.ratings import RatingRows
from bot.uploads.service import Uploads
from knowledge.documents import Audience

OnAnswer = Callable[[Answer, Person, Sentences], Awaitable[str]]


class UnderAnswers:
    """Does what these buttons stand for.

    Attributes:
        verbs: What to do, by what stands before the colon of a button's action.
    """

    def __init__(
        self,
        answers: AnswerRows,
        ratings: RatingRows,
        uploads: Uploads,
        questions: OpenQuestions,
        hand_overs: HandOvers,
        past: Past,
        choices: Choices,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Do it with these parts."""
        self._answers = answers
        self._ratings = ratings
        self._uploads = uploads
        self._questions = questions
        self._hand_overs = hand_overs
        self._past = past
        self._choices = choices
        self._now = now
        self.verbs: Mapping[str, OnAnswer] = {
            "good": self._good,
            "bad": self._bad,
            "why": self._why,
            "share": self._share,
            "person": self._person,
            "tell": self._tell,
            "everyone": self._everyone,
            "team": self._team,
            "publish": self._publish,
            "internal": self._internal,
            "change": self._change,
            "discard": self._discard,
        }

    async def _good(self, answer: Answer, person: Person, sentences: Sentences) -> str:
        return await self._rate(answer, person, sentences, good=True)

    async def _bad(self, answer: Answer, person: Person, sentences: Sentences) -> str:
        rated = await self._rate(answer, person, sentences, good=False)
        await self._questions.doubt(answer, person)
        return f"{rated} {sentences.question_kept()}"

    async def _rate(
        self, answer: Answer, person: Person, sentences: Sentences, *, good: bool
    ) -> str:
        await self._ratings.rate(
            answer.answer_id, person_id=person.person_id, good=good, now=self._now()
        )
        seen = answer.kept_back and person.person_id == answer.person.person_id
        return " ".join((sentences.rated(), *([sentences.seen_now()] if seen else [])))

    async def _share(self, answer: Answer, person: Person, sentences: Sentences) -> str:
        if person.person_id != answer.person.person_id:
            return sentences.not_allowed()
        await self._answers.share(answer.answer_id)
        return sentences.seen_now()

    async def _why(self, answer: Answer, person: Person, sentences: Sentences) -> str:
        return await why(answer, person, self._past, sentences)

    async def _person(self, answer: Answer, person: Person, sentences: Sentences) -> str:
        if await self._hand_overs.want(answer, person):
            return self._hand_overs.promise(sentences)
        return sentences.handover_waiting(self._choices.business.contact)

    async def _everyone(self, answer: Answer, person: Person, _sentences: Sentences) -> str:
        return await self._uploads.wish(answer, person, Audience.PUBLIC)

    async def _team(self, answer: Answer, person: Person, _sentences: Sentences) -> str:
        return await self._uploads.wish(answer, person, Audience.STAFF)

    async def _tell(self, answer: Answer, person: Person, sentences: Sentences) -> str:
        return await self._questions.drafting.wish(answer, person, sentences)

    # Under a draft

    async def _publish(self, answer: Answer, person: Person, _sentences: Sentences) -> str:
        return await self._questions.saving.save(answer, person, Audience.PUBLIC)

    async def _internal(self, answer: Answer, person: Person, _sentences: Sentences) -> str:
        return await self._questions.saving.save(answer, person, Audience.STAFF)

    async def _change(self, _answer: Answer, person: Person, sentences: Sentences) -> str:
        return (
            sentences.not_allowed() if person.role is Role.PUBLIC else sentences.draft_changed_by()
        )

    async def _discard(self, answer: Answer, person: Person, _sentences: Sentences) -> str:
        return await self._questions.saving.discard(answer, person)
