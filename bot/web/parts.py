"""What every page is given."""

from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from bot.language.sentences import Sentences
from bot.web.accounts import Accounts
from bot.web.address import PageAddress
from bot.web.backing_up import BackupsUnderWay
from bot.web.downloads import Downloads
from bot.web.imports import Imports
from bot.web.intake import Intake
from bot.web.measuring import Measurements
from bot.web.model_change import ModelChange
from bot.web.platforms.memory import PlatformMemory
from bot.web.proofs import Proofs
from bot.web.rendering import Rendering
from bot.web.services import Services
from bot.web.trying import Trying


@dataclass(frozen=True, slots=True)
class Parts:
    """The app's services and the page's own parts."""

    services: Services
    accounts: Accounts
    rendering: Rendering
    proofs: Proofs
    downloads: Downloads
    measurements: Measurements
    imports: Imports
    intake: Intake
    platform_memory: PlatformMemory
    trying: Trying
    model_change: ModelChange
    backups_under_way: BackupsUnderWay
    address: PageAddress

    @property
    def sentences(self) -> Sentences:
        """Return the words of the page's own language."""
        return self.rendering.sentences


Given = NamedDependency[SkipValidation[Parts]]
Asked = Request[Any, Any, Any]
