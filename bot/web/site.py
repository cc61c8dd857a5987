"""The web application: pages behind a session, the API behind its token, status for machines.

A single command, which serves nobody else, has the API alone: making all routes takes 0.15 s.
"""

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import CacheControlHeader
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.static_files import create_static_files_router

from bot.web.access import (
    KnownHosts,
    add_headers,
    known_host,
    plain_address,
    signed_in,
)
from bot.web.accounts import Accounts
from bot.web.address import NO_ADDRESS, PageAddress
from bot.web.api.router import api_router
from bot.web.backing_up import BackupsUnderWay
from bot.web.downloads import Downloads
from bot.web.errors import ErrorPages
from bot.web.imports import Imports
from bot.web.intake import Intake
from bot.web.measuring import Measurements
from bot.web.model_change import ModelChange
from bot.web.pages import (
    account,
    answers,
    backups,
    business,
    changes,
    colleagues,
    conversations,
    embedder,
    evaluate,
    files,
    finding,
    folder,
    follow_ups,
    follow_ups_week,
    hand_overs,
    hosts,
    invitation,
    knowledge,
    model,
    model_change,
    overview,
    people,
    platforms,
    questions,
    second_factor,
    settings,
    sheet,
    sign_in,
    skills,
    test_chat,
    transfer,
    upload,
    way_out,
    web_page,
)
from bot.web.pages.setup import business as setup_business
from bot.web.pages.setup import done as setup_done
from bot.web.pages.setup import knowledge as setup_knowledge
from bot.web.pages.setup import model as setup_model
from bot.web.pages.setup import password as setup_password
from bot.web.pages.setup import platforms as setup_platforms
from bot.web.pages.setup import rooms as setup_rooms
from bot.web.pages.setup import steps as setup_steps
from bot.web.pages.setup import trying as setup_trying
from bot.web.parts import Parts
from bot.web.platforms.memory import PlatformMemory
from bot.web.proofs import Proofs
from bot.web.rendering import STATIC, Rendering
from bot.web.services import Services
from bot.web.status import status_routers
from bot.web.trying import Trying

# Forms of words; what takes files sets its own limit.
MAX_BODY_BYTES = 1_000_000
# A day: an update of Deskhand changes these files under the same names.
STATIC_KEPT_S = 86_400


def make_site(
    services: Services,
    *,
    token: str,
    host: str = "127.0.0.1",
    address: PageAddress = NO_ADDRESS,
    accounts: Accounts | None = None,
    metrics_token: str = "",
) -> Litestar:
    """Return everything that is served.

    Args:
        services: The running app's parts.
        token: Opens the API.
        host: Where we listen; decides which names we answer to.
        address: Where people open the page, if that is elsewhere; its name is ours, too.
        accounts: Who may sign in; None makes them of the services' rows.
        metrics_token: Opens the figures; "": they are for this machine.
    """
    accounts = accounts or Accounts(services.entrance, now=services.now)
    rendering = Rendering(services.phrasebook, lambda: services.calendar().zone)
    downloads = Downloads(services.library)
    measurements = Measurements(services.library, services.measure)
    imports = Imports(services.transfer, services.now)
    intake = Intake(services.import_approval)
    trying = Trying()
    backing_up = BackupsUnderWay(services.backups)
    proofs = Proofs(services.health)
    parts = Parts(
        services,
        accounts,
        rendering,
        proofs,
        downloads,
        measurements,
        imports,
        intake,
        PlatformMemory(),
        trying,
        ModelChange(services, trying),
        backing_up,
        address,
    )
    given = {"parts": Provide(lambda: parts, sync_to_thread=False)}
    return Litestar(
        route_handlers=[
            Router(
                "/",
                route_handlers=_PAGES,
                guards=[signed_in(accounts)],
                dependencies=given,
            ),
            *status_routers(services, proofs, accounts, metrics_token),
            create_static_files_router(
                "/static",
                [STATIC],
                cache_control=CacheControlHeader(max_age=STATIC_KEPT_S, public=True),
                # Not the pages: beside words from an address a session's token is told (BREACH).
                middleware=[
                    DefineMiddleware(
                        CompressionMiddleware, config=CompressionConfig(backend="gzip")
                    )
                ],
            ),
            api_router(services, token),
        ],
        guards=[known_host(KnownHosts(host, address.host)), plain_address],
        middleware=[address.scheme],
        before_send=[add_headers],
        exception_handlers=ErrorPages(rendering).by_type,
        on_shutdown=[
            downloads.stop,
            measurements.stop,
            imports.stop,
            intake.stop,
            trying.stop,
            backing_up.stop,
            proofs.stop,
        ],
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=None,
        logging_config=None,
    )


