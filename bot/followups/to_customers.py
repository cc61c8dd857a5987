"""A wish that a customer be written to again, recognised in English and German.

"Write to them again on Tuesday if they haven't replied", "schreib Carla am Dienstag noch mal, wenn
sie sich nicht gemeldet hat: Haben Sie sich entschieden?" What is left beside whom, when, the
condition and the words must be nothing, else it is another message.
"""

import re
from dataclasses import dataclass

from bot.followups.grammar.reading import best_reading, tidy, without
from bot.followups.grammar.tokens import MAX_CHARS

_I = re.IGNORECASE
_DOTALL = re.IGNORECASE | re.DOTALL

# Nothing more is looked for in a text that has none of these.
_VERB = re.compile(
    r"(?<![\w'-])(?:write|message|text|ask|get back|reach out|follow up|check (?:in|back)"
    r"|schreib(?:e|t|en)?|frag(?:e|t|en)?|hak(?:e|t|en)?|meld(?:e|et|en)?)(?![\w'-])",
    _I,
)
_LEAD = re.compile(
    r"(?:(?:please|bitte|hi|hey|hello|hallo|ok|okay|deskhand)[\s,!.]*)*"
    r"(?:(?:can|could|would) you(?: please)?\s+)?",
    _I,
)
_WRITE = re.compile(
    r"(?:(?:write|get back|reach out)\s+to|message|text|ask|(?:follow up|check (?:in|back))\s+with"
    r"|write|schreib(?:e|t|en sie)?|(?:frag(?:e|t|en sie)?|hak(?:e|t|en sie)?)(?:\s+bei)?"
    r"|(?:meld(?:e|et)?\s+dich|melden\s+sie\s+sich)"
    r"(?:\s+(?:bitte|noch ?mal|noch ?einmal|nochmals|wieder))*\s+bei)\s+(?:bitte\s+)?",
    _I,
)
_THEM = re.compile(
    r"(?:them|her|him|the (?:customer|client|guest|patient)|ihr|ihm|ihnen|sie|ihn"
    r"|de[nmr] kund(?:in|en)|die kundin)(?![\w'-])",
    _I,
)
_NAME = re.compile(r"[^\W\d_][\w'-]*(?: [^\W\d_a-zäöüß][\w'-]*){0,3}")
_NO_NAME = re.compile(
    r"(?:the|a|an|this|that|it|me|us|my|our|your|down|up|about|on|in|at|if|again|der|die|das|dem|den"
    r"|ein|eine|einen|es|mir|mich|uns|mein\w*|unser\w*|auf|an|bitte|nach|to|what|how|was|wie)"
    r"(?![\w'-])",
    _I,
)
# The words themselves: in quotes, or behind a colon that is none of a time.
_WORDS = (
    re.compile(
        r"[\s,:]*(?:(?:and )?say(?:ing)?|und sag|mit den worten|with the words)?[\s,:]*"
        r"[\"“„«»](?P<words>.+)[\"”“»«]\s*$",
        _DOTALL,
    ),
    re.compile(r"\s*:\s+(?P<words>\S.*)$", _DOTALL),
)
_THEY = r"(?:they|she|he|the (?:customer|client|guest|patient)|{name})"
_SIE = r"(?:sie|er|die kundin|der kunde|{name})"
_UNLESS = (
    (
        rf",?\s*\bif\s+{_THEY}\s+(?:have not|haven't|has not|hasn't|do not|don't|does not|doesn't"
        r"|did not|didn't)(?: yet)?(?: (?:replied|answered|responded|written(?: back)?|reply|answer"
        r"|respond|write(?: back)?|got(?:ten)? back|get back|come back|reacted))?"
        r"(?: to (?:us|me|you|that|it))?(?: (?:by then|until then|before|yet))*"
    ),
    (
        rf",?\s*\bunless\s+{_THEY}\s+(?:has |have )?(?:replied|replies|reply|answered|answers?"
        r"|responded|responds?|written|writes?)(?: back)?(?: to (?:us|me))?"
        r"(?: (?:by then|until then|before))*"
    ),
    (
        r",?\s*\bif\s+(?:there(?:'s| is| has been)|(?:we|i) (?:have|get|hear)) (?:still )?"
        r"(?:no (?:reply|answer|response|word)|nothing)(?: from (?:them|her|him))?(?: by then)?"
    ),
    (
        rf",?\s*\b(?:wenn|falls|sofern)\s+(?:sich\s+)?{_SIE}(?: sich)?(?: bis dahin| dann)?"
        r"(?: noch| immer noch)?(?: nicht| nichts)"
        r"(?: (?:geantwortet|gemeldet|geschrieben|reagiert|zurückgeschrieben)(?: hat| haben)?"
        r"| antwortet| antworten| schreibt| meldet)"
    ),
    (
        r",?\s*\b(?:wenn|falls|sofern)\s+(?:bis dahin |dann )?(?:noch )?keine"
        r" (?:antwort|rückmeldung)(?: (?:kommt|kam|da ist|gekommen ist))?"
    ),
)
_IDLE = re.compile(
    r"(?:(?:again|once more|then|please|bitte|noch ?einmal|noch ?mal|nochmals|erneut|wieder|nach"
    r"|and|und|with)(?![\w'-])|[\s,.!?])+",
    _I,
)
_REWORD = re.compile(
    r"\s*(?:no|number|nr|nummer)\.?\s*(?P<number>\d{1,9})\s*:\s*(?P<words>\S.*)$", _DOTALL
)


