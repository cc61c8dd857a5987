"""One person's data."""

import sys
from pathlib import Path

import click
from pydantic_core import to_json

from bot.cli.connection import connected
from bot.cli.errors import FailedError
from bot.cli.options import as_json
from bot.cli.private_file import private_file
from bot.cli.screen import show_json, show_table
from bot.web.api.shapes.persons import PersonShown, Who

# As people call what the tables hold.
_CALLED = {
    "messages": "messages of theirs",
    "answers": "answers to them",
    "outbox": "messages to them",
    "follow_ups": "reminders",
    "open_questions": "questions on the team's list",
    "hand_overs": "wishes for a person",
    "forms": "forms",
    "ratings": "ratings",
    "quiet_hours": "quiet hours",
    "uploads": "files added",
}


@click.group()
def person() -> None:
    """One person's data: shown, exported, erased.

    WHO is "slack/U123", the platform's id, or a name that one person alone has.
    """


@person.command("show")
@click.argument("who")
@as_json
def show_person(who: str, *, as_json: bool) -> None:
    """Say how much is kept of a person, and from when."""
    found = _whole(who)
    counts = {name: len(rows) for name, rows in found.rows.items()}
    if as_json:
        show_json(found.model_dump(mode="json", exclude={"rows"}) | {"rows": counts})
        return
    click.echo(f"{found.name} ({found.platform}/{found.user_id}), {found.role.value}")
    show_table(
        [(str(counts[name]), called) for name, called in _CALLED.items() if name in counts],
        empty="Nothing is kept but that.",
    )


@person.command("export")
@click.argument("who")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@as_json
def export_person(who: str, file: Path, *, as_json: bool) -> None:
    """Write everything that is kept of a person into FILE, as JSON. Only you can read it."""
    content = to_json(_whole(who), indent=1)
    with private_file(file) as writing:
        writing.write(content)
    if as_json:
        show_json({"file": str(file), "size_bytes": len(content)})
    else:
        click.echo(
            f"Wrote {file}. Words of others to them are in it, too: look before you give it."
        )


@person.command("erase")
@click.argument("who")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def erase_person(who: str, *, yes: bool, as_json: bool) -> None:
    """Erase a person: what they said and were told, who they are, what waits for them.

    They stay erased when an older backup is restored. What the business knows stays, entries made
    of an answer to them as well.
    """
    if not yes and (as_json or not sys.stdin.isatty()):
        raise click.UsageError("This cannot be undone: say `--yes` as well.")
    with connected() as deskhand:
        if not yes:
            found = deskhand.client.call("POST", "persons/whole", PersonShown, body=Who(who=who))
            messages = len(found.rows.get("messages", ()))
            called = f"{found.name} ({found.platform}/{found.user_id})"
            if not click.confirm(f"Erase {called}, {messages} messages? This cannot be undone."):
                raise FailedError("Nobody was erased.")
        erased = deskhand.client.call("POST", "persons/erase", PersonShown, body=Who(who=who))
    if as_json:
        show_json(erased.model_dump(mode="json", exclude={"rows"}))
        return
    click.echo(
        "Erased. In backups of before they still are, and in what a restore has set aside: erased"
        " again when that is put back here, and gone when the last of them is outdated."
    )


def _whole(who: str) -> PersonShown:
    with connected() as deskhand:
        return deskhand.client.call("POST", "persons/whole", PersonShown, body=Who(who=who))
