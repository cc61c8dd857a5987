"""The models on several hosts, as if they were one."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from typing import Any, TypeVar

from bot.llm.connection import OllamaConnection
from bot.llm.errors import ModelError
from bot.llm.hosts import Host, Hosts
from bot.llm.library import OllamaLibrary
from bot.llm.model import InstalledModel, ModelDetails, PullStep, RunningModel

T = TypeVar("T")


class HostedLibrary:
    """Lists, describes and downloads models on every host; a `ModelLibrary`."""

    def __init__(self, hosts: Hosts, *, pulls: OllamaConnection | None = None) -> None:
        """Ask these hosts.

        Args:
            hosts: Which answer.
            pulls: Which downloads for all of them, having the same models; None: each for itself.
        """
        self._hosts = hosts
        self._pulls = None if pulls is None else OllamaLibrary(pulls)

    @property
    def address(self) -> str:
        """Return where the hosts are, with commas between them."""
        return ", ".join(host.address for host in self._hosts)

    async def installed(self) -> list[InstalledModel]:
        """Return the models by name, those that any host has.

        Raises:
            ModelError: No host answered.
        """
        models = await self._every(lambda host: host.library.installed())
        return sorted({each.name: each for each in models}.values(), key=lambda each: each.name)

    async def details(self, name: str) -> ModelDetails:
        """Return what a model is, as the first host says that has it.

        Raises:
            ModelMissingError: No host has it.
        """
        return await self._hosts.first(name, lambda host: host.library.details(name))

    async def running(self) -> list[RunningModel]:
        """Return the models in any host's memory.

        Raises:
            ModelError: No host answered.
        """
        return await self._every(lambda host: host.library.running())

    async def pull(self, name: str) -> AsyncGenerator[PullStep, None]:
        """Download a model to every host that lacks it, one after the other, step by step.

        Raises:
            PullError: There is no such model, or it could not be downloaded.
            ModelError: A host did not answer.
        """
        for library in await self._lacking(name):
            async with contextlib.aclosing(library.pull(name)) as steps:
                async for step in steps:
                    yield step
        if len(self._hosts) > 1:
            await self._hosts.look()

    async def version(self) -> str:
        """Return the version of the first host that answers."""
        return await self._hosts.first("", lambda host: host.library.version())

    async def _lacking(self, name: str) -> list[OllamaLibrary]:
        """Return who is to download: those that lack it, else all, as there may be a newer one."""
        if self._pulls is not None:
            return [self._pulls]
        if len(self._hosts) > 1:
            await self._hosts.look()
        well = [host for host in self._hosts if host.well] or list(self._hosts)
        lacking = [host for host in well if host.models is not None and not host.has(name)]
        return [host.library for host in lacking or well]

    async def _every(self, call: Callable[[Host], Coroutine[Any, Any, Iterable[T]]]) -> list[T]:
        """Return what all hosts say that answer; an error of one when none does."""
        answers = await asyncio.gather(
            *(call(host) for host in self._hosts), return_exceptions=True
        )
        said = [each for each in answers if not isinstance(each, BaseException)]
        for error in answers:
            if isinstance(error, BaseException) and not (said and isinstance(error, ModelError)):
                raise error
        return [item for each in said for item in each]
