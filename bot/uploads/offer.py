"""Which files of a message may become knowledge."""

from collections.abc import Iterable

from bot.domain.people import Role
from connectors.messages import File
from knowledge.readers.kinds import readable

# More than anybody attaches to one message by hand, and few enough for one answer to name.
MAX_FILES = 5


def offered(role: Role, files: Iterable[File]) -> tuple[File, ...]:
    """Return what may be added of what somebody sent: nothing of the public's is ever fetched.

    Args:
        role: Of who sent them.
        files: What came with one message.

    Returns:
        Those that can be read, by their names, in order; at most `MAX_FILES`.
    """
    if role is Role.PUBLIC:
        return ()
    return tuple(file for file in files if file.file_id and readable(file.name))[:MAX_FILES]
