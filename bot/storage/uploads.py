"""Wishes that files of a message become knowledge, each with what became of it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, or_, select, update

from bot.domain.uploads import Upload, UploadState
from bot.storage.database import Database, insert_into, reading, writing
from bot.storage.outgoing_row import NewOutgoing, put_final
from bot.storage.tables import uploads
from knowledge.documents import Audience

LONGEST_PUT_OFF = timedelta(minutes=5)


class UploadRows:
    """The uploads' table."""

    def __init__(self, database: Database, *, run: str) -> None:
        """Use one database; `run` names this process's start."""
        self._database = database
        self._run = run

    @writing
    def wish(
        self,
        connection: Connection,
        answer_id: int,
        *,
        person_id: int,
        audience: Audience,
        now: datetime,
    ) -> Upload | None:
        """Store a wish, once an answer; one that failed may be wished for anew.

        Returns:
            None when it is stored; else the earlier wish, which stays as it is.
        """
        wished = {
            "person_id": person_id,
            "audience": audience,
            "state": UploadState.WAITING,
            "attempts": 0,
            "next_at": now,
        }
        statement = insert_into(uploads, sqlite_database=self._database.is_sqlite)
        stored = connection.execute(
            statement.values(answer_id=answer_id, **wished)
            .on_conflict_do_update(
                index_elements=["answer_id"],
                set_=wished,
                where=uploads.c.state == UploadState.FAILED,
            )
            .returning(uploads.c.upload_id)
        )
        if stored.first() is not None:
            return None
        found = connection.execute(select(uploads).where(uploads.c.answer_id == answer_id))
        return _upload(found.one())

    @reading
    def due(self, connection: Connection, *, now: datetime) -> list[Upload]:
        """Return the wishes to be fulfilled now, oldest first."""
        found = connection.execute(
            select(uploads)
            .where(
                uploads.c.state == UploadState.WAITING,
                # The clock was set back: nothing is put off that long.
                or_(uploads.c.next_at <= now, uploads.c.next_at > now + LONGEST_PUT_OFF),
            )
            .order_by(uploads.c.upload_id)
        )
        return [_upload(row) for row in found]

    @writing
    def begin(self, connection: Connection, upload_id: int) -> int:
        """Count one more attempt, before anything is read; return how many that makes."""
        counted = connection.execute(
            update(uploads)
            .where(uploads.c.upload_id == upload_id)
            .values(attempts=uploads.c.attempts + 1)
            .returning(uploads.c.attempts)
        )
        return int(counted.scalar_one())

    @writing
    def put_off(self, connection: Connection, upload_id: int, *, until: datetime) -> None:
        """Let an attempt that failed be made again, in at most `LONGEST_PUT_OFF`."""
        connection.execute(
            update(uploads).where(uploads.c.upload_id == upload_id).values(next_at=until)
        )

    @writing
    def finish(
        self,
        connection: Connection,
        upload_id: int,
        state: UploadState,
        outgoing: NewOutgoing,
        *,
        now: datetime,
    ) -> None:
        """Record what became of a wish, and tell it, in one transaction."""
        connection.execute(
            update(uploads).where(uploads.c.upload_id == upload_id).values(state=state)
        )
        put_final(connection, self._database, outgoing, None, now=now, run=self._run)


def _upload(row: Row[tuple[object, ...]]) -> Upload:
    return Upload(
        row.upload_id,
        row.answer_id,
        Audience(row.audience),
        UploadState(row.state),
        row.attempts,
        row.person_id,
    )
