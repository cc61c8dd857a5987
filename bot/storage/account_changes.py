"""The log's lines about accounts: by the name somebody signs in with."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.changes import What
from bot.storage.changes import Fields, record
from bot.storage.tables import accounts


def record_account(
    connection: Connection, account_id: int, was: Fields, became: Fields, *, at: datetime
) -> None:
    """Write down what is changed of an account in this transaction, while it is there."""
    name = connection.execute(
        select(accounts.c.name).where(accounts.c.account_id == account_id)
    ).scalar_one()
    record(connection, What.ACCOUNT, name, was, became, at=at)
