"""Talking to the bot in the terminal."""

import contextlib
import sys
import threading
from collections.abc import Iterator

import click

from bot.cli.connection import Connection, connected
from bot.cli.errors import FailedError, UnreachableError
from bot.cli.numbers import REPLY, Numbers
from bot.cli.options import ROLES, as_json
from bot.cli.screen import LiveLine, show_json
from bot.domain.people import Role
from bot.web.api.shapes.base import MAX_TEXT_CHARS
from bot.web.api.shapes.conversation import AnswerShown, MessageShown, Pressed, Pressing, Saying
from bot.web.api.shapes.steps import Step

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
    """Talk to it in the terminal. `exit` or Ctrl-D ends it.

    What stands below a message is pressed by its number or in its own words.
    """
    with connected() as deskhand:
        _greet(deskhand)
        conversation = _Conversation(deskhand, person, role, room)
        if deskhand.running:
            # Without a server nothing watches the clock, and nothing comes by itself.
            threading.Thread(target=conversation.listen, daemon=True).start()
        for text in _typed():
            conversation.take(text)


def _saying(text: str, person: str, role: Role, room: str, reply_to: str = "") -> Saying:
    # A terminal passes on bytes that are no UTF-8, as halves of signs.
    text = text.encode("utf-8", "replace").decode("utf-8")
    if not text.strip():
        raise click.UsageError("There is no text.")
    if len(text) > MAX_TEXT_CHARS:
        raise FailedError(f"That is too long: {MAX_TEXT_CHARS:,} characters are the most.")
    return Saying(text=text, person=person, role=role, room=room, reply_to=reply_to)


def _greet(deskhand: Connection) -> None:
    if not sys.stdin.isatty():
        return
    click.echo("Ask away; `exit` or Ctrl-D ends it.", err=True)
    if not deskhand.running:
        click.echo(
            "Deskhand does not run just now: reminders are kept, and come once `deskhand run` is"
            " started, as does what is to be saved.",
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


class _Conversation:
    """What is typed in one room, and what is said there."""

    def __init__(self, deskhand: Connection, person: str, role: Role, room: str) -> None:
        self._client = deskhand.client
        self._page_url = deskhand.page_url
        self._person = person
        self._role = role
        self._room = room
        self._numbers = Numbers()
        # Held while something is typed out: what comes by itself waits for the end of a turn.
        self._quiet = threading.Lock()

    def take(self, text: str) -> None:
        """Press, reply or say what was typed, and show what comes of it."""
        with self._quiet:
            try:
                self._take(text)
            except UnreachableError:
                raise
            except FailedError as error:
                # One question that failed does not end the conversation.
                error.show()

    def listen(self) -> None:
        """Show what the bot says of its own accord, between the turns."""
        # When Deskhand goes away the next question says so.
        with contextlib.suppress(FailedError):
            self._client.stream(
                "room",
                type(None),
                show=self._hear,
                method="GET",
                params={"room": self._room, "role": self._role.value},
            )

    def _take(self, text: str) -> None:
        reply = self._numbers.reply(text)
        if reply is not None:
            if not (reply.message_id and reply.words):
                raise FailedError(
                    f"Type {REPLY}, the number below the message, and your words."
                    if reply.message_id
                    else "There is nothing here to reply to."
                )
            self._say(reply.words, reply.message_id)
        elif (pressed := self._numbers.pressed(text)) is not None:
            message, button = pressed
            self._press(message.message_id, button.action)
        else:
            self._say(text, "")

    def _press(self, message_id: str, action: str) -> None:
        pressing = Pressing(
            action=action,
            message_id=message_id,
            role=self._role,
            room=self._room,
            person=self._person,
        )
        click.echo(self._client.call("POST", "press", Pressed, body=pressing).text)

    def _say(self, text: str, reply_to: str) -> None:
        reply = _Reply()
        saying = _saying(text, self._person, self._role, self._room, reply_to)
        try:
            answer = self._client.stream("ask", AnswerShown, show=reply.show, body=saying)
        except FailedError:
            reply.end("")
            raise
        reply.end(answer.answer)
        _show_sources(answer)
        if reply.message is not None:
            self._show_choices(reply.message)
            self._numbers.asked_back = answer.kind == "asked" and not reply.message.buttons

    def _hear(self, step: Step) -> None:
        with self._quiet:
            if step.message is None or not self._numbers.news(step.message):
                return
            click.echo(f"\n{step.message.text}")
            self._show_choices(step.message)
            if sys.stdin.isatty():
                click.echo(PROMPT, nl=False)

    def _show_choices(self, message: MessageShown) -> None:
        for file in message.files:
            click.echo(f"File: {file.name}, at {self._page_url}{file.path}")
        if line := self._numbers.line(message):
            click.echo(f"\n{line}")


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
        self.message: MessageShown | None = None

    def show(self, step: Step) -> None:
        """Show a waiting line, or what has been added to the answer; keep what says it."""
        if step.event == "answered":
            self.message = step.message
        elif step.event != "growing":
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
