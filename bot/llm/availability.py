"""Whether the model answers: one log line when it stops, one when it is back, a status in words."""

import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.language.catalogue import N_
from bot.llm.errors import ModelError
from bot.llm.gate import Place
from bot.llm.model import Abilities, ChatMessage, ChatModel, ChatRequest, Chunk, ToolSpec

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """How the model is.

    Attributes:
        ok: None while it was not asked anything.
        sentence: What is so; when it does not answer, with what to do. It has names in braces where
            this case's values stand in it; with them apart it can be said in another language.
        since: Since when it is so (aware, UTC).
        values: Those values by their names.
    """

    ok: bool | None
    sentence: str
    since: datetime
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return what is so, in English."""
        return self.sentence.format(**self.values) if self.values else self.sentence

    @classmethod
    def away(cls, error: ModelError, since: datetime) -> "ModelStatus":
        """Return what an error says of the model."""
        return cls(False, error.sentence, since, error.values)


class Availability:
    """A model whose comings and goings are noticed; a `ChatModel` around another one."""

    def __init__(self, model: ChatModel, now: Callable[[], datetime]) -> None:
        self._model = model
        self._now = now
        self._status = ModelStatus(None, N_("Not asked yet."), now())

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._model.name

    @property
    def digest(self) -> str:
        """Return of what it is made, in hexadecimal; "" before it was asked, or where not told."""
        return self._model.digest

    @property
    def status(self) -> ModelStatus:
        """Return what the last calls showed; nothing is asked."""
        return self._status

    async def check(self) -> ModelStatus:
        """Ask one token and return how the model is."""
        try:
            took_s = await self.probe()
        except ModelError as error:
            if error.away:
                return self._status
            return ModelStatus.away(error, self._now())
        return ModelStatus(
            True,
            N_("{model} answered a test in {seconds} s."),
            self._status.since,
            {"model": self.name, "seconds": f"{took_s:.1f}"},
        )

    async def abilities(self) -> Abilities:
        """Return what the model can do."""
        async with self._noticed():
            return await self._model.abilities()

    def tokens(self, request: ChatRequest) -> int:
        """Return about how many tokens the prompt has."""
        return self._model.tokens(request)

    async def chat(
        self, request: ChatRequest, place: Place | None = None
    ) -> AsyncGenerator[Chunk, None]:
        """Answer, piece by piece, ending with `Done`."""
        async with (
            self._noticed(),
            contextlib.aclosing(self._model.chat(request, place)) as chunks,
        ):
            async for chunk in chunks:
                self._answered()
                yield chunk

    async def warm(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolSpec] = (),
        place: Place | None = None,
    ) -> None:
        """Evaluate the prompt's fixed beginning."""
        async with self._noticed():
            await self._model.warm(messages, tools, place)
            self._answered()

    async def probe(self) -> float:
        """Ask one token and return the seconds it took."""
        async with self._noticed():
            took_s = await self._model.probe()
            self._answered()
            return took_s

    @contextlib.asynccontextmanager
    async def _noticed(self) -> AsyncGenerator[None, None]:
        try:
            yield
        except ModelError as error:
            if error.away:
                self._went(error)
            raise

    def _went(self, error: ModelError) -> None:
        if self._status.ok is not False:
            log.warning(
                "model away model=%s reason=%s text=%s", self.name, type(error).__name__, error
            )
            self._status = ModelStatus.away(error, self._now())
        elif self._status.text != str(error):
            self._status = ModelStatus.away(error, self._status.since)

    def _answered(self) -> None:
        if self._status.ok:
            return
        if self._status.ok is False:
            away_s = (self._now() - self._status.since).total_seconds()
            log.info("model back model=%s away_s=%.0f", self.name, away_s)
        self._status = ModelStatus(True, N_("{model} answers."), self._now(), {"model": self.name})
