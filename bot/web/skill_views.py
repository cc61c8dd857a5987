"""A skill as the page shows it before it is turned on."""

from dataclasses import dataclass

from bot.skills.form import FieldSpec, FieldType, said
from bot.skills.skill import FORM, MANIFEST, Skill
from bot.web.reader import N_
from bot.web.reader import gettext as _

# More of a file is not looked at on a page.
MAX_SHOWN_CHARS = 20_000

_KINDS = {
    FieldType.TEXT: N_("any words"),
    FieldType.NUMBER: N_("a number"),
    FieldType.DATE: N_("a day"),
    FieldType.CHOICE: N_("one of"),
    FieldType.PHONE: N_("a telephone number"),
    FieldType.EMAIL: N_("an e-mail address"),
    FieldType.CONTACT: N_("a telephone number or an e-mail address"),
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
    uses = {MANIFEST: _("what it is for, and its instructions"), FORM: _("its form")}
    uses |= dict.fromkeys(skill.knowledge, _("knowledge"))
    uses |= dict.fromkeys(skill.unused, _("not used, and never run"))
    return [
        FileView(path, use, _text(skill.files[path]))
        for path, use in uses.items()
        if path in skill.files
    ]


def _kind(field: FieldSpec, language: str) -> str:
    kind = _(_KINDS[field.type])
    if field.choices:
        kind += f": {', '.join(said(each, language) for each in field.choices)}"
    kind = _within(kind, field.least, field.most)
    if field.open_day:
        kind = _("{kind} on which you are open").format(kind=kind)
    return _("{kind}, or nothing").format(kind=kind) if field.optional else kind


def _within(kind: str, least: object, most: object) -> str:
    if least is not None and most is not None:
        return _("{kind} from {least} to {most}").format(kind=kind, least=least, most=most)
    if least is not None:
        return _("{kind} from {least}").format(kind=kind, least=least)
    if most is not None:
        return _("{kind} to {most}").format(kind=kind, most=most)
    return kind


def _text(content: bytes) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return f"{text[:MAX_SHOWN_CHARS]}…" if len(text) > MAX_SHOWN_CHARS else text
