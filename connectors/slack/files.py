"""Files: what is in those somebody sent, and those of our own messages."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from connectors.downloading import GONE, check_size, download, origin
from connectors.errors import FileRefusedError
from connectors.messages import OutgoingFile
from connectors.slack.failures import FAILURES, LIBRARY_LOG, connector_error, refusal

# Slack itself takes a gigabyte; nobody waits for so much, and it is held in memory.
MAX_BYTES = 10_000_000
MAX_FILES = 10
UPLOAD_S = 60  # 10 MB at 2 Mbit/s, as an office's line may have, take 40.
# Slack takes out where and with what a picture was taken: a segment of at most 64 KiB (Exif).
MAX_STRIPPED_BYTES = 65_536
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".tif", ".tiff")

FILES = "https://files.slack.com"
_GONE = frozenset({"file_not_found", "file_deleted"})


class Files:
    """Fetches and shares files with the bot token, which is shown to Slack's own servers only."""

    def __init__(self, web: AsyncWebClient) -> None:
        """Fetch with the token of `web`; from its own server too where that is not Slack's."""
        self._web = web
        own = set() if web.base_url == AsyncWebClient.BASE_URL else {origin(web.base_url)}
        self._origins = frozenset({FILES, *own})

    async def fetch(self, file_id: str, *, max_bytes: int) -> bytes:
        """Return what is in a file.

        Raises:
            FileRefusedError: It is gone, too large, or kept by others.
            ConnectorError: Slack could not be asked, or a scope is missing.
        """
        try:
            found = (await self._web.files_info(file=file_id)).get("file") or {}
        except FAILURES as error:
            answer = refusal(error)
            if answer is not None and answer.code in _GONE:
                raise FileRefusedError(GONE) from error
            raise connector_error(error) from error
        check_size(int(found.get("size") or 0), max_bytes)
        url = str(found.get("url_private_download") or found.get("url_private") or "")
        if not url:
            # Slack's own word for it is "tombstone", or "hidden_by_limit" in a free workspace.
            raise FileRefusedError(GONE)
        token = {"Authorization": f"Bearer {self._web.token}"}
        return await download(
            url,
            origins=self._origins,
            max_bytes=max_bytes,
            headers=token,
            proxy_url=self._web.proxy,
        )

    async def share(self, files: Sequence[OutgoingFile], text: str, where: dict[str, Any]) -> None:
        """Share files in a room, in one message.

        Args:
            files: In order.
            text: Beside them, escaped.
            where: The channel, and the thread where there is one.

        Raises:
            Exception: One of `FAILURES`.
        """
        # Uploads take longer than other calls.
        web = AsyncWebClient(
            token=self._web.token,
            base_url=self._web.base_url,
            timeout=UPLOAD_S,
            proxy=self._web.proxy,
            retry_handlers=[],
            logger=LIBRARY_LOG,
        )
        contents = await asyncio.gather(*(asyncio.to_thread(one.path.read_bytes) for one in files))
        uploads = [
            {"file": content, "filename": one.name, "title": one.name}
            for one, content in zip(files, contents, strict=True)
        ]
        await web.files_upload_v2(file_uploads=uploads, initial_comment=text, **where)


async def sizes(files: Sequence[OutgoingFile]) -> dict[str, int]:
    """Return the size of each file in bytes, by its name."""
    found = await asyncio.gather(*(asyncio.to_thread(one.path.stat) for one in files))
    return {one.name: seen.st_size for one, seen in zip(files, found, strict=True)}


def carries(message: dict[str, Any], files: Mapping[str, int]) -> bool:
    """Return whether a message has these files and no others; their sizes are by name."""
    shown = {str(one.get("name")): int(one.get("size") or 0) for one in message.get("files") or ()}
    return shown.keys() == files.keys() and all(
        0 <= size - shown[name] <= (MAX_STRIPPED_BYTES if name.lower().endswith(_PICTURES) else 0)
        for name, size in files.items()
    )
