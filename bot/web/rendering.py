"""Templates filled in: whole pages, and pieces of pages."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response

from bot.language.sentences import Phrasebook, Sentences
from bot.web import markdown
from bot.web.access import csrf_token
from bot.web.forms import Form
from bot.web.reader import explained, gettext, ngettext, number, reader, seconds, size
from bot.web.roles import EDITOR, OWNER, VIEWER, may
from connectors.messages import OutgoingFile

TEMPLATES = Path(__file__).with_name("templates")
STATIC = Path(__file__).with_name("static")

Page = Response[str]


class Rendering:
    """Fills templates in; whatever people, documents or models wrote is escaped on the way."""

    def __init__(self, phrasebook: Phrasebook, zone: Callable[[], ZoneInfo]) -> None:
        """Write moments as `phrasebook` does, in the reader's zone or else the one in force."""
        self._business_zone = zone
        self._phrasebook = phrasebook
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.globals |= {"gettext": gettext, "ngettext": ngettext}
        self._environment.policies["ext.i18n.trimmed"] = True
        self._environment.filters["moment"] = self._moment
        self._environment.filters["short_moment"] = self._short_moment
        self._environment.filters["day"] = self._day
        self._environment.filters["markdown"] = markdown.block
        self._environment.filters["markdown_line"] = markdown.line
        self._environment.filters["explained"] = explained
        self._environment.filters["number"] = number
        self._environment.filters["size"] = size
        self._environment.filters["file_path"] = file_path
        self._environment.filters["seconds"] = seconds
        self._environment.globals |= {"OWNER": OWNER, "EDITOR": EDITOR, "VIEWER": VIEWER}
        self._environment.globals["asset"] = {
            path.name: f"/static/{path.name}?v={_mark(path)}" for path in STATIC.iterdir()
        }.__getitem__

    @property
    def sentences(self) -> Sentences:
        """Return the bot's own words in the reader's language."""
        return self._phrasebook.sentences(reader().language)

    def page(
        self,
        request: Request[Any, Any, Any],
        template: str,
        *,
        status: int = 200,
        **context: object,
    ) -> Page:
        """Return a template filled in as a response."""
        return Response(
            self.piece(request, template, **context), status_code=status, media_type=MediaType.HTML
        )

    def piece(self, request: Request[Any, Any, Any], template: str, **context: object) -> str:
        """Return a template filled in, with what every template may use.

        Those are `csrf` (the session's token, "" without one), `may` (whether who reads may do
        what is for a role), `path`, `said` (which notice to show), `count` (its number), `undo`
        (the number of what that notice can take back), `language` and `zone` (the reader's) and
        `form`. An imported template has them by `with context`.
        """
        token = request.scope.get("auth") or ""
        shared: dict[str, object] = {
            "csrf": csrf_token(token) if token else "",
            "may": partial(may, request.scope.get("user")),
            "path": request.url.path,
            "said": request.query_params.get("said", ""),
            "count": request.query_params.get("count", ""),
            "undo": _number(request.query_params.get("undo", "")),
            "language": reader().language,
            "zone": str(self._zone()),
            "form": Form(),
        }
        return self._environment.get_template(template).render(shared | context)

    def filled(self, template: str, **context: object) -> str:
        """Return a template filled in that is no page of this server, such as a file to keep."""
        return self._environment.get_template(template).render(context)

    def _zone(self) -> ZoneInfo:
        return reader().zone or self._business_zone()

    def _moment(self, at: datetime) -> str:
        return self.sentences.moment(at, self._zone())

    def _short_moment(self, at: datetime) -> str:
        return self.sentences.short_moment(at, self._zone())

    def _day(self, day: date) -> str:
        return self.sentences.short_day(day)


def _mark(path: Path) -> str:
    """Return what changes with a file's content, so that browsers never keep an old one."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _number(text: str) -> str:
    return text if text.isascii() and text.isdecimal() else ""


def go_to(path: str, **query: object) -> Page:
    """Return an answer that sends the browser on to one of our own pages."""
    asked = f"?{urlencode(query)}" if query else ""
    return Response("", status_code=303, headers={"Location": path + asked})


def file_path(file: OutgoingFile) -> str:
    """Return where on the page a file is handed out that was sent in a room of this process."""
    return f"/files/{file.path.name}/{quote(file.name.replace('/', '_'))}"
