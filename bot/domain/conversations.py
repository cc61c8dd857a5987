"""Conversations, the turns in them, and what became of a turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.forms import Form
from bot.domain.gaps import DraftEntry, Reason
from bot.domain.people import Person
from connectors.messages import Address, Button, File
from knowledge.documents import Audience


class Kind(StrEnum):
    """What an answer is; docs/answers.md has the meanings."""

    VERBATIM = "verbatim"
    PASSAGE = "passage"
    COMPOSED = "composed"
    UNKNOWN = "unknown"
    ASKED = "asked"
    ACTION = "action"
    HANDOVER = "handover"
    SOCIAL = "social"
    REFUSED = "refused"


# Why a person is wanted, beside "asked": it came in too late to be answered.
MISSED = "missed"
# They said one of the owner's words.
WORD = "word"
# They filled in a form, which is what the team gets.
FORM = "form"
# They are upset with the business.
UPSET = "upset"
# They asked what could not be answered, and the owner wishes that a person is fetched for it.
UNKNOWN = "unknown"


class TurnState(StrEnum):
    """Where a turn is. A parked turn is not run again by itself."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation: a room, or a thread in it.

    Attributes:
        audience: Who can read the room.
        language: ISO 639-1 of what was last said in it, "" at first.
    """

    conversation_id: int
    address: Address
    audience: Audience
    language: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage an answer stands on, as it was when the answer was given.

    Attributes:
        document_id: "" where it is no document, but the business's hours as its owner set them.
        score: The search's own score, higher is closer; comparable within one answer only.
    """

    title: str
    document_id: str
    passage: str
    score: float


@dataclass(frozen=True, slots=True)
class Check:
    """Something an answer was held against before it was said.

    Attributes:
        name: "match" (the question against what is known), "mention", "link", "promise" and
            "number" (what stands in the model's words but not in what it was given), "model" (that
            it answered at all) or "support" (that a passage carries what it said).
        passed: For "match": the entry may be said word for word.
        said: What came of it, by name or in the model's words; "" where that says nothing more.
        found: How near it came, where that was measured; None where not.
        needed: How near it had to come.
    """

    name: str
    passed: bool
    said: str = ""
    found: float | None = None
    needed: float | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """What an answer came from, so that the same can be told from something newer.

    Attributes:
        deskhand: The program's own, such as "0.1.0"; "" in answers from before these were kept.
        knowledge: Grows with each change of the documents; 0 for none.
        prompt: Changes with whatever stays the same in all prompts; "" without a model.
        model: The digest of the model, as Ollama tells it; "" without one, and where it does not.
    """

    deskhand: str = ""
    knowledge: int = 0
    prompt: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier turn of a conversation: what was asked and what was said.

    Attributes:
        made_of: What the answer may hold the words of: without a model its sources, and a model
            had everything that was found.
    """

    asked: str
    said: str
    kind: Kind
    searched: str = ""
    made_of: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What was said in a conversation before.

    Attributes:
        total: How many turns have been answered in it.
        last: The last of them, oldest first.
    """

    total: int = 0
    last: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One message that wants an answer.

    Attributes:
        failures: How often it ended in an error.
        crashes: How often the process died while it ran.
        lone_crashes: How often running it alone was followed by a crash.
        files: What came with the message.
        unasked: Nobody spoke to the bot: only what is sure is said, and nothing shown before.
        heard_after: How long after it was sent the message came in; long for what was missed.
        reply_to: The id of the message it replies to, where it names one.
        in_hands: A colleague has a conversation here, or its words were carried before.
        fills_form: The person is filling in a form here, or has left one.
        has_reminders: Some that the person asked for, or is to receive, are still to be delivered.
        private: It is one of the team's direct messages with the bot, or may be one.
        knowledge: The version of the documents when it was taken.
        skills: The skills that were approved when it was taken: the hash of their files, by name.
    """

    turn_id: int
    conversation: Conversation
    person: Person
    message_id: str
    text: str
    sent_at: datetime
    history: History = History()
    failures: int = 0
    crashes: int = 0
    lone_crashes: int = 0
    files: tuple[File, ...] = ()
    unasked: bool = False
    heard_after: timedelta = timedelta()
    reply_to: str = ""
    in_hands: bool = False
    fills_form: bool = False
    has_reminders: bool = False
    private: bool = False
    knowledge: int = 0
    skills: Mapping[str, str] = field(default_factory=dict)


_UNTOLD = Versions()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn came to, before it is stored.

    Attributes:
        searched: The words the search was given; "" where nothing was searched.
        found: Everything the search offered, best first; `sources` is what was used.
        follow_up_ids: Follow-ups promised, listed or changed by this turn.
        promised: They were promised by this turn, not listed or changed.
        prompt: What the model was sent, as text; "" without a model.
        raw: The model's own words before checks.
        timings_ms: How long each step took, in order.
        checks: What it was held against, in order.
        versions: What it came from.
        open_question: It could not be answered and belongs on the list of open questions.
        hand_over: Why a person is wanted ("asked", `MISSED`, `WORD`, `FORM` …), "" when not.
        offers_files: It asks whether to add the files of the message to the knowledge.
        draft: An entry that it offers to save.
        buttons: What can be pressed below it besides.
        form: A form as it stands from now on; None where none was begun, or gone on with.
        yields: It is not said if a colleague takes the conversation over before it is stored.
    """

    kind: Kind
    text: str
    language: str
    searched: str = ""
    sources: tuple[Source, ...] = ()
    found: tuple[Source, ...] = ()
    follow_up_ids: tuple[int, ...] = ()
    promised: bool = True
    model: str = ""
    prompt: str = ""
    raw: str = ""
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    versions: Versions = _UNTOLD
    open_question: bool = False
    hand_over: str = ""
    offers_files: bool = False
    draft: DraftEntry | None = None
    buttons: tuple[Button, ...] = ()
    form: Form | None = None
    yields: bool = False

    @property
    def wants_answer(self) -> Reason | None:
        """Return why the question belongs on the list of open ones; None where it does not."""
        if self.open_question:
            return Reason.UNKNOWN
        return Reason.DOUBTFUL if self.kind is Kind.PASSAGE else None


@dataclass(frozen=True, slots=True)
class Action:
    """Something a tool did in a turn.

    Attributes:
        tool: Its name.
        arguments: What it did it with, by name, as it was understood.
        follow_up_id: The follow-up it made; None where it made none.
    """

    tool: str
    arguments: Mapping[str, str]
    follow_up_id: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored outcome with its question: everything needed to explain it.

    Attributes:
        files: What came with the question.
        private: It was asked in one of the team's direct messages with the bot, or may have been.
        shared: Who asked has rated it, or shown it to whoever looks after the bot.
        took_s: How long who asked waited for it, from when they wrote.
    """

    answer_id: int
    turn_id: int
    message_id: str
    asked: str
    asked_at: datetime
    answered_at: datetime
    person: Person
    conversation: Conversation
    outcome: Outcome
    files: tuple[File, ...] = ()
    private: bool = False
    shared: bool = False
    took_s: float = 0.0

    @property
    def kept_back(self) -> bool:
        """Return whether its words are its person's and the bot's alone, and not for the page."""
        return self.private and not self.shared
