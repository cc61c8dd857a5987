"""`.env.example` is all that can be set, and nothing of it is needed."""

import re
from itertools import chain
from pathlib import Path

import yaml

from bot.settings import Settings, load

ROOT = Path(__file__).parents[3]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
NAMED = set(re.findall(r"^#([A-Z_]+)=", EXAMPLE, re.MULTILINE))
COMPOSED = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("compose*.yaml"))


def variables() -> set[str]:
    """Return the variables that the program reads."""
    return {
        str(field.validation_alias or f"DESKHAND_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }


def test_it_names_what_the_program_and_compose_read_and_nothing_else():
    assert variables() | set(re.findall(r"\$\{([A-Z_]+)", COMPOSED)) == NAMED


def test_nothing_in_it_is_set_and_all_of_it_could_be(monkeypatch):
    lines = [line for line in EXAMPLE.splitlines() if line]
    assert all(line.startswith("#") for line in lines)
    for name, value in re.findall(r"^#([A-Z_]+)=(.*)", EXAMPLE, re.MULTILINE):
        monkeypatch.setenv(name, value)
    assert load().port == Settings.model_fields["port"].default


def test_what_is_said_to_be_composes_own_it_does_not_take_from_there():
    taken = set(re.findall(r"\$\{([A-Z_]+)", COMPOSED))
    _, _, rest = EXAMPLE.partition("# The rest is for")
    assert set(re.findall(r"^#([A-Z_]+)=", rest, re.MULTILINE)) == NAMED - taken


def test_compose_sets_nothing_that_the_program_does_not_read():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    files = yaml.safe_load((ROOT / "compose.secrets.yaml").read_text(encoding="utf-8"))["services"]
    given = chain(services["deskhand"]["environment"], files["deskhand"]["environment"])
    assert {name.removesuffix("_FILE") for name in given} <= variables()
