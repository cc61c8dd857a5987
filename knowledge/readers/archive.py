"""Office's files are zip archives of XML: looked through before anything trusts one."""

import io
import zipfile
import zlib
from xml.parsers import expat

from knowledge.errors import UnreadableError

MAX_PARTS = 5_000
MAX_UNPACKED_BYTES = 150_000_000  # 50,000 rows of 20 cells are about 60 MB of XML
_PIECE_BYTES = 1_000_000
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    expat.ExpatError,
)
_DAMAGED = "The file is damaged: open it where it was made, save it again and add that."


def check(content: bytes) -> None:
    """Look at every part of an archive.

    Raises:
        UnreadableError: It is damaged, locked, unpacks to too much, or holds XML that declares
            entities; Office's own files never do (ECMA-376-2, 8.1.4), bombs are made of them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _look_through(archive)
    except _BROKEN as error:
        raise UnreadableError(_DAMAGED) from error


def _look_through(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
        raise UnreadableError(
            f"The file unpacks to more than {MAX_UNPACKED_BYTES // 1_000_000} MB or "
            f"{MAX_PARTS} parts: take pictures out of it, or split it."
        )
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise UnreadableError(
            "The file is locked with a password: save it without one and add that."
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _parse(archive, part)


def _parse(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    # zipfile gives no more than the size that was declared, and fails where that was a lie.
    with archive.open(part) as file:
        while piece := file.read(_PIECE_BYTES):
            parser.Parse(piece, False)
    parser.Parse(b"", True)


def _refuse(*_: object) -> None:
    raise UnreadableError(
        "The file holds XML that no Office program writes: "
        "open it where it was made, save it again and add that."
    )
