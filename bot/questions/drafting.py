"""What the team replies to a gap is drafted as an entry, and saved when one of them says so."""

import logging
import re
from collections.abc import Callable
from datetime import datetime

from bot.choices import Choices
from bot.domain.conversations import Answer, Kind, Outcome, Turn
from bot.domain.gaps import Draft, DraftEntry, Gap, QuestionState
from bot.domain.people import Person, Role
from bot.language.sentences import Phrasebook, Sentences
from bot.questions.rewording import Reworded, Rewording
from bot.questions.wording import answer_of, others_of, question_of
from bot.storage.drafts import DraftRows, Post
from bot.storage.gaps import GapRows
from connectors.messages import Address

log = logging.getLogger(__name__)

_LABEL = re.compile(r"[*_\s]*([^\W\d_]+)[*_\s]*:[*_]*\s*(.*)", re.DOTALL)
# "3: from 8 to 12", "#3 - yes"; "10 euros" names no question.
_NUMBER = re.compile(r"\s*#?(\d{1,9})\s*[:.)–-]\s*(.+)", re.DOTALL)


class Drafting:
    """Makes drafts of replies; who replies and who presses is asked of the person's role alone."""

    def __init__(
        self,
        rows: DraftRows,
        gaps: GapRows,
        rewording: Rewording,
        choices: Choices,
        phrasebook: Phrasebook,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Draft with these parts.

        Args:
            rows: The drafts.
            gaps: What they answer.
            rewording: Puts them into better words.
            choices: Which rooms are the team's.
            phrasebook: The words.
            now: The clock.
        """
        self._rows = rows
        self._gaps = gaps
        self._rewording = rewording
        self._choices = choices
        self._phrasebook = phrasebook
        self._now = now

    async def awaits(self, address: Address, reply_to: str) -> bool:
        """Return whether what is written in the team's room replies to a gap.

        Args:
            address: Where it is written.
            reply_to: The id of the message it replies to, "" for none.

        Raises:
            StorageError: That could not be looked up.
        """
        return await self._post(address, reply_to) is not None

    def may_answer(self, turn: Turn) -> bool:
        """Return whether one of the team wrote a message below something in their room."""
        above = self._choices.above_in_staff_room(turn.conversation.address, turn.reply_to)
        return bool(above) and turn.person.role is not Role.PUBLIC

    def labelled(self, text: str) -> bool:
        """Return whether a reply names what it is: "question: …", "answer: …"."""
        return bool(_labelled(text, self._sentences()))

    async def offer(self, turn: Turn) -> Outcome | None:
        """Return the draft that a reply of one of the team makes; None: it replies to no gap.

        Raises:
            StorageError: That could not be looked up.
        """
        if not self.may_answer(turn):
            return None
        post = await self._post(turn.conversation.address, turn.reply_to)
        if post is None:
            return None
        sentences = self._sentences()
        number, text = _numbered(post, turn.text)
        if number is None:
            open_gaps = await self._gaps.gaps()
            hint = sentences.number_wanted(open_gaps[0].gap_id) if open_gaps else ""
            return _said(hint or sentences.gap_closed(), sentences)
        gap = await self._gaps.get(number)
        if gap is None or gap.state is not QuestionState.OPEN:
            return None if turn.unasked else _said(sentences.gap_closed(), sentences)
        return await self._drafted(gap, text, post.draft, sentences)

    async def _drafted(
        self, gap: Gap, text: str, before: Draft | None, sentences: Sentences
    ) -> Outcome | None:
        facts = self._choices.business
        told = _labelled(text, sentences) or {"answer": text}
        known = before.entry if before is not None else None
        question = told.get("question") or (known.question if known else "")
        question = question or question_of(gap, facts) or gap.text
        answer = answer_of(told.get("answer", ""), gap, facts) or (known.answer if known else "")
        if not answer:
            return None
        made = Reworded(DraftEntry(gap.gap_id, question, answer))
        if known is None and "question" not in told:
            # What somebody words themselves stays as they word it.
            made = await self._rewording.reworded(made.entry, gap)
        entry = made.entry
        return Outcome(
            Kind.ASKED,
            sentences.draft(entry.question, entry.answer, others_of(gap, entry.question, facts)),
            sentences.language,
            model=made.model,
            prompt=made.prompt,
            raw=made.raw,
            draft=entry,
        )

    # Buttons

    async def wish(self, answer: Answer, person: Person, sentences: Sentences) -> str:
        """Have a person told once the question of an answer is answered; return a sentence."""
        question = await self._gaps.of_turn(answer.turn_id)
        if question is not None and question.state is QuestionState.ANSWERED:
            return sentences.ask_again()
        await self._rows.wish(answer.answer_id, person_id=person.person_id)
        return sentences.will_tell()

    async def dismiss(self, gap_id: int, address: Address, person: Person) -> str:
        """Take a gap off the list; return a sentence for who wishes it."""
        sentences = self._sentences()
        if person.role is Role.PUBLIC or not self._choices.is_staff_room(address):
            return sentences.not_allowed()
        if await self._gaps.close(gap_id, QuestionState.DISMISSED, now=self._now()):
            return sentences.gap_dismissed()
        return sentences.gap_closed()

    async def _post(self, address: Address, reply_to: str) -> Post | None:
        """Return the post of ours about a gap that is replied to in the team's room."""
        for posted_id in self._choices.above_in_staff_room(address, reply_to):
            post = await self._rows.post(address, posted_id)
            if post is not None and (post.draft or post.origin.startswith(("gap ", "digest "))):
                return post
        return None

    def _sentences(self) -> Sentences:
        return self._phrasebook.sentences(self._choices.business.language)


def _numbered(post: Post, text: str) -> tuple[int | None, str]:
    """Return which gap a reply is about, None where it does not say which, and the rest of it."""
    if post.draft is not None:
        return post.draft.entry.gap_id, text
    kind, number, *_ = post.origin.split()
    if kind == "gap":
        return int(number), text
    named = _NUMBER.fullmatch(text)
    return (int(named[1]), named[2]) if named else (None, text)


def _labelled(text: str, sentences: Sentences) -> dict[str, str]:
    """Return what a reply labels as question and as answer; empty where it labels neither first."""
    question, answer = sentences.labels()
    names = {
        "question": "question",
        "answer": "answer",
        question.casefold(): "question",
        answer.casefold(): "answer",
    }
    found: dict[str, list[str]] = {}
    current = ""
    for line in text.strip().splitlines():
        label = _LABEL.fullmatch(line)
        if label and label[1].casefold() in names:
            current = names[label[1].casefold()]
            line = label[2]  # noqa: PLW2901
        elif not current:
            return {}
        found.setdefault(current, []).append(line)
    return {name: "\n".join(lines).strip() for name, lines in found.items()}


def _said(text: str, sentences: Sentences) -> Outcome:
    return Outcome(Kind.ASKED, text, sentences.language)
