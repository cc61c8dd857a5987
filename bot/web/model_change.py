"""Another model on its way: tried on the owner's questions before it answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from bot.domain.trials import Comparison
from bot.web.reader import gettext as _
from bot.web.services import Services
from bot.web.trying import Progress, Trying


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the owner chose and has not put in force.

    Attributes:
        name: Of the model, "" for none.
        wanted: Settings of the group `model`, by name.
        comparison: None until both were tried.
    """

    name: str
    wanted: Mapping[str, JsonValue]
    comparison: Comparison | None = None


class ModelChange:
    """One proposal at a time; nothing changes before the owner says so.

    Attributes:
        proposed: None when there is none.
    """

    def __init__(self, services: Services, trying: Trying) -> None:
        """Try by `trying`."""
        self._services = services
        self._trying = trying
        self.proposed: Proposal | None = None

    def propose(self, name: str, wanted: Mapping[str, JsonValue]) -> bool:
        """Begin to try a model beside the one in use; False while another trial is under way."""
        services = self._services
        proposal = Proposal(name, wanted)
        now = services.choices.model.name

        async def compare(progress: Progress) -> None:
            comparison = await services.trials.compare(
                (services.evaluation, now),
                (services.evaluation_with(name), name),
                progress=progress,
            )
            if self.proposed is proposal:
                self.proposed = Proposal(name, wanted, comparison)

        what = _("{now}, then {then}").format(
            now=now or _("Your own words"), then=name or _("your own words")
        )
        if not self._trying.start(what, compare):
            return False
        self.proposed = proposal
        return True

    async def use(self) -> bool:
        """Put the proposal in force, tried or not; False when there is none."""
        proposal = await self._end()
        if proposal is None:
            return False
        choices = self._services.choices
        await choices.set("model", choices.model.model_dump(mode="json") | dict(proposal.wanted))
        return True

    async def keep(self) -> bool:
        """Forget the proposal; False when there is none."""
        return await self._end() is not None

    async def _end(self) -> Proposal | None:
        proposal, self.proposed = self.proposed, None
        if proposal is not None and proposal.comparison is None:
            await self._trying.stop()
        return proposal
