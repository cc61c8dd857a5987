"""Who changed what, for the owner."""

from litestar import get

from bot.domain.changes import Actor, What
from bot.web.change_views import KINDS, shown, who
from bot.web.parts import Asked, Given
from bot.web.reader import gettext as _
from bot.web.rendering import Page

PAGE_SIZE = 50
# Ids fit PostgreSQL's integer.
_MAX_DIGITS = 9


@get("/changes")
async def show(request: Asked, parts: Given) -> Page:
    """List changes, newest first, a page at a time; of one kind and by one person where asked."""
    query = request.query_params
    before = query.get("before", "")
    what = query.get("what", "")
    actor = Actor.read(query.get("who", ""))
    rows = parts.services.changes
    found = await rows.newest(
        limit=PAGE_SIZE + 1,
        before=int(before) if before.isdecimal() and len(before) <= _MAX_DIGITS else None,
        what=What(what) if what in set(What) else None,
        actor=actor,
    )
    listed = found[:PAGE_SIZE]
    return parts.rendering.page(
        request,
        "changes.html",
        changes=[shown(each) for each in listed],
        kinds={kind.value: _(name) for kind, name in KINDS.items()},
        actors={str(each): who(each, name) for each, name in (await rows.actors()).items()},
        what=what,
        who=str(actor or ""),
        older=listed[-1].change_id if len(found) > PAGE_SIZE else None,
        first_page=not before,
    )
