"""What machines ask: health and figures. No word of anybody is in them."""

from typing import Any

from litestar import MediaType, Response, get
from prometheus_client.exposition import choose_encoder

from bot.upkeep.health import ready
from bot.web.figures import figures
from bot.web.parts import Asked, Given


@get("/health/live", media_type=MediaType.JSON)
async def live() -> dict[str, bool]:
    """Say that the process answers."""
    return {"live": True}


@get("/health/ready")
async def readiness(parts: Given) -> Response[dict[str, Any]]:
    """Say how every part is; 503 while one that is needed is not well."""
    rows = await parts.proofs.rows()
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
async def metrics(request: Asked, parts: Given) -> Response[bytes]:
    """Say the figures in Prometheus's text format, or OpenMetrics' where that is asked for."""
    written, kind = choose_encoder(request.headers.get("accept", ""))
    return Response(written(await figures(parts)), headers={"Content-Type": kind})


ROUTES = (live, readiness)
