"""Who writes to it: their roles, what is known of them, and how that is given or erased."""

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from pydantic_core import to_json

from bot.domain.known_persons import Wanted
from bot.domain.people import Person, Role
from bot.upkeep.roles import FixedRoleError, RoleOrigin
from bot.web.api.views import person_shown
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.person_views import ROLES, kept_told, origin_told, platform_named, role_named
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from connectors.local.connector import PLATFORM as LOCAL

PAGE_SIZE = 50
MAX_NAME_CHARS = 200


@get("/people")
async def show(request: Asked, parts: Given) -> Page:
    """List people by name, all or those looked for; a piece of the page for a script."""
    query = request.query_params
    role = query.get("role", "")
    wanted = Wanted(
        name=query.get("name", "").strip()[:MAX_NAME_CHARS],
        role=Role(role) if role in set(Role) else None,
        platform=query.get("platform", ""),
    )
    after = query.get("after", "")
    found = await parts.services.persons.page(
        wanted, limit=PAGE_SIZE + 1, after=int(after) if after.isdecimal() else None
    )
    whole = "hx-request" not in request.headers
    return parts.rendering.page(
        request,
        "people.html" if whole else "_people.html",
        people=found[:PAGE_SIZE],
        last=found[PAGE_SIZE - 1].person if len(found) > PAGE_SIZE else None,
        wanted=wanted,
        first_page=not after,
        roles=list(ROLES),
        platforms=[*parts.services.platforms.names, LOCAL],
        platform_named=platform_named,
        role_named=role_named,
    )


@get("/people/{person_id:int}")
async def show_one(request: Asked, parts: Given, person_id: FromPath[int]) -> Page:
    """Show what is known of one person."""
    person = await _person(parts, person_id)
    roles = parts.services.roles
    known = await parts.services.persons.known(person)
    return parts.rendering.page(
        request,
        "person.html",
        person=person,
        known=known,
        kept=kept_told(known.kept),
        fixed=roles.origin(person) is RoleOrigin.HERE,
        origin=origin_told(roles.origin(person), person.platform),
        roles=list(ROLES),
        role_named=role_named,
        platform=platform_named(person.platform),
        span=parts.sentences.span,
    )


@post("/people/{person_id:int}/role")
async def change_role(request: Asked, parts: Given, person_id: FromPath[int]) -> Page:
    """Name a person as customer, colleague or owner."""
    person = await _person(parts, person_id)
    chosen = (await read_form(request)).text("role")
    if chosen not in set(Role):
        raise NotFoundException
    try:
        await parts.services.roles.set(person, Role(chosen))
    except FixedRoleError as error:
        raise NotFoundException from error
    return go_to(f"/people/{person_id}", said="saved")


@get("/people/{person_id:int}/export")
async def export(parts: Given, person_id: FromPath[int]) -> Response[bytes]:
    """Give everything that is kept of a person as a file."""
    whole = await parts.services.persons.whole(_who(await _person(parts, person_id)))
    name = f"deskhand-{whole.person.platform}-{person_id}.json"
    return Response(
        to_json(person_shown(whole), indent=1),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@get("/people/{person_id:int}/erase")
async def confirm_erasing(request: Asked, parts: Given, person_id: FromPath[int]) -> Page:
    """Say what would go, and ask for the name."""
    return await _confirmation(request, parts, await _person(parts, person_id), Form())


@post("/people/{person_id:int}/erase")
async def erase(request: Asked, parts: Given, person_id: FromPath[int]) -> Page:
    """Erase a person whose name was typed, and say what was erased."""
    person = await _person(parts, person_id)
    form = await read_form(request)
    if _folded(form.text("name")) != _folded(person.name):
        form.fault("name", _("Type the name just as it stands above."))
        return await _confirmation(request, parts, person, form)
    known = await parts.services.persons.known(person)
    await parts.services.persons.erase(_who(person))
    return parts.rendering.page(
        request,
        "person_erased.html",
        kept=kept_told(known.kept),
        waiting=known.reminders_waiting,
        platform=platform_named(person.platform),
    )


async def _confirmation(request: Asked, parts: Parts, person: Person, form: Form) -> Page:
    known = await parts.services.persons.known(person)
    return parts.rendering.page(
        request,
        "person_erase.html",
        status=422 if form.errors else 200,
        form=form,
        person=person,
        kept=kept_told(known.kept),
        platform=platform_named(person.platform),
    )


async def _person(parts: Parts, person_id: int) -> Person:
    person = await parts.services.persons.get(person_id)
    if person is None:
        raise NotFoundException
    return person


def _who(person: Person) -> str:
    """Return a person as the commands name them."""
    return f"{person.platform}/{person.user_id}"


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
