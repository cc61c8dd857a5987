"""A larger import that was tried on the owner's questions: shown, and asked about."""

import sys
from collections.abc import Callable

import click

from bot.cli.client import Client
from bot.cli.screen import LiveLine, show_table
from bot.web.api.shapes.base import Done
from bot.web.api.shapes.consent import Consent, Decision, ImportTried
from bot.web.api.shapes.steps import Step


def wished(*, yes: bool, quiet: bool) -> Consent:
    """Return how a command that may ask is to be started: without a terminal it cannot."""
    if yes:
        return Consent.UNTRIED
    return Consent.UNLESS_WORSE if quiet or not sys.stdin.isatty() else Consent.ASK


def asking(client: Client, line: LiveLine, *, quiet: bool) -> Callable[[Step], None]:
    """Return what shows an import's steps, and answers when it asks."""

    def show(step: Step) -> None:
        if step.event != "asked":
            line.show(step)
            return
        line.clear()
        tried = ImportTried.model_validate(step.value)
        if not quiet:
            _show(tried)
        if step.text:
            take = click.confirm("Take it in?", default=not tried.worse)
            decision = Decision(token=step.text, take=take)
            client.call("POST", "knowledge/decision", Done, body=decision)

    return show


def _show(tried: ImportTried) -> None:
    show_table(
        [
            ("on your questions", "found first", "found among three"),
            *(
                (when, f"{first} of {tried.questions}", f"{shown} of {tried.questions}")
                for when, first, shown in zip(
                    ("now", "with it"), tried.first, tried.shown, strict=True
                )
            ),
        ]
    )
    for question in tried.fallen:
        click.echo(f"Found further down with it, or not: {question}")
