"""Who may come in on the page, and how they prove it: set-up links, passwords, sessions."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher

from bot.storage.accounts import Account
from bot.storage.entrance import Entrance
from bot.storage.errors import StorageError
from bot.storage.sessions import MARK_CHARS, Session
from bot.web.attempts import Attempts
from bot.web.colleagues import Colleagues, name_key
from bot.web.passwords import Passwords
from bot.web.roles import OWNER
from bot.web.second_factor import SecondFactors
from bot.web.tokens import fresh_token, hash_of
from bot.web.visitor import BROWSER_KEPT_S, Visitor

log = logging.getLogger(__name__)

SESSION_LIFE = timedelta(days=14)
# From the password to the code: time to fetch the telephone.
CODE_WAIT = timedelta(minutes=10)
SETUP_LINK_LIFE = timedelta(hours=24)
# A write a request would be felt; nobody needs it finer.
SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was opened.

    Attributes:
        token: The session's.
        awaits_code: It opens nothing before `finish` has had a code of the second factor.
        browser: The token by which the browser is known from now on.
    """

    token: str
    awaits_code: bool
    browser: str


class Accounts:
    """The one door to accounts, for the page and the terminal.

    Attributes:
        colleagues: Those whom the owner invites.
        second_factors: Whatever is asked for beside the password.
    """

    def __init__(
        self,
        entrance: Entrance,
        *,
        now: Callable[[], datetime],
        hasher: PasswordHasher | None = None,
    ) -> None:
        """Keep accounts in rows.

        Args:
            entrance: Where accounts, sessions and links are kept.
            now: The clock.
            hasher: As `Passwords` takes it.
        """
        self._rows = entrance.accounts
        self._sessions = entrance.sessions
        self._now = now
        self._passwords = Passwords(hasher)
        self._attempts = Attempts(entrance, now)
        self.second_factors = SecondFactors(entrance, now)
        self.colleagues = Colleagues(entrance, self._passwords, self.second_factors, now)

    async def has_owner(self) -> bool:
        """Return whether the owner has set a password yet."""
        return await self.owner() is not None

    async def owner(self) -> Account | None:
        """Return the owner's account; None until they have set a password."""
        return await self._rows.by_name(OWNER)

    async def several(self) -> bool:
        """Return whether others than the owner may sign in."""
        return len(await self._rows.all()) > 1

    async def fresh_setup_link(self) -> str:
        """Return the token of a new set-up link; earlier links no longer open anything.

        The link is `<address>/setup?token=<token>`: good once, for `SETUP_LINK_LIFE`. Where there
        is an owner already, it gives them a new password.
        """
        token = fresh_token()
        now = self._now()
        await self._rows.put_setup_link(hash_of(token), now=now, expires_at=now + SETUP_LINK_LIFE)
        return token

    async def is_setup_link(self, token: str) -> bool:
        """Return whether a link is still good; it stays so."""
        return await self._rows.has_setup_link(hash_of(token), now=self._now())

    async def set_up(self, token: str, password: str) -> Account | None:
        """Use a set-up link up and give the owner a password; all their earlier sessions end.

        Returns:
            The owner's account; None when the link is no longer good and nothing was changed.

        Raises:
            WeakPasswordError: The link is still good.
        """
        password_hash = await self._passwords.hashed(password)
        if not await self._rows.use_setup_link(hash_of(token), now=self._now()):
            return None
        await self._rows.put(OWNER, OWNER, password_hash, now=self._now())
        log.info("set password account=%s by=link", OWNER)
        return await self.owner()

    async def reset_password(self, password: str) -> bool:
        """Give the owner a new password, and take their second factor off; all sessions end.

        Returns:
            Whether there was a second factor.

        Raises:
            WeakPasswordError: Nothing is changed.
        """
        password_hash = await self._passwords.hashed(password)
        account_id = await self._rows.put(OWNER, OWNER, password_hash, now=self._now())
        log.info("set password account=%s by=terminal", OWNER)
        return await self.second_factors.take_off(account_id)

    async def change_password(
        self, account: Account, old: str, new: str, visitor: Visitor
    ) -> Opened | None:
        """Give an account a new password and open a session anew; all others end.

        Returns:
            None when the old password is not right.

        Raises:
            WeakPasswordError: The new one will not do; nothing is changed.
            TooManyAttemptsError: Nothing was tried.
        """
        password_hash = await self._passwords.hashed(new)
        if not await self.proves(account, old, visitor):
            return None
        await self._rows.set_password(account.account_id, password_hash, now=self._now())
        log.info("set password account=%s by=page", account.account_id)
        return await self._open(account, visitor, awaits_code=False)

    async def proves(self, account: Account, password: str, visitor: Visitor) -> bool:
        """Return whether somebody who is signed in knows their password.

        Raises:
            TooManyAttemptsError: Nothing was tried.
        """
        return await self._attempts.judge(
            account,
            account.name,
            visitor,
            lambda: self._passwords.fits(account.password_hash, password),
        )

    async def sign_in(self, name: str, password: str, visitor: Visitor) -> Opened | None:
        """Open a session.

        Args:
            name: As typed; the owner's own name or "owner" for the owner.
            password: As typed.
            visitor: Who tries; attempts are counted by account and address.

        Returns:
            None when name and password do not fit.

        Raises:
            TooManyAttemptsError: Nothing was tried.
        """
        account = await self._named(name)
        known = account.password_hash if account else ""
        fits = await self._attempts.judge(
            account, name_key(name), visitor, lambda: self._passwords.fits(known, password)
        )
        return await self.let_in(account, visitor) if fits and account else None

    async def let_in(self, account: Account, visitor: Visitor) -> Opened:
        """Open a session for who has proved a password or a link just now."""
        since = await self.second_factors.since(account.account_id)
        return await self._open(account, visitor, awaits_code=since is not None)

    async def finish(self, token: str, code: str, visitor: Visitor) -> Opened | None:
        """Open the session that waits for a code of the second factor, by a new token.

        Args:
            token: Of the session that waits.
            code: An app's, or a recovery code.
            visitor: Who tries.

        Returns:
            None when the code is not right.

        Raises:
            TooManyAttemptsError: Nothing was tried.
            SessionOverError: Nobody waits for a code here, or for too long.
        """
        waiting = await self._sessions.account(hash_of(token), now=self._now(), awaits_code=True)
        if waiting is None:
            raise SessionOverError
        account, _ = waiting
        fits = await self._attempts.judge(
            account,
            account.name,
            visitor,
            lambda: self.second_factors.fits(account.account_id, code),
        )
        if not fits:
            return None
        await self.sign_out(token)
        return await self._open(account, visitor, awaits_code=False)

    async def account(self, token: str) -> Account | None:
        """Return whose session a token is, or None when it has ended or never was."""
        now = self._now()
        found = await self._sessions.account(hash_of(token), now=now)
        if found is None:
            return None
        account, seen_at = found
        if now - seen_at >= SEEN_EVERY:
            await self._see(token, now)
        return account

    async def sessions(self, account: Account) -> Sequence[Session]:
        """Return where somebody is signed in, the last seen first."""
        return await self._sessions.open_ones(now=self._now(), account_id=account.account_id)

    async def end_session(self, account: Account, mark: str) -> bool:
        """End one of somebody's sessions, and return whether there was such a one."""
        return await self._sessions.close_marked(account.account_id, mark)

    async def end_others(self, account: Account, token: str) -> int:
        """End somebody's sessions but the one of a token, and return how many ended."""
        return await self._sessions.close_others(account.account_id, hash_of(token))

    async def sign_out(self, token: str) -> None:
        """End a session."""
        await self._sessions.close(hash_of(token))

    async def _named(self, name: str) -> Account | None:
        key = name_key(name)
        for each in await self._rows.all():
            if key and key in (name_key(each.name), name_key(each.shown_name)):
                return each
        return None

    async def _open(self, account: Account, visitor: Visitor, *, awaits_code: bool) -> Opened:
        token, browser = fresh_token(), visitor.known or fresh_token()
        now = self._now()
        await self._sessions.open(
            account.account_id,
            hash_of(token),
            now=now,
            expires_at=now + (CODE_WAIT if awaits_code else SESSION_LIFE),
            whence=visitor.whence,
            awaits_code=awaits_code,
        )
        if not awaits_code:
            await self._sessions.know_browser(
                account.account_id,
                hash_of(browser),
                now=now,
                keep_since=now - timedelta(seconds=BROWSER_KEPT_S),
            )
        return Opened(token, awaits_code, browser)

    async def _see(self, token: str, now: datetime) -> None:
        try:
            await self._sessions.see(hash_of(token), now=now)
        except StorageError as error:
            # A full disk must not keep anybody from reading why.
            log.warning("could not note a session as used error=%s", error)


class SessionOverError(Exception):
    """Nobody waits for a code here any more: sign in anew."""


def mark_of(token: str) -> str:
    """Return by what `Session.mark` names the session of a token."""
    return hash_of(token)[:MARK_CHARS]
