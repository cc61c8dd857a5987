"""Answers a question from the knowledge: retrieve, decide, prompt, model, check."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.agent.checks import Grounds
from bot.agent.composing import Composed, Composer, Show, StatusLine, error_message
from bot.agent.part import Asked, Part, Piece, kind_of, source
from bot.agent.prompt import (
    MAX_PASSAGES,
    as_text,
    history_messages,
    history_start,
    label,
    question_message,
    system_message,
)
from bot.agent.question import leans, parts, together
from bot.agent.sourcing import shared_most
from bot.agent.stopwatch import Stopwatch
from bot.choices import Choices
from bot.domain.conversations import History, Kind, Outcome, Turn
from bot.domain.people import Role, readable
from bot.language.detection import Detector
from bot.language.sentences import Phrasebook, Sentences
from bot.llm.errors import BusyError, ModelError, SilentError
from bot.llm.model import ChatMessage, ChatRequest, ToolCall
from bot.outbox.reply import Reply
from bot.tools.tool import InvalidCallError, Tool
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience
from knowledge.search import Findings, Hit, Verdict

log = logging.getLogger(__name__)

MAX_SHOWN_PASSAGES = 3
# With more to show, each part of a question gets its best only.
MAX_SHOWN_EACH = 2
MAX_MODEL_CALLS = 3
SEARCH_DEPTH = 6


class Agent:
    """Answers questions. What it may read and do comes from who asks, and where."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        composer: Composer,
        tools: Sequence[Tool],
        choices: Choices,
        phrasebook: Phrasebook,
        detector: Detector,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Answer from this knowledge, with this model and these tools."""
        self._knowledge = knowledge
        self._composer = composer
        self._tools = {tool.spec.name: tool for tool in sorted(tools, key=lambda t: t.spec.name)}
        self._choices = choices
        self._phrasebook = phrasebook
        self._detector = detector
        self._now = now

    async def answer(
        self,
        turn: Turn,
        text: str,
        reply: Reply,
        *,
        language: str,
        history: History,
        names_time: bool,
    ) -> Outcome:
        """Answer what a person asked.

        Args:
            turn: The turn it belongs to.
            text: The question, courtesies taken off.
            reply: Where signs of life and checked sentences are shown.
            language: ISO 639-1 of the answer.
            history: What was said in the conversation before.
            names_time: The person names a moment: they may want a reminder.
        """
        watch = Stopwatch()
        asked = Asked(turn, reply, language, history, names_time, watch)
        found = await self._find(asked, text)
        pieces: list[Piece] = []
        for part in found:
            before = "".join(f"{piece.text}\n\n" for piece in pieces)
            pieces.append(await self._piece(asked, part, before, alone=len(found) == 1))
        return self._outcome(asked, found, pieces)

    def prefix(self) -> list[ChatMessage]:
        """Return the beginning that every prompt shares, to warm the model with."""
        return [system_message(self._choices.business.name)]

    async def _find(self, asked: Asked, text: str) -> list[Part]:
        """Search for each question of a message, together with the one it leans on."""
        turn = asked.turn
        audiences = readable(turn.person.role, turn.conversation.audience)
        before = _question_before(asked.history)
        found: list[Part] = []
        for question in parts(text):
            searched = together(question, before) if leans(question, before) else question
            findings = await self._search(searched, audiences, asked.watch)
            found.append(Part(question, searched, findings))
            before = searched
        return found

    async def _search(
        self, words: str, audiences: frozenset[Audience], watch: Stopwatch
    ) -> Findings:
        today = self._now().astimezone(ZoneInfo(self._choices.business.zone)).date()
        with watch.step("search"):
            findings = await self._knowledge.search(
                words, audiences=audiences, today=today, limit=SEARCH_DEPTH
            )
        for step, took_ms in findings.timings_ms.items():
            watch.add(f"search: {step}", took_ms)
        return findings

    async def _piece(self, asked: Asked, part: Part, before: str, *, alone: bool) -> Piece:
        """Answer one part; `before` is the text of the parts before it."""
        verdict = part.findings.verdict
        if verdict is Verdict.SURE:
            return self._verbatim(asked, part.findings.hits[0])
        wants_model = verdict is Verdict.FOUND or asked.names_time
        if not wants_model:
            return self._unknown(asked)
        if not self._composer.model.name:
            return self._passages(asked, part, alone=alone, model_down=False)
        return await self._with_model(asked, part, before, alone=alone)

    def _verbatim(self, asked: Asked, hit: Hit) -> Piece:
        """An approved entry, word for word."""
        business = self._choices.business.language
        written_in = hit.language or self._detector.language(hit.passage.text, business=business)
        text = hit.passage.text
        if written_in != asked.language:
            text = f"{text}\n\n{self._sentences(asked).shown_as_written()}"
        return Piece(Kind.VERBATIM, text, (source(hit),))

    def _unknown(self, asked: Asked) -> Piece:
        text = self._sentences(asked).unknown(self._choices.business.contact)
        return Piece(Kind.UNKNOWN, text)

    def _passages(
        self, asked: Asked, part: Part, *, alone: bool, model_down: bool, told: str = ""
    ) -> Piece:
        """The closest passages, said to be that."""
        if part.findings.verdict is Verdict.NOTHING:
            sentences = self._sentences(asked)
            gone = sentences.model_gone(self._choices.business.contact)
            return Piece(Kind.UNKNOWN, told or gone) if model_down else self._unknown(asked)
        hits = part.findings.hits[: MAX_SHOWN_PASSAGES if alone else MAX_SHOWN_EACH]
        intro = self._sentences(asked).passages_intro(model_down=model_down)
        quoted = "\n\n".join(_quoted(hit) for hit in hits)
        text = "\n\n".join(paragraph for paragraph in (told, intro, quoted) if paragraph)
        return Piece(Kind.PASSAGE, text, tuple(source(hit) for hit in hits))

    async def _with_model(self, asked: Asked, part: Part, before: str, *, alone: bool) -> Piece:
        """Have the model compose, and fall back on the business's own words in any doubt."""
        request = self._request(asked, part)
        grounds = self._grounds(asked, part)
        show = self._show(asked, before)
        await asked.reply.status(self._sentences(asked).working())
        composed = Composed(doubt="empty")
        for _ in range(MAX_MODEL_CALLS):
            with asked.watch.step("model"):
                composed = await self._composer.compose(
                    request,
                    grounds,
                    conversation=asked.turn.conversation.conversation_id,
                    show=show,
                    on_wait=self._on_wait(asked),
                )
            if not composed.calls:
                break
            done = await self._use_tool(asked, composed.calls[0])
            if isinstance(done, Piece):
                return self._explained(done, request, composed)
            messages = (*request.messages, *error_message(composed.calls[0], done))
            request = replace(request, messages=messages)
        piece = self._judged(asked, part, composed, alone=alone)
        return self._explained(piece, request, composed)

    def _judged(self, asked: Asked, part: Part, composed: Composed, *, alone: bool) -> Piece:
        """Decide what becomes of the model's words."""
        hits = part.findings.hits
        if composed.error is not None:
            told = self._told(asked, composed.error)
            piece = self._passages(asked, part, alone=alone, model_down=True, told=told)
            return replace(piece, kept=True)
        if composed.doubt or composed.calls:
            # A small model says "unknown" of most things it could answer, so its word alone decides
            # nothing: search found something to stand on, and that is shown as what it is.
            return self._passages(asked, part, alone=alone, model_down=False)
        if part.findings.verdict is Verdict.NOTHING:
            # Nothing to stand on: whatever it says, it made up.
            return self._unknown(asked)
        used = shared_most(composed.text, hits[:MAX_PASSAGES], asked.language)
        if not used:
            return self._passages(asked, part, alone=alone, model_down=False)
        return Piece(Kind.COMPOSED, composed.text, tuple(source(hit) for hit in used))

    def _explained(self, piece: Piece, request: ChatRequest, composed: Composed) -> Piece:
        prompt = as_text(request.messages)
        name = self._composer.model.name
        note = f"\n\n[{composed.doubt}]" if composed.doubt else ""
        return replace(piece, prompt=prompt, raw=f"{composed.raw}{note}".strip(), model=name)

    async def _use_tool(self, asked: Asked, call: ToolCall) -> Piece | str:
        """Run a tool the model calls; return what to tell the model when it cannot be."""
        tool = self._tools.get(call.name)
        if tool is None or not _may(asked.turn, tool):
            return "There is no such tool. Answer the question instead."
        try:
            with asked.watch.step(f"tool: {call.name}"):
                done = await tool.run(
                    call.arguments,
                    turn=asked.turn,
                    language=asked.language,
                    call_number=len(asked.actions) + 1,
                )
        except InvalidCallError as error:
            return str(error)
        asked.actions.append(call.name)
        return Piece(done.kind, done.text, follow_up_ids=done.follow_up_ids)

    def _request(self, asked: Asked, part: Part) -> ChatRequest:
        history = asked.history
        kept = history.total - history_start(history.total)
        facts = self._choices.business
        local_now = self._now().astimezone(ZoneInfo(facts.zone))
        today = f"{self._phrasebook.sentences('en').day(local_now.date())} ({facts.zone})"
        found = part.findings.verdict is not Verdict.NOTHING
        return ChatRequest(
            messages=(
                *self.prefix(),
                *history_messages(history.last[-kept:] if kept else ()),
                question_message(
                    part.question,
                    part.findings.hits if found else (),
                    today=today,
                    language=asked.language,
                ),
            ),
            tools=tuple(tool.spec for tool in self._tools.values() if _may(asked.turn, tool)),
        )

    def _grounds(self, asked: Asked, part: Part) -> Grounds:
        facts = self._choices.business
        said = [f"{each.asked}\n{each.said}" for each in asked.history.last]
        passages = [
            f"{hit.title}\n{hit.passage.heading}\n{hit.passage.text}"
            for hit in part.findings.hits[:MAX_PASSAGES]
        ]
        return Grounds.of([*passages, asked.turn.text, *said, facts.name, facts.contact])

    def _show(self, asked: Asked, before: str) -> Show | None:
        """Return how checked sentences are shown; the public sees an answer in one piece."""
        if asked.turn.person.role is Role.PUBLIC:
            return None

        async def show(text: str) -> None:
            await asked.reply.show(before + text)

        return show

    def _on_wait(self, asked: Asked) -> Callable[[int, float | None], None]:
        line = StatusLine(asked.reply.status)
        sentences = self._sentences(asked)

        def tell(ahead: int, seconds: float | None) -> None:
            text = (
                sentences.working() if seconds is None else sentences.waiting(ahead, int(seconds))
            )
            line.soon(text)

        return tell

    def _told(self, asked: Asked, error: ModelError) -> str:
        sentences = self._sentences(asked)
        if isinstance(error, BusyError):
            return sentences.model_busy()
        if isinstance(error, SilentError):
            return sentences.model_slow()
        return ""

    def _sentences(self, asked: Asked) -> Sentences:
        return self._phrasebook.sentences(asked.language)

    def _outcome(self, asked: Asked, found: list[Part], pieces: list[Piece]) -> Outcome:
        # The same words twice ("I don't know that" for both parts) are said once.
        texts = list(dict.fromkeys(piece.text for piece in pieces))
        return Outcome(
            kind=kind_of(pieces),
            text="\n\n".join(texts),
            language=asked.language,
            searched=" / ".join(part.searched for part in found),
            sources=tuple(dict.fromkeys(one for piece in pieces for one in piece.sources)),
            found=tuple(dict.fromkeys(source(hit) for part in found for hit in part.findings.hits)),
            follow_up_ids=tuple(one for piece in pieces for one in piece.follow_up_ids),
            model=next((piece.model for piece in pieces if piece.model), ""),
            prompt="\n\n———\n\n".join(piece.prompt for piece in pieces if piece.prompt),
            raw="\n\n———\n\n".join(piece.raw for piece in pieces if piece.raw),
            timings_ms=asked.watch.timings_ms,
            open_question=any(piece.kept or piece.kind is Kind.UNKNOWN for piece in pieces),
        )


def _question_before(history: History) -> str:
    """Return what was last searched for in a conversation, "" when nothing was."""
    return next((each.searched for each in reversed(history.last) if each.searched), "")


def _may(turn: Turn, tool: Tool) -> bool:
    order = list(Role)
    return order.index(turn.person.role) >= order.index(tool.role)


def _quoted(hit: Hit) -> str:
    lines = "\n".join(f"> {line}" for line in hit.passage.text.splitlines())
    return f"**{label(hit)}**\n{lines}"
