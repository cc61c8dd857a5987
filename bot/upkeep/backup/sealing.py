"""Seals a file with a passphrase: scrypt, then AES-256-GCM over all of it, both of `cryptography`.

A sealed file is a header and what was sealed. The header is authenticated with it, so that no byte
of either can be another one. Age's own passphrase files would do as well, but its library for
Python reads them whole into memory and takes 0.5 GB for the passphrase alone, which is more than a
small box has left.
"""

import os
import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bot.upkeep.backup.errors import DamagedError, PassphraseError

MAGIC = b"deskhand sealed backup 1\n"
MIN_CHARS = 10
CHUNK_BYTES = 1_048_576
# OWASP's password storage cheat sheet: N 2^17, r 8, p 1. It takes 128 MB for half a second.
_LOG2_N, _R, _P = 17, 8, 1
_MAX_LOG2_N, _MAX_R = 20, 8  # More would let a stranger's file take all the memory.
# Salt, log2 N, r, p, nonce, and what only the right passphrase gives as well.
_HEADER = struct.Struct(">16sBBB12s16s")
_TAG_BYTES = 16


def check_passphrase(passphrase: str) -> None:
    """See that a passphrase is long enough.

    Raises:
        PassphraseError: It is not.
    """
    if len(passphrase) < MIN_CHARS:
        raise PassphraseError(
            "A passphrase needs {least} characters or more: three or four words will do.",
            least=MIN_CHARS,
        )


def is_sealed(path: Path) -> bool:
    """Return whether a file begins as a sealed one does."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def seal(plain: Path, sealed: BinaryIO, passphrase: str) -> None:
    """Write what is in a file, sealed.

    Raises:
        PassphraseError: The passphrase is too short.
        OSError: It could not be read or written.
    """
    check_passphrase(passphrase)
    salt, nonce = os.urandom(16), os.urandom(12)
    key, check = _derived(passphrase, salt, _LOG2_N, _R, _P)
    header = MAGIC + _HEADER.pack(salt, _LOG2_N, _R, _P, nonce, check)
    encryptor = Cipher(AES(key), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(header)
    sealed.write(header)
    with plain.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            sealed.write(encryptor.update(chunk))
    sealed.write(encryptor.finalize() + encryptor.tag)


def unseal(sealed: Path, plain: Path, passphrase: str, *, end: int) -> None:
    """Write what a sealed file holds; of one that is damaged nothing stays.

    Args:
        sealed: The file, of which `is_sealed` says that it is one.
        plain: Where it goes.
        passphrase: The one it was sealed with.
        end: How many bytes of it are the sealed file.

    Raises:
        DamagedError: It is not as it was sealed.
        PassphraseError: It was sealed with another passphrase.
        OSError: It could not be read or written.
    """
    with sealed.open("rb") as file:
        header = file.read(len(MAGIC) + _HEADER.size)
        left = end - len(header) - _TAG_BYTES
        if left < 0:
            raise DamagedError("The backup is damaged: it ends too early.")
        salt, log2_n, r, p, nonce, check = _HEADER.unpack_from(header, len(MAGIC))
        if log2_n > _MAX_LOG2_N or not (1 <= r <= _MAX_R and 1 <= p <= _MAX_R):
            raise DamagedError("The backup is damaged at its beginning.")
        key, expected = _derived(passphrase, salt, log2_n, r, p)
        if not bytes_eq(check, expected):
            raise PassphraseError("The backup was sealed with another passphrase: try again.")
        decryptor = Cipher(AES(key), GCM(nonce)).decryptor()
        decryptor.authenticate_additional_data(header)
        try:
            with plain.open("wb") as out:
                for chunk in _chunks(file, left):
                    out.write(decryptor.update(chunk))
                out.write(decryptor.finalize_with_tag(file.read(_TAG_BYTES)))
        except InvalidTag as error:
            plain.unlink()
            raise DamagedError("The backup is damaged: it is not as it was sealed.") from error


def _derived(passphrase: str, salt: bytes, log2_n: int, r: int, p: int) -> tuple[bytes, bytes]:
    """Return the key, and what tells that it is the right one without telling it."""
    words = unicodedata.normalize("NFC", passphrase).encode()
    made = Scrypt(salt=salt, length=48, n=2**log2_n, r=r, p=p).derive(words)
    return made[:32], made[32:]


def _chunks(file: BinaryIO, left: int) -> Iterator[bytes]:
    while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
        left -= len(chunk)
        yield chunk
