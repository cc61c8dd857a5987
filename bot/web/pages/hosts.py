"""The hosts that run the model, where there are several: how each is, and which are used."""

from dataclasses import dataclass

from litestar import post
from pydantic import JsonValue

from bot.llm.availability import ModelStatus
from bot.web.forms import read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.rendering import Page, go_to


@dataclass(frozen=True, slots=True)
class Seen:
    """A host as the page shows it.

    Attributes:
        loaded: Names of the models in its memory.
        lacks: It does not have the chosen model.
        running: Calls that run there now.
        call_s: How long calls took there of late; None while none did.
        remembers: How many conversations it answered last, whose words it may not have to read
            again.
    """

    address: str
    status: ModelStatus
    drained: bool
    loaded: tuple[str, ...]
    lacks: bool
    running: int
    call_s: float | None
    remembers: int


def view(parts: Parts) -> list[Seen]:
    """Return every host, in order; none where there is but one, which is the model's own row."""
    hosts, gate = parts.services.hosts, parts.services.gate
    if len(hosts) == 1:
        return []
    return [
        Seen(
            host.address,
            host.status,
            host.drained,
            tuple(model.name for model in host.loaded),
            not host.has(parts.services.choices.model.name),
            gate.running_on(host.address),
            gate.record.measured_s(host.address),
            gate.at_home(host.address),
        )
        for host in hosts
    ]


@post("/model/hosts")
async def choose(request: Asked, parts: Given) -> Page:
    """Send a host no more questions, what it has begun it ends; or use it again."""
    form = await read_form(request)
    address, choices = form.text("host"), parts.services.choices
    if address in {host.address for host in parts.services.hosts}:
        drained: list[JsonValue] = [each for each in choices.model.drained if each != address]
        if not form.text("use"):
            drained.append(address)
        await choices.set("model.drained", drained)
    return go_to("/model", said="saved")
