"""An answer by the model: asked, checked, and doubted wherever there is reason to."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.agent.checks import Grounds, objection
from bot.agent.composing import Composed, Composer, Show, StatusLine, error_message
from bot.agent.history import Past
from bot.agent.part import Asked, Part, Piece, source
from bot.agent.prompt import (
    MAX_PASSAGES,
    as_text,
    guide,
    history_messages,
    history_start,
    question_message,
    readable,
    system_message,
)
from bot.agent.quoting import Quoting
from bot.agent.record import of_draft, prompt_version
from bot.agent.sourcing import MAX_SOURCES, shared_most
from bot.agent.support import ASKED, carried
from bot.choices import Choices
from bot.domain.conversations import Kind
from bot.language.sentences import Phrasebook, Sentences
from bot.llm.errors import BusyError, ModelError, SilentError
from bot.llm.model import ChatMessage, ChatRequest, ToolCall
from bot.tools import cancel_follow_up, list_follow_ups, move_follow_up
from bot.tools.registry import Registry
from bot.tools.tool import InvalidCallError, Tool
from bot.wishes.promises import NAME as REMINDS
from knowledge.documents import Audience
from knowledge.search import Hit, Verdict

# The first, one more after a call that could not be done, and one to end with words.
MAX_MODEL_CALLS = 3
# Of a call's arguments in the answer's record.
MAX_SHOWN_CHARS = 1_000
_ABOUT_REMINDERS = (
    REMINDS,
    cancel_follow_up.NAME,
    list_follow_ups.NAME,
    move_follow_up.NAME,
)


class Drafting:
    """Has the model compose, and falls back on the business's own words in any doubt."""

    def __init__(
        self,
        composer: Composer,
        tools: Registry,
        quoting: Quoting,
        past: Past,
        choices: Choices,
        phrasebook: Phrasebook,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Draft with this model and these tools."""
        self._composer = composer
        self._tools = tools
        self._quoting = quoting
        self._past = past
        self._choices = choices
        self._phrasebook = phrasebook
        self._now = now

    @property
    def possible(self) -> bool:
        """Return whether a model is chosen at all."""
        return bool(self._composer.model.name)

    def prefix(self) -> list[ChatMessage]:
        """Return the beginning that every prompt shares, to warm the model with."""
        return [system_message(self._choices.business.name)]

    async def answer(self, asked: Asked, part: Part, before: str, *, alone: bool) -> Piece:
        """Answer one part; `before` is the text of the parts before it, shown above it."""
        hits = readable(part.findings.hits)
        asked = replace(asked, turn=replace(asked.turn, history=await self._past.of(asked.turn)))
        request = self._request(asked, part, hits)
        grounds = self._grounds(asked, hits)
        show = self._show(asked, before)
        await asked.reply.status(self._sentences(asked).working())
        composed, tried = Composed(doubt="empty"), ""
        for _ in range(MAX_MODEL_CALLS):
            with asked.watch.step("model"):
                composed = await self._composer.compose(
                    request,
                    grounds,
                    asks_support=part.findings.verdict is Verdict.FOUND,
                    person=asked.turn.person.person_id,
                    conversation=asked.turn.conversation.conversation_id,
                    show=show,
                    on_wait=self._on_wait(asked),
                )
            if composed.checked_ms:
                asked.watch.add("model: support", composed.checked_ms)
            if not composed.calls:
                break
            done = await self._use_tool(asked, composed.calls[0])
            tried += _as_written(composed, done)
            if isinstance(done, Piece):
                return self._explained(done, asked, request, composed, tried)
            messages = (*request.messages, *error_message(composed.calls[0], done))
            request = replace(request, messages=messages)
        piece = self._judged(asked, part, composed, alone=alone)
        return self._explained(piece, asked, request, composed, tried)

    def _judged(self, asked: Asked, part: Part, composed: Composed, *, alone: bool) -> Piece:
        """Decide what becomes of the model's words."""
        hits = part.findings.hits
        if composed.error is not None:
            told = self._told(asked, composed.error)
            piece = self._quoting.passages(asked, part, alone=alone, model_down=True, told=told)
            return replace(piece, kept=True)
        if composed.doubt or composed.calls:
            # A small model says "unknown" of most things it could answer, so its word alone decides
            # nothing: search found something to stand on, and that is shown as what it is.
            return self._quoting.passages(asked, part, alone=alone, model_down=False)
        if part.findings.verdict is not Verdict.FOUND:
            # Nothing to stand on: whatever it says, it made up.
            return self._quoting.passages(asked, part, alone=alone, model_down=False)
        # Several questions at once stand on one source each, so that each of them shows.
        limit = MAX_SOURCES if alone else 1
        read = hits[:MAX_PASSAGES]
        used = shared_most(composed.text, read, asked.language)[:limit]
        support = composed.support
        if support is None or not carried(support, used, read, asked.language):
            return self._quoting.passages(asked, part, alone=alone, model_down=False)
        return Piece(Kind.COMPOSED, composed.text, tuple(source(hit) for hit in used))

    def _explained(
        self, piece: Piece, asked: Asked, request: ChatRequest, composed: Composed, tried: str
    ) -> Piece:
        """Return a piece with its record; `tried` are the calls, which are not the model's text."""
        prompt = as_text(request.messages)
        name = self._composer.model.name
        doubt = composed.doubt or ("unsupported" if piece.kind is Kind.PASSAGE else "")
        note = f"\n\n[{doubt}]" if doubt else ""
        said = "" if composed.calls else composed.raw
        supported = piece.kind is Kind.COMPOSED if composed.support is not None else None
        return replace(
            piece,
            prompt=prompt,
            raw=f"{tried}{said}{note}".strip(),
            model=name,
            checks=of_draft(composed, supported=supported),
            prompt_version=self._version(asked, request),
            digest=self._composer.model.digest,
        )

    def _version(self, asked: Asked, request: ChatRequest) -> str:
        skill = asked.skill.content_hash if asked.skill else ""
        return prompt_version(as_text(self.prefix()) + ASKED, request.tools, skill)

    async def _use_tool(self, asked: Asked, call: ToolCall) -> Piece | str:
        """Run a tool the model calls; return what to tell the model when it cannot be."""
        tool = self._tools.usable(call.name, asked.turn.person.role, among=_allowed(asked))
        if tool is None:
            return "There is no such tool. Answer the question instead."
        if name := self._foreign(asked, tool, call):
            return f"Put nothing into `{name}` but what the person said."
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
        return Piece(
            done.kind,
            done.text,
            follow_up_ids=done.follow_up_ids,
            promised=done.promised,
            buttons=done.buttons,
            form=done.form,
        )

    def _foreign(self, asked: Asked, tool: Tool, call: ToolCall) -> str:
        """Return which argument holds what the person has not said, "" for none."""
        said = [each.asked for each in asked.turn.history.last]
        grounds = Grounds([asked.turn.text, *said])
        given = {name: call.arguments.get(name) for name in tool.said_back}
        foreign = (
            name
            for name, value in given.items()
            if isinstance(value, str) and objection(value, grounds)
        )
        return next(foreign, "")

    def _request(self, asked: Asked, part: Part, hits: Sequence[Hit]) -> ChatRequest:
        history = asked.turn.history
        kept = history.total - history_start(history.total)
        facts = self._choices.business
        local_now = self._now().astimezone(ZoneInfo(facts.zone))
        today = f"{self._phrasebook.sentences('en').day(local_now.date())} ({facts.zone})"
        found = part.findings.verdict is Verdict.FOUND
        offered = self._tools.offered(asked.turn.person.role, among=_allowed(asked))
        reminds = [spec.name for spec in offered if spec.name in _ABOUT_REMINDERS]
        return ChatRequest(
            messages=(
                *self.prefix(),
                *history_messages(history.last[-kept:] if kept else ()),
                question_message(
                    part.question,
                    hits if found else (),
                    today=today,
                    language=asked.language,
                    tool=" or ".join(reminds) if asked.names_time else "",
                    guide=guide(asked.skill) if asked.skill else "",
                ),
            ),
            tools=offered,
        )

    def _grounds(self, asked: Asked, hits: Sequence[Hit]) -> Grounds:
        facts = self._choices.business
        said = [f"{each.asked}\n{each.said}" for each in asked.turn.history.last]
        passages = [f"{hit.title}\n{hit.passage.heading}\n{hit.passage.text}" for hit in hits]
        guides = [asked.skill.instructions] if asked.skill else []
        return Grounds(
            [*passages, *guides, facts.name, facts.contact], said=[asked.turn.text, *said]
        )

    def _show(self, asked: Asked, before: str) -> Show | None:
        """Return how checked sentences are shown; where the public reads, only the whole is."""
        if asked.turn.conversation.audience is Audience.PUBLIC:
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


def _allowed(asked: Asked) -> tuple[str, ...] | None:
    return asked.skill.tools if asked.skill else None


def _as_written(composed: Composed, done: Piece | str) -> str:
    """Return what a model wrote that called a tool, and what came of its call."""
    call = composed.calls[0]
    # It may call with anything at all; the record is for people.
    arguments = json.dumps(dict(call.arguments), ensure_ascii=False, default=str)
    shown = f"{arguments[:MAX_SHOWN_CHARS]}…" if len(arguments) > MAX_SHOWN_CHARS else arguments
    came_to = done if isinstance(done, str) else done.kind.value
    said = f"{composed.raw}\n" if composed.raw else ""
    return f"{said}[{call.name} {shown}: {came_to}]\n\n"
