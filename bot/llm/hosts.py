"""The hosts that run models: which answer, which have a model, and which the owner has drained."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from bot.language.catalogue import N_
from bot.llm.availability import ModelStatus
from bot.llm.connection import OllamaConnection
from bot.llm.errors import (
    BusyError,
    ModelError,
    ModelMissingError,
    NoHostError,
)
from bot.llm.library import OllamaLibrary
from bot.llm.model import RunningModel

log = logging.getLogger(__name__)

T = TypeVar("T")

LOOK_S = 15.0
"""How often each host is asked for its lists; it costs it nothing."""

FIRST_REST_S = 2.0
"""A host that failed is left alone so long, twice as long each time it fails again, up to: """
LONGEST_REST_S = 60.0


class Host:
    """One Ollama server, and what calls and looks have shown of it.

    Attributes:
        address: Where it is, like "http://10.0.0.5:11434".
        drained: The owner wants no more calls to go there.
        status: How it is, in words.
        loaded: What it has in memory, as the last look found.
    """

    def __init__(self, connection: OllamaConnection, now: datetime) -> None:
        self.address = connection.url
        self.connection = connection
        self.library = OllamaLibrary(connection)
        self.drained = False
        self.status = ModelStatus(None, N_("Not asked yet."), now)
        self.loaded: Sequence[RunningModel] = ()
        self.models: frozenset[str] | None = None
        self.failures = 0
        self.rests_until_s = 0.0

    @property
    def well(self) -> bool:
        """Return whether it answers, as far as is known."""
        return self.status.ok is not False

    def has(self, model: str) -> bool:
        """Return whether it has a model, as far as is known."""
        return self.models is None or not model or bool({model, f"{model}:latest"} & self.models)


class Hosts:
    """Every host, in the order of their addresses in the environment.

    Attributes:
        changed: Called when other hosts may be called than before; it must return at once.
    """

    def __init__(
        self,
        connections: Sequence[OllamaConnection],
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Know of these, all of them well until something shows otherwise.

        Args:
            connections: At least one.
            now: For since when a host is as it is.
            clock: Seconds that only grow.
        """
        self._hosts = {each.url: Host(each, now()) for each in connections}
        self._now = now
        self._clock = clock
        self.changed: Callable[[], None] = lambda: None

    def __iter__(self) -> Iterator[Host]:
        """Yield them in order."""
        return iter(self._hosts.values())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._hosts)

    def __getitem__(self, address: str) -> Host:
        """Return the host at an address."""
        return self._hosts[address]

    def usable(self, model: str) -> list[str]:
        """Return the addresses that may serve a model now, in order.

        Those that are well and have it. Where none is well, those that may have it: the owner is
        told what is wrong by asking. Empty when the owner drained them all, or all of them lack it.
        """
        having = [host for host in self if not host.drained and host.has(model)]
        return [host.address for host in having if host.well] or [each.address for each in having]

    def serving(self, model: str) -> list[str]:
        """Return the addresses that may serve a model now, in order, at least one.

        Raises:
            ModelError: There is none; the text says why.
        """
        if usable := self.usable(model):
            return usable
        raise self.why_none(model)

    def why_none(self, model: str) -> ModelError:
        """Return what to say when no host may serve a model: who has it, and who lacks it."""
        if len(self) == 1:
            return ModelMissingError(model)
        drained = [host.address for host in self if host.drained and host.has(model)]
        lacking = [host.address for host in self if not host.has(model)]
        if not lacking:
            return NoHostError(
                N_("Every Ollama host is drained: use one again, on the page under Model.")
            )
        if not drained:
            return NoHostError(
                N_(
                    "No Ollama host has the model {model}: run `deskhand model pull {model}`,"
                    " which brings it to {hosts}."
                ),
                model=model,
                hosts=", ".join(lacking),
            )
        return NoHostError(
            N_(
                "The model {model} is only on hosts that are drained: {drained}. Use one again, on"
                " the page under Model, or run `deskhand model pull {model}`, which brings it to"
                " {lacking}, too."
            ),
            model=model,
            drained=", ".join(drained),
            lacking=", ".join(lacking),
        )

    def drain(self, addresses: Collection[str]) -> None:
        """Send no more calls to these, and calls to all others; what runs there goes on.

        A single host is never drained.
        """
        for host in self:
            host.drained = len(self) > 1 and host.address in addresses
        self.changed()

    def answered(self, address: str) -> None:
        """Know that a host answered."""
        host = self._hosts[address]
        host.failures = 0
        self._well(host)

    def _well(self, host: Host) -> None:
        if host.status.ok:
            return
        if host.status.ok is False and len(self) > 1:
            away_s = (self._now() - host.status.since).total_seconds()
            log.info("model host back host=%s away_s=%.0f", host.address, away_s)
        host.status = ModelStatus(True, N_("Answers."), self._now())
        self.changed()

    def failed(self, address: str, error: ModelError, *, model: str = "") -> None:
        """Know that a call failed; what was not its host's fault is passed over."""
        host = self._hosts[address]
        if isinstance(error, ModelMissingError):
            if host.models is not None:
                host.models -= {model, f"{model}:latest"}
            self.changed()
        elif error.elsewhere and not isinstance(error, BusyError):
            if host.rests_until_s <= self._clock():  # else one of several that it lost together
                rest_s = min(FIRST_REST_S * 2**host.failures, LONGEST_REST_S)
                host.rests_until_s = self._clock() + rest_s
                host.failures += 1
            if host.well and len(self) > 1:
                log.warning("model host away host=%s reason=%s", address, type(error).__name__)
            since = self._now() if host.well else host.status.since
            host.status = ModelStatus.away(error, since)
            self.changed()

    async def first(self, model: str, call: Callable[[Host], Awaitable[T]]) -> T:
        """Return what the first host says that may serve a model and does not fail.

        Raises:
            ModelError: None did; what the last of them said.
        """
        address, *others = self.serving(model)
        while True:
            try:
                return await call(self._hosts[address])
            except ModelError as error:
                self.failed(address, error, model=model)
                if not others or not error.elsewhere:
                    raise
                address = others.pop(0)

    async def look(self) -> None:
        """Ask every host that is not resting what it has, and what it has in memory."""
        now_s = self._clock()
        awake = [host for host in self if host.well or host.rests_until_s <= now_s]
        await asyncio.gather(*(self._look(host) for host in awake))

    async def run(self) -> None:
        """Look now and then until cancelled; with a single host there is nothing to choose."""
        if len(self) == 1:
            await asyncio.Event().wait()
        while True:
            await self.look()
            await asyncio.sleep(self._pause_s())

    async def _look(self, host: Host) -> None:
        try:
            installed = await host.library.installed()
        except ModelError as error:
            self.failed(host.address, error)
            return
        host.loaded = ()
        with contextlib.suppress(ModelError):  # for the page alone; other engines do not tell it
            host.loaded = await host.library.running()
        host.models = frozenset(each.name for each in installed)
        # Its failures stay counted: that it tells lists proves nothing of calls, and should those
        # fail again, it rests longer.
        self._well(host)
        self.changed()

    def _pause_s(self) -> float:
        now_s = self._clock()
        resting = [host.rests_until_s - now_s for host in self if not host.well]
        return max(0.1, min([LOOK_S, *resting]))
