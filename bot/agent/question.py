"""One question or several, and whether a question leans on the one before. By rules, no model.

The rules look at function words alone (question words, verbs that open a question, connectives,
pronouns, prepositions), which are the same whatever the business sells.
"""

import re
from dataclasses import dataclass

from bot.language.lexicon import Lexicon, closest
from bot.language.spelling import clauses, folded

_MAX_PARTS = 3

# Up to so many words of its own a question may have and still lean on the one before.
_OWN_AFTER_CONNECTIVE = 3
_OWN_BESIDE_POINTING = 2
_OWN_BESIDE_WEAK = 1
_OWN_AFTER_PREPOSITION = 2

# How many words of the questions before are searched with.
_KEPT = 8

_FUNCTION = (
    "function", "interrogative", "verbfirst", "connective", "adding", "pointing", "pointing_weak",
    "preposition", "more", "article", "please", "filler", "number_word", "bareverb",
)  # fmt: skip
_TIMES = ("time", "calendar")
_SENTENCE = re.compile(r"(?:[.!](?=\S)|[^.!?\n;])+[.!?\n;]*|[.!?\n;]+")
_WORD = re.compile(r"\S+")
_BEGINNING = 12
_EDGES = " \t\n,;"


def parts(text: str) -> list[str]:
    """Return the questions a message asks, in order: at most three, [text] for one alone.

    "do you deliver, and may my dog come in?" gives two; "bread and cakes?" gives one. What is no
    question itself stays with the question beside it. A later part may lean on the one before
    it: ask `leans`.
    """
    lexicon = closest(folded(text))
    found: list[str] = []
    leading = ""
    for sentence in _SENTENCE.findall(text):
        for piece in _asked_together(sentence, lexicon):
            if _asks(piece, lexicon):
                found.append(f"{leading} {piece.strip()}".strip(_EDGES))
                leading = ""
            elif found:
                found[-1] = f"{found[-1]} {piece.strip()}".strip(_EDGES)
            else:
                leading = f"{leading} {piece.strip()}"
    if len(found) < 2:
        return [text]
    return [*found[: _MAX_PARTS - 1], " ".join(found[_MAX_PARTS - 1 :])][: len(found)]


def leans(text: str, previous: str) -> bool:
    """Return whether a question can't be understood without the person's question before.

    Args:
        text: The question.
        previous: The question before it in the conversation; "" where there is none.
    """
    words = folded(text)
    if not previous or not words:
        return False
    reading = _Reading.of(text)
    return (
        not reading.own
        or (reading.connected and len(reading.own) <= _OWN_AFTER_CONNECTIVE)
        or (reading.points and len(reading.own) <= _OWN_BESIDE_POINTING)
        or (reading.points_weakly and len(reading.own) <= _OWN_BESIDE_WEAK)
        or (reading.bare_phrase and len(reading.own) <= _OWN_AFTER_PREPOSITION)
    )


