"""Takes out of a question what says who asked it."""

import re
from collections.abc import Collection, Iterable

from phonenumbers import Leniency, PhoneNumberMatcher

from bot.language.introductions import introductions

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# As connectors write them ("@ann") and as platforms do ("<@U123>").
_MENTION = re.compile(r"<[@#!][^>\s]*>|(?<!\w)[@#]\w[\w.-]*")
# Ids of platforms, customers and orders: Slack's have 9 signs or more, Discord's 17 digits.
_ID = re.compile(r"\b(?:\d{7,}|(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{9,})\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
# Fewer digits are a price, a year, a time; by its length alone a day may be a number, too.
_LEAST_DIGITS = 7
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_LEAST_NAME_CHARS = 3
_EDGES = " \t\n,;:-–—"


def without_personal_data(text: str, *, names: Iterable[str], region: str) -> str:
    """Return a question without names, addresses, telephone numbers, mentions and ids.

    Where a whole sentence asks without any of these, those that have some are left out. Of names
    those that are given, and those that somebody introduces themselves by; see
    `bot.language.introductions` for what that misses.

    Args:
        text: As somebody asked it.
        names: Of those who asked, as their platforms have them or as they told them.
        region: ISO 3166-1 alpha-2, whose telephone numbers are known without a country code; "":
            those with one are.
    """
    known = _parts([*names, *told_names(text)])
    sentences = [each for each in _SENTENCE.split(text) if each.strip()]
    cleaned = {each: _cleaned(each, known, region) for each in sentences}
    kept = [each for each in sentences if cleaned[each] == each]
    asks = any("?" in each for each in sentences)
    if not any("?" in each or not asks for each in kept):
        kept = [cleaned[each] for each in sentences]
    return _tidy(" ".join(kept))


def told_names(text: str) -> list[str]:
    """Return the names by which somebody introduces themselves in a text."""
    return [each.name for each in introductions(text)]


def without_askers(text: str, *, names: Iterable[str], asked: Iterable[str], region: str) -> str:
    """Return an answer without who asked: their names, mentions, and what their questions told.

    Args:
        text: As one of the team wrote it; the business's own numbers and addresses stay.
        names: Of those who asked.
        asked: What they wrote.
        region: As in `without_personal_data`.
    """
    told = {each[start:end] for each in asked for start, end in _spans(each, region)}
    for found in sorted(told, key=len, reverse=True):
        text = text.replace(found, "")
    known, lines = _parts(names), []
    for line in text.splitlines():
        cleaned = _without_names(_MENTION.sub("", line), known)
        lines.append(line if cleaned == line else _closed(cleaned))
    return "\n".join(lines).strip()


def _spans(text: str, region: str) -> list[tuple[int, int]]:
    """Return where personal data stand in a text, in order, apart from each other."""
    found = [each.span() for pattern in (_MAIL, _MENTION, _ID) for each in pattern.finditer(text)]
    numbers = PhoneNumberMatcher(text, region or None, leniency=Leniency.POSSIBLE)
    found += [(each.start, each.end) for each in numbers if _telephone(each.raw_string)]
    found += [(each.start, each.end) for each in introductions(text)]
    spans: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _telephone(text: str) -> bool:
    return sum(sign.isdigit() for sign in text) >= _LEAST_DIGITS and not _DAY.search(text)


def _cleaned(text: str, names: Collection[str], region: str) -> str:
    for start, end in reversed(_spans(text, region)):
        text = text[:start] + text[end:]
    return _without_names(text, names)


def _parts(names: Iterable[str]) -> frozenset[str]:
    """Return the parts of names; "Will" is one, the "will" of a question is not."""
    parts = (part for name in names for part in re.findall(r"[^\W\d_]+", name))
    return frozenset(part for part in parts if len(part) >= _LEAST_NAME_CHARS)


def _without_names(text: str, names: Collection[str]) -> str:
    for name in names:
        # Small letters are typed carelessly; a name that is written large is not a small word.
        text = re.sub(rf"\b{re.escape(name)}\b(?:['’]s\b)?", "", text)
    return text


def _tidy(text: str) -> str:
    """Return a text without the holes that were left in it, and without marks around it."""
    return _closed(text).strip(_EDGES)


def _closed(text: str) -> str:
    """Return a text without the holes that were left in it."""
    text = re.sub(r"\(\s*\)|\[\s*\]", "", text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    text = re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", text)
    return re.sub(r"[ \t]{2,}", " ", text).strip()
