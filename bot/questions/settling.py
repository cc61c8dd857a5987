"""An answer becomes an entry, and who wished to know is told."""

import secrets
from collections.abc import Callable
from datetime import datetime

from bot.choices import Choices
from bot.domain.conversations import Answer
from bot.domain.gaps import Gap, QuestionState
from bot.domain.people import Role
from bot.language.sentences import Phrasebook
from bot.questions.wording import others_of, question_of
from bot.storage.answers import AnswerRows
from bot.storage.drafts import DraftRows
from bot.storage.gaps import GapRows
from bot.storage.outbox import NewOutgoing
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document
from knowledge.readers.entries import entry


class Settling:
    """Closes gaps; taken up again after a kill it does nothing twice."""

    def __init__(
        self,
        rows: GapRows,
        drafts: DraftRows,
        answers: AnswerRows,
        knowledge: KnowledgeBase,
        choices: Choices,
        phrasebook: Phrasebook,
        *,
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Settle gaps of these rows; `sent` is called when something new is in the outbox."""
        self._rows = rows
        self._drafts = drafts
        self._answers = answers
        self._knowledge = knowledge
        self._choices = choices
        self._phrasebook = phrasebook
        self._sent = sent
        self._now = now

    async def settle(self, gap: Gap, *, question: str, answer: str, audience: Audience) -> str:
        """Make an approved entry of an open gap; it is found from now on. Return its id.

        Raises:
            UnreadableError: The question or the answer is empty or too long.
            KnowledgeError: It was not added; the gap stays open.
        """
        document = self._entry(gap, question, answer, audience)
        before = await self._knowledge.show(document.document_id)
        if before is not None and before.origin != document.origin:
            # Somebody asked the same words before: that entry stays as it is.
            fresh = f"{document.document_id}-{gap.gap_id}"
            document = self._entry(gap, question, answer, audience, document_id=fresh)
        await self._knowledge.add([document])
        await self.close(gap, document.document_id, answer, audience)
        return document.document_id

    async def close(self, gap: Gap, document_id: str, answer: str, audience: Audience) -> None:
        """Close a gap, if it is open, by an entry that answers it, and tell who wished to know."""
        await self._rows.close(
            gap.gap_id,
            QuestionState.ANSWERED,
            document_id=document_id,
            told=await self._tellings(gap, answer, audience),
            now=self._now(),
        )
        self._sent()

    def question(self, gap: Gap) -> str:
        """Return a gap's question without personal data; "" where nothing is left."""
        return question_of(gap, self._choices.business)

    def others(self, gap: Gap, question: str) -> tuple[str, ...]:
        """Return the other wordings of a gap, without personal data, that will find its answer."""
        return others_of(gap, question, self._choices.business)

    def _entry(
        self, gap: Gap, question: str, answer: str, audience: Audience, *, document_id: str = ""
    ) -> Document:
        return entry(
            question=question,
            answer=answer,
            document_id=document_id,
            alternatives=self.others(gap, question),
            audience=audience,
            origin=f"question {gap.gap_id}",
        )

    async def _tellings(self, gap: Gap, answer: str, audience: Audience) -> list[NewOutgoing]:
        """Return what is said to those who wished to know, if they may read it where they asked."""
        found = []
        for answer_id in dict.fromkeys(await self._drafts.wished(gap.gap_id)):
            asked = await self._answers.get(answer_id)
            if asked is None or not self._may_read(asked, audience):
                continue
            sentences = self._phrasebook.sentences(asked.outcome.language)
            found.append(
                NewOutgoing(
                    origin=f"answered {answer_id}",
                    nonce=secrets.token_hex(8),
                    address=asked.conversation.address,
                    text=sentences.answered_now(asked.asked, answer),
                    reply_to=asked.message_id,
                )
            )
        return found

    def _may_read(self, asked: Answer, audience: Audience) -> bool:
        if audience is Audience.PUBLIC:
            return True
        room = asked.conversation
        readers = {room.audience, self._choices.readers(room.address)}
        return asked.person.role is not Role.PUBLIC and Audience.PUBLIC not in readers
