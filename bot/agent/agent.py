"""Answers a question from the knowledge: retrieve, decide, prompt, model, check."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.agent.drafting import Drafting
from bot.agent.hours import OpeningHours
from bot.agent.part import Asked, Part, Piece, Told, kind_of, source
from bot.agent.question import leans, parts, together
from bot.agent.quoting import Quoting
from bot.agent.record import matched
from bot.agent.stopwatch import Stopwatch
from bot.choices import Choices
from bot.domain.conversations import History, Kind, Outcome, Turn, Versions
from bot.domain.people import readable, room_read
from bot.outbox.reply import Reply, SilentReply
from bot.skills.skill import Skill
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience
from knowledge.search import Findings, Verdict

SEARCH_DEPTH = 6
_NOT_SEARCHED = Findings(Verdict.NOTHING, (), certainty=None, meaning=True, timings_ms={})


class Agent:
    """Answers questions. What it may read and do comes from who asks, and where."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        quoting: Quoting,
        drafting: Drafting,
        hours: OpeningHours,
        choices: Choices,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Answer from this knowledge, by quoting it or by a model's draft, and from the hours."""
        self._knowledge = knowledge
        self._quoting = quoting
        self._drafting = drafting
        self._hours = hours
        self._choices = choices
        self._now = now

    async def answer(
        self,
        turn: Turn,
        text: str,
        reply: Reply,
        *,
        language: str,
        names_time: bool,
        skill: Skill | None = None,
    ) -> Outcome:
        """Answer what a person asked.

        Args:
            turn: The turn it belongs to.
            text: The question, courtesies taken off.
            reply: Where signs of life and checked sentences are shown.
            language: ISO 639-1 of the answer.
            names_time: The person names a moment, or what a reminder of theirs is about: they may
                want a reminder, or something of theirs.
            skill: The owner's that the message is for; None for none.
        """
        watch = Stopwatch()
        asked = Asked(turn, reply, language, names_time, watch, skill)
        found = await self._find(asked, text)
        pieces: list[Piece] = []
        for part in found:
            before = "".join(f"{piece.text}\n\n" for piece in pieces)
            pieces.append(await self._piece(asked, part, before, alone=len(found) == 1))
        return self._outcome(asked, found, pieces)

    async def answer_if_sure(self, turn: Turn, text: str, *, language: str) -> Outcome | None:
        """Return approved entries word for word, or the hours; None when a question has neither.

        No model is asked and nothing is shown meanwhile.

        Args:
            turn: The turn it belongs to.
            text: The question, courtesies taken off.
            language: ISO 639-1 of the answer.
        """
        asked = Asked(turn, SilentReply(), language, names_time=False, watch=Stopwatch())
        found = await self._find(asked, text)
        pieces = [self._sure(asked, part) for part in found]
        sure = [piece for piece in pieces if piece is not None]
        return self._outcome(asked, found, sure) if len(sure) == len(found) else None

    async def _find(self, asked: Asked, text: str) -> list[Part]:
        """Search for each question of a message, together with the one it leans on."""
        turn = asked.turn
        audiences = readable(turn.person.role, turn.conversation.audience)
        room = room_read(turn.person.role, turn.conversation.address)
        before = _question_before(turn.history)
        found: list[Part] = []
        for question in parts(text):
            told = self._hours.answer(asked, question, before)
            searched = _searched(question, before, told)
            # Of a certain day or of now, code knows better than any entry.
            findings = (
                _NOT_SEARCHED
                if told and not told.standing
                else await self._search(asked, searched, audiences, room)
            )
            found.append(Part(question, searched, findings, told))
            before = searched
        return found

    async def _search(
        self, asked: Asked, words: str, audiences: frozenset[Audience], room: str
    ) -> Findings:
        today = self._now().astimezone(ZoneInfo(self._choices.business.zone)).date()
        with asked.watch.step("search"):
            findings = await self._knowledge.search(
                words,
                audiences=audiences,
                today=today,
                limit=SEARCH_DEPTH,
                room=room,
                language=asked.language,
            )
        for step, took_ms in findings.timings_ms.items():
            asked.watch.add(f"search: {step}", took_ms)
        return findings

    async def _piece(self, asked: Asked, part: Part, before: str, *, alone: bool) -> Piece:
        """Answer one part; `before` is the text of the parts before it."""
        if (sure := self._sure(asked, part)) is not None:
            return sure
        verdict = part.findings.verdict
        # Who names a moment may want a reminder, in words only a model understands; and what a
        # skill is for a model may see.
        wants = asked.names_time or asked.skill is not None
        if self._drafting.possible and (verdict is Verdict.FOUND or wants):
            return await self._drafting.answer(asked, part, before, alone=alone)
        return self._quoting.passages(asked, part, alone=alone, model_down=False)

    def _sure(self, asked: Asked, part: Part) -> Piece | None:
        """Return the answer that no model is needed for: an entry, else the hours; else None."""
        if part.findings.verdict is Verdict.SURE:
            return self._quoting.verbatim(asked, part.findings.hits[0])
        return part.told.piece if part.told else None

    def _outcome(self, asked: Asked, found: list[Part], pieces: list[Piece]) -> Outcome:
        # The same words twice ("I don't know that" for both parts) are said once.
        texts = list(dict.fromkeys(piece.text for piece in pieces))
        sources = tuple(dict.fromkeys(one for piece in pieces for one in piece.sources))
        hits = (source(hit) for part in found for hit in part.findings.hits)
        return Outcome(
            kind=kind_of(pieces),
            text="\n\n".join(texts),
            language=asked.language,
            searched=" / ".join(part.searched for part in found),
            sources=sources,
            found=tuple(dict.fromkeys((*hits, *sources))),
            follow_up_ids=tuple(one for piece in pieces for one in piece.follow_up_ids),
            promised=all(piece.promised for piece in pieces),
            buttons=tuple(one for piece in pieces for one in piece.buttons),
            model=next((piece.model for piece in pieces if piece.model), ""),
            prompt="\n\n———\n\n".join(piece.prompt for piece in pieces if piece.prompt),
            raw="\n\n———\n\n".join(piece.raw for piece in pieces if piece.raw),
            timings_ms=asked.watch.timings_ms,
            checks=(
                *(each for part in found for each in matched(part.findings)),
                *(each for piece in pieces for each in piece.checks),
            ),
            versions=Versions(
                knowledge=asked.turn.knowledge,
                prompt=next((each.prompt_version for each in pieces if each.prompt_version), ""),
                model=next((each.digest for each in pieces if each.digest), ""),
            ),
            form=next((piece.form for piece in pieces if piece.form is not None), None),
            open_question=any(piece.kept or piece.kind is Kind.UNKNOWN for piece in pieces),
        )


def _searched(question: str, before: str, told: Told | None) -> str:
    if told is not None:
        return told.question
    return together(question, before) if leans(question, before) else question


def _question_before(history: History) -> str:
    """Return what was last searched for in a conversation, "" when nothing was."""
    return next((each.searched for each in reversed(history.last) if each.searched), "")
