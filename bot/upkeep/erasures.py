"""Who was erased: a list beside the database, by which an older backup forgets them, too.

It holds no name and no id, but a hash of the platform and the id there.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from bot.durable import write_durably
from bot.upkeep.backup.errors import BackupError

FILE = "erased.json"
_List = TypeAdapter(dict[str, AwareDatetime])


class ErasuresUnreadableError(BackupError):
    """The list cannot be read or written; the text says what to do."""


def mark(platform: str, user_id: str) -> str:
    """Return what stands for a person on the list."""
    return hashlib.sha256(f"{platform}\0{user_id}".encode()).hexdigest()


def read(path: Path) -> dict[str, datetime]:
    """Return when whom was erased last; empty where there is no list.

    Raises:
        ErasuresUnreadableError: It is no list.
    """
    try:
        return _List.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        raise ErasuresUnreadableError(
            f"The list of those who were erased, {path}, cannot be read: put it back from a backup."
        ) from error


def write(path: Path, erased: Mapping[str, datetime]) -> None:
    """Write the list; when this returns it outlasts a power cut.

    Raises:
        OSError: It could not be written; the one from before is there.
    """
    told = {key: at.isoformat() for key, at in sorted(erased.items())}
    write_durably(path, json.dumps(told, indent=1).encode())


def joined(one: Mapping[str, datetime], other: Mapping[str, datetime]) -> dict[str, datetime]:
    """Return two lists as one, each person with the later moment."""
    return {key: max(filter(None, (one.get(key), other.get(key)))) for key in {*one, *other}}
