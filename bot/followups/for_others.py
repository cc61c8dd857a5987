"""A wish that somebody else be reminded, recognised in seven languages."""

import re
from dataclasses import dataclass

from bot.followups.grammar.reading import best_reading
from bot.followups.grammar.tokens import MAX_CHARS
from bot.followups.wish import Wish, wish

_OWN = {
    "en": "remind me",
    "de": "erinnere mich",
    "es": "recuérdame",
    "fr": "rappelle-moi",
    "it": "ricordami",
    "nl": "herinner me",
    "pt": "lembra-me",
}
"""How one says it for oneself."""

_HEADS: dict[str, tuple[str, ...]] = {
    "en": (
        r"(?:remind|ping|nudge) (?!me\b|us\b|myself\b)(?:the )?",
        r"(?:set|add|create|make)(?: up)? an? (?:new )?reminder for (?=[@#])",
    ),
    "de": (
        r"erinner(?:e|t|n sie)?(?: bitte)?(?: mal)? (?!mich\b|uns\b|sich\b)(?:de[nmr] |die |das )?",
        (
            r"(?:(?:kannst|könntest|würdest|magst) du|(?:können|könnten|würden) sie)(?: bitte)?"
            r" (?!mich\b|uns\b|mir\b)(?:de[nmr] |die |das )?(?=.*\berinnern\b)"
        ),
        (
            r"(?:setz|setze|stell|stelle|erstell|erstelle|mach|mache)(?: bitte)? eine erinnerung"
            r" für (?=[@#])"
        ),
    ),
    "es": (r"recu[eé]rd[ae](?:les?)? (?:al? )(?:la |los |las )?", r"recu[eé]rd[ae] (?=[@#])"),
    "fr": (r"rappel(?:le|ez) (?:à |aux? )(?:la |les )?", r"rappel(?:le|ez) (?=[@#])"),
    "it": (r"ricorda(?:te)? (?:al? |alla |agli |ai |alle )", r"ricorda(?:te)? (?=[@#])"),
    "nl": (r"herinner (?!me\b|mij\b|ons\b)(?:de |het )?",),
    "pt": (r"lembr[ae] (?:ao? |à |os? |as? )", r"lembr[ae] (?=[@#])"),
}
"""Where such a wish begins; behind it stands who is meant."""

_PATTERNS = [
    (language, re.compile(rf"(?<![\w'-])(?:{head})(?=[@#\w])", re.IGNORECASE | re.DOTALL))
    for language, heads in _HEADS.items()
    for head in heads
]

# What stands where a name would and is none: "remind on Friday …", "remind about the flour".
_NO_NAME = re.compile(
    r"(?:to|of|about|that|on|at|in|for|by|when|if|it|this|daran|an|am|um|im|dass|zu|auf|für"
    r"|de|di|da|que|che|om|op|aan|dat|em|no|na|le|la|el|il)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[@#]?\w[\w'.-]*")


@dataclass(frozen=True, slots=True)
class ForOther:
    """A wish that somebody else be reminded.

    Attributes:
        before: What is said before the words "remind …".
        own: Those words, as one says them for oneself.
        after: What follows them, the name first.
    """

    before: str
    own: str
    after: str

    @property
    def name(self) -> str:
        """Return the first word of who is meant: the whole name where nobody is known by more."""
        found = _NAME.match(self.after)
        return found[0].rstrip(".'-") if found else ""

    def for_oneself(self, name: str) -> str:
        """Return the message as one would say it for oneself: without the name it begins with."""
        return f"{self.before}{self.own} {self.after[len(name) :].lstrip(' ,:')}"

    def wish(self, name: str) -> Wish:
        """Return what is wished, and when."""
        return wish(self.for_oneself(name)) or Wish("", "")


def for_other(text: str) -> ForOther | None:
    """Return the wish for somebody else that a message is, None when it is none.

    As with `wish`, a question is none, nor is a message that only speaks of reminding.
    """
    plain = text[:MAX_CHARS].replace("\u2019", "'")
    for language, pattern in _PATTERNS:
        found = pattern.search(plain)
        if found is None or _NO_NAME.match(plain, found.end()):
            continue
        meant = ForOther(plain[: found.start()], _OWN[language], plain[found.end() :])
        if not _begins_with_time(meant.after) and wish(meant.for_oneself(meant.name)) is not None:
            return meant
    return None


def _begins_with_time(text: str) -> bool:
    reading = best_reading(text, None)
    return reading is not None and reading.spans[0][0] == 0
