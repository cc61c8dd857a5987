"""What a backup says of itself."""

from enum import StrEnum
from importlib.metadata import version
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

# Raised when an older Deskhand could not put it back.
FORMAT = 1
NAME = "manifest.json"
MAX_BYTES = 10_000_000

_Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class Origin(StrEnum):
    """Why a backup was made."""

    NIGHTLY = "nightly"
    ASKED = "asked"
    BEFORE_UPDATE = "before-update"


class Member(BaseModel):
    """A file in a backup."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    size_bytes: int = Field(ge=0)
    sha256: _Sha256


class Manifest(BaseModel):
    """What a backup says of itself.

    Attributes:
        format: Of the file; `FORMAT` or less can be read.
        deskhand: The version that made it, for people.
        schema_version: Of the tables.
        database: "sqlite" or "postgresql".
        secrets: The tokens and the key that opens them are in it.
        counts: Rows by table.
        members: The files beside this one, by their name.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: int = Field(ge=1)
    deskhand: str = Field(max_length=100)
    schema_version: str = Field(max_length=32)
    database: str = Field(max_length=32)
    made_at: AwareDatetime
    origin: Origin
    secrets: bool
    counts: dict[str, Annotated[int, Field(ge=0)]]
    members: dict[str, Member]

    @property
    def rows(self) -> int:
        """Return the number of rows in all tables."""
        return sum(self.counts.values())


def own_version() -> str:
    """Return the version of this Deskhand."""
    return version("deskhand")
