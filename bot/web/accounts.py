"""Passwords, sessions and set-up links: who may come in, and how they prove it."""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.storage.accounts import Account, AccountRows
from bot.web.roles import OWNER

log = logging.getLogger(__name__)

# NIST SP 800-63B-4, 3.1.1.2: at least 15 characters where a password is the only factor; a small
# office would write those down, so 10, and few attempts.
MIN_PASSWORD_CHARS = 10
# Long pass phrases are welcome; a megabyte to hash is not.
MAX_PASSWORD_CHARS = 200
SESSION_LIFE = timedelta(days=14)
SETUP_LINK_LIFE = timedelta(hours=24)
# NIST SP 800-63B-4, 3.2.2: at most 100 wrong attempts running; a person mistypes far less often.
MAX_ATTEMPTS = 10
ATTEMPTS_WITHIN = timedelta(minutes=15)


class WeakPasswordError(Exception):
    """The password will not do; the text says what would."""


class TooManyAttemptsError(Exception):
    """Signing in failed too often lately; the text says when to try again."""


class Accounts:
    """The one door to accounts, for the page and the terminal."""

    def __init__(
        self,
        rows: AccountRows,
        *,
        now: Callable[[], datetime],
        hasher: PasswordHasher | None = None,
    ) -> None:
        """Keep accounts in rows.

        Args:
            rows: Where accounts, sessions and links are kept.
            now: The clock.
            hasher: argon2id; None for RFC 9106's low-memory parameters.
        """
        self._rows = rows
        self._now = now
        self._hasher = hasher or PasswordHasher()
        # One at a time: attempts side by side would all be counted too late, and each hash takes
        # 64 MiB.
        self._turnstile = asyncio.Lock()
        # Verified against where there is no account, so that this takes as long.
        self._nobodys_hash = ""

    async def has_owner(self) -> bool:
        """Return whether the owner has set a password yet."""
        return await self._rows.count() > 0

    async def fresh_setup_link(self) -> str:
        """Return the token of a new set-up link; earlier links no longer open anything.

        The link is `<address>/setup?token=<token>`: good once, for `SETUP_LINK_LIFE`. Where there
        is an owner already, it gives them a new password.
        """
        token = secrets.token_urlsafe(32)
        now = self._now()
        await self._rows.put_setup_link(_hash(token), now=now, expires_at=now + SETUP_LINK_LIFE)
        return token

    async def is_setup_link(self, token: str) -> bool:
        """Return whether a link is still good; it stays so."""
        return await self._rows.has_setup_link(_hash(token), now=self._now())

    async def set_up(self, token: str, password: str) -> bool:
        """Use a set-up link up and give the owner a password; all earlier sessions end.

        Returns:
            False when the link is no longer good; nothing is changed then.

        Raises:
            WeakPasswordError: The link is still good.
        """
        check_password(password)
        password_hash = await asyncio.to_thread(self._hasher.hash, password)
        if not await self._rows.use_setup_link(_hash(token), now=self._now()):
            return False
        await self._rows.put(OWNER, OWNER, password_hash, now=self._now())
        log.info("set password account=%s by=link", OWNER)
        return True

    async def reset_password(self, password: str) -> None:
        """Give the owner a new password; all sessions end.

        Raises:
            WeakPasswordError: Nothing is changed.
        """
        check_password(password)
        password_hash = await asyncio.to_thread(self._hasher.hash, password)
        await self._rows.put(OWNER, OWNER, password_hash, now=self._now())
        log.info("set password account=%s by=terminal", OWNER)

    async def sign_in(self, name: str, password: str, *, address: str) -> str | None:
        """Open a session.

        Args:
            name: The account's.
            password: As typed.
            address: Where the person comes from; attempts are counted by it and by the account.

        Returns:
            The new session's token; None when name and password do not fit.

        Raises:
            TooManyAttemptsError: Nothing was tried.
        """
        async with self._turnstile:
            now = self._now()
            since = now - ATTEMPTS_WITHIN
            if await self._rows.failed_attempts(name, address, since=since) >= MAX_ATTEMPTS:
                log.warning("refused sign-in attempts address=%s", address)
                minutes = ATTEMPTS_WITHIN.seconds // 60
                raise TooManyAttemptsError(
                    f"Too many wrong passwords. Wait {minutes} minutes and try again."
                )
            account = await self._rows.by_name(name)
            if not await self._fits(account, password):
                await self._rows.record_attempt(name, address, now=now, keep_since=since)
                return None
        return None if account is None else await self._open(account)

    async def account(self, token: str) -> Account | None:
        """Return whose session a token is, or None when it has ended or never was."""
        return await self._rows.session(_hash(token), now=self._now())

    async def sign_out(self, token: str) -> None:
        """End a session."""
        await self._rows.close_session(_hash(token))

    async def _open(self, account: Account) -> str:
        token = secrets.token_urlsafe(32)
        now = self._now()
        await self._rows.open_session(
            account.account_id, _hash(token), now=now, expires_at=now + SESSION_LIFE
        )
        return token

    async def _fits(self, account: Account | None, password: str) -> bool:
        if not self._nobodys_hash:
            self._nobodys_hash = await asyncio.to_thread(
                self._hasher.hash, secrets.token_urlsafe(16)
            )
        known = self._nobodys_hash if account is None else account.password_hash
        # A longer one is never stored, so a cut one never fits.
        tried = password[: MAX_PASSWORD_CHARS + 1]
        try:
            await asyncio.to_thread(self._hasher.verify, known, tried)
        except (VerificationError, InvalidHashError):
            return False
        return account is not None


def check_password(password: str) -> None:
    """Check that a password is long enough, and not too long.

    Raises:
        WeakPasswordError: It is not.
    """
    if len(password) < MIN_PASSWORD_CHARS:
        raise WeakPasswordError(
            f"Use at least {MIN_PASSWORD_CHARS} characters; a few words in a row are easy to keep"
            " in mind."
        )
    if len(password) > MAX_PASSWORD_CHARS:
        raise WeakPasswordError(f"Use at most {MAX_PASSWORD_CHARS} characters.")


def _hash(token: str) -> str:
    """Return what is stored of a token: it has 256 random bits, so one plain hash will do.

    Looking the hash up instead of the token makes how long it takes say nothing about the token.
    """
    return hashlib.sha256(token.encode()).hexdigest()
