"""What the docs name is there: tests, files, headings."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli.main import deskhand
from bot.kinds import PLATFORMS
from bot.settings import Settings

ROOT = Path(__file__).parents[3]
DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def written(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def anchors(markdown: str) -> Iterator[str]:
    """Yield the anchors that GitHub gives to headings."""
    for heading in re.findall(r"^#+ (.+)$", markdown, re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_each_defence_names_a_test_that_there_is():
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", written("threats.md"))
    assert len(named) >= 35
    for file, test in named:
        source = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert re.search(rf"^(?:async )?def {test}\(", source, re.MULTILINE), f"{file}::{test}"


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path):
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = document.parent / name if name else document
        assert file.exists(), target
        if anchor:
            assert anchor in set(anchors(file.read_text(encoding="utf-8"))), target


def parts() -> set[str]:
    """Return the parts that the health page has a row for."""
    named = {
        name
        for file in ("probes.py", "../app/services.py")
        for name in re.findall(
            r'Probe\("([\w-]+)"', (ROOT / "bot/upkeep" / file).read_text(encoding="utf-8")
        )
    }
    return named | set(PLATFORMS)


def test_each_row_of_the_health_page_has_its_heading():
    section = written("troubleshoot.md").partition("## The rows of")[2].partition("\n## ")[0]
    assert set(re.findall(r"^### (.+)$", section, re.MULTILINE)) == parts()


# Where sentences are made that whoever keeps the box can meet.
SPEAKING = (
    "bot/upkeep/*.py",
    "bot/upkeep/backup/probe.py",
    "bot/llm/errors.py",
    "bot/storage/database.py",
    "bot/storage/migrate.py",
    "bot/data_dir.py",
    "bot/serving.py",
    "bot/app/joining.py",
    "bot/settings.py",
    "bot/web/server.py",
    "bot/inbox/lookout.py",
    "bot/cli/client.py",
    "bot/cli/connection.py",
    "bot/cli/main.py",
    "connectors/slack/*.py",
    "connectors/discord/*.py",
)
# Sentences for who writes in a chat, uploads a file or keeps a list, which say it all themselves.
OF_OTHERS = {
    "SendError",
    "ValueError",
    "InvalidQuestionsError",
    "WhoError",
    "NotApprovedError",
    "UnreadableError",
    "NoRoomError",
    "EmbeddingUnavailableError",
    "ErasuresUnreadableError",
}


def sentences(file: Path) -> Iterator[str]:
    """Yield what is said of a failure in a file: its first words that are always the same."""
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name == "Finding":
            well, text, *_ = call.args
            if not (isinstance(well, ast.Constant) and well.value):
                yield from filter(None, [stretch(text)])
        elif name == "__init__" or (name.endswith("Error") and name not in OF_OTHERS):
            yield from filter(None, map(stretch, call.args))


def stretch(text: ast.expr) -> str:
    if isinstance(text, ast.IfExp):
        return stretch(text.orelse)
    pieces = text.values if isinstance(text, ast.JoinedStr) else [text]
    # Up to where what to do follows, which is worded otherwise here.
    fixed = [
        re.split(r"[:.({]", piece.value.strip(" :.,;()"))[0].strip()
        for piece in pieces
        if isinstance(piece, ast.Constant) and isinstance(piece.value, str)
    ]
    known = next((each for each in fixed if len(each) >= 10), "")
    # No sentence, but a name or a format.
    return known if " " in known else ""


def test_each_sentence_of_a_failure_is_explained():
    explained = " ".join(written("troubleshoot.md").split())
    said = {
        sentence: str(file.relative_to(ROOT))
        for pattern in SPEAKING
        for file in ROOT.glob(pattern)
        for sentence in sentences(file)
    }
    assert len(said) >= 40
    assert {text: where for text, where in said.items() if text not in explained} == {}


def test_every_variable_of_the_environment_is_explained():
    explained = written("settings.md")
    for field, known in Settings.model_fields.items():
        name = known.validation_alias or f"DESKHAND_{field.upper()}"
        assert f"`{name}`" in explained, name


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_every_command_is_one_with_these_options(document: Path):
    text = document.read_text(encoding="utf-8")
    lines = re.findall(r"^    (?:\S*/|.* deskhand )?deskhand (.+)$", text, re.MULTILINE)
    inline = re.findall(r"`(?:\.venv/bin/)?deskhand ([^`]+)`", text)
    for line in [*lines, *inline]:
        words = shlex.split(line.partition(" #")[0])
        command: click.Command = deskhand
        context = click.Context(command)
        while isinstance(command, click.Group) and words:
            if (word := words.pop(0)) in {"…", *options(command)}:
                continue
            named = [command.get_command(context, name) for name in word.split("|")]
            assert named[0] is not None and all(named), line  # noqa: PT018 - one claim
            command = named[0]
        for word in words:
            assert not word.startswith("--") or word.partition("=")[0] in options(command), line


def options(command: click.Command) -> set[str]:
    return {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
