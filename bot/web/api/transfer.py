"""Knowledge, questions and settings out of this Deskhand, and into it."""

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, RawBody, SkipValidation
from litestar.response import Stream

from bot.upkeep.transfer import Parcel, Received, dotted
from bot.web.api.consent import Consents
from bot.web.api.parcels import ParcelShown, ReceivedShown
from bot.web.api.shapes.consent import Consent
from bot.web.api.stream import Tell, progress, stream
from bot.web.services import Services
from knowledge.zipped import MAX_ZIP_BYTES

MEDIA_TYPE = "application/zip"


@get("/knowledge/export", media_type=MediaType.TEXT)
async def export(services: NamedDependency[SkipValidation[Services]]) -> Response[bytes]:
    """Return everything that is the business's own as a zip."""
    return Response(await services.transfer.pack(), media_type=MEDIA_TYPE)


@post("/knowledge/import/look", status_code=200, request_max_body_size=MAX_ZIP_BYTES)
async def look(services: NamedDependency[SkipValidation[Services]], body: RawBody) -> Stream:
    """Return what an export holds and what it meets here; nothing is changed."""

    async def work(_tell: Tell) -> ParcelShown:
        return shown(await services.transfer.look(body))

    return stream(work)


@post("/knowledge/import", status_code=200, request_max_body_size=MAX_ZIP_BYTES)
async def take_in(
    services: NamedDependency[SkipValidation[Services]],
    body: RawBody,
    consents: NamedDependency[SkipValidation[Consents]],
    alone: FromQuery[bool] = False,
    settings: FromQuery[bool] = False,
    consent: FromQuery[Consent] = Consent.UNLESS_WORSE,
) -> Stream:
    """Take an export in; of one that cannot be taken in as a whole nothing is changed."""

    async def work(tell: Tell) -> ReceivedShown:
        parcel = await services.transfer.look(body)
        received = await services.transfer.take_in(
            parcel,
            decide=consents.decide(consent, tell),
            alone=alone,
            with_settings=settings,
            progress=progress(tell),
        )
        return received_shown(received)

    return stream(work)


def shown(parcel: Parcel) -> ParcelShown:
    """Return what is told of an export before it is taken in."""
    return ParcelShown(
        made_at=parcel.made_at,
        entries=parcel.entries,
        documents=len(parcel.documents) - parcel.entries,
        questions=len(parcel.questions),
        own_questions=len(parcel.own_questions),
        settings=dotted(parcel.settings),
        replaces=list(parcel.replaced),
        others=list(parcel.others),
        ignored=list(parcel.ignored),
        skills=parcel.skill_names,
    )


def received_shown(received: Received) -> ReceivedShown:
    """Return what is told of what came in."""
    return ReceivedShown(
        entries=received.entries,
        documents=received.documents,
        questions=received.questions,
        own_questions=received.own_questions,
        settings=list(received.settings),
        replaced=received.replaced,
        removed=received.removed,
        skills=list(received.skills),
    )
