"""What the owner has chosen."""

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from pydantic import JsonValue

from bot.web.api.errors import RefusedError
from bot.web.api.shapes.base import Done
from bot.web.api.shapes.settings import Imported, Importing, Setting
from bot.web.services import Services


@get("/settings")
async def list_settings(
    services: NamedDependency[SkipValidation[Services]],
) -> dict[str, JsonValue]:
    """Return every setting by its dotted name."""
    return {name: services.choices.get(name) for name in services.choices.names()}


@get("/settings/{name:str}")
async def get_setting(
    services: NamedDependency[SkipValidation[Services]], name: FromPath[str]
) -> dict[str, JsonValue]:
    """Return a setting, or a whole group, under its name."""
    return {name: services.choices.get(name)}


@put("/settings/{name:str}")
async def set_setting(
    data: JSONBody[Setting],
    services: NamedDependency[SkipValidation[Services]],
    name: FromPath[str],
) -> Done:
    """Check a setting, store it and put it in force."""
    await services.choices.set(name, data.value)
    return Done()


@post("/settings", status_code=200)
async def import_settings(
    data: JSONBody[Importing], services: NamedDependency[SkipValidation[Services]]
) -> Imported:
    """Set whole groups, all of them or, when one does not fit, none."""
    done = await services.choices.set_all(data.values)
    if not done:
        raise RefusedError(
            "The file holds no settings: it is a JSON object with a key such as `business`."
        )
    return Imported(set=done, ignored=sorted(set(data.values) - set(done)))
