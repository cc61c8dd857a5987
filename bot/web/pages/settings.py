"""Every setting there is, where it comes from, and the page that changes it."""

from litestar import get, post

from bot.upkeep.backup.service import PASSPHRASE
from bot.upkeep.retention import GROUP, RetentionChoice
from bot.web import retention_form
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.rendering import Page, go_to
from bot.web.setting_views import Row, cards, environment, secret
from bot.web.setting_words import SECRETS


@get("/settings")
async def show(request: Asked, parts: Given) -> Page:
    """Show every setting; those that no other page edits as a form."""
    return await _page(request, parts, Form(retention_form.typed(parts.services.retention.choice)))


@post("/settings/retention")
async def keep(request: Asked, parts: Given) -> Page:
    """Keep words for longer or less long; what would be forgotten by it is asked about first."""
    form = await read_form(request)
    wanted = retention_form.read(form)
    if wanted is None:
        return await _page(request, parts, form)
    fewer = retention_form.shorter(parts.services.retention.choice, wanted)
    if fewer and form.text("sure") != "yes":
        return _asked(request, parts, wanted, fewer)
    await parts.services.choices.set(GROUP, wanted.model_dump(mode="json"))
    return go_to("/settings", said="saved")


def _asked(request: Asked, parts: Parts, wanted: RetentionChoice, fewer: list[str]) -> Page:
    now = parts.services.retention.choice
    return parts.rendering.page(
        request,
        "settings_shorter.html",
        wanted=retention_form.typed(wanted),
        fewer=[(name, getattr(now, name), getattr(wanted, name)) for name in fewer],
    )


async def _page(request: Asked, parts: Parts, form: Form) -> Page:
    services = parts.services
    return parts.rendering.page(
        request,
        "settings.html",
        status=422 if form.errors else 200,
        form=form,
        cards=cards(services.choices, services.variables),
        edited_here=GROUP,
        secrets=await _secrets(parts),
        environment=environment(services.variables),
    )


async def _secrets(parts: Parts) -> list[Row]:
    services = parts.services
    known = {PASSPHRASE: bool(await services.backups.passphrase())}
    for platform in services.platforms.names:
        tokens = await services.platforms.tokens(platform)
        known |= {name: bool(value) for name, value in tokens.items()}
    return [
        secret(name, worded, is_set=known.get(name, False), fixed=name in services.fixed_tokens)
        for name, worded in SECRETS.items()
    ]
