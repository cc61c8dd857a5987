"""A skill's folder: what is in it, or what is wrong with it in one sentence."""

from pathlib import Path

import pytest

from bot.skills.errors import InvalidSkillError
from bot.skills.folder import read_folder
from bot.skills.service import SHIPPED
from bot.skills.skill import Skill
from bot.tools.choice import ToolsChoice
from knowledge.documents import Audience

TOOLS = tuple(ToolsChoice.model_fields)
MANIFEST = """---
name: garden
description: What to do with plants. Use it when somebody asks about watering.
allowed-tools: schedule_follow_up
metadata:
  audience: public
---

Water in the morning.
"""
FORM = """
title: Garden
starts: [I want a garden]
fields:
  - {name: size, type: number, label: Size, ask: "How large?"}
"""
WITH_FORM = MANIFEST.replace("allowed-tools: ", "allowed-tools: fill_form ")


def made(tmp_path: Path, files: dict[str, str | bytes], name: str = "garden") -> Path:
    folder = tmp_path / name
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, bytes) else content.encode()
        (folder / path).write_bytes(text)
    return folder


def skill(folder: Path) -> Skill:
    return read_folder(folder, tools=TOOLS, shipped=False)


def test_a_folder_gives_its_words_tools_knowledge_and_what_is_not_used(tmp_path):
    folder = made(
        tmp_path,
        {
            "SKILL.md": MANIFEST,
            "references/plants.md": "# Roses\n\nTwice a week.",
            "scripts/run.py": "print(1)",
        },
    )
    read = skill(folder)
    assert read.name == "garden"
    assert read.instructions == "Water in the morning."
    assert read.tools == ("schedule_follow_up",)
    assert read.knowledge == ("references/plants.md",)
    assert read.unused == ("scripts/run.py",)
    assert read.audience is Audience.PUBLIC
    assert read.form is None


def test_knowledge_is_for_staff_where_nothing_is_said(tmp_path):
    folder = made(tmp_path, {"SKILL.md": MANIFEST.replace("metadata:\n  audience: public\n", "")})
    assert skill(folder).audience is Audience.STAFF


@pytest.mark.parametrize("change", ["content", "name", "new file", "scripts"])
def test_any_change_of_any_file_changes_the_hash(tmp_path, change):
    files: dict[str, str | bytes] = {"SKILL.md": MANIFEST, "plants.md": "Roses.", "run.py": "1"}
    before = skill(made(tmp_path / "before", files)).content_hash
    match change:
        case "content":
            files["plants.md"] = "Roses!"
        case "name":
            files["flowers.md"] = files.pop("plants.md")
        case "new file":
            files["more.md"] = "More."
        case _:
            files["run.py"] = "2"
    assert skill(made(tmp_path / "after", files)).content_hash != before


def test_words_of_yaml_are_words(tmp_path):
    text = MANIFEST.replace("What to do", "no") + "\nMore."
    assert skill(made(tmp_path, {"SKILL.md": text})).description.startswith("no with plants")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"notes.md": "x"}, "There is no SKILL.md in it"),
        ({"SKILL.md": "Water."}, "must begin with its name and description in YAML"),
        ({"SKILL.md": "---\nname: [\n---\nx"}, "The YAML of SKILL.md cannot be read, line"),
        ({"SKILL.md": "---\n- a\n---\nx"}, "must be names with values"),
        ({"SKILL.md": "---\nname: garden\n---\nx"}, "SKILL.md, description: "),
        ({"SKILL.md": MANIFEST.replace("name: garden", "name: Garden")}, "SKILL.md, name: "),
        ({"SKILL.md": MANIFEST.replace("name: garden", "name: yard")}, "its folder is garden"),
        ({"SKILL.md": MANIFEST.replace("schedule_f", "f")}, "There is no tool follow_up"),
        ({"SKILL.md": MANIFEST.replace("public", "everybody")}, "audience must be public or staff"),
        ({"SKILL.md": MANIFEST.split("\n\n", maxsplit=1)[0] + "\n"}, "holds no instructions"),
        ({"SKILL.md": MANIFEST + "x" * 4_001}, "longer than 4,000 characters"),
        ({"SKILL.md": MANIFEST + "x" * 64_000}, "SKILL.md is over 64 kB"),
        ({"SKILL.md": MANIFEST.encode() + b"\xff"}, "SKILL.md is not text in UTF-8"),
        ({"SKILL.md": MANIFEST, "big.md": "x" * 1_000_001}, "big.md is over 1000 kB"),
        ({"SKILL.md": MANIFEST, **{f"{n}.md": "x" for n in range(50)}}, "more than 50 files"),
        ({"SKILL.md": MANIFEST, "form.yaml": FORM}, "allowed-tools must name fill_form"),
        ({"SKILL.md": WITH_FORM, "form.yaml": "title: x"}, "form.yaml, starts: "),
        (
            {"SKILL.md": WITH_FORM, "form.yaml": FORM.replace("number", "colour")},
            "form.yaml, fields.0.type: ",
        ),
        (
            {"SKILL.md": WITH_FORM, "form.yaml": FORM.replace("number", "choice")},
            "choices belong to a field of the type choice",
        ),
        (
            {
                "SKILL.md": WITH_FORM,
                "form.yaml": FORM + '  - {name: size, type: text, label: S, ask: "S?"}\n',
            },
            "two fields have the same name",
        ),
        (
            {"SKILL.md": WITH_FORM, "form.yaml": "a: &a [x]\nb: [*a, *a]"},
            "without anchors and aliases",
        ),
        ({"SKILL.md": "---\n" + "[" * 3_000 + "\n---\nx"}, "The YAML of SKILL.md cannot be read"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path, files, told):
    with pytest.raises(InvalidSkillError) as caught:
        skill(made(tmp_path, files))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_links_are_not_followed(tmp_path):
    folder = made(tmp_path, {"SKILL.md": MANIFEST})
    (folder / "passwords.md").symlink_to("/etc/passwd")
    with pytest.raises(InvalidSkillError, match=r"passwords\.md: It is a link"):
        skill(folder)
    (tmp_path / "linked").symlink_to(folder)
    with pytest.raises(InvalidSkillError, match="It is a link"):
        skill(tmp_path / "linked")


@pytest.mark.parametrize("name", ["cake-order", "first-contact"])
def test_those_that_come_along_can_be_used_and_speak_german(name):
    shipped = read_folder(SHIPPED / name, tools=TOOLS, shipped=True)
    assert shipped.form is not None
    words = [shipped.form.title]
    words += [each for field in shipped.form.fields for each in (field.label, field.ask)]
    words += [each for field in shipped.form.fields for each in field.choices]
    assert all(isinstance(each, dict) and each["en"] and each["de"] for each in words)
