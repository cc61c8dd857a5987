"""What machines ask: health and figures. No word of anybody is in them."""

from typing import Any

from litestar import MediaType, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation
from prometheus_client.exposition import choose_encoder

from bot.upkeep.health import ready
from bot.web.access import reads_figures
from bot.web.accounts import Accounts
from bot.web.figures import figures
from bot.web.parts import Asked
from bot.web.proofs import Proofs
from bot.web.services import Services


@get("/health/live", media_type=MediaType.JSON)
async def live() -> dict[str, bool]:
    """Say that the process answers."""
    return {"live": True}


@get("/health/ready")
async def readiness(proofs: NamedDependency[SkipValidation[Proofs]]) -> Response[dict[str, Any]]:
    """Say how every part is; 503 while one that is needed is not well."""
    rows = await proofs.rows()
    told = [
        {
            "part": row.part,
            "ok": row.ok,
            "needed": row.needed,
            "text": row.text,
            "todo": row.todo,
            "took_ms": round(row.took_ms, 1),
        }
        for row in rows
    ]
    well = ready(rows)
    return Response(
        {"ready": well, "parts": told},
        status_code=200 if well else 503,
        media_type=MediaType.JSON,
    )


@get("/metrics")
async def metrics(
    request: Asked,
    services: NamedDependency[SkipValidation[Services]],
    proofs: NamedDependency[SkipValidation[Proofs]],
) -> Response[bytes]:
    """Say the figures in Prometheus's text format, or OpenMetrics' where that is asked for."""
    written, kind = choose_encoder(request.headers.get("accept", ""))
    return Response(written(await figures(services, proofs)), headers={"Content-Type": kind})


def status_routers(
    services: Services, proofs: Proofs, accounts: Accounts, metrics_token: str
) -> list[Router]:
    """Return everything that machines ask.

    Args:
        services: The running app's parts.
        proofs: How each of them is.
        accounts: Who may sign in, and read the figures then.
        metrics_token: Opens the figures; "": they are for this machine.
    """
    given = {
        "services": Provide(lambda: services, sync_to_thread=False),
        "proofs": Provide(lambda: proofs, sync_to_thread=False),
    }
    return [
        Router("/", route_handlers=[live, readiness], dependencies=given),
        Router(
            "/",
            route_handlers=[metrics],
            guards=[reads_figures(accounts, metrics_token)],
            dependencies=given,
        ),
    ]