def make_status(services: Services, *, host: str, metrics_token: str = "") -> Litestar:
    """Return health and figures alone, for the machines that look after a process without a page.

    Args:
        services: The running app's parts.
        host: Where we listen; decides which names we answer to.
        metrics_token: Opens the figures; "": they are for this machine.
    """
    proofs = Proofs(services.health)
    accounts = Accounts(services.entrance, now=services.now)
    return Litestar(
        route_handlers=status_routers(services, proofs, accounts, metrics_token),
        guards=[known_host(KnownHosts(host)), plain_address],
        before_send=[add_headers],
        on_shutdown=[proofs.stop],
        openapi_config=None,
        logging_config=None,
    )


def make_api(services: Services, *, token: str) -> Litestar:
    """Return the API alone, for callers on this machine.

    Args:
        services: The running app's parts.
        token: Opens it.
    """
    return Litestar(
        route_handlers=[api_router(services, token)],
        guards=[known_host(KnownHosts("127.0.0.1"))],
        before_send=[add_headers],
        openapi_config=None,
        logging_config=None,
    )


_PAGES = [
    setup_password.show,
    setup_password.save,
    setup_steps.go_on,
    setup_steps.pass_on,
    setup_steps.put_off,
    setup_steps.end,
    setup_business.show,
    setup_business.save,
    setup_model.show,
    setup_model.measure,
    setup_model.stop_measuring,
    setup_model.progress,
    setup_model.download,
    setup_model.stop,
    setup_model.use,
    setup_model.without,
    setup_knowledge.show,
    setup_knowledge.add_files,
    setup_knowledge.answer_twelve,
    setup_knowledge.add_sample,
    setup_knowledge.remove_sample,
    setup_platforms.show,
    setup_platforms.show_one,
    setup_platforms.connect,
    setup_rooms.show,
    setup_rooms.show_one,
    setup_rooms.choose,
    setup_trying.show,
    setup_done.show,
    sign_in.show,
    sign_in.sign_in,
    sign_in.ask_code,
    sign_in.prove_code,
    sign_in.sign_out,
    invitation.show,
    invitation.accept,
    account.show,
    account.save,
    account.change_password,
    account.end_session,
    account.end_others,
    second_factor.begin,
    second_factor.show,
    second_factor.confirm,
    second_factor.take_off,
    second_factor.fresh_codes,
    colleagues.show,
    colleagues.invite,
    colleagues.invite_again,
    colleagues.set_role,
    colleagues.confirm_removal,
    colleagues.remove,
    overview.home,
    overview.show,
    overview.health,
    backups.show,
    backups.choose,
    backups.make,
    backups.progress,
    backups.hand_out,
    hand_overs.show,
    hand_overs.choose,
    hand_overs.seen_to,
    hand_overs.give_back,
    business.show,
    business.save,
    changes.show,
    settings.show,
    settings.keep,
    test_chat.show,
    test_chat.say,
    test_chat.say_and_watch,
    test_chat.press,
    test_chat.listen,
    files.hand_out,
    way_out.show,
    sheet.show,
    sheet.hand_out,
    finding.show,
    finding.choose,
    knowledge.show,
    knowledge.show_empty,
    knowledge.add,
    knowledge.show_document,
    knowledge.change,
    knowledge.judge_way,
    knowledge.confirm_removal,
    knowledge.remove,
    upload.show,
    upload.add,
    upload.stop,
    upload.decide,
    upload.progress,
    web_page.show,
    web_page.add,
    web_page.switch,
    transfer.export,
    transfer.show,
    transfer.look,
    transfer.start,
    transfer.decide,
    transfer.progress,
    conversations.show,
    conversations.show_one,
    conversations.listen,
    answers.show_all,
    answers.show,
    answers.correct,
    questions.show,
    questions.save_telling,
    questions.show_one,
    questions.answer,
    questions.dismiss,
    questions.reopen,
    evaluate.show,
    evaluate.add,
    evaluate.add_file,
    evaluate.remove,
    evaluate.run,
    evaluate.stop,
    evaluate.progress,
    folder.show,
    folder.choose,
    folder.decide,
    follow_ups.show,
    follow_ups_week.show,
    follow_ups.add,
    follow_ups.choose,
    follow_ups.cancel,
    follow_ups.keep,
    follow_ups.move,
    people.show,
    people.show_one,
    people.change_role,
    people.export,
    people.confirm_erasing,
    people.erase,
    skills.show,
    skills.switch_tool,
    skills.show_one,
    skills.approve,
    skills.turn_off,
    skills.save_lead_days,
    model.show,
    model.choose,
    model.test,
    model_change.show,
    model_change.use,
    model_change.keep,
    model.download,
    model.stop,
    model.progress,
    hosts.choose,
    embedder.choose,
    embedder.use,
    embedder.keep,
    embedder.progress,
    platforms.show_all,
    platforms.save_manners,
    platforms.show,
    platforms.state,
    platforms.connect,
    platforms.choose,
    platforms.switch,
    platforms.try_again,
    platforms.confirm_forgetting,
    platforms.forget,
]
