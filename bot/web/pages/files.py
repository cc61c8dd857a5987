"""Files that were sent in a room of this process, handed out to who may see the page."""

from urllib.parse import quote

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Response

from bot.web.parts import Given
from bot.web.roles import EDITOR, FOR


@get("/files/{key:str}/{name:str}", opt={FOR: EDITOR})
async def hand_out(key: FromPath[str], name: FromPath[str], parts: Given) -> Response[bytes]:
    """Hand out a file, to be saved and never shown: a stranger made it."""
    content = await parts.services.talk.file(key)
    if content is None:
        raise NotFoundException
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )
