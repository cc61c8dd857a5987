"""Passwords: which will do, and whether one fits."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.web.forms import Form
from bot.web.reader import gettext as _

# NIST SP 800-63B-4, 3.1.1.2: at least 15 characters where a password is the only factor; a small
# office would write those down, so 10, and few attempts.
MIN_PASSWORD_CHARS = 10
# Long pass phrases are welcome; a megabyte to hash is not.
MAX_PASSWORD_CHARS = 200


class WeakPasswordError(Exception):
    """The password will not do; the text says what would."""


class Passwords:
    """Hashes passwords and holds them against their hashes, beside the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Use a hasher; None for argon2id with RFC 9106's low-memory parameters."""
        self._hasher = hasher or PasswordHasher()
        # Verified against where there is no account, so that this takes as long.
        self._nobodys_hash = ""

    async def hashed(self, password: str) -> str:
        """Return a password's hash.

        Raises:
            WeakPasswordError: It will not do.
        """
        check_password(password)
        return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password_hash: str, password: str) -> bool:
        """Return whether a password is the one of a hash; never for "", which takes as long."""
        if not self._nobodys_hash:
            self._nobodys_hash = await asyncio.to_thread(
                self._hasher.hash, secrets.token_urlsafe(16)
            )
        # A longer one is never stored, so a cut one never fits.
        tried = password[: MAX_PASSWORD_CHARS + 1]
        try:
            await asyncio.to_thread(self._hasher.verify, password_hash or self._nobodys_hash, tried)
        except (VerificationError, InvalidHashError):
            return False
        return bool(password_hash)


def check_password(password: str) -> None:
    """Check that a password is long enough, and not too long.

    Raises:
        WeakPasswordError: It is not.
    """
    if len(password) < MIN_PASSWORD_CHARS:
        raise WeakPasswordError(
            _(
                "Use at least {count} characters; a few words in a row are easy to keep in mind."
            ).format(count=MIN_PASSWORD_CHARS)
        )
    if len(password) > MAX_PASSWORD_CHARS:
        raise WeakPasswordError(
            _("Use at most {count} characters.").format(count=MAX_PASSWORD_CHARS)
        )


def chosen_password(form: Form) -> str:
    """Return the password that was typed twice, noting what is wrong with it."""
    password = form.raw("password")
    try:
        check_password(password)
    except WeakPasswordError as error:
        form.fault("password", str(error))
    if password != form.raw("password_again"):
        form.fault("password_again", _("This is not the same password."))
    return password
