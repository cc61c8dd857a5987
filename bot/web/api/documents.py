"""The knowledge base."""

import asyncio
from collections.abc import Iterable
from datetime import date

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, RawBody, SkipValidation
from litestar.response import Stream

from bot.domain.changes import together
from bot.domain.people import Role
from bot.upkeep.import_approval import Decide
from bot.web.about_form import Readers
from bot.web.api.consent import Consents
from bot.web.api.errors import NotFoundError
from bot.web.api.shapes.base import Done
from bot.web.api.shapes.consent import Consent
from bot.web.api.shapes.conversation import SourceShown
from bot.web.api.shapes.documents import Added, DocumentShown, DocumentWhole, PageWanted, Searching
from bot.web.api.stream import Tell, progress, stream
from bot.web.api.views import document_shown, document_whole, hit_shown
from bot.web.services import Services
from bot.web.web_pages import read_page
from connectors.local.connector import PLATFORM as LOCAL
from knowledge.documents import EVERY_ROOM, Audience, holds
from knowledge.errors import UnreadableError
from knowledge.readers.entries import checked_room
from knowledge.readers.files import MAX_BYTES, Reading, read


@post("/knowledge/files", status_code=200, request_max_body_size=MAX_BYTES)
async def add_file(
    services: NamedDependency[SkipValidation[Services]],
    name: FromQuery[str],
    body: RawBody,
    consents: NamedDependency[SkipValidation[Consents]],
    audience: FromQuery[Audience] = Audience.STAFF,
    room: FromQuery[list[str] | None] = None,
    consent: FromQuery[Consent] = Consent.UNLESS_WORSE,
) -> Stream:
    """Add what a file holds; of a file that cannot be read nothing is added or changed.

    It is for those who are in a `room` alone where there are any, for the audience otherwise.
    """

    async def work(tell: Tell) -> Added:
        readers = _readers(services, audience, room or [])
        reading = await asyncio.to_thread(
            read, name, body, audience=readers.audience, origin=name, rooms=readers.rooms
        )
        return await _add(services, reading, name, consents.decide(consent, tell), tell)

    return stream(work)


@post("/knowledge/pages", status_code=200)
async def add_page(
    data: JSONBody[PageWanted],
    services: NamedDependency[SkipValidation[Services]],
    consents: NamedDependency[SkipValidation[Consents]],
    consent: FromQuery[Consent] = Consent.UNLESS_WORSE,
) -> Stream:
    """Add what a page of the web says, where the owner allows it."""

    async def work(tell: Tell) -> Added:
        readers = _readers(services, data.audience, data.rooms)
        reading = await read_page(services, data.url, readers)
        return await _add(services, reading, data.url, consents.decide(consent, tell), tell)

    return stream(work)


@get("/knowledge")
async def list_documents(
    services: NamedDependency[SkipValidation[Services]],
) -> list[DocumentShown]:
    """Return every document, by id."""
    today = _today(services)
    return [document_shown(document, today) for document in await services.knowledge.documents()]


@get("/knowledge/document")
async def show_document(
    services: NamedDependency[SkipValidation[Services]], document_id: FromQuery[str]
) -> DocumentWhole:
    """Return one document with its passages."""
    document = await services.knowledge.show(document_id)
    if document is None:
        raise NotFoundError(_no_document(document_id))
    return document_whole(document, _today(services))


@delete("/knowledge/document", status_code=200)
async def remove_document(
    services: NamedDependency[SkipValidation[Services]], document_id: FromQuery[str]
) -> Done:
    """Remove one document."""
    if not await services.knowledge.remove(document_id):
        raise NotFoundError(_no_document(document_id))
    return Done()


@post("/knowledge/search", status_code=200)
async def search(
    data: JSONBody[Searching], services: NamedDependency[SkipValidation[Services]]
) -> list[SourceShown]:
    """Return the passages closest to a question, best first, as the role may read them."""
    public = frozenset({Audience.PUBLIC})
    findings = await services.knowledge.search(
        data.query,
        audiences=public if data.role is Role.PUBLIC else frozenset(Audience),
        today=_today(services),
        limit=data.limit,
        room=EVERY_ROOM if data.role is Role.OWNER else "",
    )
    return [hit_shown(hit) for hit in findings.hits]


@post("/knowledge/rebuild", status_code=200)
async def rebuild(services: NamedDependency[SkipValidation[Services]]) -> Stream:
    """Make the index anew from the rows."""

    async def work(tell: Tell) -> Done:
        await services.knowledge.rebuild(progress=progress(tell))
        return Done()

    return stream(work)


async def _add(
    services: Services, reading: Reading, origin: str, decide: Decide | None, tell: Tell
) -> Added:
    before = {document.document_id for document in await services.knowledge.documents()}
    today = _today(services)
    told = progress(tell)
    with together(origin):
        taken = await services.import_approval.add(
            reading.documents, decide=decide, progress=told, preparing=told
        )
    return Added(
        documents=len(reading),
        passages=sum(len(document.passages) for document in reading),
        replaced=sum(each.document_id in before for each in reading) - taken.unchanged,
        unchanged=taken.unchanged,
        staff=sum(document.audience is Audience.STAFF for document in reading),
        rooms=sum(document.audience is Audience.ROOMS for document in reading),
        idle=sum(not holds(each.valid_from, each.valid_until, today) for each in reading),
        notes=reading.notes,
    )


def _readers(services: Services, audience: Audience, rooms: Iterable[str]) -> Readers:
    """Return for whom something is: for those in the rooms where any are named.

    Raises:
        UnreadableError: One is no room, or of a platform that there is not; or none is named.
    """
    named = tuple(dict.fromkeys(rooms))
    platforms = (*services.platforms.names, LOCAL)
    for room in named:
        try:
            platform = checked_room(room).partition("/")[0]
        except ValueError as error:
            raise UnreadableError(str(error)) from error
        if platform not in platforms:
            raise UnreadableError(f"{room}: there is no platform {platform}.")
    if audience is Audience.ROOMS and not named:
        raise UnreadableError("Name the rooms in which it may be read.")
    return Readers(Audience.ROOMS, named) if named else Readers(audience)


def _today(services: Services) -> date:
    return services.calendar().day(services.now())


def _no_document(document_id: str) -> str:
    return f"There is no document {document_id}: `deskhand knowledge list` shows those there are."
