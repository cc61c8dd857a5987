"""Wrong passwords and codes: few, and counted where they cannot lock the right person out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.storage.accounts import Account
from bot.storage.entrance import Entrance
from bot.web.reader import gettext as _
from bot.web.tokens import hash_of
from bot.web.visitor import Visitor

log = logging.getLogger(__name__)

# NIST SP 800-63B-4, 3.2.2: at most 100 wrong attempts running; a person mistypes far less often.
MAX_ATTEMPTS = 10
ATTEMPTS_WITHIN = timedelta(minutes=15)
# Whose id no account has, so that asking for nobody is the same work.
_NOBODY = 0


class TooManyAttemptsError(Exception):
    """It failed too often lately; the text says when to try again."""


class Attempts:
    """Lets passwords and codes be tried, by account and by address.

    A browser that somebody has signed in with before has a count of its own with their account:
    strangers who try their name cannot keep them out (OWASP: device cookies).
    """

    def __init__(self, entrance: Entrance, now: Callable[[], datetime]) -> None:
        """Count in the entrance's rows."""
        self._rows = entrance.attempts
        self._sessions = entrance.sessions
        self._now = now
        # One at a time: attempts side by side would all be counted too late, and each hash takes
        # 64 MiB.
        self._turnstile = asyncio.Lock()

    async def judge(
        self,
        account: Account | None,
        name: str,
        visitor: Visitor,
        check: Callable[[], Awaitable[bool]],
    ) -> bool:
        """Return whether a password or code fits, as `check` says; count it where it does not.

        Args:
            account: Whose it should be; None: nobody's.
            name: What was typed as the name.
            visitor: Who tries.
            check: Takes as long for nobody's account.

        Raises:
            TooManyAttemptsError: Nothing was tried.
        """
        # As a hash: now and then somebody types a password where the name belongs.
        counted = hash_of(account.name if account else name)
        address = visitor.whence.address
        async with self._turnstile:
            now = self._now()
            since = now - ATTEMPTS_WITHIN
            browser = await self._known(account, visitor)
            if await self._rows.failed(counted, address, browser, since=since) >= MAX_ATTEMPTS:
                log.warning("refused sign-in attempts address=%s", address)
                raise TooManyAttemptsError(
                    _("Too many wrong attempts. Wait {minutes} minutes and try again.").format(
                        minutes=ATTEMPTS_WITHIN.seconds // 60
                    )
                )
            if await check():
                return True
            await self._rows.record(counted, address, browser, now=now, keep_since=since)
            return False

    async def _known(self, account: Account | None, visitor: Visitor) -> str:
        """Return the hash of the browser's token where this account knows it; else ""."""
        if not visitor.known:
            return ""
        browser = hash_of(visitor.known)
        account_id = account.account_id if account else _NOBODY
        return browser if await self._sessions.knows_browser(account_id, browser) else ""