@dataclass(frozen=True, slots=True)
class ToCustomer:
    """A wish that a customer be written to.

    Attributes:
        name: Whom; "" for whom the conversation is about.
        unless_written: Not if they have written by then.
        when: Words that have a time in them, if any do.
        words: To be written; "" where none were given.
        about: It was said what about, but not in which words.
    """

    name: str
    unless_written: bool
    when: str
    words: str
    about: bool = False


@dataclass(frozen=True, slots=True)
class Reworded:
    """Other words for a follow-up of a number."""

    number: int
    words: str


def may_be_to_customer(text: str) -> bool:
    """Return whether a text is worth a look; costs next to nothing."""
    return _VERB.search(text, 0, MAX_CHARS) is not None


def reworded(text: str) -> Reworded | None:
    """Return the other words for a follow-up that a message is: "no. 7: …"; None for none."""
    found = _REWORD.match(text)
    return None if found is None else Reworded(int(found["number"]), _unquoted(found["words"]))


def to_customer(text: str) -> ToCustomer | None:
    """Return the wish that a message is, None when it is none."""
    plain = text.replace("\u2019", "'").strip()
    if not may_be_to_customer(plain):
        return None
    head, words = _parted(plain)
    head = " ".join(head[:MAX_CHARS].split())
    reading = best_reading(head, None)
    left = tidy(without(head, reading.spans)) if reading else head
    begins = _LEAD.match(left)
    write = _WRITE.match(left, begins.end() if begins else 0)
    if write is None:
        return None
    rest = left[write.end() :]
    them = _THEM.match(rest)
    named = None if them else _NAME.match(rest)
    found = them or named
    if found is None or (found is named and _NO_NAME.match(rest)):
        return None
    whom = found[0]
    name = "" if them else whom
    unless, rest = _without_condition(rest[len(whom) :], name)
    rest = _IDLE.sub(" ", rest).strip()
    about = re.match(r"(?:about|wegen|über)\s", rest, _I) is not None
    if rest and not about:
        return None
    if not (unless or words or reading):
        return None
    # The words of time alone: that they have *not* replied turns none of them away.
    when = " ".join(head[start:end] for start, end in reading.spans) if reading else ""
    return ToCustomer(name, unless, when, words, about)


def _parted(text: str) -> tuple[str, str]:
    """Return a text without the words that are to be written, and these."""
    for pattern in _WORDS:
        found = pattern.search(text)
        if found is not None and found.start():
            return text[: found.start()], _unquoted(found["words"])
    return text, ""


def _unquoted(words: str) -> str:
    return words.strip().strip('"“”„«»').strip()


def _without_condition(text: str, name: str) -> tuple[bool, str]:
    bearer = re.escape(name) if name else "(?!)"
    for each in _UNLESS:
        pattern = each.replace("{name}", bearer)
        left, count = re.subn(pattern, "", text, count=1, flags=_I)
        if count:
            return True, left
    return False, text
