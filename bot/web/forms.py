"""Forms as people send them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException

from bot.web.reader import N_

MAX_FIELDS = 200
_SCOPE_KEY = "deskhand_form"
_UNREADABLE = N_("This form cannot be read.")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file somebody chose.

    Attributes:
        name: As the browser gives it, a stranger's word: shown, and its ending looked at, but
            never a path.
    """

    name: str
    content: bytes


@dataclass(slots=True)
class Form:
    """What was typed, and what is wrong with it, both by field.

    Attributes:
        values: What was typed; shown again when something is wrong, so that nothing is lost.
        errors: One sentence a field, to stand beside it.
        files: What was chosen, in order.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    files: tuple[UploadedFile, ...] = ()

    def text(self, name: str) -> str:
        """Return a field with Unix line ends, without space around it; "" when it is not there."""
        return self.raw(name).replace("\r\n", "\n").strip()

    def raw(self, name: str) -> str:
        """Return a field just as it was typed, as passwords are; "" when it is not there."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """Return what is wrong with a field; "" when nothing is."""
        return self.errors.get(name, "")

    def fault(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field, unless something was noted before."""
        self.errors.setdefault(name, sentence)

    def required(self, name: str, sentence: str) -> str:
        """Return a field, noting the sentence as its error when it is empty."""
        text = self.text(name)
        if not text:
            self.errors[name] = sentence
        return text


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """Return the form a request carries; read once, however often it is asked for.

    Not Litestar's own reading: that keeps the last thousand bodies, passwords among them.

    Raises:
        ClientException: It cannot be read, or has too many fields.
    """
    known = request.scope["state"].get(_SCOPE_KEY)
    if isinstance(known, Form):
        return known
    kind, _ = request.content_type
    if kind == RequestEncodingType.MULTI_PART:
        form = await _multipart(request)
    elif kind == RequestEncodingType.URL_ENCODED:
        form = _url_encoded(await request.body())
    else:
        form = Form()
    if any("\x00" in value for value in form.values.values()):
        # No browser sends one, and PostgreSQL has no place for it.
        raise ClientException(_UNREADABLE)
    request.scope["state"][_SCOPE_KEY] = form
    return form


def _url_encoded(body: bytes) -> Form:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise ClientException(_UNREADABLE) from error
    return Form(dict(pairs))


async def _multipart(request: Request[Any, Any, Any]) -> Form:
    values: dict[str, str] = {}
    files: list[UploadedFile] = []
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            files.append(UploadedFile(value.filename, await value.read()))
            await value.close()
        else:
            values[name] = str(value)
    return Form(values, files=tuple(files))
