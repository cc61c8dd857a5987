"""Files of a message that somebody wishes to be knowledge."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.documents import Audience


class UploadState(StrEnum):
    """What became of the wish. A failed one may be wished for again."""

    WAITING = "waiting"
    ADDED = "added"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Upload:
    """A wish, as committed.

    Attributes:
        answer_id: The answer that offered it; the files came with its question.
        audience: Who may read what is in them.
        attempts: How often they were begun to be read.
        person_id: Who wishes it.
    """

    upload_id: int
    answer_id: int
    audience: Audience
    state: UploadState
    attempts: int
    person_id: int
