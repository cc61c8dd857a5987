"""What is in a file somebody sent."""

from slack_sdk.web.async_client import AsyncWebClient

from connectors.downloading import GONE, check_size, download, origin
from connectors.errors import FileRefusedError
from connectors.slack.failures import FAILURES, connector_error, refusal

FILES = "https://files.slack.com"
_GONE = frozenset({"file_not_found", "file_deleted"})


class Files:
    """Fetches files with the bot token, which is shown to Slack's own servers only."""

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
        return await download(url, origins=self._origins, max_bytes=max_bytes, headers=token)
