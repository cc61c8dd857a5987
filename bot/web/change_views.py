"""Changes as the page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from bot.domain.changes import Actor, By, Change, What
from bot.domain.people import Role
from bot.web.person_views import role_named
from bot.web.reader import N_
from bot.web.reader import gettext as _
from bot.web.setting_words import GROUPS, SECRETS, without_seconds

KINDS: Mapping[What, str] = {
    What.SETTING: N_("Setting"),
    What.SECRET: N_("Token or passphrase"),
    What.ENTRY: N_("Entry"),
    What.DOCUMENT: N_("Document"),
    What.IMPORT: N_("Files and imports"),
    What.OWN_QUESTION: N_("Your questions"),
    What.MODEL: N_("Model that waited"),
    What.SKILL: N_("Skill"),
    What.QUESTION: N_("Open question"),
    What.FOLLOW_UP: N_("Somebody's follow-up"),
    What.HAND_OVER: N_("Hand-over"),
    What.PERSON: N_("Person"),
    What.ACCOUNT: N_("Account"),
    What.BACKUP: N_("Backup"),
}
_UNNAMED = {
    By.PERSON: N_("Somebody who was erased"),
    By.TERMINAL: N_("The terminal"),
    By.LINK: N_("The set-up link"),
    By.FOLDER: N_("The watched folder"),
    By.DESKHAND: N_("Deskhand by itself"),
}
_FIELDS = {
    "state": N_("state"),
    "decision": N_("decision"),
    "title": N_("title"),
    "text": N_("text"),
    "for": N_("for"),
    "language": N_("language"),
    "from": N_("valid from"),
    "until": N_("valid until"),
    "approved": N_("approved"),
    "also_asked": N_("also asked"),
    "note": N_("note"),
    "origin": N_("came from"),
    "added": N_("added"),
    "changed": N_("changed"),
    "removed": N_("removed"),
    "due": N_("due"),
    "password": N_("password"),
    "setup_link": N_("set-up link"),
    "invitation": N_("invitation"),
    "role": N_("role"),
    "name": N_("name"),
    "second_factor": N_("second factor"),
    "recovery_codes": N_("recovery codes"),
    "version": N_("as of"),
    "file": N_("file"),
    "more": N_("and fields besides"),
}
# Of what Deskhand itself says; other values are people's own words.
_VALUES = {
    "yes": N_("yes"),
    "no": N_("no"),
    "on": N_("on"),
    "off": N_("off"),
    "set": N_("set"),
    "replaced": N_("replaced"),
    "forgotten": N_("forgotten"),
    "made": N_("made"),
    "failed": N_("failed"),
    "taken away": N_("made and taken away"),
    "restored": N_("put back"),
    "added": N_("added"),
    "removed": N_("removed"),
    "erased": N_("erased"),
    "cancelled": N_("cancelled"),
    "open": N_("open"),
    "pending": N_("waits"),
    "answered": N_("answered"),
    "dismissed": N_("taken off the list"),
    "waiting": N_("waiting"),
    "taken": N_("taken"),
    "left": N_("left out"),
    "given_back": N_("given back"),
    "not_ours": N_("turned down"),
    "done": N_("seen to"),
    "public": N_("everybody"),
    "staff": N_("staff only"),
    "editor": N_("editor"),
    "viewer": N_("viewer"),
}
_SAYS = frozenset(
    {
        "state",
        "decision",
        "approved",
        "for",
        "password",
        "setup_link",
        "invitation",
        "role",
        "second_factor",
        "recovery_codes",
    }
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a change; "" where there was, or is, nothing."""

    label: str
    was: str | datetime
    became: str | datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A change as it is shown.

    Attributes:
        name: Of what was changed: a title, a number, or the moment a backup is of.
        link: To its page; "" where there is none, or no more.
    """

    kind: str
    name: str | datetime
    link: str
    who: str
    at: datetime
    fields: list[Field]


def shown(change: Change) -> Shown:
    """Return a change in the reader's words."""
    name, link = _subject(change)
    fields = [
        Field(
            _label(change, each),
            _value(change.what, each, change.was.get(each, "")),
            _value(change.what, each, change.became.get(each, "")),
        )
        for each in {**change.was, **change.became}
    ]
    return Shown(
        _(KINDS[change.what]), name, link, who(change.actor, change.name), change.at, fields
    )


def who(actor: Actor, name: str) -> str:
    """Return how somebody who changed something is called."""
    return name or _(_UNNAMED.get(actor.by, actor.by.value))


def _subject(change: Change) -> tuple[str | datetime, str]:
    """Return what was changed, and the address of its page."""
    subject = change.subject
    match change.what:
        case What.SETTING if (group := GROUPS.get(subject)) is not None:
            return _(group.title), group.page
        case What.SECRET if (secret := SECRETS.get(subject)) is not None:
            return _(secret.label), secret.page
        case What.ENTRY | What.DOCUMENT:
            gone = change.became.get("state") == "removed"
            link = "" if gone else f"/knowledge/document?{urlencode({'id': subject})}"
            return change.title or subject, link
        case What.QUESTION | What.FOLLOW_UP | What.HAND_OVER | What.PERSON:
            page = {What.QUESTION: f"/questions/{subject}", What.PERSON: f"/people/{subject}"}
            gone = change.became.get("state") == "erased"
            link = "" if gone else page.get(change.what, "")
            return _("number {n}").format(n=subject), link
        case What.BACKUP:
            return datetime.fromisoformat(subject), "/backups"
    link = f"/skills/{quote(subject, safe='')}" if change.what is What.SKILL else ""
    return change.title or subject, link


def _label(change: Change, field: str) -> str:
    if change.what is What.SETTING and change.subject in GROUPS:
        name, _dot, rest = field.partition(".")
        worded = GROUPS[change.subject].settings.get(name)
        label = name if worded is None else _(worded.label)
        return f"{label}: {rest}" if rest else label
    return _(_FIELDS[field]) if field in _FIELDS else field


def _value(what: What, field: str, value: str) -> str | datetime:
    if field == "due" and value:
        return datetime.fromisoformat(value)
    if what is What.PERSON and field == "role" and value:
        return role_named(Role(value))
    if what is What.SETTING:
        value = without_seconds(value)
    says = field in _SAYS or (what is What.SETTING and value in {"yes", "no"})
    return _(_VALUES[value]) if says and value in _VALUES else value
