"""Files people sent to a made-up Slack, and the server that hands them out."""

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
    """

    def __init__(self) -> None:
        self.base = ""
        self.known: dict[str, SlackFile] = {}
        self.fetched: list[str] = []
        self.tokens: list[str] = []
        self._ids = itertools.count(1)

    def sent(self, files: Mapping[str, bytes] | Sequence[str]) -> list[Body]:
        """Keep files and return them as a message names them."""
        contents = files if isinstance(files, Mapping) else dict.fromkeys(files, b"x")
        made = [SlackFile(f"F{next(self._ids)}", *each) for each in contents.items()]
        self.known |= {each.file_id: each for each in made}
        return [{"id": each.file_id, "name": each.name} for each in made]

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
