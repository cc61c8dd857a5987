"""What the page's settings hold."""

import json
from pathlib import Path

import click
from pydantic import JsonValue

from bot.cli.connection import connected
from bot.cli.errors import FailedError
from bot.cli.options import as_json
from bot.cli.screen import show_json, show_table
from bot.web.api.shapes.base import Done
from bot.web.api.shapes.settings import Imported, Importing, Setting

Values = dict[str, JsonValue]


@click.group()
def settings() -> None:
    """What the page's settings hold."""


@settings.command("list")
@as_json
def list_settings(*, as_json: bool) -> None:
    """Show every setting."""
    with connected() as deskhand:
        values = deskhand.client.call("GET", "settings", Values)
    if as_json:
        show_json(values)
    else:
        show_table([(name, _written(value)) for name, value in values.items()])


@settings.command("get")
@click.argument("name")
@as_json
def get_setting(name: str, *, as_json: bool) -> None:
    """Show one setting ("business.zone"), or a whole group ("business")."""
    with connected() as deskhand:
        value = deskhand.client.call("GET", f"settings/{name}", Values)[name]
    if as_json:
        show_json(value)
    else:
        click.echo(_written(value))


@settings.command("set")
@click.argument("name")
@click.argument("value")
def set_setting(name: str, value: str) -> None:
    """Change one setting. VALUE is JSON, or else text."""
    with connected() as deskhand:
        deskhand.client.call("PUT", f"settings/{name}", Done, body=Setting(value=_read(value)))
    click.echo(f"{name} is set.")


@settings.command("import")
@click.argument("file", metavar="FILE.json")
@as_json
def import_settings(file: str, *, as_json: bool) -> None:
    """Set what a file holds: an object with a key such as "business"."""
    values = _object(file)
    with connected() as deskhand:
        imported = deskhand.client.call("POST", "settings", Imported, body=Importing(values=values))
    if as_json:
        show_json(imported)
        return
    click.echo(f"Set: {', '.join(imported.set)}.")
    if imported.ignored:
        click.echo(f"Ignored, since these are no settings: {', '.join(imported.ignored)}.")


def _object(file: str) -> Values:
    try:
        values = json.loads(Path(file).read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise FailedError(f"{file}: there is no such file.") from error
    except OSError as error:
        raise FailedError(f"{file}: the file cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise FailedError(f"{file}: this is not JSON in UTF-8: {error}.") from error
    if not isinstance(values, dict):
        raise FailedError(f'{file}: write a JSON object, such as {{"business": {{…}}}}.')
    return values


def _read(value: str) -> JsonValue:
    try:
        read: JsonValue = json.loads(value)
    except ValueError:
        return value
    return read


def _written(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
