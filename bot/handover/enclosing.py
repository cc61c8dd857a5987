"""Files that go along with carried words."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.conversations import Turn
from bot.outbox.files import KeptFiles
from connectors.base import Connector, FileSource
from connectors.errors import (
    ConnectorError,
    FileRefusedError,
    PermissionMissingError,
    TokenRefusedError,
)
from connectors.messages import File, OutgoingFile

log = logging.getLogger(__name__)

# More than anybody attaches by hand, and what every platform takes in one message.
MAX_FILES = 5
MAX_BYTES = 10_000_000
# Between two tries to fetch a file; words wait for what goes with them.
PAUSES_S = (1.0, 4.0)
# What another try does not mend.
_FINAL = (FileRefusedError, PermissionMissingError, TokenRefusedError)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What of a message's files goes along, and the names of those that cannot."""

    files: tuple[OutgoingFile, ...] = ()
    left_out: tuple[str, ...] = ()


class Enclosing:
    """Fetches what came with a message and keeps it until it is delivered."""

    def __init__(
        self,
        kept: KeptFiles,
        source: Callable[[str], FileSource | None],
        connectors: Mapping[str, Connector],
    ) -> None:
        """Fetch and keep.

        Args:
            kept: Where files are kept.
            source: Returns a platform by name while it can be asked for files.
            connectors: Where files go, by platform.
        """
        self._kept = kept
        self._source = source
        self._connectors = connectors

    async def enclosed(self, turn: Turn, *, to: str) -> Enclosed:
        """Return what of a turn's files can go to a platform; done again it keeps the same.

        Raises:
            Nothing: What cannot be fetched or kept is left out.
        """
        most, max_bytes = self._limits(to)
        files, left_out = list[OutgoingFile](), list[str]()
        for number, file in enumerate(turn.files):
            content = b""
            if number < most:
                content = await self._content(turn, file, max_bytes)
            # Slack takes no empty file.
            kept = await self._keep(f"{turn.turn_id}-{number}", file, content) if content else None
            if kept is None:
                left_out.append(file.name)
            else:
                files.append(kept)
        return Enclosed(tuple(files), tuple(left_out))

    def _limits(self, platform: str) -> tuple[int, int]:
        """Return how many files a platform takes, and how large each may be."""
        connector = self._connectors.get(platform)
        if connector is None:
            # Not connected just now: none takes less.
            return MAX_FILES, MAX_BYTES
        its = connector.abilities
        return min(MAX_FILES, its.max_files), min(MAX_BYTES, its.max_file_bytes)

    async def _content(self, turn: Turn, file: File, max_bytes: int) -> bytes:
        """Return what is in a file; nothing where it cannot be had."""
        address = turn.conversation.address
        for pause_s in (*PAUSES_S, None):
            source = self._source(address.platform)
            try:
                if source is None or not file.file_id:
                    return b""
                return await source.fetch(
                    address, turn.message_id, file.file_id, max_bytes=max_bytes
                )
            except ConnectorError as error:
                log.info("file not fetched turn=%s error=%s", turn.turn_id, type(error).__name__)
                if isinstance(error, _FINAL) or pause_s is None:
                    return b""
            await asyncio.sleep(pause_s)
        return b""

    async def _keep(self, key: str, file: File, content: bytes) -> OutgoingFile | None:
        try:
            return await self._kept.keep(key, file.name, content)
        except OSError:
            log.exception("file not kept key=%s", key)
            return None
