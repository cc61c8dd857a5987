"""A plain wish to be reminded, recognised in seven languages."""

import re
from dataclasses import dataclass

from bot.followups.grammar.lexicon import polite_words
from bot.followups.grammar.reading import best_reading, tidy, without
from bot.followups.grammar.sentence import Scope
from bot.followups.grammar.tokens import MAX_CHARS, tokens_of
from bot.language.lexicon import lexicons
from bot.language.spelling import folded

_HEAD_WORDS: dict[str, str] = {
    "en": r"(?:remind|ping|nudge) (?:me|us)\b(?: again)?|(?:set|add|create|make)(?: me)?(?: up)?"
    r" an? (?:new )?reminder\b|(?:i need|i want|i'd like|i would like) an? (?:new )?reminder\b"
    r"|(?:don't|do not) let (?:me|us) forget\b|reminder\s*:",
    "de": r"erinner(?:e|t|n sie)? (?:mich|uns)\b|(?:kannst|könntest|würdest|könnt) (?:du|ihr)"
    r" (?:mich|uns)(?: bitte)? daran erinnern\b|(?:kannst|könntest|würdest|könnt|magst) (?:du|ihr)"
    r" (?:mich|uns)\b(?=.*\berinnern\b)|(?:kann|könnte) (?:mich|uns)(?: bitte)? jemand\b"
    r"(?=.*\berinnern\b)|(?:kann|könnte) jemand (?:mich|uns)\b"
    r"(?=.*\berinnern\b)|(?:können|könnten|würden) sie (?:mich|uns)\b"
    r"(?=.*\berinnern\b)|(?:setz|setze|stell|stelle|erstell|erstelle|mach)(?: mir| uns)?"
    r"(?: bitte)? (?:eine )?erinnerung\b|erinner(?:ung|n)\s*:",
    "es": r"recu[eé]rd[ae](?:me|nos)\b|recordar(?:me|nos)\b|recordad(?:me|nos)\b|me recuerdas\b",
    "fr": r"rappel(?:le|ez)[- ](?:moi|nous)\b|(?:me|nous) rappeler\b",
    "it": r"ricorda(?:mi|ci|temi|teci)\b|ricordar(?:mi|ci)\b|mi ricordi\b",
    "nl": r"herinner (?:me|mij|ons)\b(?: eraan)?|(?:kun|kan|wil|zou) (?:je|jij|u) (?:me|mij|ons)\b"
    r"(?=.*\bherinneren\b)",
    "pt": r"lembr[ae][- ](?:me|nos)\b|(?:me|nos) (?:lembr[ae]r?|recorde)\b|lembrar[- ](?:me|nos)\b",
}
"""Where a wish begins: "remind me". The German and Dutch verb may stand at the end."""

_HEADS = {
    language: re.compile(rf"(?<![\w'-])(?:{words})", re.IGNORECASE | re.DOTALL)
    for language, words in _HEAD_WORDS.items()
}

_VERBS_AT_END = re.compile(r"\s*\b(?:zu )?(?:er)?(?:erinnern|herinneren)\b[\s?.!]*$", re.IGNORECASE)

_QUESTION = re.compile(
    r"\s*(?:of |about |again |an |daran |de |di |aan |bitte |please |, *)*"
    r"(?:what|when|where|who|whom|whose|how|which|why|if|whether"
    r"|was|wann|wo|wer|wie|welche[rsmn]?|warum|ob|woran"
    r"|qué|cuándo|dónde|quién|cómo|cuál|si|quoi|quand|où|comment|quel(?:le)?s?|ce que"
    r"|cosa|quando|dove|come|quale|wat|wanneer|waar|hoe|welke"
    r"|que horas|onde|como|qual|o que)\b",
    re.IGNORECASE,
)

_TO_DO = re.compile(
    r"\s*(?:to|not to|daran|dass|zu|om|dat|de|d'|di|che|que|da|a|zum|that i|that we)\b",
    re.IGNORECASE,
)

