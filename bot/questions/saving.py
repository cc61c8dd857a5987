"""A draft is saved as an entry, or dropped, when one of the team says so."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime

from bot.choices import Choices
from bot.domain.changes import Actor, By, acting
from bot.domain.conversations import Answer
from bot.domain.gaps import Draft, DraftState, QuestionState
from bot.domain.people import Person, Role
from bot.language.sentences import Phrasebook, Sentences
from bot.questions.settling import Settling
from bot.storage.answers import AnswerRows
from bot.storage.drafts import DraftRows
from bot.storage.gaps import GapRows
from bot.storage.outbox import NewOutgoing
from knowledge.documents import Audience
from knowledge.errors import KnowledgeError, UnreadableError

log = logging.getLogger(__name__)


class Saving:
    """Saves drafts; what was pressed before a kill is saved after it, once."""

    def __init__(
        self,
        rows: DraftRows,
        gaps: GapRows,
        answers: AnswerRows,
        settling: Settling,
        choices: Choices,
        phrasebook: Phrasebook,
        *,
        changed: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Save with these parts.

        Args:
            rows: The drafts.
            gaps: What they answer.
            answers: What offered them.
            settling: Makes entries of them.
            choices: The business's language.
            phrasebook: The words.
            changed: Called when a draft is to be saved, or something new is in the outbox.
            now: The clock.
        """
        self._rows = rows
        self._gaps = gaps
        self._answers = answers
        self._settling = settling
        self._choices = choices
        self._phrasebook = phrasebook
        self._changed = changed
        self._now = now

    async def save(self, answer: Answer, person: Person, audience: Audience) -> str:
        """Have a draft saved; return a sentence for who wishes it. It is told when it is in use.

        Args:
            answer: The one that offers the draft.
            person: Who wishes it, with the role they have now.
            audience: Who may read the entry.
        """
        sentences = self._phrasebook.sentences(answer.outcome.language)
        draft = await self._rows.of_turn(answer.turn_id)
        if person.role is Role.PUBLIC or draft is None:
            return sentences.not_allowed()
        earlier = await self._rows.save(draft.draft_id, audience, person_id=person.person_id)
        if earlier is DraftState.SAVED:
            return sentences.gap_closed()
        self._changed()
        return sentences.draft_saving()

    async def discard(self, answer: Answer, person: Person) -> str:
        """Drop a draft; return a sentence for who wishes it."""
        sentences = self._phrasebook.sentences(answer.outcome.language)
        draft = await self._rows.of_turn(answer.turn_id)
        if person.role is Role.PUBLIC or draft is None:
            return sentences.not_allowed()
        if await self._rows.discard(draft.draft_id):
            return sentences.draft_discarded()
        return sentences.gap_closed()

    async def fulfil(self) -> None:
        """Save what is to be saved, what an earlier start left too.

        Raises:
            StorageError: What is left is saved by the next call.
        """
        for draft in await self._rows.waiting():
            try:
                with acting(_saver(draft)):
                    await self._fulfil(draft)
            except KnowledgeError as error:
                log.warning("put off draft=%s error=%s", draft.draft_id, type(error).__name__)

    async def _fulfil(self, draft: Draft) -> None:
        gap = await self._gaps.get(draft.entry.gap_id)
        assert gap is not None  # noqa: S101 - the row's foreign key
        assert draft.audience is not None  # noqa: S101 - stored with the state
        sentences = self._sentences()
        state, origin = DraftState.SAVED, f"draft {draft.draft_id} saved"
        said = sentences.draft_saved(
            draft.entry.question, everyone=draft.audience is Audience.PUBLIC
        )
        if gap.state is QuestionState.OPEN:
            try:
                await self._settling.settle(
                    gap,
                    question=draft.entry.question,
                    answer=draft.entry.answer,
                    audience=draft.audience,
                )
            except UnreadableError as error:
                # It may be changed and pressed again, and each time it is said.
                state, origin = DraftState.OFFERED, f"draft {secrets.token_hex(8)}"
                said = sentences.draft_not_saved(str(error))
        elif gap.state is QuestionState.DISMISSED:
            state, said = DraftState.DISCARDED, sentences.gap_closed()
        offered = await self._answers.of_turn(draft.turn_id)
        assert offered is not None  # noqa: S101 - a draft is stored with its answer
        told = NewOutgoing(
            origin=origin,
            nonce=secrets.token_hex(8),
            address=offered.conversation.address,
            text=said,
            reply_to=offered.message_id,
        )
        await self._rows.finish(draft.draft_id, state, told, now=self._now())
        self._changed()

    def _sentences(self) -> Sentences:
        return self._phrasebook.sentences(self._choices.business.language)


def _saver(draft: Draft) -> Actor | None:
    """Return who had a draft saved; None where nobody knows any more."""
    return None if draft.saved_by is None else Actor(By.PERSON, person_id=draft.saved_by)
