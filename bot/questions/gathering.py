"""Open questions that are surely the same become one gap."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.choices import Choices
from bot.domain.gaps import Gap, OpenQuestion
from bot.questions.wording import plain
from bot.storage.gaps import GapRows
from knowledge.base import KnowledgeBase

# What the team takes off the list stays off for as long as the public's words are kept.
DISMISSED_FOR = timedelta(days=90)


class Gathering:
    """Puts each open question to those that asked the same, one question at a time."""

    def __init__(
        self,
        rows: GapRows,
        knowledge: KnowledgeBase,
        choices: Choices,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Gather the questions of these rows by what the knowledge base takes for the same."""
        self._rows = rows
        self._knowledge = knowledge
        self._choices = choices
        self._now = now
        self._one_at_a_time = asyncio.Lock()

    async def gather(self) -> bool:
        """Put every question that came since into a gap; False when none did.

        Raises:
            StorageError: What is left is put by the next call.
        """
        came = False
        async with self._one_at_a_time:
            while questions := await self._rows.ungrouped():
                for question in questions:
                    await self._put(question)
                    came = True
        return came

    async def _put(self, question: OpenQuestion) -> None:
        """Put a question to those that asked the same, whichever process put them there."""
        put = False
        while not put:
            gaps = await self._rows.gaps(dismissed_since=self._now() - DISMISSED_FOR)
            put = await self._rows.put(
                question.question_id,
                await self._same(question, gaps),
                newest=max((gap.gap_id for gap in gaps), default=0),
                now=self._now(),
            )

    async def _same(self, question: OpenQuestion, gaps: Sequence[Gap]) -> int | None:
        """Return the gap of a question that was asked before, or None."""
        facts = self._choices.business
        of_gap = {plain(each, facts): gap.gap_id for gap in gaps for each in gap.questions}
        known = list(of_gap)
        place = await self._knowledge.same_question(
            plain(question, facts), known, language=question.language
        )
        return None if place is None else of_gap[known[place]]
