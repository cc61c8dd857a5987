"""Words to a request about one's own reminders: list, move, cancel or reword them.

A phrase of the language tells what is wanted and where the words stand that say which and when;
what these come to is told by the person's own reminders, see `managing`. Precise before complete:
a question about the business that is taken for a request goes unanswered.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from bot.followups.shifts import Shift, shift_at_end, shift_of
from bot.language.courtesies import without_courtesies
from bot.language.requests import RequestLexicon, request_lexicons
from bot.language.spelling import folded

# A request is said in few words; a longer text tells a story.
_MAX_WORDS = 30


class Act(StrEnum):
    """What is wanted of reminders."""

    LIST = "list"
    MOVE = "move"
    CANCEL = "cancel"
    REWORD = "reword"


class Scope(StrEnum):
    """Which times of a repeated reminder are meant."""

    UNSAID = "unsaid"
    ONCE = "once"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Request:
    """One way to understand a message as a request.

    Attributes:
        about: The words that say which reminder, as they were written; "" when none do.
        shift: When instead; None where that is not said, or nothing is to be moved.
        text: What is to be reminded of instead; "" where nothing is to be reworded.
        instead_of: Words of the time it had, "" when not said.
        plain: It is said to the bot and not for oneself ("can I …", "the oven is done").
        named: It calls them reminders.
        hinted: It says "remind me" or "the … thing", as one speaks of reminders.
        own: It is about something of one's own ("my appointment").
        weak: Its verb is said of many things ("set", "make").
    """

    act: Act
    language: str
    about: str
    shift: Shift | None = None
    text: str = ""
    instead_of: str = ""
    scope: Scope = Scope.UNSAID
    plain: bool = True
    named: bool = False
    hinted: bool = False
    own: bool = False
    weak: bool = False


def requests(text: str, preferred: str | None = None) -> list[Request]:
    """Return the ways to understand a message as a request, the likeliest first; mostly none.

    Args:
        text: The message as written.
        preferred: The conversation's language, tried first.
    """
    said = _Said(without_courtesies(text))
    if not said.words or len(said.words.split()) > _MAX_WORDS:
        return []
    lexicons = sorted(request_lexicons().values(), key=lambda each: each.language != preferred)
    read = (each for lexicon in lexicons for each in _read(said, lexicon))
    return [each for each in read if not _denied(each)]


def answer_to(request: Request, text: str) -> Request:
    """Return a request with what the answer to a question about it adds.

    "Thursday at 10" adds when, "all of them" which times; other words may say which is meant.
    """
    lexicon = request_lexicons()[request.language]
    scope = _scope(folded(text), lexicon)
    if scope is not Scope.UNSAID:
        return replace(request, scope=scope)
    shift = shift_of(text, lexicon)
    if shift is not None and request.act is Act.MOVE:
        return replace(request, shift=shift)
    return replace(request, about=text, named=False, hinted=True)


def agrees(text: str, language: str) -> bool:
    """Return whether a text is a yes."""
    lexicon = request_lexicons().get(language)
    return lexicon is not None and lexicon.made_of(("yes",), folded(text))


def points(text: str, language: str) -> bool:
    """Return whether a text speaks of "it" or "that"."""
    lexicon = request_lexicons().get(language)
    return lexicon is not None and lexicon.holds("pointer", folded(text))


def proposal(act: Act, which: str, to: str, *, text: str, language: str) -> Request:
    """Return a model's proposal as a request, held to what a person said.

    Args:
        act: What the model takes them to want.
        which: Its words for the reminder.
        to: Its words for the new time, taken where they stand in the text; else the text's own at
            its end.
        text: The person's.
        language: Of the text.

    Returns:
        A plain one where the text says itself what is to be done.
    """
    lexicons = request_lexicons()
    lexicon = lexicons.get(language) or next(iter(lexicons.values()))
    said = folded(text)
    classes = {
        Act.MOVE: ("moving", "moving_last", "setting", "setting_last"),
        Act.CANCEL: ("cancelling", "cancelling_last", "needless", "over"),
        Act.LIST: (),
        Act.REWORD: (),
    }
    stands = bool(folded(to)) and f" {folded(to)} " in f" {said} "
    at_end = shift_at_end(text, lexicon, said)
    shift = (shift_of(to, lexicon, said) if stands else None) or (at_end and at_end[1])
    return Request(
        act,
        lexicon.language,
        which,
        shift=shift if act is Act.MOVE else None,
        scope=_scope(said, lexicon),
        plain=any(lexicon.holds(name, said) for name in classes[act]),
        named=lexicon.holds("reminder", said) or lexicon.holds("reminding", said),
    )


class _Said:
    """A message's words in one spelling, and where each stands in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = folded(text)

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        return [
            match.span()
            for match in re.finditer(r"\S+", self.text)
            for _ in folded(match[0]).split()
        ]

    @property
    def told_apart(self) -> bool:
        """Return whether each of the words has its place: no request is spelt otherwise."""
        return len(self._places) == len(self.words.split())

    def part(self, places: range) -> str:
        """Return the words at some places as they were written, without marks around them."""
        if not places:
            return ""
        start, end = self._places[places[0]][0], self._places[places[-1]][1]
        return self.text[start:end].strip(' \t\n,;:.!?-\u2013\u201c\u201d\u201e"')

    def parts(self, several: Iterable[range]) -> str:
        """Return the words at several places, in one."""
        return " ".join(part for places in several if (part := self.part(places)))


