"""What a person wants of the bot itself, told from the words alone, without a model.

Precise before complete: a question about the business that is taken for a wish goes unanswered,
a wish that is taken for a question still gets a person offered.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from bot.language.courtesies import Courtesy, courtesy, without_courtesies
from bot.language.lexicon import Lexicon, in_order, lexicons
from bot.language.spelling import Clause, clauses

# A wish is said in few words; a longer clause tells a story.
_MAX_WORDS = 30
# Of a long message the end is looked at: that is where people ask for somebody.
_MAX_CLAUSES = 40


class Wish(StrEnum):
    """What a message asks of the bot itself."""

    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    ACKNOWLEDGEMENT = "acknowledgement"
    ROBOT = "robot"
    HANDOVER = "handover"
    HELP = "help"
    WHY = "why"
    MY_FOLLOW_UPS = "my_follow_ups"
    CANCEL_FOLLOW_UP = "cancel_follow_up"
    FORGET_ME = "forget_me"
    ABOUT_ME = "about_me"


_SOCIAL = {
    Courtesy.HELLO: Wish.GREETING,
    Courtesy.THANKS: Wish.THANKS,
    Courtesy.BYE: Wish.GOODBYE,
    Courtesy.FINE: Wish.ACKNOWLEDGEMENT,
}

# Wishes that a clause of a longer message can hold, most urgent first.
_IN_A_CLAUSE = (Wish.HANDOVER, Wish.ROBOT)
# Wishes that only the whole message can be.
_WHOLE = (
    Wish.FORGET_ME,
    Wish.ABOUT_ME,
    Wish.CANCEL_FOLLOW_UP,
    Wish.MY_FOLLOW_UPS,
    Wish.WHY,
    Wish.HELP,
)

# Every wish is one of these phrases, or names one of these: see `_is`.
_PHRASES = (
    *(wish.value for wish in (*_WHOLE, *_IN_A_CLAUSE)),
    *(f"{wish.value}_alone" for wish in _IN_A_CLAUSE),
)
_NAMED = ("party", "addressed")


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish, and what else the message says.

    Attributes:
        language: Whose words they were; None where several languages have them.
        number: The follow-up's number, where one was said.
        rest: A question asked beside the wish, to be answered too; else "".
    """

    wish: Wish
    language: str | None
    number: int | None = None
    rest: str = ""

    @property
    def social(self) -> bool:
        """Return whether one fixed line answers it."""
        return self.wish is Wish.ROBOT or self.wish in _SOCIAL.values()


def recognise(text: str, *, preferred: str | None = None) -> Intent | None:
    """Return what a message wants of the bot itself, or None: a question like any other.

    Args:
        text: The message as written.
        preferred: The conversation's language, tried first.
    """
    polite = courtesy(text, preferred)
    if polite:
        return Intent(_SOCIAL[polite[0]], polite[1])
    said = clauses(text)[-_MAX_CLAUSES:]
    first = {clause.words.partition(" ")[0] for clause in said}
    spoken = {word for clause in said for word in clause.words.split()}
    order = [
        each
        for each in in_order(preferred)
        if each.may_open(_PHRASES, first) or each.may_open(_NAMED, spoken)
    ]
    return _whole(said, order) or _within(text, said, order)


def asks(text: str, language: str = "") -> bool:
    """Return whether a message asks anything but to take in the files that came with it.

    Args:
        text: The message.
        language: ISO 639-1, of the question; "" reads it in every language.
    """
    every = lexicons()
    read_in = [every[language]] if language in every else every.values()
    return any(_asks(text, each, beside="learn") for each in read_in)


