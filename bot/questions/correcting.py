"""A wrong answer is put right: what is said instead becomes what the business says."""

from dataclasses import replace

from bot.choices import Choices
from bot.domain.conversations import Answer, Kind
from bot.language.courtesies import without_courtesies
from bot.questions.personal import told_names, without_personal_data
from bot.questions.service import OpenQuestions
from bot.questions.wording import country_of
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document, Shape
from knowledge.readers.entries import entry


class Correcting:
    """Makes entries of what somebody says in place of an answer."""

    def __init__(
        self, questions: OpenQuestions, knowledge: KnowledgeBase, choices: Choices
    ) -> None:
        """Correct with these parts."""
        self._questions = questions
        self._knowledge = knowledge
        self._choices = choices

    def question(self, answer: Answer) -> str:
        """Return what was asked without courtesies and personal data; "" where nothing is left."""
        names = [answer.person.name, *told_names(answer.asked)]
        return without_personal_data(
            without_courtesies(answer.asked),
            names=names,
            region=country_of(self._choices.business),
        )

    async def entry_of(self, answer: Answer) -> Document | None:
        """Return the entry that an answer is, word for word; None where it is no single one."""
        if answer.outcome.kind is not Kind.VERBATIM or len(answer.outcome.sources) != 1:
            return None
        document = await self._knowledge.show(answer.outcome.sources[0].document_id)
        return document if document is not None and document.shape is Shape.ENTRY else None

    async def put_right(
        self, answer: Answer, words: str, *, question: str, audience: Audience
    ) -> str:
        """Have this said to the question from now on; return the id of the entry that says it.

        The entry that an answer is gets the new words, keeps all else that is said of it, and is
        found by this question, too. Of any other answer's question a new entry is made.

        Args:
            answer: The wrong one.
            words: The right ones.
            question: As people would ask it.
            audience: Who may read a new entry.

        Raises:
            UnreadableError: The question or the words are empty or too long.
            KnowledgeError: It was not stored; the answer's question is on the list of open ones.
        """
        gap_id = await self._questions.correct(answer)
        said = await self.entry_of(answer)
        if said is not None:
            await self._knowledge.add([_with_words(said, words, self.question(answer))])
            if gap_id is not None:
                await self._questions.answered_by(
                    gap_id, said.document_id, words, audience=said.audience
                )
            return said.document_id
        made = None
        if gap_id is not None:
            made = await self._questions.answer(gap_id, words, question=question, audience=audience)
        return made or await self._anew(answer, words, question, audience)

    async def _anew(self, answer: Answer, words: str, question: str, audience: Audience) -> str:
        """Make an entry of a question that was seen to since; one of its words is replaced."""
        made = entry(
            question=question,
            answer=words,
            audience=audience,
            origin=f"answer {answer.answer_id}",
        )
        await self._knowledge.add([made])
        return made.document_id


def _with_words(document: Document, words: str, asked: str) -> Document:
    """Return an entry with other words, which is found by one more question.

    Raises:
        UnreadableError: The words are empty or too long.
    """
    (before,) = document.passages
    ways = before.ways if asked in {"", *before.ways} else (*before.ways, asked)
    read = entry(
        question=document.title,
        answer=words,
        audience=document.audience,
        origin=document.origin,
        document_id=document.document_id,
        alternatives=ways,
    )
    return replace(document, source=read.source, passages=read.passages)
