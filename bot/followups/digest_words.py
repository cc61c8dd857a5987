"""A wish for an overview that comes again and again, recognised in seven languages."""

import re
from dataclasses import dataclass

from bot.followups.grammar.pieces import Every
from bot.followups.grammar.reading import best_reading

# Who wishes for an overview and nothing else says it in fewer; a pattern's time grows with the
# square of a message's length.
MAX_CHARS = 200


@dataclass(frozen=True, slots=True)
class _Words:
    """A language's words.

    Attributes:
        asking: What may stand before the overview.
        noun: The overview itself.
        daily, weekly: Words that make it one of each day or week, and how that is said of a time.
    """

    asking: str
    noun: str
    daily: tuple[str, str]
    weekly: tuple[str, str]


_ARTICLE = r"(?:an?|the|my|eine?n?|die|den|meine?|un|une|el|le|la|il|een|het|um|o)"
_LANGUAGES = (
    _Words(
        r"(?:(?:can|could) you )?(?:please )?(?:send|give|show|write|post)(?: me| us)?",
        r"(?:digest|overview|summary|agenda|round-?up)(?: of (?:my|our) reminders)?",
        (r"(?:daily|morning)", "every day"),
        (r"weekly", "every week"),
    ),
    _Words(
        r"(?:bitte )?(?:schicke?|sende?|gib|zeige?|schreibe?|schicken sie|senden sie)(?: mir| uns)?"
        r"(?: bitte)?",
        r"(?:übersicht|zusammenfassung|überblick)(?: (?:über|von) meinen? erinnerungen)?",
        (r"(?:tägliche[ns]?|tages|morgen)", "jeden Tag"),
        (r"(?:wöchentliche[ns]?|wochen)", "jede Woche"),
    ),
    _Words(
        r"(?:por favor )?(?:mánda|envía|da)(?:me|nos)",
        r"resumen(?: de mis recordatorios)?",
        (r"diario", "cada día"),
        (r"semanal", "cada semana"),
    ),
    _Words(
        r"(?:envoie|envoyez|donne|donnez)-(?:moi|nous)",
        r"(?:résumé|récapitulatif|aperçu)(?: de mes rappels)?",
        (r"quotidien", "chaque jour"),
        (r"hebdomadaire", "chaque semaine"),
    ),
    _Words(
        r"(?:manda|invia)(?:mi|ci)",
        r"(?:riepilogo|riassunto)(?: dei miei promemoria)?",
        (r"giornaliero", "ogni giorno"),
        (r"settimanale", "ogni settimana"),
    ),
    _Words(
        r"(?:stuur|geef)(?: me| mij| ons)?",
        r"(?:overzicht|samenvatting)(?: van mijn herinneringen)?",
        (r"(?:dagelijks|dag)", "elke dag"),
        (r"(?:wekelijks|week)", "elke week"),
    ),
    _Words(
        r"(?:manda|envia|envie)-(?:me|nos)",
        r"resumo(?: dos meus lembretes)?",
        (r"diário", "todos os dias"),
        (r"semanal", "todas as semanas"),
    ),
)


def _pattern(words: _Words) -> re.Pattern[str]:
    (daily, _), (weekly, _) = words.daily, words.weekly
    before, after = (
        rf"(?:(?P<daily_{side}>{daily})|(?P<weekly_{side}>{weekly}))" for side in ("a", "b")
    )
    return re.compile(
        rf"(?:(?P<lead>.*?)(?<!\w)(?P<asking>{words.asking})(?!\w))?(?P<between>.*?)"
        rf"(?<!\w)(?:{_ARTICLE}\s+)?(?:{before}\s*)?{words.noun}(?:\s+{after})?(?!\w)(?P<rest>.*)",
        re.IGNORECASE | re.DOTALL,
    )


_PATTERNS = [(words, _pattern(words)) for words in _LANGUAGES]
_NOUN = re.compile("|".join(words.noun for words in _LANGUAGES), re.IGNORECASE)


def digest_wish(text: str) -> str | None:
    """Return the words that tell when an overview is to come; None when none is wished for.

    A message that says anything besides wishes for none: "give me an overview of your prices".
    """
    plain = " ".join(text.replace("\u2019", "'").split()).strip(" .!?")
    if len(plain) > MAX_CHARS or not _NOUN.search(plain):
        return None
    for words, pattern in _PATTERNS:
        found = pattern.fullmatch(plain)
        if found is None:
            continue
        when = " ".join(" ".join(found[name] or "" for name in ("lead", "between", "rest")).split())
        told = best_reading(when, None) if when else None
        if when and not (told and told.whole):
            return None
        recurs = told is not None and any(isinstance(p.meaning, Every) for p in told.pieces)
        for kind, every in (("daily", words.daily[1]), ("weekly", words.weekly[1])):
            if (found[f"{kind}_a"] or found[f"{kind}_b"]) and not recurs:
                return f"{every} {when}".strip()
        return when if told and (found["asking"] or recurs) else None
    return None
