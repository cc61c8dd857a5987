"""Talking to the bot in the terminal."""

import contextlib
import sys
import threading
from collections.abc import Iterator

import click

from bot.cli.client import Client
from bot.cli.connection import Connection, connected
from bot.cli.errors import FailedError, UnreachableError
from bot.cli.options import ROLES, as_json
from bot.cli.screen import LiveLine, show_json
from bot.domain.people import Role
from bot.web.api.wire import MAX_TEXT_CHARS, AnswerShown, Saying, Step

# Follow-ups added in the terminal are due in this room.
ROOM = "terminal"
PROMPT = "> "

_person = click.option("--as", "person", default="", metavar="PERSON", help="Under this name.")
_role = click.option(
    "--role", type=ROLES, default=Role.OWNER, show_default="owner", help="As whom you speak."
)


@click.command()
@click.argument("text")
@_person
@_role
@click.option(
    "--room", default="", metavar="NAME", help="The same room is the same conversation. [fresh]"
)
@as_json
def ask(text: str, *, person: str, role: Role, room: str, as_json: bool) -> None:
    """Ask one question."""
    saying = _saying(text, person, role, room)
    with connected() as deskhand, LiveLine(quiet=as_json) as line:
        answer = deskhand.client.stream("ask", AnswerShown, show=line.show, body=saying)
    if as_json:
        show_json(answer)
        return
    click.echo(answer.answer)
    _show_sources(answer)


@click.command()
@_person
@_role
@click.option(
    "--room",
    default=ROOM,
    metavar="NAME",
    show_default=True,
    help="Where the conversation goes on.",
)
def chat(*, person: str, role: Role, room: str) -> None:
    """Talk to it in the terminal. `exit` or Ctrl-D ends it."""
    with connected() as deskhand:
        _greet(deskhand)
        quiet = threading.Lock()
        if deskhand.running:
            # Without a server nothing watches the clock, and nothing comes by itself.
            reminders = threading.Thread(
                target=_listen, args=(deskhand.client, room, role, quiet), daemon=True
            )
            reminders.start()
        for text in _typed():
            with quiet:
                _turn(deskhand.client, text, person, role, room)


def _saying(text: str, person: str, role: Role, room: str) -> Saying:
    if not text.strip():
        raise click.UsageError("There is no text.")
    if len(text) > MAX_TEXT_CHARS:
        raise FailedError(f"That is too long: {MAX_TEXT_CHARS:,} characters are the most.")
    return Saying(text=text, person=person, role=role, room=room)


def _greet(deskhand: Connection) -> None:
    if not sys.stdin.isatty():
        return
    click.echo("Ask away; `exit` or Ctrl-D ends it.", err=True)
    if not deskhand.running:
        click.echo(
            "Deskhand does not run just now: reminders are kept, and come once `deskhand run` is"
            " started.",
            err=True,
        )


def _typed() -> Iterator[str]:
    """Yield what is typed, line by line, until the end of it or "exit"."""
    with contextlib.suppress(ImportError):  # not there on Windows: lines can then not be edited
        import readline  # noqa: F401, PLC0415  loading it gives `input` editing and history

    while True:
        try:
            text = input(PROMPT if sys.stdin.isatty() else "").strip()
        except EOFError:
            if sys.stdin.isatty():
                click.echo()
            return
        if text.casefold() in {"exit", "quit"}:
            return
        if text:
            yield text


def _turn(client: Client, text: str, person: str, role: Role, room: str) -> None:
    reply = _Reply()
    try:
        answer = client.stream(
            "ask", AnswerShown, show=reply.show, body=_saying(text, person, role, room)
        )
    except UnreachableError:
        raise
    except FailedError as error:
        # One question that failed does not end the conversation.
        reply.end("")
        error.show()
        return
    reply.end(answer.answer)
    _show_sources(answer)


def _listen(client: Client, room: str, role: Role, quiet: threading.Lock) -> None:
    """Show what the bot says of its own accord, between the turns."""

    def show(step: Step) -> None:
        with quiet:
            click.echo(f"\n{step.text}")
            if sys.stdin.isatty():
                click.echo(PROMPT, nl=False)

    # When Deskhand goes away the next question says so.
    with contextlib.suppress(FailedError):
        client.stream(
            "room", type(None), show=show, method="GET", params={"room": room, "role": role.value}
        )


def _show_sources(answer: AnswerShown) -> None:
    named = dict.fromkeys(
        f"{source.title} ({source.document_id})"
        if source.document_id not in {"", source.title}
        else source.title
        for source in answer.sources
    )
    if named:
        click.echo("\n" + "\n".join(f"Source: {each}" for each in named))


class _Reply:
    """An answer that grows on the terminal."""

    def __init__(self) -> None:
        self._line = LiveLine()
        self._written = ""
        self._grows = sys.stdout.isatty()

    def show(self, step: Step) -> None:
        """Show a waiting line, or what has been added to the answer."""
        if step.event != "growing":
            self._line.show(step)
        elif self._grows and step.text.startswith(self._written):
            self._line.clear()
            click.echo(step.text[len(self._written) :], nl=False)
            self._written = step.text

    def end(self, text: str) -> None:
        """Show the whole answer, as far as it is not there yet."""
        self._line.clear()
        if text.startswith(self._written):
            click.echo(text[len(self._written) :])
        else:
            # What was shown has been changed since: the whole of it stands below.
            click.echo(f"\n\n{text}" if text else "")
