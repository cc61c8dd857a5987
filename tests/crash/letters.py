"""What people write in the crash suite, and what must come of it."""

import random
import re

from tests.crash import model
from tests.crash.judgement import Sent
from tests.fakes.wire import Letter

STAFF_ROOMS = [f"staff-{number}" for number in range(6)]
PUBLIC_ROOMS = [f"public-{number}" for number in range(4)]
NEVER = ["937", "oven-brushes.example"]

_VERBATIM = {
    "What are your opening hours?": "We are open from Tuesday to Saturday, from seven in the "
    "morning until six in the evening.",
    "Where can I park my car?": "There are two parking spaces in the yard behind the shop.",
    "Can I pay by card?": "You can pay by card, in cash or with your telephone.",
    "Do you sell gift vouchers?": "We sell gift vouchers of any amount at the counter.",
}
# Who is new is told so once, below the first answer.
_INTRODUCTION = r"(?:\n\nI'm an automated assistant;[^\n]*)?"
_COMPOSED = "Where does the ash of the stone oven go?"
_INVENTING = "With which brush is the stone oven swept?"
_PASSAGES = r"I have no sure answer to that\..*\n\n\*\*Stone oven\*\*\n> The stone oven is .*"
_WITHOUT_MODEL = (
    r"I can't put an answer into words at the moment\. These are the closest passages .*"
)
# Of ten messages two ask for a reminder and three stream; each batch has some of everything.
_KINDS = (
    "plain wish", "composed", "verbatim", "inventing", "tool",
    "verbatim", "composed", "verbatim", "verbatim", "verbatim",
)  # fmt: skip


class Writer:
    """Writes letters: each its own id, rooms drawn by lot.

    Where the model may be away, what it would answer may also be the passages it would answer from,
    and nobody asks for a reminder in words that it alone understands; nor, since everything may be
    away for a while, for one that is over by the time that it is read.
    """

    def __init__(self, seed: int, *, model_may_be_away: bool = False) -> None:
        self._away = model_may_be_away
        self._random = random.Random(seed)
        self._number = 0

    def batch(self, size: int) -> list[Sent]:
        """Return the next letters; 5 have every kind, 10 every kind in its share."""
        return [self._letter(_KINDS[at % len(_KINDS)]) for at in range(size)]

    def deadly(self, channel: str) -> Sent:
        """Return the letter that kills whoever reads it, and is answered with its number."""
        return self._sent(
            channel,
            "This is poison.",
            r"I could not work on your message and have set it aside\. .*by no\. \d+\.",
        )

    def verbatim(self, channel: str) -> Sent:
        """Return a letter answered word for word from an entry."""
        question = self._random.choice(list(_VERBATIM))
        return self._sent(channel, question, re.escape(_VERBATIM[question]))

    def composed(self, channel: str) -> Sent:
        """Return a letter whose answer the model streams, where staff reads."""
        answer = re.escape(model.COMPOSED)
        if self._away:
            answer = f"(?:{answer}|{_PASSAGES}|{_WITHOUT_MODEL})"
        return self._sent(channel, _COMPOSED, answer)

    def quoted(self, channel: str) -> Sent:
        """Return a letter that is answered by the closest passages, where no model is chosen."""
        return self._sent(channel, _COMPOSED, _PASSAGES)

    def hanging(self, channel: str) -> Sent:
        """Return a letter at which the model hangs once, a part of the answer shown."""
        question = "Until when does the door of the stone oven stay open?"
        return self._sent(channel, question, re.escape(model.COMPOSED))

    def _letter(self, kind: str) -> Sent:
        staff, anyone = (
            self._random.choice(rooms) for rooms in (STAFF_ROOMS, STAFF_ROOMS + PUBLIC_ROOMS)
        )
        match kind:
            case "composed":
                return self.composed(staff)
            case "inventing":
                doubtful = f"(?:{_PASSAGES}|{_WITHOUT_MODEL})" if self._away else _PASSAGES
                return self._sent(staff, _INVENTING, doubtful)
            case "plain wish" | "tool" if self._away or kind == "plain wish":
                what = f"feed sourdough {self._number}"
                when = "5 minutes" if self._away else "1 minute"
                return self._wish(anyone, f"Remind me in {when} to {what}", what)
            case "tool":
                what = f"turn sourdough {self._number}"
                text = f"Can somebody write to me in 1 minute, batch {self._number}?"
                return self._wish(anyone, text, what)
            case _:
                return self.verbatim(anyone)

    def _wish(self, channel: str, text: str, what: str) -> Sent:
        return self._sent(
            channel, text, rf"Reminder set: {what}, .+ \(no\. \d+\)", f"Reminder: {what}"
        )

    def _sent(self, channel: str, text: str, answer: str, reminder: str = "") -> Sent:
        staff = channel.startswith("staff")
        letter = Letter(f"letter-{self._number}", channel, text, staff)
        self._number += 1
        return Sent(letter, re.compile(answer + _INTRODUCTION, re.DOTALL), reminder)
