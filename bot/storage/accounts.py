"""Who may sign in to the page: accounts, and the links that open one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from bot.domain.changes import What
from bot.storage.account_changes import record_account
from bot.storage.changes import record
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.tables import accounts, invitations, sessions, setup_links


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in.

    Attributes:
        name: What they sign in with.
        password_hash: "" for who was invited and has not come yet.
        shown_name: What the page calls them; "": their name.
        language: Of the page, ISO 639-1; "": what the browser asks for.
        zone: Whose clock they read, an IANA name; "": the business's.
    """

    account_id: int
    name: str
    role: str
    password_hash: str
    shown_name: str = ""
    language: str = ""
    zone: str = ""


class AccountRows:
    """Accounts, and the links that open one. Tokens are kept as hashes only."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def all(self, connection: Connection) -> list[Account]:
        """Return every account, in the order in which they were made."""
        found = connection.execute(select(accounts).order_by(accounts.c.account_id))
        return [account_of(row) for row in found]

    @reading
    def by_name(self, connection: Connection, name: str) -> Account | None:
        """Return the account of a name, or None."""
        return _one(connection, accounts.c.name == name)

    @reading
    def by_id(self, connection: Connection, account_id: int) -> Account | None:
        """Return an account, or None."""
        return _one(connection, accounts.c.account_id == account_id)

    @writing
    def put(
        self, connection: Connection, name: str, role: str, password_hash: str, *, now: datetime
    ) -> int:
        """Make an account, or give it a new password, and return its id; its sessions end."""
        account_id: int = connection.execute(
            insert_into(accounts, sqlite_database=self._database.is_sqlite)
            .values(name=name, role=role, password_hash=password_hash)
            .on_conflict_do_update(index_elements=["name"], set_={"password_hash": password_hash})
            .returning(accounts.c.account_id)
        ).scalar_one()
        _end_sessions(connection, account_id)
        record(connection, What.ACCOUNT, name, {}, {"password": "set"}, at=now)
        return account_id

    @writing
    def invite(
        self,
        connection: Connection,
        name: str,
        role: str,
        token_hash: str,
        *,
        now: datetime,
        expires_at: datetime,
    ) -> int | None:
        """Make an account without a password and the link that opens it, and return its id.

        Returns:
            None when there is an account of this name.
        """
        account_id: int | None = connection.scalar(
            insert_into(accounts, sqlite_database=self._database.is_sqlite)
            .values(name=name, role=role, password_hash="")
            .on_conflict_do_nothing(index_elements=["name"])
            .returning(accounts.c.account_id)
        )
        if account_id is not None:
            _put_invitation(connection, account_id, token_hash, now, expires_at)
            became = {"role": role, "invitation": "made"}
            record(connection, What.ACCOUNT, name, {}, became, at=now)
        return account_id

    @writing
    def invite_again(
        self,
        connection: Connection,
        account_id: int,
        token_hash: str,
        *,
        now: datetime,
        expires_at: datetime,
    ) -> None:
        """Give an account a fresh link; its earlier one no longer opens anything."""
        _put_invitation(connection, account_id, token_hash, now, expires_at)
        record_account(connection, account_id, {}, {"invitation": "made"}, at=now)

    @reading
    def invited(self, connection: Connection, *, now: datetime) -> dict[int, datetime]:
        """Return until when each link is good that opens something, by its account."""
        found = connection.execute(
            select(invitations.c.account_id, invitations.c.expires_at).where(
                invitations.c.expires_at > now
            )
        )
        return {row.account_id: row.expires_at for row in found}

    @reading
    def invitation(
        self, connection: Connection, token_hash: str, *, now: datetime
    ) -> Account | None:
        """Return whose account a link opens, without using it; None when it is not good."""
        return _opened(connection, token_hash, now)

    @writing
    def accept(
        self, connection: Connection, token_hash: str, password_hash: str, *, now: datetime
    ) -> Account | None:
        """Use a link up and give its account a password; its sessions end.

        Returns:
            None when the link is not good; exactly one caller gets the account.
        """
        account = _opened(connection, token_hash, now)
        if account is None:
            return None
        used = connection.execute(delete(invitations).where(invitations.c.token_hash == token_hash))
        if used.rowcount != 1:
            return None
        _set_password(connection, account.account_id, password_hash, now)
        return account

    @writing
    def set_password(
        self, connection: Connection, account_id: int, password_hash: str, *, now: datetime
    ) -> None:
        """Give an account a new password; its sessions end."""
        _set_password(connection, account_id, password_hash, now)

    @writing
    def set_role(
        self, connection: Connection, account_id: int, role: str, *, now: datetime
    ) -> None:
        """Give an account another role; its sessions end."""
        before = _role(connection, account_id)
        connection.execute(
            update(accounts).where(accounts.c.account_id == account_id).values(role=role)
        )
        record_account(connection, account_id, {"role": before}, {"role": role}, at=now)
        _end_sessions(connection, account_id)

    @writing
    def set_reading(
        self,
        connection: Connection,
        account_id: int,
        *,
        shown_name: str,
        language: str,
        zone: str,
        now: datetime,
    ) -> None:
        """Set what somebody is called, and how they read; as in `Account`."""
        before = connection.execute(
            select(accounts.c.shown_name).where(accounts.c.account_id == account_id)
        ).scalar_one()
        if shown_name != before:
            # How somebody reads changes nothing for others.
            record_account(connection, account_id, {"name": before}, {"name": shown_name}, at=now)
        connection.execute(
            update(accounts)
            .where(accounts.c.account_id == account_id)
            .values(shown_name=shown_name, language=language, zone=zone)
        )

    @writing
    def remove(self, connection: Connection, account_id: int, *, now: datetime) -> None:
        """Remove an account with all that opens it."""
        was = {"role": _role(connection, account_id)}
        record_account(connection, account_id, was, {"state": "removed"}, at=now)
        _end_sessions(connection, account_id)
        connection.execute(delete(accounts).where(accounts.c.account_id == account_id))

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


def account_of(row: Row[tuple[object, ...]]) -> Account:
    """Return the account of a row of its table."""
    return Account(
        row.account_id,
        row.name,
        row.role,
        row.password_hash,
        row.shown_name,
        row.language,
        row.zone,
    )


def _one(connection: Connection, wanted: ColumnElement[bool]) -> Account | None:
    row = connection.execute(select(accounts).where(wanted)).one_or_none()
    return None if row is None else account_of(row)


def _opened(connection: Connection, token_hash: str, now: datetime) -> Account | None:
    row = connection.execute(
        select(accounts)
        .join(invitations)
        .where(invitations.c.token_hash == token_hash, invitations.c.expires_at > now)
    ).one_or_none()
    return None if row is None else account_of(row)


def _put_invitation(
    connection: Connection, account_id: int, token_hash: str, now: datetime, expires_at: datetime
) -> None:
    connection.execute(delete(invitations).where(invitations.c.account_id == account_id))
    connection.execute(
        invitations.insert().values(
            account_id=account_id, token_hash=token_hash, created_at=now, expires_at=expires_at
        )
    )


def _set_password(
    connection: Connection, account_id: int, password_hash: str, now: datetime
) -> None:
    connection.execute(
        update(accounts)
        .where(accounts.c.account_id == account_id)
        .values(password_hash=password_hash)
    )
    record_account(connection, account_id, {}, {"password": "set"}, at=now)
    _end_sessions(connection, account_id)


def _role(connection: Connection, account_id: int) -> str:
    return str(
        connection.execute(
            select(accounts.c.role).where(accounts.c.account_id == account_id)
        ).scalar_one()
    )


def _end_sessions(connection: Connection, account_id: int) -> None:
    connection.execute(delete(sessions).where(sessions.c.account_id == account_id))
