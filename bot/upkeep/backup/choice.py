"""What the owner chooses of backups."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

GROUP = "backups"


class BackupChoice(BaseModel):
    """When backups are made by themselves, where, and how long they are kept.

    Attributes:
        on: They are made by themselves, once a day.
        hour: On the clock of the business; one that was missed is made after the next start.
        folder: Where they are kept; "" for `backups` in the data directory.
        daily, weekly: Of the nightly ones the newest of so many days and of so many weeks are kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: bool = True
    hour: int = Field(default=3, ge=0, le=23)
    folder: str = Field(default="", max_length=1_000)
    daily: int = Field(default=7, ge=1, le=366)
    weekly: int = Field(default=4, ge=0, le=520)

    @field_validator("folder")
    @classmethod
    def _whole_path(cls, value: str) -> str:
        folder = value.strip()
        if folder and not Path(folder).is_absolute():
            raise ValueError("this must be the folder's whole path, such as /srv/backups.")
        return folder and str(Path(folder))
