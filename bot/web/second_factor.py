"""The second factor: codes of an authenticator app, and recovery codes for when it is lost."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

import pyotp

from bot.domain.changes import acting
from bot.storage.entrance import Entrance
from bot.web.tokens import hash_of

# RFC 6238, 5.2: one step to either side for clocks that differ and people who type slowly.
_STEPS = (0, -1, 1)
RECOVERY_CODES = 8
# 16 of these 32 signs are 80 bits: nobody tries them all, so a plain hash will do. Without those
# that are taken for one another.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_CHARS = 16
_GROUP_CHARS = 4


class SecondFactors:
    """Second factors of accounts; their secrets are sealed as the platforms' tokens are."""

    def __init__(self, entrance: Entrance, now: Callable[[], datetime]) -> None:
        """Keep them in the entrance's rows."""
        self._rows = entrance.second_factors
        self._secrets = entrance.secrets
        self._now = now

    async def since(self, account_id: int) -> datetime | None:
        """Return since when an account has one; None: it has none."""
        return (await self._rows.in_force()).get(account_id)

    async def in_force(self) -> dict[int, datetime]:
        """Return since when each account has one, by its id."""
        return await self._rows.in_force()

    async def propose(self, account_id: int) -> None:
        """Make a secret for an authenticator app; it is asked for once a code has proved it."""
        await self._keep(account_id, pyotp.random_base32())

    async def proposed(self, account_id: int) -> str:
        """Return the secret that waits for its proof, in base 32; "" when none does."""
        if await self.since(account_id) is not None:
            return ""
        return await self._secret(account_id)

    async def confirm(self, account_id: int, code: str) -> Sequence[str]:
        """Put the proposed secret in force, proved by its app's code.

        Returns:
            The recovery codes, which are shown this once; none when the code is not right, or
            there is nothing to prove.
        """
        secret = await self.proposed(account_id)
        step = self._step(secret, code) if secret else None
        if step is None:
            return ()
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        await self._rows.begin(
            account_id, step=step, code_hashes=map(_hash_of_code, codes), now=self._now()
        )
        return codes

    async def fits(self, account_id: int, code: str) -> bool:
        """Return whether a code is right, and use it up: an app's, or a recovery code."""
        secret = await self._secret(account_id)
        step = self._step(secret, code) if secret else None
        if step is not None:
            return await self._rows.use_step(account_id, step)
        return await self._rows.use_code(account_id, _hash_of_code(code))

    async def fresh_codes(self, account_id: int) -> Sequence[str]:
        """Replace the recovery codes, and return those that hold from now on."""
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        await self._rows.put_codes(account_id, map(_hash_of_code, codes), now=self._now())
        return codes

    async def codes_left(self, account_id: int) -> int:
        """Return how many recovery codes were not used yet."""
        return await self._rows.codes_left(account_id)

    async def take_off(self, account_id: int) -> bool:
        """Ask for none any more, and return whether one was asked for."""
        was_on = await self._rows.end(account_id, now=self._now())
        await self._keep(account_id, "")
        return was_on

    async def _keep(self, account_id: int, secret: str) -> None:
        # The log of changes tells of the second factor itself.
        with acting(None):
            await self._secrets.put(_name(account_id), secret, now=self._now())

    async def _secret(self, account_id: int) -> str:
        return (await self._secrets.all()).get(_name(account_id), "")

    def _step(self, secret: str, code: str) -> int | None:
        """Return the time step whose code this is; None for no near one's."""
        app = pyotp.TOTP(secret)
        typed = "".join(code.split())
        now = app.timecode(self._now())
        fitting = [
            now + each
            for each in _STEPS
            if secrets.compare_digest(app.generate_otp(now + each).encode(), typed.encode())
        ]
        return fitting[0] if fitting else None


def app_address(secret: str, *, name: str, business: str) -> str:
    """Return what an authenticator app reads from the square."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=business)


def _name(account_id: int) -> str:
    return f"second factor {account_id}"


def _recovery_code() -> str:
    signs = "".join(secrets.choice(_SIGNS) for _ in range(_CODE_CHARS))
    return "-".join(
        signs[start : start + _GROUP_CHARS] for start in range(0, _CODE_CHARS, _GROUP_CHARS)
    )


def _hash_of_code(code: str) -> str:
    return hash_of("".join(sign for sign in code.casefold() if sign.isalnum()))
