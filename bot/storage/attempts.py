"""Wrong passwords and codes, counted for a while."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, or_, select

from bot.storage.database import Database, reading, writing
from bot.storage.tables import sign_in_attempts


class AttemptRows:
    """Failed attempts to sign in."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def failed(
        self, connection: Connection, account: str, address: str, browser: str, *, since: datetime
    ) -> int:
        """Return how often it failed lately.

        Args:
            connection: Of the transaction.
            account: The hash of the name that is tried.
            address: Where from.
            browser: The hash of one the account knows: then only those with it count; "": those
                of all unknown ones for this account or from this address.
            since: Those before do not count.
        """
        of_whom = (
            sign_in_attempts.c.account == account
            if browser
            else or_(sign_in_attempts.c.account == account, sign_in_attempts.c.address == address)
        )
        return (
            connection.scalar(
                select(func.count())
                .select_from(sign_in_attempts)
                .where(
                    sign_in_attempts.c.at > since, sign_in_attempts.c.browser == browser, of_whom
                )
            )
            or 0
        )

    @writing
    def record(
        self,
        connection: Connection,
        account: str,
        address: str,
        browser: str,
        *,
        now: datetime,
        keep_since: datetime,
    ) -> None:
        """Record a failure, as in `failed`, and forget those too old to count."""
        connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.at <= keep_since))
        connection.execute(
            sign_in_attempts.insert().values(
                account=account, address=address, browser=browser, at=now
            )
        )
