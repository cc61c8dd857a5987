"""What a failure of Ollama means; the one place that reads its words, since it has few codes."""

import json
import re
from collections.abc import Mapping

import aiohttp
import httpx
import ollama

from bot.llm.errors import (
    BusyError,
    CutOffError,
    FailedError,
    ModelError,
    ModelMissingError,
    NonsenseError,
    OutOfMemoryError,
    TooLongError,
    UnreachableError,
)

Foreign = (
    ollama.ResponseError,
    ollama.RequestError,
    httpx.HTTPError,
    httpx.InvalidURL,
    aiohttp.ClientError,
    ConnectionError,  # the client's own word for httpx.ConnectError
    # What the client lets through when an answer is not JSON, or JSON of another shape (pydantic's
    # ValidationError is a ValueError).
    ValueError,
    TypeError,
    AttributeError,
)
"""Everything the client raises for a failure on the other side."""

# llm/server.go and ml/backend: "model requires more system memory (5.3 GiB) than is available (3.3
# GiB)", "cudaMalloc failed: out of memory", "memory layout cannot be allocated"; the kernel's
# answer is "llama runner process has terminated: signal: killed".
_MEMORY = re.compile(
    r"out of memory|more system memory|memory layout cannot be allocated|signal: killed",
    re.IGNORECASE,
)
_MEMORY_SIZES = re.compile(r"\(([\d.]+ \w+)\) than is available \(([\d.]+ \w+)\)")
# Ollama 0.12.6 to 0.33: "the input length exceeds the context length"; later it passes on
# llama-server's error, which has a type (below), and for some models only its sentence.
_LENGTH = re.compile(
    r"input length exceeds the context length|exceeds the available context size", re.IGNORECASE
)
# server/routes.go: "model 'x' not found"; another server's 404 says something else.
_MISSING = re.compile(r"model\b.*\bnot found", re.IGNORECASE | re.DOTALL)
_LENGTH_TYPE = "exceed_context_size_error"


def diagnosed(error: Exception, *, url: str, model: str, context_tokens: int | None) -> ModelError:
    """Return our error for one of `Foreign`.

    Args:
        error: What the client raised.
        url: Ollama's address, for the sentence.
        model: The model asked for, likewise; may be "".
        context_tokens: The window asked for, likewise.
    """
    match error:
        case ollama.ResponseError():
            return _refusal(error, url, model, context_tokens)
        case (
            httpx.ConnectError()
            | httpx.ConnectTimeout()
            | httpx.InvalidURL()
            | httpx.UnsupportedProtocol()
            | ConnectionError()
        ):
            return UnreachableError(url)
        case httpx.TransportError() | httpx.StreamError() | aiohttp.ClientError():
            return CutOffError()
        case _:
            return NonsenseError(url)


def _refusal(
    error: ollama.ResponseError, url: str, model: str, context_tokens: int | None
) -> ModelError:
    detail = str(error.error)
    inner = _inner(error.error)
    if _LENGTH.search(detail) or inner.get("type") == _LENGTH_TYPE:
        return TooLongError(
            _count(inner, "n_prompt_tokens"), _count(inner, "n_ctx") or context_tokens
        )
    if _MEMORY.search(detail):
        sizes = _MEMORY_SIZES.search(detail)
        return OutOfMemoryError(model, f"it needs {sizes[1]}, {sizes[2]} are free" if sizes else "")
    return _by_status(error.status_code, detail, url, model)


def _by_status(status: int, detail: str, url: str, model: str) -> ModelError:
    match status:
        case 404 if _MISSING.search(detail):
            return ModelMissingError(model)
        case 404:
            return NonsenseError(url)
        case 429 | 503:
            return BusyError()
        case -1:  # the client's mark for an error in the middle of a stream
            return CutOffError(detail[:200])
        case _:
            return FailedError(status, detail)


def _inner(detail: object) -> Mapping[str, object]:
    """Return llama-server's error object, which Ollama passes on as a string of JSON."""
    if isinstance(detail, str):
        try:
            detail = json.loads(detail)
        except ValueError:
            return {}
    if isinstance(detail, Mapping):
        nested = detail.get("error", detail)
        if isinstance(nested, Mapping):
            return nested
    return {}


def _count(inner: Mapping[str, object], key: str) -> int | None:
    value = inner.get(key)
    return value if isinstance(value, int) else None
