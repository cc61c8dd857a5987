"""What it can do beside answering: the tools, each of which can be turned off."""

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from bot.web.forms import read_form
from bot.web.parts import Asked, Given
from bot.web.rendering import Page, go_to
from bot.web.tool_views import tools_shown


@get("/skills")
async def show(request: Asked, parts: Given) -> Page:
    """List the tools."""
    return parts.rendering.page(
        request, "skills.html", tools=tools_shown(parts.services.tools, parts.sentences)
    )


@post("/skills/tools/{name:str}")
async def switch_tool(request: Asked, parts: Given, name: FromPath[str]) -> Page:
    """Turn a tool on or off."""
    on = (await read_form(request)).text("do") == "on"
    if not await parts.services.tools.switch(name, on=on):
        raise NotFoundException
    return go_to("/skills", said="tool-on" if on else "tool-off")
