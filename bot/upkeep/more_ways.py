"""While nobody asks: other ways to ask for what the business wrote, drafted by the model."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine
from datetime import date

from bot.choices import Choices
from bot.llm.errors import ModelError
from bot.llm.gate import Gate
from bot.llm.model import ChatModel, ChatRequest, Text
from bot.upkeep.way_prompt import request, ways_in
from knowledge.base import KnowledgeBase
from knowledge.documents import Document
from knowledge.errors import KnowledgeError

log = logging.getLogger(__name__)

# A person who reads an answer often asks on, and then the model should have its prompt still read.
QUIET_S = 300.0
# How often is looked for entries without ways, and for an end of the questions.
LOOK_S = 60.0
# A model or an embedder that did not answer.
REST_S = 600.0


class MoreWays:
    """Drafts ways to ask, an entry at a time; what is done stands in the rows."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        model: ChatModel,
        gate: Gate,
        choices: Choices,
        *,
        today: Callable[[], date],
        warm: Callable[[], Coroutine[object, object, None]],
        quiet_s: float = QUIET_S,
    ) -> None:
        """Draft for this knowledge by a model behind a gate.

        Args:
            knowledge: Where entries and their drafted ways are.
            model: Writes them.
            gate: Whoever comes to it goes before this.
            choices: Whether ways are wished for, and whether there is a model.
            today: In the business's zone.
            warm: Has the model read again what the next question begins with.
            quiet_s: How long nobody must have asked.
        """
        self._knowledge = knowledge
        self._model = model
        self._gate = gate
        self._choices = choices
        self._today = today
        self._warm = warm
        self._quiet_s = quiet_s
        self._asked_s = time.monotonic()
        self._writing: asyncio.Task[str] | None = None

    def give_way(self) -> None:
        """Stop at once: somebody asks. It goes on when nobody has for a while."""
        self._asked_s = time.monotonic()
        if self._writing is not None:
            self._writing.cancel()

    async def run(self) -> None:
        """Draft until cancelled."""
        while True:
            try:
                await self._all()
                await asyncio.sleep(LOOK_S)
            except (ModelError, KnowledgeError) as error:
                log.warning("drafts no ways for now error=%s", type(error).__name__)
                await asyncio.sleep(REST_S)

    async def _all(self) -> None:
        """Draft for one entry after the other until none is left or somebody asks."""
        drafted = False
        while self._idle() and (entry := await self._knowledge.undrafted(self._today())):
            if not await self._draft(entry):
                return  # who asks has the prompt read again anyway
            drafted = True
        if drafted:
            await self._warm()

    def _idle(self) -> bool:
        wished = self._choices.knowledge.more_ways and bool(self._choices.model.name)
        quiet = time.monotonic() - self._asked_s >= self._quiet_s
        return wished and quiet and not self._gate.waiting and not self._gate.running

    async def _draft(self, entry: Document) -> bool:
        """Draft ways for one entry; False when somebody came between."""
        (passage,) = entry.passages
        writing = asyncio.create_task(self._written(request(passage, entry.language)))
        self._writing = writing
        try:
            await asyncio.wait({writing})
        finally:
            self._writing = None
            writing.cancel()
        if writing.cancelled():
            log.info("gave way drafting=ways")
            return False
        answer = writing.result()
        ways = ways_in(answer, passage, entry.language)
        passed = await self._knowledge.draft(entry, ways)
        log.info("drafted ways written=%s serving=%s", len(ways), len(passed))
        return True

    async def _written(self, asked: ChatRequest) -> str:
        """Return the model's whole answer."""
        answer = ""
        async with (
            self._gate.place("more ways", model=self._model.name, give_way=self.give_way) as place,
            contextlib.aclosing(self._model.chat(asked, place)) as chunks,
        ):
            async for chunk in chunks:
                if isinstance(chunk, Text):
                    answer += chunk.text
        return answer
