"""Fetches a file from a platform's own servers, and from nowhere else."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

import aiohttp

from connectors.errors import ConnectorError, FileRefusedError

# 20 MB over an office's slow line take two minutes; nothing is read for longer.
TIMEOUT = aiohttp.ClientTimeout(total=300.0, sock_connect=10.0, sock_read=30.0)
CHUNK_BYTES = 65_536

GONE = "The file is not there any more, or I may not read it: send it again."
ELSEWHERE = "The file is kept somewhere else: send the file itself."


def origin(url: str) -> str:
    """Return an address's scheme and host: "https://files.slack.com"; "" for none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""


def check_size(size_bytes: int, max_bytes: int) -> None:
    """Refuse what is too large.

    Raises:
        FileRefusedError: It is.
    """
    if size_bytes > max_bytes:
        raise FileRefusedError(f"The file is over {max_bytes // 1_000_000} MB: split it.")


async def download(
    url: str,
    *,
    origins: Collection[str],
    max_bytes: int,
    headers: Mapping[str, str] | None = None,
    proxy_url: str | None = None,
) -> bytes:
    """Return what stands at an address.

    Args:
        url: Where; it may come from anybody.
        origins: The servers that are asked, each as `origin` has it. Redirects are not followed.
        max_bytes: No more than this is read.
        headers: Sent along, such as a token.
        proxy_url: Through which the server is reached; None: directly.

    Raises:
        FileRefusedError: It is not there, too large, or kept by another server.
        ConnectorError: The server did not answer, or not now.
    """
    if origin(url) not in origins:
        raise FileRefusedError(ELSEWHERE)
    # As it is: what is packed could be any size once unpacked.
    asked = {"Accept-Encoding": "identity", **(headers or {})}
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, auto_decompress=False) as session,
            session.get(url, headers=asked, allow_redirects=False, proxy=proxy_url) as answer,
        ):
            return await _read(answer, max_bytes)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise ConnectorError(f"The file could not be read: {type(error).__name__}.") from error


async def _read(answer: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    if answer.status == 429 or answer.status >= 500:  # HTTP: too many requests, or it failed
        raise ConnectorError(f"The file could not be read: {answer.status}.")
    if answer.status != 200:
        # Slack sends whom it does not let in to its sign-in page.
        raise FileRefusedError(GONE)
    content = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
        content += chunk
        check_size(len(content), max_bytes)
    return bytes(content)
