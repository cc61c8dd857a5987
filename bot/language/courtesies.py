"""Greetings, thanks, goodbyes and "ok": what they are, and a message without them."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from bot.language.lexicon import Lexicon, in_order, lexicons
from bot.language.spelling import Clause, clauses, folded


class Courtesy(StrEnum):
    """What is said for politeness' sake. The later ones of a message's courtesies weigh less."""

    BYE = "bye"
    THANKS = "thanks"
    HELLO = "hello"
    FINE = "fine"


# "alone" words are a courtesy only where nothing else stands beside them: "cheers", "great".
_ANYWHERE = {courtesy: courtesy.value for courtesy in Courtesy}
_ALONE = {courtesy: f"{courtesy.value}_alone" for courtesy in Courtesy}
_POLITE = (*_ANYWHERE.values(), *_ALONE.values(), "filler")
_GESTURES = {"👋": Courtesy.HELLO, "🙏": Courtesy.THANKS}
_LEADING_MARKS = " \t\n,.;:!?…–—-"


def courtesy(text: str, preferred: str | None = None) -> tuple[Courtesy, str | None] | None:
    """Return which courtesy a message is when it is nothing else, and the language of its words.

    Args:
        text: The message.
        preferred: The conversation's language, tried first.

    Returns:
        The weightiest courtesy ("ok thanks bye" is a goodbye) and the language; the language is
        None where several have the words, or there are only pictures. None for any other message.
    """
    said = clauses(text)
    if not said:
        gesture = _gesture(text)
        return (gesture, None) if gesture else None
    readings = [
        (min(found, key=list(Courtesy).index), lexicon.language)
        for lexicon in in_order(preferred)
        if (found := _all_courtesies(said, lexicon))
    ]
    if not readings:
        return None
    kind, language = readings[0]
    return kind, language if len(readings) == 1 or language == preferred else None


def without_courtesies(text: str) -> str:
    """Return a message without greetings, thanks and the like around what it says.

    "hi, are you open?" gives "are you open?", "thanks, and where can I park?" gives
    "where can I park?". A message that is nothing else comes back as it is.
    """
    if courtesy(text):
        return text
    best, said = text, clauses(text)
    for lexicon in lexicons().values():
        rest = _stripped(text, said, lexicon)
        if len(rest) < len(best) and folded(rest):
            best = rest
    return best


def agrees(text: str) -> bool:
    """Return whether a message is nothing but a yes, in any language."""
    words = folded(text)
    return any(lexicon.phrase("agree", words) for lexicon in lexicons().values())


def _gesture(text: str) -> Courtesy | None:
    """Return what a message of pictures alone says: a wave greets, a picture else agrees."""
    for sign, meaning in _GESTURES.items():
        if sign in text:
            return meaning
    # "So" is Unicode's category of pictures and symbols.
    shown = any(unicodedata.category(c) == "So" for c in text)
    return Courtesy.FINE if shown else None


def _all_courtesies(said: Iterable[Clause], lexicon: Lexicon) -> set[Courtesy] | None:
    found: set[Courtesy] = set()
    for clause in said:
        kinds = _courtesies(clause.words, lexicon)
        if kinds is None:
            return None
        found |= kinds
    return found or None


def _courtesies(words: str, lexicon: Lexicon) -> set[Courtesy] | None:
    """Return the courtesies a clause is made of, or None where it holds anything else."""
    found, rest = set(), f"{words} "
    while rest.strip():
        if not lexicon.may_open(_POLITE, (rest.partition(" ")[0],)):
            return None
        best, kind = lexicon.opening(("filler",), rest.strip()), None
        for courtesy_kind in Courtesy:
            names = (_ANYWHERE[courtesy_kind], _ALONE[courtesy_kind])
            opening = lexicon.opening(names, rest.strip())
            if len(opening) > len(best) or (opening and opening == best and kind is None):
                best, kind = opening, courtesy_kind
        if not best:
            return None
        if kind:
            found.add(kind)
        rest = rest[len(best) :]
    return found


def _stripped(text: str, said: list[Clause], lexicon: Lexicon) -> str:
    while said and _courtesies(said[0].words, lexicon):
        said = said[1:]
    ended = len(text)
    while len(said) > 1 and not said[-1].asks and _courtesies(said[-1].words, lexicon):
        ended = said[-1].start
        said = said[:-1]
    if not said:
        return text
    followed = bool(said[0].start)
    text = text[said[0].start : ended].strip()
    words = " ".join(clause.words for clause in said)
    if followed or _opening_courtesy(words, lexicon):
        return _without_opening(text, lexicon, followed)
    return text


def _without_opening(text: str, lexicon: Lexicon, followed: bool) -> str:
    """Return the text without courtesies it begins with, and without an "and" after them."""
    while opening := _opening_courtesy(folded(text), lexicon):
        shorter = _without_words(text, len(opening.split()))
        if not folded(shorter):
            return text
        text, followed = shorter, True
    if followed:
        conjunction = lexicon.opening(("conjunction",), folded(text))
        shorter = _without_words(text, len(conjunction.split()))
        # "hi, and on sundays?" leans on the question before: its "and" is needed.
        if conjunction and len(folded(shorter).split()) > 3:
            return shorter
    return text


def _opening_courtesy(words: str, lexicon: Lexicon) -> str:
    return lexicon.opening(tuple(_ANYWHERE.values()), words)


def _without_words(text: str, count: int) -> str:
    """Return the text without its first words, by the count `folded` gives."""
    for match in re.finditer(r"\S+", text):
        if count <= 0:
            return text[match.start() :].lstrip(_LEADING_MARKS)
        count -= len(folded(match[0]).split())
    return "" if count <= 0 else text
