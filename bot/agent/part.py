"""One question of a message, what was found for it, and what it came to."""

from dataclasses import dataclass, field

from bot.agent.stopwatch import Stopwatch
from bot.domain.conversations import Check, Kind, Source, Turn
from bot.domain.forms import Form
from bot.outbox.reply import Reply
from bot.skills.skill import Skill
from connectors.messages import Button
from knowledge.search import Findings, Hit


@dataclass(frozen=True, slots=True)
class Asked:
    """What is the same for every part of one message.

    Attributes:
        language: ISO 639-1 of the answer.
        names_time: The person names a moment, or what a reminder of theirs is about: they may want
            a reminder, or something of theirs.
        skill: Whose instructions hold for the message, and which tools it allows; None for none.
        actions: The tools that did something for this message, in order. Their place is the key
            under which a turn that runs again finds what it did.
    """

    turn: Turn
    reply: Reply
    language: str
    names_time: bool
    watch: Stopwatch
    skill: Skill | None = None
    actions: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """One question with what the search found.

    Attributes:
        question: As asked.
        searched: The words the search was given: with the question before, where it leans on it.
        told: What code can tell of it, None where only the knowledge can.
    """

    question: str
    searched: str
    findings: Findings
    told: "Told | None" = None


@dataclass(frozen=True, slots=True)
class Piece:
    """The answer to one part.

    Attributes:
        sources: What it stands on, best first.
        kept: It is no answer, and the question is kept for the team.
        promised: Its follow-ups were promised by it, not listed or changed.
        buttons: What can be pressed below it besides.
        form: A form that was begun.
        checks: What it was held against, in order.
        prompt_version: As `bot.agent.record.prompt_version` makes it; "" without a model.
        digest: The model's, as far as it is told.
    """

    kind: Kind
    text: str
    sources: tuple[Source, ...] = ()
    kept: bool = False
    follow_up_ids: tuple[int, ...] = ()
    promised: bool = True
    buttons: tuple[Button, ...] = ()
    prompt: str = ""
    raw: str = ""
    model: str = ""
    form: Form | None = None
    checks: tuple[Check, ...] = ()
    prompt_version: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that code found without the knowledge.

    Attributes:
        question: What was answered, whole: one that leans says for itself what it is about.
        standing: It holds on any day, so an entry that is sure can give the answer as well.
    """

    piece: Piece
    question: str
    standing: bool


def source(hit: Hit) -> Source:
    """Return a hit as it is kept with an answer."""
    return Source(hit.title, hit.document_id, hit.passage.text, round(hit.score, 4))


# From what a reader should be most careful with to what is surest.
_CAREFUL_FIRST = (Kind.ASKED, Kind.REFUSED, Kind.ACTION, Kind.PASSAGE, Kind.COMPOSED, Kind.VERBATIM)


def kind_of(pieces: list[Piece]) -> Kind:
    """Return the kind of an answer made of several pieces: that of its least sure piece.

    Pieces without an answer count only when there is nothing else.
    """
    kinds = {piece.kind for piece in pieces}
    return next((kind for kind in _CAREFUL_FIRST if kind in kinds), Kind.UNKNOWN)
