"""When somebody does not wish to be written to, in seven languages."""

import re
from dataclasses import dataclass
from datetime import time

from bot.domain.quiet import QuietHours
from bot.followups.grammar.tokens import MAX_CHARS

_MIDNIGHT = time(0)
_EVENING = 12  # "After 8" is in the evening, "before 8" in the morning.

_CLOCK = r"(?P<{0}>\d{{1,2}})(?:[:.h](?P<{0}m>\d{{2}}))?\s*(?P<{0}h>a\.?m\.?|p\.?m\.?|uhr|uur|h)?"
_FROM, _TO = _CLOCK.format("a"), _CLOCK.format("b")

_SILENCE: dict[str, str] = {
    "en": r"(?:please )?(?:do not|don't|never) (?:write|message|ping|remind|disturb|bother|text)"
    r"(?: to)?(?: me)?(?: anything)?|no (?:messages|reminders|pings)(?: for me)?"
    r"|(?:my )?quiet hours(?: are|:)?|(?:keep )?quiet",
    "de": r"(?:bitte )?(?:schreib(?:e|en sie)?|stör(?:e|en sie)?|erinnere?|erinnern sie)"
    r" (?:mir|mich)(?: bitte)? nicht(?:s)?"
    r"|(?:bitte )?keine (?:nachrichten|erinnerungen)(?: für mich)?"
    r"|(?:meine )?ruhezeit(?:en)?(?: ist| sind|:)?|ruhe",
    "es": r"no me (?:escrib(?:as|a)|avises|molestes|recuerdes)(?: nada)?"
    r"|(?:mis )?horas de silencio(?: son|:)?",
    "fr": r"ne (?:m'écri(?:s|vez)|me dérange(?:z)?|me rappelle(?:z)?)(?: rien)?(?: pas)?"
    r"|(?:mes )?heures calmes(?: sont| :|:)?",
    "it": r"non (?:scrivermi|mi scriva|disturbarmi|ricordarmi)(?: nulla)?"
    r"|(?:le mie )?ore di silenzio(?: sono|:)?",
    "nl": r"(?:schrijf|stoor|herinner) (?:me|mij) niet|geen berichten(?: voor mij)?"
    r"|(?:mijn )?stille uren(?: zijn|:)?",
    "pt": r"não me (?:escrev(?:as|a)|avises|incomodes|lembres)(?: nada)?"
    r"|(?:as minhas )?horas de silêncio(?: são|:)?",
}
_BEFORE = r"before|vor|antes das?|avant|prima (?:delle|di)|voor|antes de las?"
_AFTER = r"after|nach|después de las?|après|dopo le|na|depois das?"
_BETWEEN = r"(?:between|from|zwischen|von|entre|de|desde|dalle|tra le|tussen|van|das)(?: las?| as)?"
_AND = (
    r"(?:and|to|till|until|und|bis|y(?: las?)?|a(?: las?)?|et|à|e(?: le| as)?|alle|en|tot|às|[-–])"
)

_WISHES = [
    re.compile(
        rf"(?:{words})\s+(?:(?P<before>{_BEFORE})\s+{_FROM}|(?P<after>{_AFTER})\s+{_TO})"
        r"(?:\s+please|\s+bitte)?",
        re.IGNORECASE,
    )
    for words in _SILENCE.values()
]
_SPANS = [
    re.compile(rf"(?:{words})\s+{_BETWEEN}\s+{_FROM}\s*{_AND}\s*{_TO}", re.IGNORECASE)
    for words in _SILENCE.values()
]
_NEVER = re.compile(
    r"(?:you (?:can|may) )?(?:write|message)(?: to)? me (?:at )?any ?time"
    r"|no quiet hours|end quiet hours"
    r"|schreib(?:e|en sie)? mir (?:jederzeit|zu jeder zeit|wann du willst)|keine ruhezeit(?:en)?"
    r"|escr[ií]beme (?:a cualquier hora|cuando quieras)|écri(?:s|vez)-moi à toute heure"
    r"|scrivimi a qualsiasi ora|schrijf me (?:altijd|op elk moment)"
    r"|escreva-me a qualquer hora|escreve-me a qualquer hora",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class QuietWish:
    """Hours in which somebody does not wish to be written to.

    Attributes:
        starts, ends: On their clock; None where they named only the other.
    """

    starts: time | None
    ends: time | None

    def beside(self, known: QuietHours | None) -> QuietHours:
        """Return the hours with what was known of the end that was not named; midnight else."""
        starts = self.starts or (known.starts if known else _MIDNIGHT)
        ends = self.ends or (known.ends if known else _MIDNIGHT)
        return QuietHours(starts, ends)


def quiet_wish(text: str) -> QuietWish | None:
    """Return the quiet hours a message asks for and nothing else; None when it does not."""
    plain = _plain(text)
    for pattern in _SPANS:
        if found := pattern.fullmatch(plain):
            starts, ends = _time(found, "a"), _time(found, "b")
            return None if starts is None or ends is None else QuietWish(starts, ends)
    for pattern in _WISHES:
        found = pattern.fullmatch(plain)
        if found is None:
            continue
        if found["before"]:
            ends = _time(found, "a")
            return None if ends is None else QuietWish(None, ends)
        starts = _time(found, "b", evening=True)
        return None if starts is None else QuietWish(starts, None)
    return None


def wishes_no_quiet(text: str) -> bool:
    """Return whether a message says that its person may be written to at any time."""
    return _NEVER.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    return " ".join(text[:MAX_CHARS].replace("\u2019", "'").split()).strip(" .!?")


def _time(found: re.Match[str], name: str, *, evening: bool = False) -> time | None:
    hour, minute = int(found[name]), int(found[f"{name}m"] or 0)
    half = (found[f"{name}h"] or "").lower().replace(".", "")
    if half in {"am", "pm"}:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif evening and not half and 0 < hour < _EVENING and found[f"{name}m"] is None:
        hour += _EVENING
    if hour == 24 and not minute:
        return _MIDNIGHT
    return time(hour, minute) if hour < 24 and minute < 60 else None
