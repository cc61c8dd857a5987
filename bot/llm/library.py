"""The models on the box, by Ollama."""

import contextlib
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import ollama

from bot.llm.connection import OllamaConnection
from bot.llm.errors import CutOffError, ModelError, PullError
from bot.llm.model import InstalledModel, ModelDetails, PullStep, RunningModel
from bot.llm.thinking import CLOSE, OPEN


class OllamaLibrary:
    """Lists, describes and downloads a host's models; a `ModelLibrary`."""

    def __init__(self, connection: OllamaConnection) -> None:
        """Ask one server."""
        self._connection = connection

    @property
    def address(self) -> str:
        """Return where the server is that runs the models."""
        return self._connection.url

    async def installed(self) -> list[InstalledModel]:
        """Return the models on the box by name; empty when there is none."""
        answer = await self._connection.answer(self._connection.client.list())
        models = [
            InstalledModel(
                name=model.model or "",
                size_bytes=int(model.size or 0),
                parameters=(model.details and model.details.parameter_size) or "",
                quantization=(model.details and model.details.quantization_level) or "",
                digest=model.digest or "",
            )
            for model in answer.models
        ]
        return sorted(models, key=lambda model: model.name)

    async def details(self, name: str) -> ModelDetails:
        """Return what a model is.

        Raises:
            ModelMissingError: It is not on the box.
        """
        answer = await self._connection.answer(self._connection.client.show(name), model=name)
        abilities = answer.capabilities or []
        template = answer.template or ""
        return ModelDetails(
            name=name,
            context_tokens=_context(answer.modelinfo or {}),
            tools="tools" in abilities,
            thinking="thinking" in abilities,
            embeds="embedding" in abilities and "completion" not in abilities,
            opens_thinking=template.rfind(OPEN) > template.rfind(CLOSE),
            digest=await self._digest(name),
        )

    async def _digest(self, name: str) -> str:
        """Return a model's digest, which only the list of all tells; "" where that is not had."""
        try:
            every = await self.installed()
        except ModelError:
            return ""
        names = {name, f"{name}:latest"}
        return next((each.digest for each in every if each.name in names), "")

    async def running(self) -> list[RunningModel]:
        """Return the models in memory."""
        answer = await self._connection.answer(self._connection.client.ps())
        return [
            RunningModel(
                name=model.model or model.name or "",
                size_bytes=int(model.size or 0),
                context_tokens=model.context_length or 0,
                expires_at=model.expires_at,
            )
            for model in answer.models
        ]

    async def pull(self, name: str) -> AsyncGenerator[PullStep, None]:
        """Download a model, step by step; it is on the box when the steps end without an error.

        Raises:
            PullError: There is no such model, or it could not be downloaded.
        """
        limits = self._connection.limits
        stream = self._connection.timed(
            self._pull(name), model=name, first_s=limits.pull_s, next_s=limits.pull_s
        )
        status = ""
        try:
            async with contextlib.aclosing(stream):
                async for part in stream:
                    status = part.status or ""
                    yield PullStep(status, part.completed, part.total)
        except CutOffError as error:
            raise PullError(name, error.detail) from error
        if status != "success":
            raise PullError(name, status)

    async def version(self) -> str:
        """Return Ollama's version, like "0.12.10"."""
        return await self._connection.answer(self._connection.client.version())

    async def _pull(self, name: str) -> AsyncGenerator[ollama.ProgressResponse, None]:
        stream: Any = await self._connection.client.pull(name, stream=True)
        async with contextlib.aclosing(stream):
            async for part in stream:
                yield part


def _context(info: Mapping[str, object]) -> int:
    """Return the context length, whose key begins with the model's architecture."""
    value = info.get(f"{info.get('general.architecture')}.context_length")
    return value if isinstance(value, int) else 0
