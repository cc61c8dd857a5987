"""Colleagues on the page: invited by a link, given a role, taken away."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.accounts import Account
from bot.storage.entrance import Entrance
from bot.web.passwords import Passwords
from bot.web.reader import gettext as _
from bot.web.roles import OWNER
from bot.web.second_factor import SecondFactors
from bot.web.tokens import fresh_token, hash_of

log = logging.getLogger(__name__)

INVITATION_LIFE = timedelta(hours=72)
MAX_NAME_CHARS = 80
# A small office; a list that stays one page.
MAX_COLLEAGUES = 50


class NameRefusedError(Exception):
    """The name will not do; the text says why."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody beside the owner who may use the page, or is invited to.

    Attributes:
        invited_until: How long their link is good; None: there is none.
        seen_at: When they were last here, roughly; None while they are not signed in anywhere.
        second_factor: Whether a code is asked for beside their password.
    """

    account: Account
    invited_until: datetime | None
    seen_at: datetime | None
    second_factor: bool

    @property
    def joined(self) -> bool:
        """Return whether they have chosen a password."""
        return bool(self.account.password_hash)


class Colleagues:
    """Those whom the owner invites; never the owner."""

    def __init__(
        self,
        entrance: Entrance,
        passwords: Passwords,
        second_factors: SecondFactors,
        now: Callable[[], datetime],
    ) -> None:
        """Keep them in the entrance's rows."""
        self._rows = entrance.accounts
        self._sessions = entrance.sessions
        self._passwords = passwords
        self._second_factors = second_factors
        self._now = now

    async def all(self) -> Sequence[Colleague]:
        """Return them in the order in which they were invited."""
        now = self._now()
        invited = await self._rows.invited(now=now)
        # The last seen comes first, and here last.
        signed_in = reversed(await self._sessions.open_ones(now=now))
        seen = {each.account_id: each.seen_at for each in signed_in}
        in_force = await self._second_factors.in_force()
        return [
            Colleague(
                each,
                invited.get(each.account_id),
                seen.get(each.account_id),
                each.account_id in in_force,
            )
            for each in await self._rows.all()
            if each.role != OWNER
        ]

    async def get(self, account_id: int) -> Account | None:
        """Return a colleague's account; None where there is none, and for the owner's."""
        account = await self._rows.by_id(account_id)
        return account if account and account.role != OWNER else None

    async def invite(self, name: str, role: str) -> str:
        """Make an account without a password, and return the token of the link that opens it.

        The link is `<address>/invitation?token=<token>`: good once, for `INVITATION_LIFE`.

        Raises:
            NameRefusedError: Nothing is changed.
        """
        name = await self.check_name(name)
        token, now = fresh_token(), self._now()
        made = await self._rows.invite(
            name, role, hash_of(token), now=now, expires_at=now + INVITATION_LIFE
        )
        if made is None:
            raise NameRefusedError(_taken())
        log.info("invited account=%s role=%s", made, role)
        return token

    async def invite_again(self, account: Account) -> str:
        """Return the token of a fresh link; an earlier one no longer opens anything."""
        token, now = fresh_token(), self._now()
        await self._rows.invite_again(
            account.account_id, hash_of(token), now=now, expires_at=now + INVITATION_LIFE
        )
        return token

    async def invited(self, token: str) -> Account | None:
        """Return whose account a link opens, without using it; None when it is not good."""
        return await self._rows.invitation(hash_of(token), now=self._now())

    async def accept(self, token: str, password: str) -> Account | None:
        """Use a link up and give its account a password; sessions and second factor end.

        Returns:
            None when the link is not good any more; nothing is changed then.

        Raises:
            WeakPasswordError: The link is still good.
        """
        password_hash = await self._passwords.hashed(password)
        account = await self._rows.accept(hash_of(token), password_hash, now=self._now())
        if account is not None:
            await self._second_factors.take_off(account.account_id)
            log.info("set password account=%s by=invitation", account.account_id)
        return account

    async def set_role(self, account: Account, role: str) -> None:
        """Give somebody another role; they sign in anew."""
        await self._rows.set_role(account.account_id, role, now=self._now())
        log.info("changed role account=%s role=%s", account.account_id, role)

    async def remove(self, account: Account) -> None:
        """Take somebody away, with all that lets them in."""
        await self._second_factors.take_off(account.account_id)
        await self._rows.remove(account.account_id, now=self._now())
        log.info("removed account=%s", account.account_id)

    async def check_name(self, name: str, *, besides: Account | None = None) -> str:
        """Return a name as it is kept.

        Raises:
            NameRefusedError: It is empty or too long, or somebody else than `besides` has it.
        """
        kept = _plain(name)
        if not kept:
            raise NameRefusedError(_("Write a name."))
        if len(kept) > MAX_NAME_CHARS:
            raise NameRefusedError(
                _("Use at most {count} characters.").format(count=MAX_NAME_CHARS)
            )
        others = [each for each in await self._rows.all() if each != besides]
        names = {name_key(name) for each in others for name in (each.name, each.shown_name)}
        if name_key(kept) in names:
            raise NameRefusedError(_taken())
        return kept


def name_key(name: str) -> str:
    """Return by what names are the same: without case, signs that do not show, and extra space."""
    return _plain(name).casefold()


def _plain(name: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())


def _taken() -> str:
    return _("Somebody has this name already: use another one.")
