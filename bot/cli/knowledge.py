"""The knowledge base."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
from pydantic import BaseModel

from bot.cli.client import Client
from bot.cli.connection import connected
from bot.cli.consent import asking, wished
from bot.cli.errors import FailedError, UnreachableError
from bot.cli.options import AUDIENCES, ROLES, as_json
from bot.cli.screen import LiveLine, show_json, show_table
from bot.cli.transfer import export_knowledge, import_knowledge
from bot.domain.people import Role
from bot.web.api.shapes.base import Done
from bot.web.api.shapes.consent import Consent
from bot.web.api.shapes.conversation import SourceShown
from bot.web.api.shapes.documents import Added, DocumentShown, DocumentWhole, PageWanted, Searching
from bot.web.api.wording import counted
from knowledge.documents import Anywhere, Audience
from knowledge.readers.files import MAX_BYTES
from knowledge.readers.kinds import ENDINGS

_WEB = ("http://", "https://")


class FileResult(BaseModel):
    """What became of one file; `error` is "" when it was added."""

    file: str
    error: str = ""
    added: Added | None = None


class _Readers(NamedTuple):
    """For whom what does not say it itself is: for those in the rooms where there are any."""

    audience: Anywhere
    rooms: tuple[str, ...]


@click.group()
def knowledge() -> None:
    """What it answers from."""


knowledge.add_command(export_knowledge)
knowledge.add_command(import_knowledge)


@knowledge.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH_OR_URL…")
@click.option(
    "--audience", type=AUDIENCES, help="Who may read what does not say it itself. [staff]"
)
@click.option(
    "--room",
    "rooms",
    multiple=True,
    metavar="PLATFORM/CHANNEL",
    help="Only who is in this room may read it, in place of an audience. May be repeated.",
)
@click.option("--yes", is_flag=True, help="Do not try it on your questions, and do not ask.")
@as_json
def add(
    paths: tuple[str, ...],
    *,
    audience: Anywhere | None,
    rooms: tuple[str, ...],
    yes: bool,
    as_json: bool,
) -> None:
    """Add files, all readable files of a folder, or a page of the web by its address.

    What has the id of something added before replaces it. After Ctrl-C what is in stays; the same
    command again goes on from there.

    Where you have questions of your own, a file that is large beside what is there is tried on them
    first, and you are asked; where nobody can be asked it is added unless less is found with it.
    """
    if audience and rooms:
        raise click.UsageError("Give an audience or rooms, not both.")
    readers = _Readers(audience or Audience.STAFF, rooms)
    results: list[FileResult] = []
    try:
        with connected() as deskhand:
            for file in (file for path in paths for file in _files(path)):
                consent = wished(yes=yes, quiet=as_json)
                result = _add(deskhand.client, file, readers, consent, quiet=as_json)
                results.append(result)
                if not as_json:
                    _show(result)
    except KeyboardInterrupt:
        click.echo(
            "Stopped. What is in stays; the same command again goes on from there.", err=True
        )
        raise
    if as_json:
        show_json(results)
    elif audience is None and any(result.added and result.added.staff for result in results):
        click.echo(
            "Only staff may read what does not name its audience;"
            " add it again with `--audience public` if everybody may."
        )
    failed = sum(bool(result.error) for result in results)
    if failed:
        raise FailedError(f"{failed} of {len(results)} could not be added; nothing of them was.")


@knowledge.command("list")
@as_json
def list_documents(*, as_json: bool) -> None:
    """Show every document."""
    with connected() as deskhand:
        documents = deskhand.client.call("GET", "knowledge", list[DocumentShown])
    if as_json:
        show_json(documents)
        return
    show_table(
        [
            (
                document.document_id,
                document.audience.value,
                _holding(document),
                document.origin,
                document.title,
            )
            for document in documents
        ],
        empty="Nothing yet: `deskhand knowledge add FILE` adds something.",
    )


@knowledge.command()
@click.argument("document_id", metavar="ID")
@as_json
def show(document_id: str, *, as_json: bool) -> None:
    """Show one document with its passages."""
    with connected() as deskhand:
        document = deskhand.client.call(
            "GET", "knowledge/document", DocumentWhole, params={"document_id": document_id}
        )
    if as_json:
        show_json(document)
        return
    click.echo(f"{document.title}\n")
    holding = f", {held}" if (held := _holding(document)) else ""
    readers = ", ".join(document.rooms) or document.audience.value
    click.echo(f"For {readers}{holding}, from {document.origin}.")
    click.echo(f"Version {document.version}.")
    if document.note:
        click.echo(f"Note for colleagues: {document.note}")
    for passage in document.passages:
        click.echo(
            f"\n{passage.heading}\n{passage.text}" if passage.heading else f"\n{passage.text}"
        )


@knowledge.command()
@click.argument("document_id", metavar="ID")
def remove(document_id: str) -> None:
    """Remove one document."""
    with connected() as deskhand:
        deskhand.client.call(
            "DELETE", "knowledge/document", Done, params={"document_id": document_id}
        )
    click.echo(f"Removed {document_id}.")


@knowledge.command()
@click.argument("query")
@click.option(
    "--role", type=ROLES, default=Role.OWNER, show_default="owner", help="As whom to search."
)
@click.option("--limit", type=click.IntRange(1, 50), default=6, show_default=True)
@as_json
def search(query: str, *, role: Role, limit: int, as_json: bool) -> None:
    """Show the passages closest to a question, best first."""
    if not query.strip():
        raise click.UsageError("There is nothing to search for.")
    with connected() as deskhand:
        found = deskhand.client.call(
            "POST",
            "knowledge/search",
            list[SourceShown],
            body=Searching(query=query, role=role, limit=limit),
        )
    if as_json:
        show_json(
            [
                each.model_dump(include={"document_id", "title", "passage", "score"})
                for each in found
            ]
        )
        return
    show_table(
        [(f"{each.score:.3f}", each.document_id, each.passage) for each in found],
        empty="Nothing found.",
    )


@knowledge.command()
def rebuild() -> None:
    """Make the search index anew from what is stored."""
    with connected() as deskhand, LiveLine(label="Passages: ") as line:
        deskhand.client.stream("knowledge/rebuild", Done, show=line.show)
    click.echo("Rebuilt.")


def _files(path: str) -> Iterator[str]:
    """Yield a path, or the readable files below it when it is a folder."""
    folder = Path(path)
    if path.startswith(_WEB) or not folder.is_dir():
        yield path
        return
    found = [
        str(file)
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in ENDINGS
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    ]
    # The folder itself then: reading it says what is wrong.
    yield from found or [path]


def _add(
    client: Client, file: str, readers: _Readers, consent: Consent, *, quiet: bool
) -> FileResult:
    try:
        with LiveLine(quiet=quiet, label=f"{Path(file).name}: ") as line:
            if file.startswith(_WEB):
                body = PageWanted(url=file, audience=readers.audience, rooms=readers.rooms)
                added = client.stream(
                    "knowledge/pages",
                    Added,
                    show=asking(client, line, quiet=quiet),
                    body=body,
                    params={"consent": consent.value},
                )
            else:
                added = client.stream(
                    "knowledge/files",
                    Added,
                    show=asking(client, line, quiet=quiet),
                    content=_content(file),
                    params={
                        "consent": consent.value,
                        "name": Path(file).name,
                        "audience": readers.audience.value,
                        "room": readers.rooms,
                    },
                )
    except UnreachableError:
        raise
    except FailedError as error:
        return FileResult(file=file, error=error.message)
    return FileResult(file=file, added=added)


def _content(file: str) -> bytes:
    path = Path(file)
    if path.is_dir():
        raise FailedError(f"The folder holds no file to read ({', '.join(sorted(ENDINGS))}).")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FailedError(f"The file is over {MAX_BYTES // 1_000_000} MB: split it.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FailedError("There is no such file.") from error
    except OSError as error:
        raise FailedError(f"The file cannot be read: {error.strerror}.") from error


def _holding(document: DocumentShown) -> str:
    """Return from and until when a document holds, "" when always."""
    since = f"from {document.valid_from}" if document.valid_from else ""
    ends = "ended" if document.ended else "ends on"
    until = f"{ends} {document.valid_until}" if document.valid_until else ""
    return ", ".join(each for each in (since, until) if each)


def _show(result: FileResult) -> None:
    if result.added is None:
        click.echo(f"{result.file}: {result.error}", err=True)
        return
    added = result.added
    passages = (
        f" ({counted('{n} passage', '{n} passages', added.passages)})"
        if added.passages > added.documents
        else ""
    )
    replaced = f", {added.replaced} of them in place of what was there" if added.replaced else ""
    there = f" {added.unchanged:,} were there already." if added.unchanged else ""
    click.echo(
        f"{result.file}: added {_documents(added.documents - added.unchanged)}"
        f"{passages}{replaced}; {_readers(added)}.{there}"
    )
    if added.idle:
        click.echo(f"  {_documents(added.idle)} not used today: see the dates they hold.")
    for note in added.notes:
        click.echo(f"  {note}")


def _documents(count: int) -> str:
    return counted("{n} document", "{n} documents", count)


def _readers(added: Added) -> str:
    few = {"staff only": added.staff, "chosen rooms only": added.rooms}
    told = {who: count for who, count in few.items() if count}
    if added.documents in told.values():
        return f"for {next(iter(told))}"
    return ", ".join(["for the public", *(f"{count} for {who}" for who, count in told.items())])
