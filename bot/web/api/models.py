"""The models on the box, and which one answers."""

import contextlib

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation
from litestar.response import Stream

from bot.domain.trials import Comparison, Trial, difference
from bot.web.api.errors import RefusedError
from bot.web.api.shapes.base import Done
from bot.web.api.shapes.models import Compared, ComparisonShown, Figures, ModelShown, Naming, Tried
from bot.web.api.shapes.steps import Step
from bot.web.api.stream import Tell, progress, stream
from bot.web.services import Services


@get("/models")
async def list_models(services: NamedDependency[SkipValidation[Services]]) -> list[ModelShown]:
    """Return the models on the box by name."""
    in_use = services.choices.model
    return [
        ModelShown(
            name=model.name,
            size_bytes=model.size_bytes,
            parameters=model.parameters,
            quantization=model.quantization,
            in_use=_whole(model.name) in {_whole(in_use.name), _whole(in_use.embedder)},
        )
        for model in await services.library.installed()
    ]


@post("/models/pull", status_code=200)
async def pull_model(
    data: JSONBody[Naming], services: NamedDependency[SkipValidation[Services]]
) -> Stream:
    """Download a model; progress is in bytes of the layer `text` names."""

    async def work(tell: Tell) -> Done:
        async with contextlib.aclosing(services.library.pull(data.name)) as steps:
            async for step in steps:
                tell(
                    Step(
                        event="progress",
                        text=step.status,
                        done=step.completed_bytes or 0,
                        total=step.total_bytes or 0,
                    )
                )
        return Done()

    return stream(work)


@post("/models/compare", status_code=200)
async def compare_model(
    data: JSONBody[Naming], services: NamedDependency[SkipValidation[Services]]
) -> Stream:
    """Try a model on the owner's questions beside the one in use."""

    async def work(tell: Tell) -> Compared:
        now = services.choices.model.name
        if data.name == now or not await services.own_questions.count():
            return Compared()
        await services.try_model(data.name)
        comparison = await services.trials.compare(
            (services.evaluation, now),
            (services.evaluation_with(data.name), data.name),
            progress=progress(tell),
        )
        if comparison is None:
            return Compared()
        return Compared(comparison=await _compared(services, comparison))

    return stream(work)


@post("/models/use", status_code=200)
async def use_model(
    data: JSONBody[Naming], services: NamedDependency[SkipValidation[Services]]
) -> Stream:
    """Let a model answer from now on, once it has answered a test."""

    async def work(tell: Tell) -> Tried:
        details = await services.library.details(data.name)
        if details.embeds:
            raise RefusedError(
                f"The model {data.name} makes vectors and cannot answer: choose a chat model."
            )
        tell(Step(event="waiting", text=f"Asking {data.name} for one word…"))
        seconds = await services.try_model(data.name)
        await services.choices.set("model.name", data.name)
        return Tried(name=data.name, seconds=seconds)

    return stream(work)


async def _compared(services: Services, comparison: Comparison) -> ComparisonShown:
    lost = difference(comparison.before, comparison.after).lost
    return ComparisonShown(
        before=_figures(comparison.before),
        after=_figures(comparison.after),
        worse=comparison.worse,
        lost=[each.text for each in await services.own_questions.all() if each.question_id in lost],
    )


def _figures(trial: Trial) -> Figures:
    return Figures(
        model=trial.model,
        known_right=trial.count("right"),
        known=trial.count(),
        unknown_right=trial.count("right", unknown=True),
        unknown=trial.count(unknown=True),
    )


def _whole(name: str) -> str:
    """Return a model's name with its tag; Ollama reads a name without one as ":latest"."""
    return name if ":" in name or not name else f"{name}:latest"
