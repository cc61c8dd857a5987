"""The one file of a backup: a zip with a manifest, sealed or not, and a digest of all of it.

Its last 64 bytes are the SHA-256 of those before them, so that a byte that has become another one
is seen wherever it is. In a zip they are its comment: any program for zips opens it.
"""

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from bot.upkeep.backup import sealing
from bot.upkeep.backup.errors import (
    BackupError,
    DamagedError,
    NewerError,
    PassphraseError,
    UnsuitableError,
)
from bot.upkeep.backup.manifest import FORMAT, MAX_BYTES, NAME, Manifest, Member

_DIGEST_BYTES = 64
_ZIP_MAGIC = b"PK"
# Text gets smaller by half, vectors by nothing; a higher level takes thrice the time for 5 % more.
_LEVEL = 1
_DAMAGED = "The backup is damaged: take another one, nothing was changed."

Progress = Callable[[int, int], None]
"""Is told how many bytes are done, and of how many."""


def write(
    target: Path,
    manifest: Manifest,
    members: Mapping[str, Path],
    *,
    scratch: Path,
    passphrase: str,
    progress: Progress = lambda _done, _total: None,
) -> Manifest:
    """Write a backup that only this user can read; it is there as a whole or not at all.

    Args:
        target: The file, in a folder that is there.
        manifest: What it says, without members.
        members: The files, by their name in it.
        scratch: A folder of this user's only: what is to be sealed lies nowhere else in the open.
        passphrase: It is sealed with this; "" leaves it open.
        progress: Told how far it is.

    Returns:
        The manifest as it is written.

    Raises:
        PassphraseError: The passphrase is too short.
        OSError: It could not be written.
    """
    plain, whole = scratch / "plain.zip", target.with_name(f".{target.name}.new")
    try:
        told = _zip(plain, manifest, members, progress)
        _make_private(whole)
        with whole.open("r+b") as out:
            if passphrase:
                sealing.seal(plain, out, passphrase)
                out.write(b"0" * _DIGEST_BYTES)
            else:
                with plain.open("rb") as file:
                    shutil.copyfileobj(file, out, sealing.CHUNK_BYTES)
        _put_digest(whole)
        whole.replace(target)
    finally:
        whole.unlink(missing_ok=True)
    return told


class Archive:
    """A backup that is what was written."""

    def __init__(self, plain: Path, manifest: Manifest) -> None:
        """Read from a zip that `opened` has looked through."""
        self._plain = plain
        self.manifest = manifest

    def extract(self, folder: Path) -> None:
        """Write all members into a folder, each held against its hash.

        Raises:
            DamagedError: One is not as it was written.
            OSError: They could not be written.
        """
        with _zip_errors(), zipfile.ZipFile(self._plain) as zipped:
            for name, member in self.manifest.members.items():
                path = folder / name
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _extract(zipped, name, member, path)


