"""The API's routes behind one token."""

import secrets

from litestar import Router
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from bot.domain.changes import Actor, By, act_as
from bot.web.api import (
    backups,
    consent,
    conversation,
    documents,
    errors,
    followups,
    models,
    persons,
    questions,
    settings,
    transfer,
    upkeep,
)
from bot.web.api.consent import Consents
from bot.web.services import Services

# Words typed in a terminal; files set their own limit.
MAX_BODY_BYTES = 1_000_000


def api_router(services: Services, token: str) -> Router:
    """Return everything under /api.

    Args:
        services: The running app's parts.
        token: Opens it as `Authorization: Bearer …`; a cookie never does, so no page that a
            browser shows can use it.
    """
    consents = Consents(services)
    return Router(
        path="/api",
        guards=[_bearer(token)],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "consents": Provide(lambda: consents, sync_to_thread=False),
        },
        exception_handlers={Exception: errors.respond},
        request_max_body_size=MAX_BODY_BYTES,
        include_in_schema=False,
        opt={"exclude_from_csrf": True},
        route_handlers=[
            conversation.ask,
            conversation.listen,
            conversation.press,
            documents.add_file,
            documents.add_page,
            documents.list_documents,
            documents.show_document,
            documents.remove_document,
            documents.search,
            documents.rebuild,
            transfer.export,
            transfer.look,
            transfer.take_in,
            consent.settle,
            followups.list_follow_ups,
            followups.add_follow_up,
            followups.cancel_follow_up,
            followups.move_follow_up,
            followups.snooze_follow_up,
            questions.list_questions,
            questions.answer_question,
            questions.evaluate,
            models.list_models,
            models.pull_model,
            models.compare_model,
            models.use_model,
            settings.list_settings,
            settings.get_setting,
            settings.set_setting,
            settings.import_settings,
            persons.whole,
            persons.erase,
            backups.make,
            backups.fetch,
            upkeep.alive,
            upkeep.check,
            upkeep.setup_link,
            upkeep.reset_password,
        ],
    )


def _bearer(token: str) -> Guard:
    expected = f"Bearer {token}".encode()

    # Not in a thread: whose the changes are holds in this task.
    async def guard(
        connection: "ASGIConnection[object, object, object, State]", _handler: BaseRouteHandler
    ) -> None:
        given = connection.headers.get("authorization", "").encode()
        if not secrets.compare_digest(given, expected):
            raise NotAuthorizedException("This needs the token in the data directory.")
        act_as(Actor(By.TERMINAL))

    return guard
