"""What is told of an error: a sentence, and a status."""

import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus

from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import (
    HTTP_400_BAD_REQUEST,
    HTTP_404_NOT_FOUND,
    HTTP_409_CONFLICT,
    HTTP_500_INTERNAL_SERVER_ERROR,
    HTTP_502_BAD_GATEWAY,
    HTTP_503_SERVICE_UNAVAILABLE,
)

from bot.choices import InvalidSettingError, UnknownSettingError
from bot.followups.service import (
    MAX_FOR_ONE,
    MAX_FOR_OTHERS,
    MAX_PENDING,
    PastError,
    ReceiverFullError,
    TooManyError,
    TooOftenError,
)
from bot.llm.errors import ModelError
from bot.storage.errors import StorageError
from bot.upkeep.backup.errors import BackupError
from bot.upkeep.evaluation import InvalidQuestionsError
from bot.upkeep.persons import WhoError
from bot.web.api.shapes.base import Problem as ProblemShown
from bot.web.passwords import WeakPasswordError
from knowledge.errors import KnowledgeError, UnreadableError

log = logging.getLogger(__name__)


class NotFoundError(Exception):
    """There is no such thing; the text says of what."""


class RefusedError(Exception):
    """It cannot be done as things are; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as it is told."""

    status: int
    text: str


_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (PastError, HTTP_400_BAD_REQUEST),
    (TooManyError, HTTP_409_CONFLICT),
    (ReceiverFullError, HTTP_409_CONFLICT),
    (TooOftenError, HTTP_409_CONFLICT),
    (NotFoundError, HTTP_404_NOT_FOUND),
    (WhoError, HTTP_404_NOT_FOUND),
    (UnknownSettingError, HTTP_404_NOT_FOUND),
    (RefusedError, HTTP_409_CONFLICT),
    (InvalidSettingError, HTTP_400_BAD_REQUEST),
    (InvalidQuestionsError, HTTP_400_BAD_REQUEST),
    (WeakPasswordError, HTTP_400_BAD_REQUEST),
    (UnreadableError, HTTP_400_BAD_REQUEST),
    (BackupError, HTTP_409_CONFLICT),
    (KnowledgeError, HTTP_503_SERVICE_UNAVAILABLE),
    (StorageError, HTTP_503_SERVICE_UNAVAILABLE),
    (ModelError, HTTP_502_BAD_GATEWAY),
)

# Errors that carry a decision and no words.
_WORDS: dict[type[Exception], str] = {
    PastError: "That moment is over: name a later one.",
    TooManyError: f"{MAX_PENDING} follow-ups are waiting already: cancel some first.",
    ReceiverFullError: f"For them {MAX_FOR_ONE} are waiting already: cancel some first.",
    TooOftenError: f"{MAX_FOR_OTHERS} for others within an hour are the most: wait a little.",
}


def problem(error: Exception) -> Problem:
    """Return the sentence and status of an error; one nobody foresaw is logged with an id."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return Problem(status, _WORDS.get(kind) or str(error))
    match error:
        case ValidationException():
            return Problem(HTTP_400_BAD_REQUEST, _fields(error))
        case HTTPException(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
            return Problem(error.status_code, "That is too much at once: split it.")
        case HTTPException():
            return Problem(error.status_code, error.detail)
    reference = secrets.token_hex(4)
    log.error("request failed id=%s", reference, exc_info=error)
    return Problem(
        HTTP_500_INTERNAL_SERVER_ERROR,
        f"Something went wrong inside Deskhand: the log has more under {reference}.",
    )


def respond(_request: Request[object, object, State], error: Exception) -> Response[ProblemShown]:
    """Answer a request that failed."""
    told = problem(error)
    return Response(ProblemShown(error=told.text), status_code=told.status)


def _fields(error: ValidationException) -> str:
    extra = error.extra
    if isinstance(extra, list) and extra and isinstance(extra[0], dict):
        return _field((extra[0].get("key", ""),), str(extra[0].get("message", "")))
    return error.detail


def _field(place: tuple[object, ...], message: str) -> str:
    name = ".".join(str(part) for part in place)
    return f"{name}: {message}." if name else f"{message}."