_Slots = Mapping[str, Sequence[tuple[range, ...]]]
"""Which words each "..." of a phrase stands for, by the phrase's name."""


def _read(said: _Said, lexicon: RequestLexicon) -> Iterator[Request]:
    slots: _Slots = {name: [*lexicon.slots(name, said.words)] for name in lexicon.phrases}
    if not any(slots.values()) or not said.told_apart:
        return  # As with most messages: what else the words say need not be told.
    base = Request(
        Act.LIST,
        lexicon.language,
        "",
        scope=_scope(said.words, lexicon),
        plain=not _for_oneself(said.words, lexicon),
        named=lexicon.holds("reminder", said.words),
        hinted=any(lexicon.holds(name, said.words) for name in ("reminding", "thing")),
        own=lexicon.holds("own", said.words),
    )
    yield from _rewordings(slots, said, lexicon, base)
    for name in ("list", "list_mine"):
        for each in slots[name]:
            yield replace(base, about=said.parts(each), plain=name == "list")
    yield from _moves(slots, said, lexicon, base)
    for name in ("cancel", "cancel_maybe"):
        for each in slots[name]:
            about = said.parts(each)
            plain = base.plain and name == "cancel"
            scope = base.scope
            if lexicon.holds("skipping", said.words) and scope is Scope.UNSAID:
                scope = Scope.ONCE
            yield replace(base, act=Act.CANCEL, about=about, plain=plain, scope=scope)


def _denied(request: Request) -> bool:
    return request_lexicons()[request.language].holds("negation", folded(request.about))


def _moves(slots: _Slots, said: _Said, lexicon: RequestLexicon, base: Request) -> Iterator[Request]:
    base = replace(base, act=Act.MOVE)
    for which, instead_of in _pairs(slots["set_instead"]):
        yield from _shifted(said.part(which), said, lexicon, base, said.part(instead_of))
    for each in slots["set"]:
        # The words between ("erst", "not until") belong to neither.
        yield from _shifted(said.parts(each), said, lexicon, replace(base, weak=True))
    for (which,) in slots["move"]:
        found = list(_shifted(said.part(which), said, lexicon, base))
        yield from found or [replace(base, about=said.part(which))]


def _shifted(
    text: str, said: _Said, lexicon: RequestLexicon, base: Request, instead_of: str = ""
) -> Iterator[Request]:
    found = shift_at_end(text, lexicon, said.words)
    if found is not None:
        about, shift = found
        yield replace(base, about=about, shift=shift, instead_of=instead_of)


def _rewordings(
    slots: _Slots, said: _Said, lexicon: RequestLexicon, base: Request
) -> Iterator[Request]:
    """Yield a request for each place where the new words may begin."""
    into = lexicon.vocabulary("into")
    for (slot,) in slots["reword"]:
        words = said.words.split()
        for at in slot:
            if words[at] in into and (text := said.part(range(at + 1, slot.stop))):
                about = said.part(range(slot.start, at))
                yield replace(base, act=Act.REWORD, about=about, text=text)


def _pairs(found: Iterable[tuple[range, ...]]) -> Iterator[tuple[range, range]]:
    for slots in found:
        first, *rest = slots
        if rest:
            yield first, rest[0]


def _scope(words: str, lexicon: RequestLexicon) -> Scope:
    if lexicon.holds("once", words):
        return Scope.ONCE
    return Scope.ALWAYS if lexicon.holds("always", words) else Scope.UNSAID


def _for_oneself(words: str, lexicon: RequestLexicon) -> bool:
    """Whether somebody says what they themselves want or may do."""
    rest = words
    while lead := lexicon.opening(("aside", "lead"), rest):
        rest = rest[len(lead) :]
    return bool(lexicon.opening(("self",), rest))
