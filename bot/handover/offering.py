"""What a colleague answered a person is offered to be saved for everybody who asks the same."""

import secrets
from collections.abc import Callable
from datetime import datetime

from bot.choices import Choices
from bot.domain.conversations import Kind, Outcome
from bot.domain.gaps import DraftEntry, Gap, QuestionState
from bot.domain.hand_overs import HandOver
from bot.handover.wording import Wording
from bot.outbox.buttons import under_answer
from bot.questions.wording import answer_of, others_of, question_of
from bot.storage.gaps import GapRows
from bot.storage.hand_over_offers import HandOverOfferRows
from bot.storage.hand_over_words import HandOverWordRows
from bot.storage.outbox import NewOutgoing


class Offering:
    """Makes a draft of what was answered, once for each hand-over."""

    def __init__(
        self,
        rows: HandOverOfferRows,
        words: HandOverWordRows,
        gaps: GapRows,
        wording: Wording,
        choices: Choices,
        *,
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Offer with these parts; `sent` is called when something new is in the outbox."""
        self._rows = rows
        self._words = words
        self._gaps = gaps
        self._wording = wording
        self._choices = choices
        self._sent = sent
        self._now = now

    async def offer(self) -> None:
        """Offer what answers a question that is still on the list of open ones.

        What is answered already, or was never asked of the bot, makes no entry.

        Raises:
            StorageError: What is left is offered by the next call.
        """
        for hand_over in await self._rows.unoffered():
            carried = await self._words.outward(hand_over)
            turn_id = carried[-1].turn_id if carried else hand_over.turn_id
            turn = await self._words.turn(turn_id)
            outcome = None
            if carried:
                outcome = await self._drafted(hand_over, [each.text for each in carried])
            told = self._told(hand_over, outcome)
            await self._rows.offer(hand_over, turn, outcome, told, now=self._now())
            self._sent()

    async def _drafted(self, hand_over: HandOver, said: list[str]) -> Outcome | None:
        gap_id = await self._rows.gap_of(hand_over)
        gap = await self._gaps.get(gap_id) if gap_id is not None else None
        if gap is None or gap.state is not QuestionState.OPEN:
            return None
        entry = self._entry(gap, said)
        if not entry.answer:
            return None
        sentences = self._wording.team
        others = others_of(gap, entry.question, self._choices.business)
        text = sentences.draft(entry.question, entry.answer, others)
        return Outcome(Kind.ASKED, text, sentences.language, draft=entry)

    def _entry(self, gap: Gap, said: list[str]) -> DraftEntry:
        facts = self._choices.business
        question = question_of(gap, facts) or gap.text
        return DraftEntry(gap.gap_id, question, answer_of("\n\n".join(said), gap, facts))

    def _told(self, hand_over: HandOver, outcome: Outcome | None) -> NewOutgoing | None:
        """Return what offers a draft, in the room itself: what replies to it changes it."""
        if outcome is None or hand_over.posted_at is None:
            return None
        return NewOutgoing(
            # Not of the hand-over's own: what is written below it is no word to the customer.
            f"offer of {hand_over.origin('end')}",
            secrets.token_hex(8),
            hand_over.posted_at,
            outcome.text,
            buttons=under_answer(outcome, self._wording.team),
        )
