"""What can go wrong with the database; each error's text is a sentence for the owner."""


class StorageError(Exception):
    """The database could not do what was asked; nothing of it was stored."""


class DiskFullError(StorageError):
    """There is no room on the disk."""


class DatabaseLockedError(StorageError):
    """Another program holds the database."""


class DatabaseDamagedError(StorageError):
    """The file is not a sound database."""


class DatabaseUnavailableError(StorageError):
    """The database cannot be opened or reached."""


class SchemaError(StorageError):
    """The tables are not those this version needs."""
