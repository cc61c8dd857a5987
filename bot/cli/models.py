"""The models on the box."""

import time

import click

from bot.cli.connection import connected
from bot.cli.options import as_json
from bot.cli.screen import LiveLine, show_json, show_table
from bot.web.api.wire import Done, ModelShown, Naming, Step, Tried

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
@as_json
def use(name: str, *, as_json: bool) -> None:
    """Let a model answer, once it has answered a test."""
    with connected() as deskhand, LiveLine(quiet=as_json) as line:
        tried = deskhand.client.stream("models/use", Tried, show=line.show, body=Naming(name=name))
    if as_json:
        show_json(tried)
    else:
        click.echo(f"{tried.name} answers from now on; a test took {tried.seconds:.1f} s.")


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
