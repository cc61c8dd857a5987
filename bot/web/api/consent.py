"""Whether an import may take effect, asked where it was started: at a terminal."""

import asyncio
import secrets

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation

from bot.domain.trials import SHOWN, Comparison
from bot.upkeep.import_approval import Decide, unless_worse
from bot.web.api.errors import NotFoundError
from bot.web.api.shapes.base import Done
from bot.web.api.shapes.consent import Consent, Decision, ImportTried
from bot.web.api.shapes.steps import Step
from bot.web.api.stream import Tell
from bot.web.services import Services

_WORSE = (
    "Less of your questions is found with it, and nothing was changed: `--yes` takes it in all the"
    " same."
)


class Consents:
    """Questions that wait for an answer; each only as long as its stream is read."""

    def __init__(self, services: Services) -> None:
        """Ask with the words of the owner's questions."""
        self._services = services
        self._waiting: dict[str, asyncio.Future[bool]] = {}

    def decide(self, consent: Consent, tell: Tell) -> Decide | None:
        """Return what decides in the way that was wished; None where nothing is to be tried."""
        if consent is Consent.UNTRIED:
            return None

        async def decide(comparison: Comparison) -> bool:
            if consent is Consent.UNLESS_WORSE:
                tell(await self._step(comparison, ""))
                return await unless_worse(_WORSE)(comparison)
            token = secrets.token_urlsafe(16)
            answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self._waiting[token] = answer
            try:
                tell(await self._step(comparison, token))
                return await answer
            finally:
                del self._waiting[token]

        return decide

    def settle(self, token: str, *, take: bool) -> bool:
        """Answer a question; False when it does not wait."""
        answer = self._waiting.get(token)
        if answer is None or answer.done():
            return False
        answer.set_result(take)
        return True

    async def _step(self, comparison: Comparison, token: str) -> Step:
        own = {each.question_id: each.text for each in await self._services.own_questions.all()}
        before, after = comparison.before, comparison.after
        tried = ImportTried(
            questions=after.count(),
            first=(before.hits(1), after.hits(1)),
            shown=(before.hits(SHOWN), after.hits(SHOWN)),
            worse=comparison.worse,
            fallen=[own.get(now.question_id, "") for now, _ in comparison.fallen],
        )
        return Step(event="asked", text=token, value=tried.model_dump(mode="json"))


@post("/knowledge/decision", status_code=200)
async def settle(
    data: JSONBody[Decision], consents: NamedDependency[SkipValidation[Consents]]
) -> Done:
    """Answer what an import asks."""
    if not consents.settle(data.token, take=data.take):
        raise NotFoundError("Nothing waits for this answer any more.")
    return Done()
