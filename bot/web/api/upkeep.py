"""Health, and the keys to the page."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation

from bot.web.accounts import Accounts
from bot.web.api.shapes.base import Done
from bot.web.api.shapes.upkeep import PartShown, Password, PasswordSet, Token
from bot.web.services import Services


@get("/alive")
async def alive() -> Done:
    """Answer: this is the Deskhand whose token was shown."""
    return Done()


@get("/check")
async def check(services: NamedDependency[SkipValidation[Services]]) -> list[PartShown]:
    """Prove every part and return a row each."""
    return [
        PartShown(
            part=row.part,
            ok=row.ok,
            needed=row.needed,
            text=row.text,
            todo=row.todo,
            took_ms=row.took_ms,
        )
        for row in await services.health.rows()
    ]


@post("/setup-link", status_code=200)
async def setup_link(services: NamedDependency[SkipValidation[Services]]) -> Token:
    """Make a fresh one-time set-up link; earlier ones end."""
    accounts = Accounts(services.entrance, now=services.now)
    return Token(token=await accounts.fresh_setup_link())


@post("/password", status_code=200)
async def reset_password(
    data: JSONBody[Password], services: NamedDependency[SkipValidation[Services]]
) -> PasswordSet:
    """Give the owner a new password, without a second factor; their sessions end."""
    accounts = Accounts(services.entrance, now=services.now)
    return PasswordSet(second_factor_ended=await accounts.reset_password(data.password))
