"""The models on the box."""

import sys
import time

import click

from bot.cli.connection import connected
from bot.cli.errors import FailedError
from bot.cli.options import as_json
from bot.cli.screen import LiveLine, show_json, show_table
from bot.web.api.shapes.base import Done
from bot.web.api.shapes.models import Compared, ComparisonShown, ModelShown, Naming, Tried
from bot.web.api.shapes.steps import Step

# A speed over less than this jumps about.
SPEED_AFTER_S = 2.0


@click.group()
def model() -> None:
    """The models on this box."""


@model.command("list")
@as_json
def list_models(*, as_json: bool) -> None:
    """Show the models on this box; * marks those in use."""
    with connected() as deskhand:
        models = deskhand.client.call("GET", "models", list[ModelShown])
    if as_json:
        show_json(models)
        return
    show_table(
        [
            (
                "*" if each.in_use else "",
                each.name,
                each.parameters,
                each.quantization,
                _size(each.size_bytes),
            )
            for each in models
        ],
        empty="There is no model on this box: `deskhand model pull NAME` brings one.",
    )


@model.command()
@click.argument("name")
@as_json
def pull(name: str, *, as_json: bool) -> None:
    """Download a model. Ctrl-C stops it; what is there is kept for the next time."""
    with connected() as deskhand, LiveLine(quiet=as_json) as line:
        download = _Download(line)
        done = deskhand.client.stream(
            "models/pull", Done, show=download.show, body=Naming(name=name)
        )
    if as_json:
        show_json(done)
    else:
        click.echo(f"{name} is on this box: `deskhand model use {name}` lets it answer.")


@model.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not try it on your questions, and do not ask.")
@as_json
def use(name: str, *, yes: bool, as_json: bool) -> None:
    """Let a model answer, once it has answered a test.

    Where you have questions of your own, it is tried on them first, and you are asked; where
    nobody can be asked it is used unless less is right with it.
    """
    with connected() as deskhand, LiveLine(quiet=as_json, label="Your questions: ") as line:
        if not yes:
            compared = deskhand.client.stream(
                "models/compare", Compared, show=line.show, body=Naming(name=name)
            )
            line.clear()
            _decide(compared.comparison, quiet=as_json)
        tried = deskhand.client.stream("models/use", Tried, show=line.show, body=Naming(name=name))
    if as_json:
        show_json(tried)
    else:
        click.echo(f"{tried.name} answers from now on; a test took {tried.seconds:.1f} s.")


def _decide(compared: ComparisonShown | None, *, quiet: bool) -> None:
    """Show what a model is like on the owner's questions, and ask whether to use it.

    Raises:
        FailedError: It is not to be used.
    """
    if compared is None:
        return
    if not quiet:
        _show(compared)
    if quiet or not sys.stdin.isatty():
        if compared.worse:
            raise FailedError(
                f"Less of your questions is right with {compared.after.model}, and nothing was"
                " changed: `--yes` uses it all the same."
            )
    elif not click.confirm(f"Use {compared.after.model}?", default=not compared.worse):
        raise FailedError("Nothing was changed.")


def _show(compared: ComparisonShown) -> None:
    show_table(
        [
            ("on your questions", "known and right", "rightly not known"),
            *(
                (
                    each.model or "no model",
                    f"{each.known_right} of {each.known}",
                    f"{each.unknown_right} of {each.unknown}",
                )
                for each in (compared.before, compared.after)
            ),
        ]
    )
    for question in compared.lost:
        click.echo(f"Right now, and not with {compared.after.model}: {question}")


class _Download:
    """How far a download is, layer by layer."""

    def __init__(self, line: LiveLine) -> None:
        self._line = line
        self._layer = ""
        self._began_at = 0.0
        self._began_bytes = 0

    def show(self, step: Step) -> None:
        """Show bytes, speed and what remains of the layer."""
        now = time.monotonic()
        if step.text != self._layer:
            self._layer, self._began_at, self._began_bytes = step.text, now, step.done
        if not step.total:
            self._line.write(step.text)
            return
        text = f"{step.text}: {_size(step.done)} of {_size(step.total)}"
        took_s = now - self._began_at
        speed = (step.done - self._began_bytes) / took_s if took_s >= SPEED_AFTER_S else 0.0
        if speed > 0:
            remaining_s = (step.total - step.done) / speed
            text += f", {_size(int(speed))}/s, {_duration(remaining_s)} left"
        self._line.write(text)


def _size(count: int) -> str:
    """Return bytes as Ollama and disks count them, in powers of 1,000."""
    if count >= 1_000_000_000:
        return f"{count / 1_000_000_000:.1f} GB"
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{count / 1_000:.0f} kB"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
