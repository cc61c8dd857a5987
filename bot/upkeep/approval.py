"""Another embedder takes over by itself only where it does no worse on the owner's questions."""

import asyncio
import logging

from bot.choices import Choices, choice_of
from bot.domain.trials import Comparison
from bot.upkeep.health import Finding
from bot.upkeep.trials import Trials
from knowledge.base import KnowledgeBase
from knowledge.finder import Finder

log = logging.getLogger(__name__)


class EmbedderApproval:
    """Compares both by the search alone; where the new one does worse, the owner decides.

    Attributes:
        waiting: What the owner has to decide on; None when nothing.
    """

    def __init__(self, trials: Trials, knowledge: KnowledgeBase, choices: Choices) -> None:
        """Compare by these trials."""
        self._trials = trials
        self._knowledge = knowledge
        self._choices = choices
        self._decided = asyncio.Event()
        self.waiting: Comparison | None = None

    async def approve(self, candidate: Finder) -> None:
        """Return once a prepared embedder may take over: at once, or when the owner says so.

        Raises:
            EmbeddingUnavailableError: One of both did not answer.
        """
        before = await self._trials.search()
        after = await self._trials.search(candidate)
        if before is None or after is None:
            return
        comparison = Comparison(before, after)
        if not comparison.worse:
            return
        log.info("waiting for the owner embedder=%s", candidate.name)
        self._decided.clear()
        self.waiting = comparison
        try:
            await self._decided.wait()
        finally:
            self.waiting = None

    async def prove(self) -> Finding:
        """Look how far the chosen embedder is."""
        preparation = self._knowledge.preparation
        told: dict[str, object] = {"now": self._knowledge.embedder}
        if preparation is None:
            return Finding(True, "{now} finds.", values=told)
        told |= {
            "new": preparation.embedder,
            "done": preparation.done,
            "total": preparation.total,
            "problem": preparation.problem,
        }
        if self.waiting is not None:
            return Finding(
                False,
                "{now} finds. {new} is ready, does worse on your questions and waits for you to"
                " decide.",
                "Decide on the page under Model which one finds.",
                values=told,
            )
        if preparation.problem:
            return Finding(
                False,
                "{now} finds. {new} has read {done} of {total} passages and waits: {problem}",
                values=told,
            )
        return Finding(
            True,
            "{now} finds. {new} has read {done} of {total} passages and takes over then.",
            values=told,
        )

    def use(self) -> bool:
        """Let the one that waits take over all the same; False when none waits."""
        waits = self.waiting is not None
        self._decided.set()
        return waits

    async def keep(self) -> bool:
        """Keep the one that finds now, and give up the one that waits; False when none waits."""
        if self.waiting is None:
            return False
        await self._choices.set("model.embedder", choice_of(self._knowledge.embedder))
        return True
