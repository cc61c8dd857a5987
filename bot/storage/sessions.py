"""Who is signed in: sessions, and the browsers that were signed in before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from bot.storage.accounts import Account, account_of
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.tables import accounts, known_browsers, sessions

# Of a session's hash: enough to name one of somebody's few.
MARK_CHARS = 16


@dataclass(frozen=True, slots=True)
class Whence:
    """Where somebody signs in from.

    Attributes:
        address: The network's; "" where the server cannot tell.
        browser, system: Their plain names, such as Firefox and Linux; "" where not known.
    """

    address: str = ""
    browser: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in.

    Attributes:
        mark: Tells it from the others of this account; opens nothing.
        seen_at: Roughly.
    """

    mark: str
    account_id: int
    created_at: datetime
    seen_at: datetime
    whence: Whence


class SessionRows:
    """Sessions and known browsers. Tokens are kept as hashes only."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @writing
    def open(
        self,
        connection: Connection,
        account_id: int,
        token_hash: str,
        *,
        now: datetime,
        expires_at: datetime,
        whence: Whence = Whence(),
        awaits_code: bool = False,
    ) -> None:
        """Store a session, and forget those that have ended."""
        connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        connection.execute(
            sessions.insert().values(
                token_hash=token_hash,
                account_id=account_id,
                created_at=now,
                expires_at=expires_at,
                seen_at=now,
                address=whence.address,
                browser=whence.browser,
                system=whence.system,
                awaits_code=awaits_code,
            )
        )

    @reading
    def account(
        self,
        connection: Connection,
        token_hash: str,
        *,
        now: datetime,
        awaits_code: bool = False,
    ) -> tuple[Account, datetime] | None:
        """Return whose session this is and when it was last seen; None when it has ended.

        Args:
            connection: Of the transaction.
            token_hash: Of the session's token.
            now: The moment.
            awaits_code: Which kind is wanted: those that a code is still to come for open nothing.
        """
        row = connection.execute(
            select(accounts, func.coalesce(sessions.c.seen_at, sessions.c.created_at).label("seen"))
            .join(sessions)
            .where(
                sessions.c.token_hash == token_hash,
                sessions.c.expires_at > now,
                sessions.c.awaits_code.is_(awaits_code),
            )
        ).one_or_none()
        return None if row is None else (account_of(row), row.seen)

    @writing
    def see(self, connection: Connection, token_hash: str, *, now: datetime) -> None:
        """Note that a session is used."""
        connection.execute(
            update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now)
        )

    @reading
    def open_ones(
        self, connection: Connection, *, now: datetime, account_id: int | None = None
    ) -> list[Session]:
        """Return who is signed in, an account's or everybody's, the last seen first."""
        seen_at = func.coalesce(sessions.c.seen_at, sessions.c.created_at).label("seen")
        wanted = (
            select(sessions, seen_at)
            .where(sessions.c.expires_at > now, sessions.c.awaits_code.is_(False))
            .order_by(seen_at.desc(), sessions.c.token_hash)
        )
        if account_id is not None:
            wanted = wanted.where(sessions.c.account_id == account_id)
        return [
            Session(
                row.token_hash[:MARK_CHARS],
                row.account_id,
                row.created_at,
                row.seen,
                Whence(row.address, row.browser, row.system),
            )
            for row in connection.execute(wanted)
        ]

    @writing
    def close(self, connection: Connection, token_hash: str) -> None:
        """End a session."""
        connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    @writing
    def close_marked(self, connection: Connection, account_id: int, mark: str) -> bool:
        """End one of an account's sessions, and return whether there was such a one."""
        closed = connection.execute(
            delete(sessions).where(
                sessions.c.account_id == account_id,
                func.substr(sessions.c.token_hash, 1, MARK_CHARS) == mark,
            )
        )
        return closed.rowcount > 0

    @writing
    def close_others(self, connection: Connection, account_id: int, token_hash: str) -> int:
        """End an account's sessions but one, and return how many ended."""
        closed = connection.execute(
            delete(sessions).where(
                sessions.c.account_id == account_id, sessions.c.token_hash != token_hash
            )
        )
        return closed.rowcount

    @writing
    def know_browser(
        self,
        connection: Connection,
        account_id: int,
        token_hash: str,
        *,
        now: datetime,
        keep_since: datetime,
    ) -> None:
        """Note that an account was signed in with a browser; forget those not seen for long."""
        connection.execute(delete(known_browsers).where(known_browsers.c.seen_at <= keep_since))
        insert = insert_into(known_browsers, sqlite_database=self._database.is_sqlite)
        connection.execute(
            insert.values(
                token_hash=token_hash, account_id=account_id, seen_at=now
            ).on_conflict_do_update(
                index_elements=["token_hash"], set_={"account_id": account_id, "seen_at": now}
            )
        )

    @reading
    def knows_browser(self, connection: Connection, account_id: int, token_hash: str) -> bool:
        """Return whether an account was signed in with a browser before."""
        found = connection.scalar(
            select(known_browsers.c.token_hash).where(
                known_browsers.c.token_hash == token_hash,
                known_browsers.c.account_id == account_id,
            )
        )
        return found is not None