def _whole(said: Sequence[Clause], order: Sequence[Lexicon]) -> Intent | None:
    """Return the wish that all the words together are."""
    words = " ".join(clause.words for clause in said)
    if not words or len(words.split()) > _MAX_WORDS:
        return None
    for lexicon in order:
        for wish in _WHOLE:
            if lexicon.phrase(wish.value, words):
                number = re.search(r"\d{1,9}", words) if wish is Wish.CANCEL_FOLLOW_UP else None
                return Intent(wish, lexicon.language, int(number[0]) if number else None)
        for wish in _IN_A_CLAUSE:
            if _is(wish, words, lexicon, alone=True):
                return Intent(wish, lexicon.language)
    return None


def _within(text: str, said: Sequence[Clause], order: Sequence[Lexicon]) -> Intent | None:
    """Return the wish that a stretch of the clauses holds, with the question beside it."""
    for wish in _IN_A_CLAUSE:
        for lexicon in order:
            found = _stretch(said, partial(_is, wish, lexicon=lexicon, alone=False))
            if found:
                first, last = found
                before = text[: said[first].start]
                after = text[said[last].start + len(said[last].text) :]
                return Intent(wish, lexicon.language, rest=_question(before, after, lexicon))
    return None


def _is(wish: Wish, words: str, lexicon: Lexicon, *, alone: bool) -> bool:
    """Return whether the words are the wish for a person, or ask for a robot.

    Either they are a phrase that is known, or they hold the words that make such a wish and
    beside them only words that change nothing: "could I please have a quick word with someone".

    Args:
        wish: HANDOVER or ROBOT.
        words: One clause or more, in the spelling of `folded`.
        lexicon: The language to read them in.
        alone: They are all the message says, so fewer words will do.
    """
    if lexicon.phrase(wish.value, words):
        return True
    if alone and lexicon.phrase(f"{wish.value}_alone", words):
        return True
    if wish is Wish.HANDOVER:
        return _calls_for_a_person(words, lexicon, alone)
    beside = ("addressed", "bot", "party", "real", "robot_light", "article")
    return (
        lexicon.holds("addressed", words)
        and (lexicon.holds("bot", words) or lexicon.holds("party", words))
        and lexicon.made_of(beside, words)
    )


def _calls_for_a_person(words: str, lexicon: Lexicon, alone: bool) -> bool:
    beside = ("contact", "talk", "party", "light", "about", "tail", "aside", "wanting", "asking")
    return (
        lexicon.holds("party", words)
        and (lexicon.holds("contact", words) or lexicon.holds("talk", words))
        # "do I have to speak to someone first?" asks about the business.
        and not lexicon.holds("obliged", words)
        # "can you talk to the manager?" asks nothing for oneself.
        and (lexicon.holds("me", words) or not lexicon.holds("you", words))
        and lexicon.made_of((*beside, "light_alone") if alone else beside, words)
    )


def _stretch(said: Sequence[Clause], fits: Callable[[str], bool]) -> tuple[int, int] | None:
    """Return the first and last clause of the longest stretch, at most three, that fits."""
    for length in (3, 2, 1):
        for first in range(len(said) - length + 1):
            words = " ".join(clause.words for clause in said[first : first + length])
            if len(words.split()) <= _MAX_WORDS and fits(words):
                return first, first + length - 1
    return None


def _question(before: str, after: str, lexicon: Lexicon) -> str:
    """Return what was asked before or after a wish; "" for what only leads up to it."""
    asked = [part for part in (before.strip(), after.strip()) if _asks(part, lexicon)]
    return without_courtesies(" ".join(asked)) if asked else ""


def _asks(text: str, lexicon: Lexicon, *, beside: str = "") -> bool:
    """Return whether a text asks something, beside clauses that begin with words of a class."""
    said = clauses(without_courtesies(text)) if text else []
    openers = lexicon.vocabulary("interrogative")
    asking = [each for each in said if each.asks or each.words.split()[0] in openers]
    if beside:
        asking = [each for each in asking if not _begins_with(beside, each.words)]
    return bool(asking) and not courtesy(text)


def _begins_with(name: str, words: str) -> bool:
    return any(lexicon.opening((name,), words) for lexicon in lexicons().values())
