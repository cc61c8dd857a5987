"""A skill as the page shows it before it is turned on."""

from dataclasses import dataclass

from bot.skills.form import FieldSpec, FieldType, said
from bot.skills.skill import FORM, MANIFEST, Skill

# More of a file is not looked at on a page.
MAX_SHOWN_CHARS = 20_000

_KINDS = {
    FieldType.TEXT: "any words",
    FieldType.NUMBER: "a number",
    FieldType.DATE: "a day",
    FieldType.CHOICE: "one of",
    FieldType.PHONE: "a telephone number",
    FieldType.EMAIL: "an e-mail address",
    FieldType.CONTACT: "a telephone number or an e-mail address",
}


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One thing that a form asks for, in words."""

    label: str
    ask: str
    kind: str


@dataclass(frozen=True, slots=True)
class FileView:
    """One of a skill's files.

    Attributes:
        use: What it is for.
        text: None where it is no text.
    """

    path: str
    use: str
    text: str | None


def questions_shown(skill: Skill, language: str) -> list[QuestionView]:
    """Return what a skill's form asks for, in order; none where it has no form."""
    if skill.form is None:
        return []
    return [
        QuestionView(said(each.label, language), said(each.ask, language), _kind(each, language))
        for each in skill.form.fields
    ]


def files_shown(skill: Skill) -> list[FileView]:
    """Return every file of a skill, its own words first."""
    uses = {MANIFEST: "what it is for, and its instructions", FORM: "its form"}
    uses |= dict.fromkeys(skill.knowledge, "knowledge")
    uses |= dict.fromkeys(skill.unused, "not used, and never run")
    return [
        FileView(path, use, _text(skill.files[path]))
        for path, use in uses.items()
        if path in skill.files
    ]


def _kind(field: FieldSpec, language: str) -> str:
    kind = _KINDS[field.type]
    if field.choices:
        kind += f": {', '.join(said(each, language) for each in field.choices)}"
    if field.least is not None or field.most is not None:
        ends = (("from", field.least), ("to", field.most))
        kind += " " + " ".join(f"{word} {end}" for word, end in ends if end is not None)
    if field.open_day:
        kind += " on which you are open"
    return f"{kind}, or nothing" if field.optional else kind


def _text(content: bytes) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return f"{text[:MAX_SHOWN_CHARS]}…" if len(text) > MAX_SHOWN_CHARS else text
