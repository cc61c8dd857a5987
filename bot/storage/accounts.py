"""Who may sign in to the page: accounts, sessions, set-up links and failed attempts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, or_, select

from bot.domain.changes import What
from bot.storage.changes import record
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.tables import accounts, sessions, setup_links, sign_in_attempts


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    account_id: int
    name: str
    role: str
    password_hash: str


class AccountRows:
    """Accounts and everything that opens the page. Tokens are kept as hashes only."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def by_name(self, connection: Connection, name: str) -> Account | None:
        """Return the account of a name, or None."""
        found = connection.execute(select(accounts).where(accounts.c.name == name))
        row = found.one_or_none()
        return None if row is None else Account(*row)

    @reading
    def count(self, connection: Connection) -> int:
        """Return how many accounts there are."""
        return connection.scalar(select(func.count()).select_from(accounts)) or 0

    @writing
    def put(
        self, connection: Connection, name: str, role: str, password_hash: str, *, now: datetime
    ) -> None:
        """Make an account, or give it a new password; its sessions end."""
        account_id = connection.scalar(
            insert_into(accounts, sqlite_database=self._database.is_sqlite)
            .values(name=name, role=role, password_hash=password_hash)
            .on_conflict_do_update(index_elements=["name"], set_={"password_hash": password_hash})
            .returning(accounts.c.account_id)
        )
        connection.execute(delete(sessions).where(sessions.c.account_id == account_id))
        record(connection, What.ACCOUNT, name, {}, {"password": "set"}, at=now)

    @writing
    def open_session(
        self,
        connection: Connection,
        account_id: int,
        token_hash: str,
        *,
        now: datetime,
        expires_at: datetime,
    ) -> None:
        """Store a session, and forget those that have ended."""
        connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        connection.execute(
            sessions.insert().values(
                token_hash=token_hash,
                account_id=account_id,
                created_at=now,
                expires_at=expires_at,
            )
        )

    @reading
    def session(self, connection: Connection, token_hash: str, *, now: datetime) -> Account | None:
        """Return whose session this is, or None when it has ended or never was."""
        found = connection.execute(
            select(accounts)
            .join(sessions)
            .where(sessions.c.token_hash == token_hash, sessions.c.expires_at > now)
        )
        row = found.one_or_none()
        return None if row is None else Account(*row)

    @writing
    def close_session(self, connection: Connection, token_hash: str) -> None:
        """End a session."""
        connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    @writing
    def put_setup_link(
        self, connection: Connection, token_hash: str, *, now: datetime, expires_at: datetime
    ) -> None:
        """Store a fresh set-up link; earlier ones no longer open anything."""
        connection.execute(delete(setup_links))
        connection.execute(
            setup_links.insert().values(
                token_hash=token_hash, created_at=now, expires_at=expires_at
            )
        )
        record(connection, What.ACCOUNT, "", {}, {"setup_link": "made"}, at=now)

    @reading
    def has_setup_link(self, connection: Connection, token_hash: str, *, now: datetime) -> bool:
        """Return whether a set-up link is still good, without using it."""
        found = connection.scalar(
            select(setup_links.c.token_hash).where(
                setup_links.c.token_hash == token_hash, setup_links.c.expires_at > now
            )
        )
        return found is not None

    @writing
    def use_setup_link(self, connection: Connection, token_hash: str, *, now: datetime) -> bool:
        """Use a set-up link up; exactly one caller gets True."""
        used = connection.execute(
            delete(setup_links).where(
                setup_links.c.token_hash == token_hash, setup_links.c.expires_at > now
            )
        )
        return used.rowcount == 1

    @reading
    def failed_attempts(
        self, connection: Connection, account: str, address: str, *, since: datetime
    ) -> int:
        """Return how often sign-in failed for this account or from this address."""
        return (
            connection.scalar(
                select(func.count())
                .select_from(sign_in_attempts)
                .where(
                    sign_in_attempts.c.at > since,
                    or_(
                        sign_in_attempts.c.account == account,
                        sign_in_attempts.c.address == address,
                    ),
                )
            )
            or 0
        )

    @writing
    def record_attempt(
        self,
        connection: Connection,
        account: str,
        address: str,
        *,
        now: datetime,
        keep_since: datetime,
    ) -> None:
        """Record a failed sign-in and forget those too old to count."""
        connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.at <= keep_since))
        connection.execute(
            sign_in_attempts.insert().values(account=account, address=address, at=now)
        )
