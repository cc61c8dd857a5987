"""Open questions: each becomes an entry the bot can say for ever."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.conversations import Answer
from bot.domain.gaps import CarriedQuestion, Gap, OpenQuestion, QuestionState, Reason
from bot.domain.outgoing import Outgoing
from bot.domain.people import Person, Role
from bot.questions.drafting import Drafting
from bot.questions.gathering import Gathering
from bot.questions.saving import Saving
from bot.questions.settling import Settling
from bot.questions.telling import Telling
from bot.storage.carried import CarriedRows
from bot.storage.gaps import GapRows
from bot.waiting import happened
from connectors.messages import Address
from knowledge.documents import Audience

# The week's list, and what waits for an embedder that was away, is seen to this often.
SWEEP_S = 15.0


class OpenQuestions:
    """The one door to open questions, for page, terminal and chat.

    Attributes:
        drafting: Entries drafted from what the team replies.
        saving: Makes real entries of those.
    """

    def __init__(
        self,
        rows: GapRows,
        carried: CarriedRows,
        gathering: Gathering,
        telling: Telling,
        settling: Settling,
        drafting: Drafting,
        saving: Saving,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """See to the questions of these rows with these parts."""
        self._rows = rows
        self._carried = carried
        self._gathering = gathering
        self._telling = telling
        self._settling = settling
        self.drafting = drafting
        self.saving = saving
        self._now = now
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that a question came, or a draft to be saved."""
        self._woken.set()

    async def run(self) -> None:
        """Gather questions, tell the team of them and save its answers, until cancelled.

        Raises:
            StorageError: The rows could not be read or written.
        """
        woken = False
        while True:
            self._woken.clear()
            came = await self._gathering.gather()
            await self.saving.fulfil()
            # A draft to be saved wakes this too, and leaves nothing to tell.
            if came or not woken:
                await self._telling.tell()
            woken = await happened(self._woken, within_s=SWEEP_S)

    async def list(self) -> list[Gap]:
        """Return the gaps, most asked first, what came in since among them."""
        await self._gathering.gather()
        return await self._rows.gaps()

    async def count(self) -> int:
        """Return how many gaps are open, what came in since among them."""
        await self._gathering.gather()
        return await self._rows.count()

    async def page(self, *, limit: int, after: tuple[int, int] | None = None) -> Sequence[Gap]:
        """Return open gaps, most asked first, then those asked last; what came in since, too.

        Args:
            limit: How many at most.
            after: How often the last one of the page before was asked, and its last question's id.
        """
        await self._gathering.gather()
        return await self._rows.page(limit=limit, after=after)

    async def get(self, gap_id: int) -> Gap | None:
        """Return one gap, whatever became of it, or None."""
        return await self._rows.get(gap_id)

    async def standing(self, room: Address) -> Sequence[Outgoing]:
        """Return what a team's room was told of gaps that are open still, oldest first."""
        return await self._telling.standing(room)

    async def each(self) -> Sequence[OpenQuestion]:
        """Return every open question for itself, newest first."""
        return await self._rows.questions()

    def draft(self, gap: Gap) -> str:
        """Return a gap's question without personal data, to be edited; "" where nothing is left."""
        return self._settling.question(gap)

    def others(self, gap: Gap, question: str) -> tuple[str, ...]:
        """Return the other wordings of a gap, without personal data, that will find its answer."""
        return self._settling.others(gap, question)

    async def answer(
        self, gap_id: int, answer: str, *, question: str = "", audience: Audience
    ) -> str | None:
        """Make an approved entry of a gap and its answer; it is found from now on.

        Args:
            gap_id: Which gap.
            answer: What to say, word for word.
            question: A better wording of the question; "" takes the asker's, without what says
                who it is.
            audience: Who may read it.

        Returns:
            The entry's document id; None when the gap is not open.

        Raises:
            UnreadableError: The answer is empty or too long.
            KnowledgeError: It was not added; the gap stays open.
        """
        gap = await self._rows.get(gap_id)
        if gap is None or gap.state is not QuestionState.OPEN:
            return None
        wording = question or self.draft(gap) or gap.text
        return await self._settling.settle(gap, question=wording, answer=answer, audience=audience)

    async def answered_by(
        self, gap_id: int, document_id: str, answer: str, *, audience: Audience
    ) -> None:
        """Take a gap off the list that an entry answers from now on, and tell who wished to know.

        Nothing is changed when the gap is not open.

        Args:
            gap_id: Which gap.
            document_id: Of the entry.
            answer: What it says.
            audience: Who may read it.
        """
        gap = await self._rows.get(gap_id)
        if gap is not None:
            await self._settling.close(gap, document_id, answer, audience)

    async def dismiss(self, gap_id: int) -> bool:
        """Take a gap off the list without an answer; False when it is not open."""
        return await self._rows.close(gap_id, QuestionState.DISMISSED, now=self._now())

    async def reopen(self, gap_id: int) -> bool:
        """Put a dismissed gap back on the list; False when it is none, or its words are gone."""
        return await self._rows.reopen(gap_id, now=self._now())

    async def adopt(self, carried: Sequence[CarriedQuestion], *, now: datetime) -> int:
        """Keep open what another Deskhand left open; return how many were not known here."""
        adopted = await self._carried.adopt(carried, now=now)
        self.wake()
        return adopted

    async def doubt(self, answer: Answer, person: Person) -> None:
        """Put the question of an answer on the list: a person says that it did not help.

        Args:
            answer: Which one.
            person: Who says so; one of the team who did not ask knows that it is wrong.
        """
        colleague = person.role is not Role.PUBLIC and person.person_id != answer.person.person_id
        reason = Reason.CORRECTED if colleague else Reason.RATED
        await self._rows.doubt(answer, reason, now=self._now())
        self.wake()

    async def correct(self, answer: Answer) -> int | None:
        """Put the question of a wrong answer on the list; return its gap.

        Returns:
            None when the question was seen to since.
        """
        await self._rows.doubt(answer, Reason.CORRECTED, now=self._now())
        await self._gathering.gather()
        question = await self._rows.of_turn(answer.turn_id)
        if question is None or question.state is not QuestionState.OPEN:
            return None
        return question.gap_id
