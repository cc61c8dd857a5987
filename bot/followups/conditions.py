"""A wish that somebody be told if nobody answers, recognised in English and German.

"If nobody has answered Ann by 3 pm, tell Ben", "remind me if nobody replies in #orders by noon":
one half says what must not happen, with a time or without, the other whom to tell. A message of
which one half is anything else is no such wish: "if nobody answers, what do I do?"
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bot.followups.grammar.reading import best_reading, tidy, without
from bot.followups.grammar.tokens import MAX_CHARS

_I = re.IGNORECASE

# Nothing more is looked for in a text that has none of these.
_IF = re.compile(r"(?<![\w'-])(?:if|unless|wenn|falls|sofern)(?![\w'-])", _I)
_SILENCE = re.compile(
    r"(?<![\w'-])(?:nobody|no[ -]?one|none|no|nothing|not|niemand|keine?r?|nicht|unless)(?![\w'-])"
    r"|n['\u2019]t\b",
    _I,
)
_LEAD = re.compile(
    r"(?:(?:please|bitte|hi|hey|hello|hallo|ok|okay|deskhand)[\s,!.]*)*"
    r"(?P<can>(?:(?:can|could|would) you(?: please)?|(?:kannst|könntest|würdest) du(?: bitte)?"
    r"|(?:können|könnten|würden) sie(?: bitte)?)\s+)?",
    _I,
)
# Whom to tell stands behind it.
_TELL = re.compile(
    r"(?:please\s+|bitte\s+)?(?:"
    r"(?:remind|tell|ping|nudge|notify|inform|alert|message|let)\s+|write\s+(?:to\s+)?"
    r"|(?:erinner(?:e|t|n\s+sie)?|sag(?:e|t|en\s+sie)?|gib|gebt|geben\s+sie"
    r"|informier(?:e|t|en\s+sie)?|schreib(?:e|t|en\s+sie)?|benachrichtig(?:e|t|en\s+sie)?"
    r"|meld(?:e|et)?\s+dich\s+bei|melden\s+sie\s+sich\s+bei)\s+"
    r")(?:bitte\s+)?",
    _I,
)
_ME = re.compile(r"(?:me|us|mir|mich|uns)(?![\w'-])", _I)
# What stands where a name would: "tell the driver", "let it rest".
_NO_NAME = re.compile(
    r"(?:the|a|an|this|that|these|it|my|our|your|his|her|their|them|him|everybody|everyone|der|die"
    r"|das|dem|den|ein|eine|einen|einem|es|mein\w*|unser\w*|dein\w*|ihr\w*|ihm|ihn|alle\w*|bitte"
    r"|to|about|of|in|at|on|for|und|and)(?![\w'-])",
    _I,
)
_NAME = re.compile(r"@?\w[\w.'-]*(?: [\w.'-]+){0,3}$")
# What follows whom one tells and says nothing of what: "let Ben know", "sag Ben Bescheid".
_IDLE = re.compile(
    r"^(?:[\s,:]*(?:know|please|then|bescheid|daran|dann|bitte|sagen|geben|erinnern|informieren)"
    r"(?![\w'-]))+",
    _I,
)
# "Can you …?" in German has the verb at its end.
_VERB_LAST = re.compile(
    r"\s+(?:bescheid (?:sagen|geben)|erinnern|informieren|benachrichtigen|schreiben)$", _I
)
# What to tell may stand behind the time: "if nobody replies by noon to call them".
_TO_DO = re.compile(r"^[\s,]*(?:to|daran|zu|dass|that)(?![\w'-])", _I)
_THEN = re.compile(r"[\s,]+(?:(?:then|dann|so)[\s,]*)?$", _I)
# Asked for, not to be told.
_ASKS = re.compile(r"(?:what|how|why|who|when|where|was|wie|warum|wer|wo|ob|whether)(?![\w'-])", _I)
_LINK = re.compile(r"^[\s,:]*(?:(?:to|that|about|dass|zu|an)(?![\w'-]))?\s*", _I)

_NOBODY = r"(?:nobody|no[ -]?one|none of (?:us|you|them))(?: else)?"
_SOMEBODY = r"(?:somebody|someone|anybody|anyone)(?: else)?"
_AUX = r"(?:\s+(?:has|have|had|did|will|would|yet|still|ever|since))*"
_ANSWERS = (
    r"(?:answer(?:ed|s)?|repl(?:y|ied|ies)|respond(?:ed|s)?|react(?:ed|s)?"
    r"|(?:got|gotten|gets?|came|comes?) back|help(?:ed|s)?|wr(?:ote|ites?|itten)(?: back)?"
    r"|t(?:aken|akes?|ook)(?: over| care of)?|look(?:ed|s)? after|se(?:en|es) to|said anything)"
)
_NOT = (
    r"(?:has not|hasn't|have not|haven't|does not|doesn't|do not|don't|did not|didn't|will not"
    r"|won't|is not|isn't|was not|wasn't)(?: yet)?"
)
_NIEMAND = (
    r"(?:noch )?(?:niemand|keiner|keine)(?: sonst| anderes| anderer| mehr| von (?:uns|euch))?"
)
_GEANTWORTET = (
    r"(?:geantwortet|antwortet|beantwortet|reagiert|gemeldet|meldet|gekümmert|kümmert|geschrieben"
    r"|schreibt|übernommen|übernimmt|geholfen|hilft)(?: hat| haben)?"
)
_WAITS = (
    rf"{_NOBODY}{_AUX}\s+{_ANSWERS}(?P<of>\b.*)",
    (
        r"(?:there(?:'s| is| has been| was)|we (?:have|get|got|hear)|i (?:have|get|got|hear))"
        r"(?: still)? (?:no (?:answer|reply|response)|nothing)(?P<of>\b.*)"
    ),
    (
        rf"(?P<of>.+?)\s+{_NOT}(?: been| got(?:ten)?| had| received)"
        r" (?:answered|replied to|helped|taken(?: over)?|seen to|looked after|an answer|a reply)"
    ),
    r"(?P<of>.+?)\s+(?:still )?(?:has|gets|got) no (?:answer|reply)",
    rf"(?:sich )?(?P<before>.*?)\s*\b{_NIEMAND}(?: sich)?\b(?P<of>.*?)\s*\b{_GEANTWORTET}",
    (
        r"(?P<of>.*?)\s*(?:noch |immer noch )?keine (?:antwort|rückmeldung|reaktion)"
        r"(?: (?:hat|bekommt|bekommen hat|erhält|erhalten hat|kommt|kam|gekommen ist|da ist|gibt))"
    ),
)
_SILENT = (
    rf"(?P<who>.+?)\s+{_NOT}\s+{_ANSWERS}(?P<of>\b.*)",
    rf"(?P<who>.+?)\s+(?:sich )?(?:noch |immer noch )?nicht\b(?P<of>.*?)\s*\b{_GEANTWORTET}",
)
_UNLESS_WAITS = (rf"{_SOMEBODY}{_AUX}\s+{_ANSWERS}(?P<of>\b.*)",)
_UNLESS_SILENT = (rf"(?P<who>.+?)(?:\s+(?:has|have|will))?\s+{_ANSWERS}(?P<of>\b.*)",)


def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"{each}(?:\s+(?:yet|so far|then))?$", _I) for each in patterns)


_PATTERNS = {
    # Whether it is said with "unless"; those that name who is silent come after the others.
    False: (_compiled(_WAITS), _compiled(_SILENT)),
    True: (_compiled(_UNLESS_WAITS), _compiled(_UNLESS_SILENT)),
}
# Of a limit, in the words in which times are read.
_LIMITS = (
    (re.compile(r"\bwithin(?: the next)?\b", _I), "in"),
    (re.compile(r"\binnerhalb (?:von|der nächsten|einer)\b", _I), "in"),
    (re.compile(r"\b(?:before|until|till)(?=\s)", _I), "by"),
    # "By 3" is no name, whatever stands before it.
    (
        re.compile(r"\bby (\d{1,2})(?=$|,| [^\W\d])(?! (?:am|pm|a\.m|p\.m|o'clock))", _I),
        r"by \1:00",
    ),
    (re.compile(r"\bbis (\d{1,2})(?=$|,| [^\W\d])(?! uhr)", _I), r"bis \1 Uhr"),
)
_HERE = re.compile(
    r"(?:here|hier|it|this|that|me|us|mir|mich|uns|darauf|(?:in |to |auf )?(?:this|the|diese[mnrs]?"
    r"|de[nmr]|die|das|my|our|meine[nrm]?|unsere[nrm]?)"
    r" (?:room|channel|thread|question|message|raum|kanal|thread|frage|nachricht))?",
    _I,
)
_OF = re.compile(
    r"^(?:(?:to|from|for|sich|bei|um|auf|für|von|die frage von|the question of|frau|herrn?)\s+)+",
    _I,
)
_THEIRS = re.compile(r"(?:'s|s')? (?:question|message|request|frage|nachricht)$", _I)
_IN_ROOM = re.compile(r"\s*(?:\bin |\bim )?(?P<room>#\S.*)$", _I)


class Of(Enum):
    """Whose silence it is about."""

    ROOM = auto()
    """Of all in a room: where it was said, or one with a name."""
    ANSWERED = auto()
    """Of all towards a person."""
    PERSON = auto()
    """Of one person."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A wish that somebody be told if nobody answers.

    Attributes:
        of: Whose silence.
        name: Of the person; "" where it is about none.
        room: Begins with "#" and the room's name; "" for where it was said.
        when: Words that have a time in them, if any do.
        after: Whom to tell, the name first, and what of; "" for who wishes it.
        own: What to tell who wishes it, "" where nothing more is said.
    """

    of: Of
    name: str
    room: str
    when: str
    after: str
    own: str = ""

    def told(self, name: str) -> str:
        """Return what to tell somebody beside that nobody has answered, "" for nothing."""
        return _what(self.after[len(name) :]) if self.after else self.own


def may_be_condition(text: str) -> bool:
    """Return whether a text is worth a look; costs next to nothing."""
    some_if = _IF.search(text, 0, MAX_CHARS)
    return some_if is not None and _SILENCE.search(text, 0, MAX_CHARS) is not None


def condition(text: str) -> Condition | None:
    """Return the wish that a message is, None when it is none."""
    if not may_be_condition(text):
        return None
    plain = " ".join(text[:MAX_CHARS].replace("\u2019", "'").split())
    lead = _LEAD.match(plain)
    start = lead.end() if lead else 0
    if plain.endswith("?") and not (lead and lead["can"]):
        return None
    plain = plain.rstrip(" .!?")
    for unless, said, tell in _halves(plain, start):
        meant = _meant(said, tell, unless=unless)
        if meant is not None:
            return meant
    return None


def _halves(text: str, start: int) -> Iterator[tuple[bool, str, str]]:
    """Yield the ways to part a text: said with "unless", what must not happen, whom to tell."""
    first = _IF.match(text, start)
    if first is not None:
        unless = first[0].lower() == "unless"
        for verb in _TELL.finditer(text, first.end()):
            before = text[first.end() : verb.start()]
            if before and (before[-1].isspace() or before[-1] == ","):
                said = _THEN.sub("", before)
                yield unless, said, text[verb.end() :]
        return
    told = _TELL.match(text, start)
    begins = told.end() if told else start
    for found in _IF.finditer(text, begins):
        tell = text[begins : found.start()].rstrip(" ,")
        if told is None:
            asked, tell = tell, _VERB_LAST.sub("", tell)
            if not start or asked == tell:
                continue
        yield found[0].lower() == "unless", text[found.end() :].strip(), tell


def _meant(said: str, tell: str, *, unless: bool) -> Condition | None:
    for limit, word in _LIMITS:
        said = limit.sub(word, said)
    reading, told = best_reading(said, None), best_reading(tell, None)
    to_do = said[reading.spans[-1][1] :] if reading else ""
    if reading and _TO_DO.match(to_do):
        said = said[: reading.spans[-1][1]]
        tell = f"{tell} {to_do}"
    silence = tidy(without(said, reading.spans)) if reading else said
    when = said if reading else tell
    if told is not None and not reading:
        tell = tidy(without(tell, told.spans))
    found = _silence(silence.strip(" ,"), unless=unless)
    if found is None:
        return None
    of, name, room = found
    me = _ME.match(tell)
    if me is None and (_NO_NAME.match(tell) or not tell):
        return None
    if not (reading or told or name or room):
        # "If nobody answers, tell me": no wish to be told at a time, and of nothing that we see.
        return None
    own = "" if me is None else _what(tell[me.end() :])
    if _ASKS.match(own):
        return None
    return Condition(of, name, room, when, "" if me else tell, own)


def _silence(said: str, *, unless: bool) -> tuple[Of, str, str] | None:
    waits, silent = _PATTERNS[unless]
    for pattern in waits:
        if found := pattern.fullmatch(said):
            groups = found.groupdict()
            target = f"{groups.get('before') or ''} {groups['of'] or ''}".strip()
            return _target(target)
    for pattern in silent:
        if found := pattern.fullmatch(said):
            who = _person(found["who"])
            where = _target(found["of"].strip())
            # "If Ben hasn't answered Ann" is about Ben, and Ann may be anywhere.
            return None if not who or where is None else (Of.PERSON, who, where[2])
    return None


def _target(said: str) -> tuple[Of, str, str] | None:
    room = _IN_ROOM.search(said)
    rest = said[: room.start()] if room else said
    rest = _THEIRS.sub("", _OF.sub("", rest.strip()))
    where = room["room"] if room else ""
    if _HERE.fullmatch(rest):
        return Of.ROOM, "", where
    name = _person(rest)
    return (Of.ANSWERED, name, where) if name else None


def _person(said: str) -> str:
    """Return a name, "" for what is none."""
    said = _OF.sub("", said.strip(" ,"))
    return "" if _NO_NAME.match(said) or not _NAME.match(said) else said


def _what(said: str) -> str:
    """Return what somebody is told, without the words that lead to it."""
    return _LINK.sub("", _IDLE.sub("", said)).strip(" ,:.")
