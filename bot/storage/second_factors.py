"""Second factors in force, the steps their codes have reached, and recovery codes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from bot.storage.account_changes import record_account
from bot.storage.database import Database, reading, writing
from bot.storage.tables import recovery_codes, second_factors


class SecondFactorRows:
    """Whose second factor is in force. Recovery codes are kept as hashes only."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def in_force(self, connection: Connection) -> dict[int, datetime]:
        """Return since when each account has one, by the account's id."""
        found = connection.execute(select(second_factors.c.account_id, second_factors.c.since))
        return {row.account_id: row.since for row in found}

    @writing
    def begin(
        self,
        connection: Connection,
        account_id: int,
        *,
        step: int,
        code_hashes: Iterable[str],
        now: datetime,
    ) -> None:
        """Put one in force, with its recovery codes.

        Args:
            connection: Of the transaction.
            account_id: Whose.
            step: Of the code that proved it: used up.
            code_hashes: Of the recovery codes.
            now: The moment.
        """
        _end(connection, account_id)
        connection.execute(
            second_factors.insert().values(account_id=account_id, since=now, last_step=step)
        )
        _put_codes(connection, account_id, code_hashes)
        record_account(connection, account_id, {}, {"second_factor": "on"}, at=now)

    @writing
    def end(self, connection: Connection, account_id: int, *, now: datetime) -> bool:
        """Take one off with its recovery codes, and return whether there was one."""
        was_on = _end(connection, account_id)
        if was_on:
            states = {"second_factor": "on"}, {"second_factor": "off"}
            record_account(connection, account_id, *states, at=now)
        return was_on

    @writing
    def use_step(self, connection: Connection, account_id: int, step: int) -> bool:
        """Use a time step up; exactly one caller gets True, and none for an earlier step."""
        used = connection.execute(
            update(second_factors)
            .where(second_factors.c.account_id == account_id, second_factors.c.last_step < step)
            .values(last_step=step)
        )
        return used.rowcount == 1

    @writing
    def use_code(self, connection: Connection, account_id: int, code_hash: str) -> bool:
        """Use a recovery code up; exactly one caller gets True."""
        used = connection.execute(
            delete(recovery_codes).where(
                recovery_codes.c.account_id == account_id, recovery_codes.c.code_hash == code_hash
            )
        )
        return used.rowcount == 1

    @writing
    def put_codes(
        self,
        connection: Connection,
        account_id: int,
        code_hashes: Iterable[str],
        *,
        now: datetime,
    ) -> None:
        """Replace an account's recovery codes."""
        _put_codes(connection, account_id, code_hashes)
        record_account(connection, account_id, {}, {"recovery_codes": "made"}, at=now)

    @reading
    def codes_left(self, connection: Connection, account_id: int) -> int:
        """Return how many recovery codes an account has left."""
        return (
            connection.scalar(
                select(func.count())
                .select_from(recovery_codes)
                .where(recovery_codes.c.account_id == account_id)
            )
            or 0
        )


def _put_codes(connection: Connection, account_id: int, code_hashes: Iterable[str]) -> None:
    connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
    for code_hash in code_hashes:
        connection.execute(
            recovery_codes.insert().values(account_id=account_id, code_hash=code_hash)
        )


def _end(connection: Connection, account_id: int) -> bool:
    connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
    ended = connection.execute(
        delete(second_factors).where(second_factors.c.account_id == account_id)
    )
    return ended.rowcount == 1
