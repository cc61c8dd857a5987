"""What machines ask: health and figures. No word of anybody is in them."""

from typing import Any

from litestar import MediaType, Response, get
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.domain.conversations import Kind, TurnState
from bot.domain.outgoing import OutgoingState
from bot.upkeep.health import ready
from bot.web.parts import Given
from bot.web.services import Services


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
async def metrics(parts: Given) -> Response[bytes]:
    """Say the figures in Prometheus's text format."""
    return Response(await _figures(parts.services), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _figures(services: Services) -> bytes:
    registry = CollectorRegistry()
    turns = Gauge("deskhand_turns", "Turns by state.", ["state"], registry=registry)
    turn_counts = await services.turns.counts()
    for state in TurnState:
        turns.labels(state.value).set(turn_counts.get(state, 0))
    outbox = Gauge("deskhand_outbox", "Outgoing messages by state.", ["state"], registry=registry)
    outbox_counts = await services.outbox.counts()
    for sending in OutgoingState:
        outbox.labels(sending.value).set(outbox_counts.get(sending, 0))
    answers = Counter("deskhand_answers", "Answers by kind.", ["kind"], registry=registry)
    answer_counts = await services.answers.counts()
    for kind in Kind:
        answers.labels(kind.value).inc(answer_counts.get(kind, 0))
    up = Gauge("deskhand_model_up", "1 when the model answered last time.", registry=registry)
    up.set(1 if services.model.status.ok else 0)
    waiting = Gauge("deskhand_gate_waiting", "Model calls that wait.", registry=registry)
    waiting.set(services.gate.waiting)
    running = Gauge("deskhand_gate_running", "Model calls that run.", registry=registry)
    running.set(services.gate.running)
    return generate_latest(registry)


ROUTES = (live, readiness, metrics)
