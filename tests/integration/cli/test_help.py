"""Help of every command, fast."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from bot.cli.main import COMMANDS, deskhand


def _commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


EVERY = dict(_commands(deskhand))


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]):
    ran = CliRunner().invoke(deskhand, [*path, "--help"], prog_name="deskhand")
    assert ran.exit_code == 0
    assert f"Usage: deskhand {' '.join(path)}" in ran.output
    assert EVERY[path].help


@pytest.mark.parametrize(
    "path",
    [path for path in EVERY if path[-1] in {"list", "ask", "search", "show", "evaluate", "check"}],
    ids=" ".join,
)
def test_listing_and_asking_commands_take_json(path: tuple[str, ...]):
    assert "--json" in {name for each in EVERY[path].params for name in each.opts}


def test_the_table_of_help_says_what_each_command_says_of_itself():
    for name, (_, line) in COMMANDS.items():
        assert (EVERY[(name,)].help or "").startswith(line.removesuffix("."))


def test_help_and_version_load_nothing_of_the_product():
    seen = (
        "import sys; from bot.cli.main import _code; sys.argv = ['deskhand', '--help']; _code();"
        "print([n for n in ('pydantic', 'numpy', 'sqlalchemy', 'chromadb') if n in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.endswith("[]\n")


def test_a_client_command_loads_neither_database_nor_index():
    seen = (
        "import sys, bot.cli.talk, bot.cli.knowledge, bot.cli.evaluation;"
        "print([n for n in ('sqlalchemy', 'chromadb', 'litestar', 'httpx') if n in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout == "[]\n"
