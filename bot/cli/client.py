"""The client of a Deskhand's API."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import BinaryIO, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.cli.errors import FailedError, UnreachableError
from bot.data_dir import Door
from bot.web.api.shapes.base import Problem
from bot.web.api.shapes.steps import SILENCE_S, Step

ALIVE_S = 5.0
# The slowest answer that is not streamed: a check whose parts may each take 30 s, side by side.
REPLY_S = 60.0
CHUNK_BYTES = 1_048_576
_BROKEN = (OSError, HTTPException)

T = TypeVar("T")
Params = Mapping[str, str | int | Sequence[str]]


class Client:
    """Asks one Deskhand; each failure is a sentence. Threads may share it.

    The standard library's own HTTP is all it takes on this box, and a command has to start fast.
    """

    def __init__(self, door: Door) -> None:
        """Ask behind this door."""
        self._host = urlsplit(door.url).netloc
        self._token = door.token

    def alive(self) -> bool:
        """Return whether a Deskhand that knows our token is behind the door."""
        try:
            with self._response("GET", "alive", timeout_s=ALIVE_S) as response:
                return response.status == 200
        except UnreachableError:
            return False

    def call(
        self,
        method: str,
        path: str,
        shape: type[T],
        *,
        body: BaseModel | None = None,
        params: Params | None = None,
    ) -> T:
        """Ask for one thing and return it in its shape.

        Raises:
            FailedError: It was refused; the text is the sentence.
            UnreachableError: Nobody answered.
        """
        with self._response(
            method, path, timeout_s=REPLY_S, params=params, content=_json(body)
        ) as response:
            content = _content(response)
            if response.status != 200:
                raise _refusal(content)
            return TypeAdapter(shape).validate_json(content)

    def fetch(self, path: str) -> bytes:
        """Ask for a file and return what is in it.

        Raises:
            FailedError: It was refused; the text is the sentence.
            UnreachableError: Nobody answered.
        """
        with self._response("GET", path, timeout_s=REPLY_S) as response:
            content = _content(response)
            if response.status != 200:
                raise _refusal(content)
            return content

    def save(self, path: str, file: BinaryIO) -> None:
        """Ask for a large file and write it into one of this process.

        Raises:
            FailedError: It was refused; the text is the sentence.
            UnreachableError: Nobody answered, or the answer broke off.
            OSError: The file could not be written.
        """
        with self._response("GET", path, timeout_s=REPLY_S) as response:
            if response.status != 200:
                raise _refusal(_content(response))
            while chunk := _some(response):
                file.write(chunk)

    def stream(
        self,
        path: str,
        shape: type[T],
        *,
        show: Callable[[Step], None],
        method: str = "POST",
        body: BaseModel | None = None,
        content: bytes | None = None,
        params: Params | None = None,
    ) -> T:
        """Ask for what takes a while, show its steps, and return its result.

        Args:
            path: What is asked.
            shape: What the result is.
            show: Is given each step before the result.
            method: How it is asked.
            body: What is told, as JSON.
            content: What is told, as it is.
            params: More of it.

        Raises:
            FailedError: It failed; the text is the sentence.
            UnreachableError: Nobody answered, or the answer broke off.
        """
        told = _json(body) if content is None else content
        with self._response(
            method, path, timeout_s=SILENCE_S, params=params, content=told
        ) as response:
            if response.status != 200:
                raise _refusal(_content(response))
            for line in _lines(response):
                step = Step.model_validate_json(line)
                match step.event:
                    case "error":
                        raise FailedError(step.text)
                    case "result":
                        return TypeAdapter(shape).validate_python(step.value)
                    case _:
                        show(step)
        raise _unreachable()

    @contextmanager
    def _response(
        self,
        method: str,
        path: str,
        *,
        timeout_s: float,
        params: Params | None = None,
        content: bytes | None = None,
    ) -> Iterator[HTTPResponse]:
        query = f"?{urlencode(params, doseq=True)}" if params else ""
        connection = HTTPConnection(self._host, timeout=timeout_s)
        try:
            connection.request(
                method,
                f"/api/{quote(path)}{query}",
                content,
                {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
            )
            response = connection.getresponse()
        except _BROKEN as error:
            connection.close()
            raise _unreachable() from error
        # What breaks from here on may be the caller's own, such as a terminal that is gone.
        with closing(connection):
            yield response


def _content(response: HTTPResponse) -> bytes:
    try:
        return response.read()
    except _BROKEN as error:
        raise _unreachable() from error


def _some(response: HTTPResponse) -> bytes:
    try:
        return response.read(CHUNK_BYTES)
    except _BROKEN as error:
        raise _unreachable() from error


def _lines(response: HTTPResponse) -> Iterator[bytes]:
    """Yield the lines with something in them; an empty one only says that nothing is broken."""
    try:
        while line := response.readline():
            if line.strip():
                yield line
    except _BROKEN as error:
        raise _unreachable() from error


def _json(body: BaseModel | None) -> bytes | None:
    return None if body is None else body.model_dump_json().encode()


def _refusal(content: bytes) -> FailedError:
    try:
        return FailedError(Problem.model_validate_json(content).error)
    except ValidationError:
        return FailedError(
            "What answers is not this version of Deskhand: restart it with `deskhand run`."
        )


def _unreachable() -> UnreachableError:
    return UnreachableError("Deskhand stopped answering: see whether it still runs, and try again.")
