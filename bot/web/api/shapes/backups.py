"""The shapes of backups, as JSON."""

from datetime import datetime

from pydantic import Field

from bot.web.api.shapes.base import Shown, Wanted


class BackupWanted(Wanted):
    """How a backup shall be made.

    Attributes:
        passphrase: It is sealed with this; "" for the owner's own, if there is one.
    """

    passphrase: str = Field(default="", max_length=1_000)


class BackupShown(Shown):
    """A backup that was made and tested.

    Attributes:
        token: Fetches it, once.
        sealed: It needs its passphrase, and holds the secrets.
        rows: In all tables.
        asked: Questions that were found in it as they are found here.
    """

    token: str
    made_at: datetime
    size_bytes: int
    sealed: bool
    rows: int
    asked: int
