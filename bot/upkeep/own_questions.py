"""The owner's list of questions: written, from a file, and from what people really asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.choices import Choices
from bot.domain.conversations import Answer, Kind
from bot.domain.people import Role
from bot.domain.trials import Origin, OwnQuestion
from bot.language.courtesies import without_courtesies
from bot.questions.personal import without_personal_data
from bot.questions.wording import others_of, question_of
from bot.storage.answers import AnswerRows
from bot.storage.gaps import GapRows
from bot.storage.own_questions import OwnQuestionRows
from bot.upkeep.evaluation import InvalidQuestionsError, read_questions
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document

# More take a small box an hour and nobody reads what came of them.
MAX_QUESTIONS = 2_000
MAX_CHARS = 2_000  # what the search reads of a question
MAX_KIND_CHARS = 64
# Of each source; those that are taken make room for others.
LOOKED_AT = 25
SUGGESTED = 10
# Answers that came from the knowledge.
_FOUND = frozenset({Kind.VERBATIM, Kind.COMPOSED, Kind.PASSAGE})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that somebody asked, without what says who it was.

    Attributes:
        question: Expects nothing where the owner has to say what is right.
        title: Of the document it expects, "" where it expects none.
    """

    question: OwnQuestion
    title: str = ""


class OwnQuestions:
    """The list, and what may be taken onto it."""

    def __init__(
        self,
        rows: OwnQuestionRows,
        answers: AnswerRows,
        gaps: GapRows,
        knowledge: KnowledgeBase,
        choices: Choices,
    ) -> None:
        """Keep the list in `rows`; suggest from answers and gaps."""
        self._rows = rows
        self._answers = answers
        self._gaps = gaps
        self._knowledge = knowledge
        self._choices = choices

    async def all(self) -> list[OwnQuestion]:
        """Return the list, oldest first."""
        return await self._rows.all()

    async def count(self) -> int:
        """Return how many there are."""
        return await self._rows.count()

    async def add(self, questions: Sequence[OwnQuestion]) -> int:
        """Put questions on the list: all of them or, when one does not fit, none.

        Returns:
            How many are new; those that are on the list already stay as they are.

        Raises:
            InvalidQuestionsError: With the first that does not fit, and why.
        """
        new = await self.unknown_of(questions)
        heads = await self._knowledge.heads({each.document_id for each in new})
        documents = {each.document_id: each for each in heads}
        for each in new:
            _check(each, documents)
        await self._rows.add(new)
        return len(new)

    async def adopt(self, questions: Sequence[OwnQuestion]) -> int:
        """Put another list's questions on this one, whether what they expect is there or not.

        Returns:
            How many are new.

        Raises:
            InvalidQuestionsError: They are too many; none was added.
        """
        new = await self.unknown_of(questions)
        await self._rows.add(new)
        return len(new)

    async def unknown_of(self, questions: Sequence[OwnQuestion]) -> list[OwnQuestion]:
        """Return those that are not on the list, each once.

        Raises:
            InvalidQuestionsError: The list would be too long with them.
        """
        known = {_same(each) for each in await self._rows.all()}
        new = {_same(each): each for each in questions if _same(each) not in known}
        if len(known) + len(new) > MAX_QUESTIONS:
            raise InvalidQuestionsError(
                f"The list takes {MAX_QUESTIONS:,} questions: remove some first."
            )
        return list(new.values())

    async def add_file(self, text: str, *, role: Role) -> int:
        """Put the questions of a questions file on the list, asked as a role; return how many.

        Raises:
            InvalidQuestionsError: With the first that does not fit; nothing was added.
        """
        return await self.add(
            [
                OwnQuestion(
                    text=each.question,
                    document_id=each.expect_document or "",
                    contains=each.expect_contains or "",
                    unknown=each.expect_unknown,
                    role=role,
                    origin=Origin.FILE,
                    kind=each.kind[:MAX_KIND_CHARS],
                )
                for each in read_questions(text)
            ]
        )

    async def remove(self, question_id: int) -> bool:
        """Take a question off the list; False when it was not on it."""
        return await self._rows.remove(question_id)

    async def suggestions(self) -> list[Suggestion]:
        """Return what people asked and might be on the list, best known first.

        What helped people expects the document it was answered from; what did not help expects
        nothing yet; other wordings of what was answered later expect its entry.
        """
        on_list = {_folded(each.text) for each in await self._rows.all()}
        suggested = [*await self._rated(), *await self._asked()]
        titles = await self._knowledge.titles_of({each.document_id for each in suggested})
        found: dict[str, Suggestion] = {}
        for question in suggested:
            known = not question.document_id or question.document_id in titles
            if known and question.text and _folded(question.text) not in on_list:
                suggestion = Suggestion(question, titles.get(question.document_id, ""))
                found.setdefault(_folded(question.text), suggestion)
        return list(found.values())[:SUGGESTED]

    async def _rated(self) -> list[OwnQuestion]:
        good = await self._answers.rated(good=True, limit=LOOKED_AT)
        bad = await self._answers.rated(good=False, limit=LOOKED_AT)
        helped = [
            replace(self._own(each), document_id=each.outcome.sources[0].document_id)
            for each in good
            if each.outcome.kind in _FOUND and each.outcome.sources
        ]
        return [each for each in helped if each.document_id] + [
            self._own(each) for each in bad if each.outcome.kind in {*_FOUND, Kind.UNKNOWN}
        ]

    async def _asked(self) -> list[OwnQuestion]:
        facts = self._choices.business
        found = []
        gaps = await self._gaps.answered(limit=LOOKED_AT)
        heads = await self._knowledge.heads({gap.document_id for gap in gaps})
        entries = {entry.document_id: entry for entry in heads}
        for gap in gaps:
            entry = entries.get(gap.document_id)
            if entry is None:
                continue
            role = Role.PUBLIC if entry.audience is Audience.PUBLIC else Role.STAFF
            wordings = [question_of(gap, facts), *others_of(gap, entry.title, facts)]
            found += [
                OwnQuestion(words, gap.document_id, role=role, origin=Origin.ASKED)
                for words in dict.fromkeys(wordings)
                if _folded(words) != _folded(entry.title)
            ]
        return found

    def _own(self, answer: Answer) -> OwnQuestion:
        words = without_personal_data(
            without_courtesies(answer.asked),
            names=[answer.person.name],
            region=self._choices.business.region.partition("-")[0],
        )
        public = answer.conversation.audience is Audience.PUBLIC
        role = Role.PUBLIC if public or answer.person.role is Role.PUBLIC else Role.STAFF
        return OwnQuestion(words, role=role, origin=Origin.RATED)


def _check(question: OwnQuestion, documents: dict[str, Document]) -> None:
    told = f"“{question.text[:60]}”"
    if not question.text.strip():
        raise InvalidQuestionsError("Write the question.")
    if len(question.text) > MAX_CHARS or len(question.contains) > MAX_CHARS:
        raise InvalidQuestionsError(f"{told} is over {MAX_CHARS:,} characters: shorten it.")
    wants = [question.document_id, question.contains, question.unknown]
    if sum(bool(want) for want in wants) != 1:
        raise InvalidQuestionsError(f"{told} needs exactly one thing that is expected.")
    if not question.document_id:
        return
    document = documents.get(question.document_id)
    if document is None:
        raise InvalidQuestionsError(
            f"{told} expects {question.document_id}, and there is no such document."
        )
    if question.role is Role.PUBLIC and document.audience is not Audience.PUBLIC:
        raise InvalidQuestionsError(
            f"{told} expects {document.title}, which customers may not read: have a colleague ask."
        )


def _same(question: OwnQuestion) -> tuple[object, ...]:
    return (
        _folded(question.text),
        question.document_id,
        _folded(question.contains),
        question.unknown,
        question.role,
    )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
