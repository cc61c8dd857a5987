"""Errors that reach the edge of a request, as a page people can use."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException

from bot.llm.errors import ModelError
from bot.storage.errors import StorageError
from bot.web.reader import N_, explained, reads, stranger
from bot.web.reader import gettext as _
from bot.web.rendering import Rendering, go_to
from knowledge.errors import KnowledgeError

log = logging.getLogger(__name__)

ExceptionHandler = Callable[[Request[Any, Any, Any], Exception], Response[Any]]

API = "/api/"
_SENTENCES = {
    403: "",
    404: N_("There is no such page."),
    405: N_("This address cannot be used like that."),
    413: N_("That is too much at once: send smaller files, or fewer."),
}


class ErrorPages:
    """Answers what went wrong with a sentence, and an id where we must look for the cause."""

    def __init__(self, rendering: Rendering) -> None:
        """Show pages by `rendering`."""
        self._rendering = rendering

    @property
    def by_type(self) -> dict[int | type[Exception], ExceptionHandler]:
        """Return what to do about each type."""
        return {
            HTTPException: self._refused,
            StorageError: self._told,
            KnowledgeError: self._told,
            ModelError: self._told,
            Exception: self._unexpected,
        }

    def _refused(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        status = getattr(error, "status_code", 500)
        if status >= 500:
            return self._unexpected(request, error)
        if status == 401 and not request.url.path.startswith(API):
            return self._sign_in_first(request, str(getattr(error, "detail", "")))
        sentence = _SENTENCES.get(status) or str(getattr(error, "detail", "")) or N_("Refused.")
        return self._answer(request, status, sentence)

    def _sign_in_first(self, request: Request[Any, Any, Any], sentence: str) -> Response[Any]:
        scripted = "hx-request" in request.headers
        if scripted or "text/html" not in request.headers.get("accept", ""):
            # A script would put a page into the middle of another: send the browser there.
            return Response(
                sentence,
                status_code=401,
                media_type=MediaType.TEXT,
                headers={"HX-Redirect": "/sign-in"},
            )
        if request.method == "GET":
            return go_to("/sign-in")
        return self._answer(
            request, 401, N_("You were signed out. Sign in, then go back: what you typed is there.")
        )

    def _told(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        """Answer an error whose text is a sentence for people."""
        log.warning("request failed path=%s error=%s", request.url.path, type(error).__name__)
        return self._answer(request, 503, explained(error))

    def _unexpected(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        reference = secrets.token_hex(4)
        log.error("request failed path=%s id=%s", request.url.path, reference, exc_info=error)
        return self._answer(request, 500, N_("Something went wrong on our side."), reference)

    def _answer(
        self, request: Request[Any, Any, Any], status: int, sentence: str, reference: str = ""
    ) -> Response[Any]:
        if request.url.path.startswith(API):
            return Response(
                {"error": sentence, "id": reference},
                status_code=status,
                media_type=MediaType.JSON,
            )
        if request.scope.get("user") is None:
            # Nobody was looked for where there is no such page.
            reads(stranger(request))
        return self._rendering.page(
            request, "error.html", status=status, sentence=_(sentence), reference=reference
        )
