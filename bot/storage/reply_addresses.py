"""Where commands are answered, for whichever process of an office comes to answer one."""

from datetime import timedelta
from hashlib import sha256

from cryptography.fernet import Fernet
from sqlalchemy import Connection, delete, func, select

from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.tables import reply_addresses


class ReplyAddressRows:
    """The table of them, as one platform uses it; on PostgreSQL, which several processes share."""

    def __init__(self, database: Database, platform: str, *, key: bytes) -> None:
        """Seal and open with a Fernet key, which all processes have."""
        self._database = database
        self._platform = platform
        self._box = Fernet(key)

    @writing
    def keep(self, connection: Connection, message_id: str, address: str, *, for_s: float) -> None:
        """Keep where a command is answered, for so many seconds; what is older goes.

        Raises:
            StorageError: It was not kept.
        """
        now = func.now()
        connection.execute(delete(reply_addresses).where(reply_addresses.c.until < now))
        connection.execute(
            insert_into(reply_addresses, sqlite_database=self._database.is_sqlite)
            .values(
                command=self._hashed(message_id),
                sealed=self._box.encrypt(address.encode()).decode(),
                until=now + timedelta(seconds=for_s),
            )
            # It is told again where its delivery was not acknowledged in time.
            .on_conflict_do_nothing()
        )

    @reading
    def of(self, connection: Connection, message_id: str) -> str:
        """Return where a message is answered; "" when it is no command, or too old.

        Raises:
            StorageError: It could not be read.
        """
        sealed = connection.scalar(
            select(reply_addresses.c.sealed).where(
                reply_addresses.c.command == self._hashed(message_id),
                reply_addresses.c.until >= func.now(),
            )
        )
        return "" if sealed is None else self._box.decrypt(sealed.encode()).decode()

    def _hashed(self, message_id: str) -> str:
        return sha256(f"{self._platform} {message_id}".encode()).hexdigest()
