"""How a command fails: one sentence on stderr."""

from typing import IO, Any

import click


class FailedError(click.ClickException):
    """The thing asked for failed; the text says why and what to do. The code is 1."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the sentence to stderr."""
        click.echo(self.format_message(), file=file, err=True)


class UnreachableError(FailedError):
    """Deskhand stopped answering in the middle of a command."""
