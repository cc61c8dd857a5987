"""All that is kept of who may come in on the page."""

from dataclasses import dataclass

from bot.storage.accounts import AccountRows
from bot.storage.attempts import AttemptRows
from bot.storage.second_factors import SecondFactorRows
from bot.storage.secrets import SecretRows
from bot.storage.sessions import SessionRows


@dataclass(frozen=True, slots=True)
class Entrance:
    """The tables of it."""

    accounts: AccountRows
    sessions: SessionRows
    attempts: AttemptRows
    second_factors: SecondFactorRows
    secrets: SecretRows
