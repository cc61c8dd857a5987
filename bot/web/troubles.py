"""What went wrong, in words, each with where it is mended."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.troubles import Troubles
from bot.upkeep.disk import LITTLE
from bot.web.parts import Parts
from bot.web.platforms.guides import GUIDES
from bot.web.reader import explained, ngettext
from bot.web.reader import gettext as _
from bot.web.roles import EDITOR, OWNER, VIEWER

# What failed longer ago is no news, and what could be done about it was.
LOOKED_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that went wrong.

    Attributes:
        sentence: What.
        path: Where it is mended, or seen closer.
        action: What can be done there.
        role: Who may.
    """

    sentence: str
    path: str
    action: str
    role: str = OWNER


async def troubles(parts: Parts) -> list[Trouble]:
    """Return what is wrong now, and what went wrong within `LOOKED_BACK`; empty while all is well.

    Raises:
        StorageError: The rows could not be read.
        OSError: What is left of the disk cannot be told.
    """
    services = parts.services
    rows = await services.troubles.read(since=services.now() - LOOKED_BACK)
    return [
        *_connections(parts),
        *_model(parts),
        *[each async for each in _upkeep(parts)],
        *_failed(rows),
    ]


def _connections(parts: Parts) -> Iterator[Trouble]:
    platforms = parts.services.platforms
    for name in platforms.names:
        status = platforms.status(name)
        if status.wanted and not status.up:
            title = GUIDES[name].title
            sentence = _("{platform} is not connected. {reason}").format(
                platform=title, reason=_(status.text)
            )
            yield Trouble(sentence, f"/platforms/{name}", _("See to it"))


def _model(parts: Parts) -> Iterator[Trouble]:
    services = parts.services
    status = services.model.status
    if services.choices.model.name and status.ok is False:
        sentence = _("The model does not answer. {reason}").format(reason=explained(status))
        yield Trouble(sentence, "/model", _("See to it"))


async def _upkeep(parts: Parts) -> AsyncIterator[Trouble]:
    services = parts.services
    results = await services.backups.results()
    if results and not results[0].ok:
        sentence = _("The last backup is no good. {reason}").format(reason=_(results[0].error))
        yield Trouble(sentence, "/backups", _("See to it"))
    left = await services.disk.left()
    if left.share < LITTLE:
        sentence = _("The disk has {left} left. Make room: old backups, models no longer used.")
        yield Trouble(sentence.format(left=left), "/backups", _("See the backups"))
    folder = await services.folder.state()
    unread = sum(bool(each.error) for each in folder.files)
    if folder.problem or unread:
        sentence = folder.problem or ngettext(
            "{n} file of the watched folder could not be read.",
            "{n} files of the watched folder could not be read.",
            unread,
        ).format(n=unread)
        yield Trouble(sentence, "/knowledge/folder", _("See which"), EDITOR)


def _failed(rows: Troubles) -> Iterator[Trouble]:
    for name, count in rows.unsent.items():
        guide = GUIDES.get(name)
        sentence = ngettext(
            "{n} message of the last seven days could not be delivered on {platform}.",
            "{n} messages of the last seven days could not be delivered on {platform}.",
            count,
        ).format(n=count, platform=guide.title if guide else name)
        yield Trouble(sentence, f"/platforms/{name}" if guide else "/platforms", _("See why"))
    if rows.undelivered:
        sentence = ngettext(
            "{n} reminder of the last seven days could not be delivered.",
            "{n} reminders of the last seven days could not be delivered.",
            rows.undelivered,
        ).format(n=rows.undelivered)
        yield Trouble(sentence, "/follow-ups?state=failed", _("See which"), VIEWER)
    if rows.parked:
        sentence = ngettext(
            "{n} message of the last seven days stayed without an answer: it failed every time.",
            "{n} messages of the last seven days stayed without an answer: they failed every time.",
            rows.parked,
        ).format(n=rows.parked)
        yield Trouble(sentence, "/overview/health?fresh", _("Check every part"), VIEWER)
