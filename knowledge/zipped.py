"""Named files in a zip: packed the same way each time, unpacked only within limits."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime

from knowledge.errors import N_, KnowledgeError, UnreadableError

MAX_ZIP_BYTES = 100_000_000
# Ten times the largest file that can be added at once; all of it is held in memory.
MAX_UNPACKED_BYTES = 200_000_000
MAX_FILES = 10_000

_MEMBER = b"PK\x01\x02"  # begins each member's line in a zip's directory (APPNOTE.TXT, 4.3.12)
_ENCRYPTED = 0x1  # APPNOTE.TXT, 4.4.4
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# What zipfile was seen to raise over 100,000 zips with bytes changed, and over a far offset.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    ValueError,
)
_LIMITS = (
    f"{MAX_ZIP_BYTES // 1_000_000} MB packed, {MAX_UNPACKED_BYTES // 1_000_000} MB unpacked or"
    f" {MAX_FILES:,} files"
)
_TOO_MUCH = f"This is more than one file may hold ({_LIMITS}): remove what is not needed any more."
_TOO_LARGE = f"The file holds more than an export of Deskhand's ever does ({_LIMITS})."
_DAMAGED = N_("The file is damaged, or is no zip file: export it again and import the new one.")


def packed(files: Mapping[str, bytes], *, at: datetime) -> bytes:
    """Return a zip of files by name, in their order; equal files give equal bytes.

    Args:
        files: By name; folders are parted by slashes.
        at: The moment each of them carries, in UTC.

    Raises:
        KnowledgeError: It would be more than `unpacked` takes.
    """
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_UNPACKED_BYTES:
        raise KnowledgeError(_TOO_MUCH)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3  # Unix, wherever we run: so that the next line counts
            member.external_attr = 0o600 << 16
            archive.writestr(member, content)
    if written.tell() > MAX_ZIP_BYTES:
        raise KnowledgeError(_TOO_MUCH)
    return written.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the files in a zip by name, in its order, without folders.

    Nothing is written to disk; a name is only a name.

    Raises:
        UnreadableError: It is no zip, damaged, locked, or holds too much; the sentence says which.
    """
    if len(content) > MAX_ZIP_BYTES:
        raise UnreadableError(_TOO_LARGE)
    # Before the directory is read: a million lines in it would fill the memory.
    if content.count(_MEMBER) > MAX_FILES:
        raise UnreadableError(_TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive)
    except _BROKEN as error:
        raise UnreadableError(_DAMAGED) from error


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    # Not is_dir(), which breaks over a name that is empty.
    members = [each for each in archive.infolist() if not each.filename.endswith("/")]
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise UnreadableError("The file is locked with a password: pack it without one.")
    if any(member.compress_type not in _METHODS for member in members):
        raise UnreadableError(_DAMAGED)
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise UnreadableError(_TOO_LARGE)
    files: dict[str, bytes] = {}
    for member in members:
        if member.filename in files:
            raise UnreadableError(_DAMAGED)
        # zipfile gives no more than the size that was declared, and fails where that was a lie.
        files[member.filename] = archive.read(member)
    return files
