"""Files of the watched folder."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FolderFile:
    """What became of a file.

    Attributes:
        path: In the folder, with slashes.
        content_hash: SHA-256 of what was read; "" when nothing could be.
        document_ids: What it brought, and has brought still while there is an error.
        notes: What of it could not be read, a sentence each.
        error: Why it could not be read, "" when it was.
    """

    path: str
    size_bytes: int
    mtime_ns: int
    content_hash: str
    document_ids: tuple[str, ...]
    notes: tuple[str, ...]
    error: str
    read_at: datetime
