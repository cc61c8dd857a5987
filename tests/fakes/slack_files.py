"""Files of a made-up Slack, and the server that takes them and hands them out."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Body = dict[str, Any]

SIGN_IN = "/sign-in"


@dataclass
class SlackFile:
    """One file.

    Attributes:
        told: What files.info says other than what is so.
        length_told: The download names its length before it begins.
    """

    file_id: str
    name: str
    content: bytes
    told: Body = field(default_factory=dict)
    length_told: bool = True


class Files:
    """All of them.

    Attributes:
        fetched: The ids of those somebody fetched, in order.
        tokens: What was shown for each, in order.
        offered: Files to be uploaded, or uploaded and not shared yet, by their ids.
    """

    def __init__(self) -> None:
        self.base = ""
        self.known: dict[str, SlackFile] = {}
        self.fetched: list[str] = []
        self.tokens: list[str] = []
        self.offered: dict[str, SlackFile] = {}
        self._ids = itertools.count(1)

    def sent(self, files: Mapping[str, bytes] | Sequence[str]) -> list[Body]:
        """Keep files and return them as a message names them."""
        contents = files if isinstance(files, Mapping) else dict.fromkeys(files, b"x")
        made = [SlackFile(f"F{next(self._ids)}", *each) for each in contents.items()]
        self.known |= {each.file_id: each for each in made}
        return [{"id": each.file_id, "name": each.name} for each in made]

    def offer(self, name: str, length: int) -> Body:
        """Return where a file is to be uploaded."""
        file_id = f"F{next(self._ids)}"
        self.offered[file_id] = SlackFile(file_id, name, b"", {"length": length})
        return {"file_id": file_id, "upload_url": f"{self.base}/upload/{file_id}"}

    async def take(self, request: web.Request) -> web.Response:
        """Take a file's content."""
        file = self.offered[request.match_info["id"]]
        file.content = await request.read()
        if len(file.content) != file.told.pop("length"):
            raise web.HTTPBadRequest
        return web.Response(text=f"OK - {len(file.content)}")

    def complete(self, file_id: str) -> Body | None:
        """Return an uploaded file as a message names it; None for what was not uploaded."""
        file = self.offered.pop(file_id, None)
        if file is None or not file.content:
            return None
        self.known[file_id] = file
        return {"id": file_id, "name": file.name, "size": len(file.content)}

    def info(self, file_id: str) -> Body | None:
        """Return what files.info says; None for what is not there."""
        found = self.known.get(file_id)
        if found is None:
            return None
        url = f"{self.base}/files-pri/{file_id}/{found.name}"
        size = len(found.content)
        own = {"id": file_id, "name": found.name, "size": size, "url_private": url}
        return own | found.told

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hand a file to who shows the bot's token, and send others to sign in."""
        self.tokens.append(request.headers.get("Authorization", ""))
        if self.tokens[-1] != "Bearer xoxb-test":
            raise web.HTTPFound(SIGN_IN)
        found = self.known.get(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        self.fetched.append(found.file_id)
        if found.length_told:
            return web.Response(body=found.content)
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(found.content)
        return answer

    async def sign_in(self, request: web.Request) -> web.Response:
        """Ask who comes by for their password, as Slack does, with the status 200."""
        return web.Response(text="<h1>Sign in to your workspace</h1>", content_type="text/html")