_CONNECTIVES: dict[str, str] = {
    "en": r"(?:that|to|about|of|for)\b",
    "de": r"(?:(?:daran )?erinnern|daran|dass|an|für)\b",
    "es": r"(?:que|de que|lo de|de|para)\b",
    "fr": r"(?:que|de|d'|pour)(?:\b|(?<='))",
    "it": r"(?:che|di|per)\b",
    "nl": r"(?:(?:eraan )?herinneren|eraan|dat|aan|om|voor)\b",
    "pt": r"(?:que|de|para)\b",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish to be reminded.

    Attributes:
        subject: What about, as one would write it ("call the supplier"); "" when not said.
        when_text: The words that name the time; "" when none do.
    """

    subject: str
    when_text: str


def wish(text: str) -> Wish | None:
    """Return the wish to be reminded that a message is, None when it is none.

    A question is none ("can you remind me what your hours are?"), nor is a message that only
    mentions reminders. Without a time it is one only when it says what to do ("remind me to …").
    """
    head = _head(text)
    if head is None:
        return None
    language, where = head
    if not where.wished:
        return None
    reading = best_reading(text, where, prefer=language)
    spans = reading.spans if reading else ()
    if not spans and not _TO_DO.match(text, where.end):
        return None
    return Wish(_subject(text, where, spans, language), tidy(" ".join(text[a:b] for a, b in spans)))


def scope(text: str) -> Scope | None:
    """Return where in a text the wish's "remind me" stands, None when there is none."""
    head = _head(text)
    return head[1] if head else None


def _head(text: str) -> tuple[str, Scope] | None:
    plain = text[:MAX_CHARS].replace("\u2019", "'")
    for language, pattern in _HEADS.items():
        if found := pattern.search(plain):
            start, end = found.span()
            lead = _lead(plain, start)
            wished = lead is not None and not _asks(plain[end:])
            return language, Scope(start if lead is None else lead, start, end, wished)
    return None


def _asks(after: str) -> bool:
    """Whether a question follows ("what your hours are") and no time ("when we open")."""
    if not _QUESTION.match(after):
        return False
    reading = best_reading(after, None)
    return reading is None or after[: reading.spans[0][0]].strip() != ""


def _lead(text: str, start: int) -> int | None:
    """Return from where on only times and politeness stand before the wish, None for nowhere."""
    ends = [
        match.end() for match in re.finditer(r"[!?;:\n]|(?<=[^\W\d_]{3})\.(?=\s)", text[:start])
    ]
    sentence = ends[-1] if ends else 0
    clause = text.rfind(",", sentence, start) + 1
    return next((at for at in (sentence, max(clause, sentence)) if _polite(text[at:start])), None)


def _polite(before: str) -> bool:
    reading = best_reading(before, None)
    words = tokens_of(without(before, reading.spans if reading else ()))
    allowed = polite_words()
    return all(token.text in allowed or token.form == "sign" for token in words)


def _subject(text: str, where: Scope, spans: tuple[tuple[int, int], ...], language: str) -> str:
    said = _said_after(text, where.end, spans, language)
    pointing = lexicons()[language].vocabulary("pointing", "pointing_weak")
    # "I have to order candles, remind me of it on Friday": what it is stands before.
    return tidy(text[: where.lead]) if folded(said) in pointing else said


def _said_after(text: str, end: int, spans: tuple[tuple[int, int], ...], language: str) -> str:
    inside = tuple((a - end, b - end) for a, b in spans if a >= end)
    rest = without(_VERBS_AT_END.sub("", text[end:]), inside)
    rest = re.sub(r"^(?:[\s,:;\-]|please\b|bitte\b)+", "", rest, flags=re.IGNORECASE)
    # Twice: what is left of "for Friday at 9 to order flour" is "for to order flour".
    for _ in range(2):
        rest = re.sub(rf"^{_CONNECTIVES[language]}[\s,]*", "", rest, flags=re.IGNORECASE)
    return tidy(rest)
