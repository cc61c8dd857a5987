"""What the docs name is there: tests, files, headings."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

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
