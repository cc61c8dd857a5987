"""The sheet for the EU AI Act, to be taken away."""

from litestar import MediaType, Response, get

from bot.web.parts import Asked, Given
from bot.web.rendering import Page
from bot.web.sheet import languages, sheet

NAMES = {"de": "Deutsch", "en": "English"}


@get("/sheet")
async def show(request: Asked, parts: Given) -> Page:
    """Say what it is, and in which languages it can be had."""
    return parts.rendering.page(
        request, "sheet_offer.html", languages=[(each, NAMES[each]) for each in languages()]
    )


@get("/sheet/file")
async def hand_out(request: Asked, parts: Given) -> Response[str]:
    """Give it as a file, in the language that is asked for, or else in English."""
    asked = request.query_params.get("language", "")
    language = asked if asked in languages() else "en"
    services = parts.services
    today = services.calendar().day(services.now())
    name = f"deskhand-ai-act-{today.isoformat()}-{language}.html"
    return Response(
        await sheet(parts, language),
        media_type=MediaType.HTML,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
