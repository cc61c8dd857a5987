"""Files people attached on a made-up Discord, and the server that hands them out."""

from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web

from tests.fakes.discord_world import Snowflakes

Json = dict[str, Any]


class Files:
    """All of them.

    Attributes:
        contents: By the attachment's id.
        fetched: The ids of those somebody fetched, in order.
        lengths_told: A download names its length before it begins.
    """

    def __init__(self, ids: Snowflakes) -> None:
        self.base = ""
        self.contents: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.lengths_told = True
        self._ids = ids

    def attached(self, files: Mapping[str, bytes] | Iterable[str]) -> list[Json]:
        """Keep files and return them as a message has them."""
        contents = files if isinstance(files, Mapping) else dict.fromkeys(files, b"x")
        return [self._attachment(name, content) for name, content in contents.items()]

    def _attachment(self, name: str, content: bytes) -> Json:
        file_id = str(self._ids.next())
        self.contents[file_id] = content
        url = f"{self.base}/attachments/{file_id}/{name}"
        size = len(content)
        return {"id": file_id, "filename": name, "size": size, "url": url, "proxy_url": url}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file."""
        file_id = request.match_info["id"]
        if file_id not in self.contents:
            raise web.HTTPNotFound
        self.fetched.append(file_id)
        if self.lengths_told:
            return web.Response(body=self.contents[file_id])
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(self.contents[file_id])
        return answer
