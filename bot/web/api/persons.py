"""One person's data."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation

from bot.web.api.shapes.persons import PersonShown, Who
from bot.web.api.views import person_shown
from bot.web.services import Services


@post("/persons/whole", status_code=200)
async def whole(
    data: JSONBody[Who], services: NamedDependency[SkipValidation[Services]]
) -> PersonShown:
    """Return everything that is kept of a person."""
    return person_shown(await services.persons.whole(data.who))


@post("/persons/erase", status_code=200)
async def erase(
    data: JSONBody[Who], services: NamedDependency[SkipValidation[Services]]
) -> PersonShown:
    """Erase a person, and return who it was."""
    erased = await services.persons.erase(data.who)
    return PersonShown(
        platform=erased.platform,
        user_id=erased.user_id,
        name=erased.name,
        role=erased.role,
        rows={},
    )