def together(text: str, previous: str) -> str:
    """Return what to search with for a question that leans on the one before.

    The question comes whole and first, of the one before only the words that carry a meaning, so
    that the new words weigh most.

    Args:
        text: The question.
        previous: What was searched with for the question before: its own text or, where that
            leaned too, what this function gave for it. So a topic lives on over several turns,
            its oldest words going first.
    """
    lexicon = closest(folded(previous))
    own = _own(folded(previous), lexicon)
    kept = [word for word in previous.split() if own.intersection(folded(word).split())]
    return " ".join([text.strip(), *(word.strip(_EDGES + "?!.¿¡") for word in kept[:_KEPT])])


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the function words of a question say.

    Attributes:
        own: Words that carry a meaning of their own, days and times left out.
        connected: It begins with "and", "what about" and the like.
        points: "that", "those": something said before, whatever else stands in the question.
        points_weakly: "it", "there", "more": perhaps something said before.
        bare_phrase: It begins with a preposition and has no verb or question word: "on sundays?".
    """

    own: frozenset[str]
    connected: bool
    points: bool
    points_weakly: bool
    bare_phrase: bool

    @classmethod
    def of(cls, text: str) -> "_Reading":
        words = folded(text)
        lexicon = closest(words)
        spoken = words.split()
        opens = lexicon.vocabulary("interrogative", "verbfirst", "bareverb")
        # What a later clause points at stands in the message itself: "I have a dog, may it come?"
        first = _first_telling_clause(text, lexicon)
        return cls(
            own=_own(words, lexicon),
            connected=bool(lexicon.opening(("connective",), words)),
            points=_holds(first, lexicon, ("pointing",)),
            points_weakly=_holds(first, lexicon, ("pointing_weak", "more")),
            bare_phrase=spoken[0] in lexicon.vocabulary("preposition")
            and not opens.intersection(spoken),
        )


def _own(words: str, lexicon: Lexicon) -> frozenset[str]:
    known = lexicon.vocabulary(*_FUNCTION, *_TIMES)
    return frozenset(w for w in words.split() if w not in known and not w.isdigit())


def _first_telling_clause(text: str, lexicon: Lexicon) -> list[str]:
    """Return the words up to the end of the first clause that has words of its own."""
    spoken: list[str] = []
    for clause in clauses(text):
        spoken += clause.words.split()
        if _own(clause.words, lexicon):
            break
    return spoken


def _holds(spoken: list[str], lexicon: Lexicon, names: tuple[str, ...]) -> bool:
    """Return whether a word of these classes stands there, not before a time ("this week")."""
    times = lexicon.vocabulary(*_TIMES)
    return any(
        lexicon.opening(names, " ".join(spoken[at : at + 3])) and spoken[at + 1] not in times
        for at in range(len(spoken) - 1)
    ) or bool(spoken and lexicon.opening(names, spoken[-1]))


def _asked_together(sentence: str, lexicon: Lexicon) -> list[str]:
    """Return a sentence cut where "and" joins two questions; its "and" goes with the cut."""
    joints = lexicon.vocabulary("adding")
    for word in _WORD.finditer(sentence):
        before, after = sentence[: word.start()], sentence[word.start() :]
        if folded(word[0]) not in joints or not _asks(before, lexicon):
            continue
        joint = lexicon.opening(("adding",), folded(_beginning(after)))
        second = _without_words(after, len(joint.split()))
        if joint and _opens(second, lexicon):
            return [before.strip(_EDGES), *_asked_together(second, lexicon)]
    return [sentence]


def _beginning(text: str) -> str:
    """Return the first words of a text, enough to see how it begins."""
    return " ".join(text.split(maxsplit=_BEGINNING)[:_BEGINNING])


def _without_words(text: str, count: int) -> str:
    """Return the text without its first words."""
    return (text.split(maxsplit=count)[count:] or [""])[0]


def _asks(piece: str, lexicon: Lexicon) -> bool:
    """Return whether a piece is a question that can stand for itself."""
    if _opens(piece, lexicon) or "¿" in piece:
        return True
    if "?" not in piece or not folded(piece):
        return False
    # "dogs?" asks something new; "on sundays?" goes on with what stands before it.
    reading = _Reading.of(piece)
    return bool(reading.own) and not reading.bare_phrase


def _opens(piece: str, lexicon: Lexicon) -> bool:
    """Return whether a piece begins as questions do, with enough behind it to be one."""
    spoken = folded(_beginning(piece)).split()
    prepositions = lexicon.vocabulary("preposition", "please", "adding")
    openers = lexicon.vocabulary("interrogative")
    while len(spoken) > 2 and spoken[0] in prepositions and spoken[0] not in openers:
        spoken = spoken[1:]
    if len(spoken) < 2:
        return False
    if spoken[0] in openers:
        return True
    if spoken[0] in lexicon.vocabulary("bareverb"):
        return True
    return spoken[0] in lexicon.vocabulary("verbfirst") and (
        len(spoken) > 2 or spoken[1] in lexicon.vocabulary("function")
    )
