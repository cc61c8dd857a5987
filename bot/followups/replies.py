"""What people answer to a reminder, in seven languages."""

import re
from dataclasses import dataclass

from bot.followups.grammar.reading import best_reading
from bot.followups.grammar.tokens import MAX_CHARS
from bot.followups.wish import wish

# A reply is said in few words; whatever is longer is a message of its own.
_MAX_WORDS = 12

_DONE = re.compile(
    r"(?:(?:it'?s|it is|that'?s|that is|all) )?(?:done|finished)(?: already| now)?"
    r"|(?:ist |schon )*(?:erledigt|gemacht|fertig)"
    r"|(?:ya )?(?:est[aá] )?(?:hecho|listo)|(?:c'est )?(?:fait|terminé)"
    r"|(?:è )?(?:già )?fatto|(?:is )?(?:al )?(?:klaar|gedaan)|(?:já )?(?:está )?feito",
    re.IGNORECASE,
)
_HAND = re.compile(
    r"(?:please |pls )?(?:give|hand|pass)(?: (?:it|this|that))?(?: over| on)? to (?:the )?"
    r"|(?:bitte )?(?:gib|geben sie|übergib|übergeben sie) (?:es|das|sie)(?: bitte)?(?: an)?"
    r" (?:den |die |dem |der )?"
    r"|(?:dáselo|pásaselo|dalo) a (?:la )?|(?:donne|passe|donnez|passez)-le à "
    r"|(?:dallo|passalo|lo dia) a(?:l|lla)? |geef (?:het|dit) (?:door )?aan |"
    r"(?:passa|dá)-o (?:ao?|à) "
    r"|(?:passe|dê) (?:isso )?(?:ao?|à|para) ",
    re.IGNORECASE,
)
_HANDED_ON = re.compile(r"\s+weiter$", re.IGNORECASE)
_LATER = re.compile(
    r"(?:please |bitte )?(?:snooze(?: it| this)?(?: until| till| for)?"
    r"|(?:remind me )?(?:again|once more|later)"
    r"|(?:erinnere mich )?(?:noch ?mal|noch einmal|wieder|später)"
    r"|otra vez|más tarde|encore|plus tard|di nuovo|più tardi|opnieuw|later|de novo|mais tarde)"
    r"[\s,:]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Finished:
    """It is done."""


@dataclass(frozen=True, slots=True)
class Handed:
    """Somebody else shall see to it; `name` is who, as it was said."""

    name: str


@dataclass(frozen=True, slots=True)
class Later:
    """It shall come again; `when` is when, as it was said."""

    when: str


def reply(text: str) -> Finished | Handed | Later | None:
    """Return what a message says of a reminder, where it was said below one; None: nothing."""
    plain = " ".join(text[:MAX_CHARS].replace("\u2019", "'").split()).strip(" .!")
    if not plain or len(plain.split()) > _MAX_WORDS:
        return None
    if _DONE.fullmatch(plain):
        return Finished()
    if handed := _HAND.match(plain):
        name = _HANDED_ON.sub("", plain[handed.end() :])
        return Handed(name) if name else None
    later = _LATER.match(plain)
    when = plain[later.end() :] if later else plain
    if _is_time(when):
        return Later(when)
    wished = wish(plain)
    return Later(plain) if wished is not None and not wished.subject else None


def _is_time(text: str) -> bool:
    reading = best_reading(text, None)
    return reading is not None and reading.whole
