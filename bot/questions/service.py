"""Open questions: each becomes an entry the bot can say for ever."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.gaps import CarriedQuestion, OpenQuestion, QuestionState
from bot.storage.carried import CarriedRows
from bot.storage.gaps import QuestionRows
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document
from knowledge.readers.entries import entry


class OpenQuestions:
    """The one door to open questions, for page and terminal."""

    def __init__(self, rows: QuestionRows, carried: CarriedRows, knowledge: KnowledgeBase) -> None:
        """Keep questions in rows and answers in the knowledge."""
        self._rows = rows
        self._carried = carried
        self._knowledge = knowledge

    async def list(self, *, limit: int = 500) -> list[OpenQuestion]:
        """Return the open questions, newest first."""
        return await self._rows.list(limit=limit)

    async def count(self) -> int:
        """Return how many are open."""
        return await self._rows.count_open()

    async def get(self, question_id: int) -> OpenQuestion | None:
        """Return one question, whatever became of it, or None."""
        return await self._rows.get(question_id)

    async def answer(
        self, question_id: int, answer: str, *, question: str = "", audience: Audience
    ) -> str | None:
        """Make an approved entry of a question and its answer; it is found from now on.

        Args:
            question_id: Which question.
            answer: What to say, word for word.
            question: A better wording of the question; "" keeps the asker's.
            audience: Who may read it.

        Returns:
            The entry's document id; None when the question is not open.

        Raises:
            UnreadableError: The answer is empty or too long.
            KnowledgeError: It was not added; the question stays open.
        """
        found = await self._rows.get(question_id)
        if found is None or found.state is not QuestionState.OPEN:
            return None
        document = _entry(found, answer, question, audience)
        if await self._knowledge.show(document.document_id) is not None:
            # Somebody asked the same words before: that entry stays as it is.
            fresh = f"{document.document_id}-{question_id}"
            document = _entry(found, answer, question, audience, document_id=fresh)
        await self._knowledge.add([document])
        await self._rows.close(
            question_id, QuestionState.ANSWERED, document_id=document.document_id
        )
        return document.document_id

    async def adopt(self, carried: Sequence[CarriedQuestion], *, now: datetime) -> int:
        """Keep open what another Deskhand left open; return how many were not known here."""
        return await self._carried.adopt(carried, now=now)

    async def dismiss(self, question_id: int) -> bool:
        """Take a question off the list without an answer; False when it is not open."""
        return await self._rows.close(question_id, QuestionState.DISMISSED)


def _entry(
    found: OpenQuestion, answer: str, question: str, audience: Audience, *, document_id: str = ""
) -> Document:
    return entry(
        question=question or found.text,
        answer=answer,
        document_id=document_id,
        alternatives=(found.text,) if question and question != found.text else (),
        audience=audience,
        origin=f"question {found.question_id}",
    )
