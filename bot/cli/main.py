"""The `deskhand` command: which commands there are, and how each ends."""

import importlib
import logging
import sys
from collections.abc import Mapping

import click

from bot.cli.errors import FailedError
from bot.loading import loading

# A shell's own code for what was ended by Ctrl-C: 128 + SIGINT.
INTERRUPTED = 130

# Where each command lives and what `deskhand --help` says of it, so that help loads none of them.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("bot.cli.server:run", "Run everything: page, chat platforms, follow-ups."),
    "worker": ("bot.cli.server:worker", "Answer beside `run`, on the same database."),
    "chat": ("bot.cli.talk:chat", "Talk to it in the terminal."),
    "ask": ("bot.cli.talk:ask", "Ask one question."),
    "knowledge": ("bot.cli.knowledge:knowledge", "What it answers from."),
    "followups": ("bot.cli.followups:followups", "Reminders it has promised."),
    "questions": ("bot.cli.questions:questions", "What it could not answer."),
    "evaluate": ("bot.cli.evaluation:evaluate", "Score it on your own questions."),
    "model": ("bot.cli.models:model", "The models on this box."),
    "settings": ("bot.cli.settings:settings", "What the page's settings hold."),
    "check": ("bot.cli.upkeep:check", "Every part's health, with what to do."),
    "person": ("bot.cli.person:person", "One person's data: shown, exported, erased."),
    "backup": ("bot.cli.backup:backup", "Write everything that matters into one file."),
    "restore": ("bot.cli.backup:restore", "Put back what `backup` wrote."),
    "move": ("bot.cli.move:move", "Copy everything into another, empty database."),
    "migrate": ("bot.cli.upkeep:migrate", "Bring the data up to this version."),
    "setup-link": ("bot.cli.upkeep:setup_link", "A fresh one-time link to set up the page."),
    "reset-password": ("bot.cli.upkeep:reset_password", "Give the owner a new password."),
}


class Commands(click.Group):
    """The commands, each loaded when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command, or return None when there is none of this name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        with loading():
            command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands' lines from the table."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--verbose",
    is_flag=True,
    expose_value=False,
    help="Show the log of this command on stderr.",
)
@click.version_option(package_name="deskhand")
def deskhand() -> None:
    """Answer people from your own FAQs, on your own box.

    Commands work beside a running Deskhand and without one.
    """


def main() -> None:
    """Run the command line and leave with its code: 0 done, 1 failed, 2 wrong usage."""
    if "--verbose" in sys.argv[1:]:
        # Before anything is loaded, so that what goes wrong while loading shows as well.
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    # Without a handler Python would write a part's warnings, and traces, between our lines.
    logging.getLogger().addHandler(logging.NullHandler())
    sys.exit(_code())


def _code() -> int:
    try:
        code = deskhand.main(prog_name="deskhand", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:  # the edge of the command
        logging.getLogger(__name__).exception("command failed")
        FailedError(
            f"Something went wrong in Deskhand itself ({type(error).__name__}):"
            " `deskhand --verbose …` shows more."
        ).show()
        return FailedError.exit_code
    return code if isinstance(code, int) else 0
