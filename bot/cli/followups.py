"""Follow-ups."""

from datetime import datetime

import click

from bot.cli.connection import connected
from bot.cli.errors import FailedError
from bot.cli.options import as_json
from bot.cli.screen import show_json, show_table
from bot.web.api.shapes.follow_ups import (
    FollowUpShown,
    Moving,
    Promised,
    Promising,
    Snoozing,
    Understood,
)


@click.group()
def followups() -> None:
    """Reminders it has promised."""


@followups.command("list")
@click.argument("about", default="", metavar="[WORDS]")
@click.option("--all", "every", is_flag=True, help="Also those delivered and cancelled.")
@as_json
def list_follow_ups(about: str, *, every: bool, as_json: bool) -> None:
    """Show what is still to come, by due date; with words, what they name: "flour", "this week"."""
    with connected() as deskhand:
        found = deskhand.client.call(
            "GET", "followups", list[FollowUpShown], params={"every": int(every), "about": about}
        )
    if as_json:
        show_json(found)
        return
    show_table(
        [
            (str(each.id), _moment(each.due_at), each.repeats, each.state, _what(each))
            for each in found
        ],
        empty="No such follow-up is waiting." if about else "No follow-ups are waiting.",
    )


@followups.command()
@click.argument("text")
@click.option("--now", metavar="T", help="Reckon from this moment (ISO 8601).")
@click.option("--zone", default="", metavar="Z", help="Your IANA time zone. [the business's]")
@click.option("--dry-run", is_flag=True, help="Only show what the words mean.")
@as_json
def add(text: str, *, now: str | None, zone: str, dry_run: bool, as_json: bool) -> None:
    """Promise a reminder: "call the supplier on Friday at 9", "remind Ben by Friday to call"."""
    if not text.strip():
        raise click.UsageError("There is no text.")
    wish = Promising(text=text, now=_parsed(now), zone=zone, dry_run=dry_run)
    with connected() as deskhand:
        promised = deskhand.client.call("POST", "followups", Promised, body=wish)
    if as_json:
        shown = promised.follow_up or promised.understood
        show_json(shown.model_dump(mode="json", exclude_none=True))
    elif promised.follow_up:
        follow_up = promised.follow_up
        repeats = f", {follow_up.repeats}" if follow_up.repeats else ""
        click.echo(f"{follow_up.id}: {_moment(follow_up.due_at)}{repeats}  {_what(follow_up)}")
        if follow_up.limit_at and follow_up.due_at < follow_up.limit_at:
            click.echo(f"That is a warning before; once more on {_moment(follow_up.limit_at)}.")
    elif dry_run:
        _show_meaning(promised.understood)
    if promised.question and not dry_run:
        raise FailedError(promised.question)


@followups.command()
@click.argument("follow_up_id", type=int, metavar="ID")
@as_json
def cancel(follow_up_id: int, *, as_json: bool) -> None:
    """Cancel one."""
    with connected() as deskhand:
        cancelled = deskhand.client.call("POST", f"followups/{follow_up_id}/cancel", FollowUpShown)
    if as_json:
        show_json(cancelled)
    else:
        click.echo(f"Cancelled {cancelled.id}: {cancelled.subject}")


@followups.command()
@click.argument("follow_up_id", type=int, metavar="ID")
@click.argument("when")
@click.option("--all-times", is_flag=True, help="Of a repeated one, not the next time alone.")
@as_json
def move(follow_up_id: int, when: str, *, all_times: bool, as_json: bool) -> None:
    """Move one: "to Thursday" keeps its time, "to 10" its day, "an hour later" counts from it."""
    if not when.strip():
        raise click.UsageError("There is no time.")
    wanted = Moving(when=when, every_time=all_times)
    with connected() as deskhand:
        moved = deskhand.client.call(
            "POST", f"followups/{follow_up_id}/move", FollowUpShown, body=wanted
        )
    if as_json:
        show_json(moved)
    else:
        repeats = f", {moved.repeats}" if moved.repeats else ""
        click.echo(f"{moved.id}: {_moment(moved.due_at)}{repeats}  {moved.subject}")


@followups.command()
@click.argument("follow_up_id", type=int, metavar="ID")
@click.argument("when")
@as_json
def snooze(follow_up_id: int, when: str, *, as_json: bool) -> None:
    """Move one: "in an hour", "tomorrow at 9"."""
    if not when.strip():
        raise click.UsageError("There is no time.")
    with connected() as deskhand:
        moved = deskhand.client.call(
            "POST", f"followups/{follow_up_id}/snooze", FollowUpShown, body=Snoozing(when=when)
        )
    if as_json:
        show_json(moved)
    else:
        click.echo(f"{moved.id}: {_moment(moved.due_at)}  {moved.subject}")


def _parsed(now: str | None) -> datetime | None:
    try:
        return None if now is None else datetime.fromisoformat(now)
    except ValueError as error:
        raise click.UsageError(
            f"--now {now} is no moment: write it like 2026-11-24T13:00 or 2026-11-24T13:00+01:00."
        ) from error


def _show_meaning(meaning: Understood) -> None:
    if meaning.ask:
        click.echo(f"ask: {meaning.ask}")
        for candidate in meaning.candidates or ():
            click.echo(f"candidate: {candidate.isoformat()}")
        _show_limit(meaning)
        return
    if meaning.rule:
        click.echo(f"rule: {meaning.rule}")
    if meaning.due_at:
        click.echo(f"due_at: {meaning.due_at.isoformat()}")
    _show_limit(meaning)


def _show_limit(meaning: Understood) -> None:
    if meaning.by:
        click.echo("by: true")
    if meaning.warns_at:
        click.echo(f"warns_at: {meaning.warns_at.isoformat()}")


def _what(follow_up: FollowUpShown) -> str:
    """Return what it is about, and for whom where it is for somebody else."""
    return (
        f"{follow_up.subject} ({follow_up.receiver})" if follow_up.receiver else follow_up.subject
    )


def _moment(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M}"