@contextmanager
def opened(path: Path, scratch: Path, *, passphrase: Callable[[], str]) -> Iterator[Archive]:
    """Open a backup inside the block; all of it is held against its digest first.

    Args:
        path: The file.
        scratch: A folder of this user's only, for what a sealed one holds.
        passphrase: Asked when it is sealed; "" when there is none.

    Raises:
        UnsuitableError: It is no backup, is damaged, or a newer Deskhand made it.
        PassphraseError: It is sealed, and the passphrase is missing or another one.
        BackupError: It cannot be read.
        OSError: The scratch folder cannot be written.
    """
    try:
        end = _checked(path)
        sealed = sealing.is_sealed(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
    plain = path
    if sealed:
        words = passphrase()
        if not words:
            raise PassphraseError("The backup is sealed: give its passphrase.")
        plain = scratch / "unsealed.zip"
        sealing.unseal(path, plain, words, end=end)
    try:
        yield Archive(plain, _manifest(plain))
    finally:
        if sealed:
            plain.unlink(missing_ok=True)


def unpack(
    path: Path,
    folder: Path,
    *,
    passphrase: Callable[[], str],
    suits: Callable[[Manifest], None] = lambda _manifest: None,
) -> Manifest:
    """Write all members of a backup into a folder with room for them.

    Args:
        path: The file.
        folder: Of this user's only.
        passphrase: As in `opened`.
        suits: Raises for what is not to be unpacked.

    Raises:
        BackupError: It cannot be read, is no good, or there is too little room.
        OSError: The folder cannot be written.
    """
    with opened(path, folder, passphrase=passphrase) as found:
        suits(found.manifest)
        _check_room(found.manifest, folder)
        found.extract(folder)
        return found.manifest


def _zip(
    plain: Path, manifest: Manifest, members: Mapping[str, Path], progress: Progress
) -> Manifest:
    there = {name: path for name, path in members.items() if path.exists()}
    total = sum(path.stat().st_size for path in there.values())
    written: dict[str, Member] = {}
    done = 0
    with zipfile.ZipFile(
        plain, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL, strict_timestamps=False
    ) as zipped:
        for name, path in there.items():
            try:
                file = path.open("rb")
            except FileNotFoundError:
                continue  # It was delivered meanwhile, and is needed no more.
            digest, before = hashlib.sha256(), done
            with file, zipped.open(name, "w", force_zip64=True) as out:
                while chunk := file.read(sealing.CHUNK_BYTES):
                    digest.update(chunk)
                    out.write(chunk)
                    done += len(chunk)
                    progress(done, total)
            written[name] = Member(size_bytes=done - before, sha256=digest.hexdigest())
        told = manifest.model_copy(update={"members": written})
        zipped.writestr(NAME, told.model_dump_json(indent=1))
        zipped.comment = b"0" * _DIGEST_BYTES
    return told


def _put_digest(path: Path) -> None:
    with path.open("r+b") as file:
        end = path.stat().st_size - _DIGEST_BYTES
        digest = _digest(path, end)
        file.seek(end)
        file.write(digest)
        file.flush()
        os.fsync(file.fileno())


def _digest(path: Path, end: int) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        left = end
        while left > 0 and (chunk := file.read(min(sealing.CHUNK_BYTES, left))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest().encode()


def _checked(path: Path) -> int:
    """Hold a file against its digest and return where that begins."""
    end = path.stat().st_size - _DIGEST_BYTES
    with path.open("rb") as file:
        start = file.read(len(sealing.MAGIC))
        if not start.startswith(_ZIP_MAGIC) and start != sealing.MAGIC:
            raise UnsuitableError(f"{path.name} is no backup of Deskhand's.")
        file.seek(max(end, 0))
        told = file.read()
    if end <= 0 or told != _digest(path, end):
        if _is_another_zip(path):
            raise UnsuitableError(
                f"{path.name} is no backup of Deskhand's. What `deskhand knowledge export` wrote"
                " comes in by `deskhand knowledge import`."
            )
        raise DamagedError(_DAMAGED)
    return end


def _is_another_zip(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as zipped:
            return NAME not in zipped.namelist()
    except zipfile.BadZipFile:
        return False


def _manifest(plain: Path) -> Manifest:
    with _zip_errors(), zipfile.ZipFile(plain) as zipped:
        names = zipped.namelist()
        if NAME not in names or zipped.getinfo(NAME).file_size > MAX_BYTES:
            raise UnsuitableError("The file is no backup of Deskhand's.")
        written = zipped.read(NAME)
        sizes = {
            each.filename: each.file_size for each in zipped.infolist() if each.filename != NAME
        }
    if _format(written) > FORMAT:
        raise NewerError("A newer Deskhand made this backup: install that version first.")
    try:
        manifest = Manifest.model_validate_json(written)
    except ValidationError as error:
        raise DamagedError(_DAMAGED) from error
    if sorted(names) != sorted({NAME, *manifest.members}) or not all(map(_safe, names)):
        raise DamagedError("The backup holds other files than it says: take another one.")
    # No more is read of one than its size here, which is what room is made for.
    if sizes != {name: each.size_bytes for name, each in manifest.members.items()}:
        raise DamagedError(_DAMAGED)
    return manifest


def _format(written: bytes) -> int:
    """Return the format that a manifest names, whatever else is in it; 0 when it names none."""
    try:
        told = json.loads(written)
    except ValueError as error:
        raise DamagedError(_DAMAGED) from error
    named = told.get("format") if isinstance(told, dict) else None
    return named if isinstance(named, int) else 0


def _safe(name: str) -> bool:
    """Return whether a name stays in the folder it is written into, on any system."""
    parts = PurePosixPath(name).parts
    whole = not name.startswith("/") and "\\" not in name and ":" not in name and "\0" not in name
    return bool(parts) and whole and not {"..", "."} & set(name.split("/"))


def _extract(zipped: zipfile.ZipFile, name: str, member: Member, path: Path) -> None:
    digest = hashlib.sha256()
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with zipped.open(name) as file, open(number, "wb") as out:  # noqa: PTH123 - open already
        while chunk := file.read(sealing.CHUNK_BYTES):
            digest.update(chunk)
            out.write(chunk)
    if digest.hexdigest() != member.sha256:
        raise DamagedError(_DAMAGED)


def _check_room(manifest: Manifest, folder: Path) -> None:
    """See that a folder's disk has room for all members.

    Raises:
        BackupError: It has not.
    """
    needed = sum(each.size_bytes for each in manifest.members.values())
    free = shutil.disk_usage(folder).free
    if free < needed * 1.1:
        raise BackupError(
            f"There is too little room: {needed / 1e6:.0f} MB are needed, {free / 1e6:.0f} MB are"
            " free. Nothing was changed."
        )


def _make_private(path: Path) -> None:
    """Make an empty file that only this user can read."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def _zip_errors() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError) as error:
        raise DamagedError(_DAMAGED) from error
