"""Which files of the watched folder were read, and what they brought."""

from sqlalchemy import Connection, Row, delete, select, update

from bot.domain.folder import FolderFile
from bot.storage.database import Database, reading, writing
from bot.storage.tables import folder_files


class FolderRows:
    """The table of the folder's files."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def all(self, connection: Connection, folder: str) -> list[FolderFile]:
        """Return the files of a folder, by path."""
        rows = connection.execute(
            select(folder_files)
            .where(folder_files.c.folder == folder)
            .order_by(folder_files.c.path)
        )
        return [_file(row) for row in rows]

    @reading
    def roots(self, connection: Connection, folder: str) -> set[str]:
        """Return which folders stood at a path when its files were seen last."""
        wanted = select(folder_files.c.root).where(folder_files.c.folder == folder).distinct()
        return set(connection.scalars(wanted))

    @writing
    def stand_in(self, connection: Connection, folder: str, root: str) -> None:
        """Note which folder stands at a path, and forget the files of every other path."""
        connection.execute(delete(folder_files).where(folder_files.c.folder != folder))
        connection.execute(
            update(folder_files).where(folder_files.c.root != root).values(root=root)
        )

    @writing
    def put(self, connection: Connection, folder: str, root: str, file: FolderFile) -> None:
        """Store what became of a file, in place of what was stored of it."""
        _remove(connection, folder, file.path)
        connection.execute(
            folder_files.insert().values(
                folder=folder,
                root=root,
                path=file.path,
                size_bytes=file.size_bytes,
                mtime_ns=file.mtime_ns,
                content_hash=file.content_hash,
                document_ids=list(file.document_ids),
                notes=list(file.notes),
                error=file.error,
                read_at=file.read_at,
            )
        )

    @writing
    def remove(self, connection: Connection, folder: str, path: str) -> None:
        """Forget a file."""
        _remove(connection, folder, path)


def _remove(connection: Connection, folder: str, path: str) -> None:
    connection.execute(
        delete(folder_files).where(folder_files.c.folder == folder, folder_files.c.path == path)
    )


def _file(row: Row[tuple[object, ...]]) -> FolderFile:
    return FolderFile(
        path=row.path,
        size_bytes=row.size_bytes,
        mtime_ns=row.mtime_ns,
        content_hash=row.content_hash,
        document_ids=tuple(row.document_ids),
        notes=tuple(row.notes),
        error=row.error,
        read_at=row.read_at,
    )
