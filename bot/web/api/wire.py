"""The shapes that pass between the command and the API, as JSON."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from bot.domain.people import Role
from knowledge.documents import Anywhere, Audience

# Longer than anybody types; the local connector's own limit.
MAX_TEXT_CHARS = 20_000
MAX_NAME_CHARS = 200
# A streamed answer has at least an empty line this often; who hears nothing for `SILENCE_S`
# may take it for broken.
BEAT_S = 5.0
SILENCE_S = 30.0


class Wanted(BaseModel):
    """Base of what a command asks: a key we do not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Shown(BaseModel):
    """Base of what the API answers."""

    model_config = ConfigDict(frozen=True)


class ButtonShown(Shown):
    """What can be pressed below a message."""

    label: str
    action: str


class FileShown(Shown):
    """A file that a message brings; `path` is where the page hands it out."""

    name: str
    path: str


class MessageShown(Shown):
    """A message of the bot's in a room.

    Attributes:
        message_id: One of the same id replaces it.
        answerable: What replies to it answers an open question, or changes a draft.
        files: What it brings.
    """

    message_id: str
    text: str
    buttons: tuple[ButtonShown, ...] = ()
    answerable: bool = False
    files: tuple[FileShown, ...] = ()


class Step(Shown):
    """One line of a streamed answer (NDJSON).

    Attributes:
        event: "waiting" and "growing" replace what the same event showed before; "said" is a
            message of its own; "progress" tells `done` of `total`, 0 while unknown; "asked" tells
            what an import that was tried came to; "result" and "error" are the last line, exactly
            one of them.
        text: A line to show; with "error" the sentence; with "asked" the token of the answer that
            is waited for, "" where none is.
        message: With "said" what was said, with "answered" what says the answer, which follows
            as the result.
    """

    event: Literal["waiting", "growing", "said", "answered", "progress", "asked", "result", "error"]
    text: str = ""
    message: MessageShown | None = None
    done: int = 0
    total: int = 0
    value: JsonValue = None


class Problem(Shown):
    """Why something was not done, in a sentence."""

    error: str


class Saying(Wanted):
    """Something said to the bot.

    Attributes:
        room: The same room is the same conversation; "" means a fresh one.
        person: A name to tell people of a role apart; "" for the role's own.
        reply_to: The id of the message it replies to, "" for none.
    """

    text: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    role: Role = Role.OWNER
    room: str = Field(default="", max_length=MAX_NAME_CHARS)
    person: str = Field(default="", max_length=MAX_NAME_CHARS)
    reply_to: str = Field(default="", max_length=MAX_NAME_CHARS)


class Pressing(Wanted):
    """A button that is pressed, as whom and where as in `Saying`."""

    action: str = Field(min_length=1, max_length=MAX_NAME_CHARS)
    message_id: str = Field(max_length=MAX_NAME_CHARS)
    role: Role = Role.OWNER
    room: str = Field(default="", max_length=MAX_NAME_CHARS)
    person: str = Field(default="", max_length=MAX_NAME_CHARS)


class Pressed(Shown):
    """What who pressed a button is told."""

    text: str


class SourceShown(Shown):
    """A passage an answer stands on."""

    title: str
    document_id: str
    passage: str
    score: float


class FollowUpShown(Shown):
    """A follow-up.

    Attributes:
        due_at: In the zone it was asked for in.
        rule: RFC 5545, "" for once.
        repeats: The rule in words, "" for once.
        kind: "reminder", "digest", "condition" (said only if something does not happen) or
            "message" (words to a customer).
        receiver: Whom it is for, "" for who asked for it.
        limit_at: When it comes once more, where `due_at` is a warning before, in the same zone.
    """

    id: int
    subject: str
    due_at: datetime
    zone: str
    state: str
    rule: str = ""
    repeats: str = ""
    kind: str = "reminder"
    receiver: str = ""
    limit_at: datetime | None = None


class AnswerShown(Shown):
    """An answer, as `ask --json` prints it."""

    answer: str
    kind: str
    sources: list[SourceShown]
    follow_ups: list[FollowUpShown]
    answer_id: int
    model: str
    timings_ms: dict[str, float]


class DocumentShown(Shown):
    """A document without its words.

    Attributes:
        ended: Its last day is over.
    """

    document_id: str
    title: str
    shape: str
    audience: Audience
    origin: str
    language: str
    valid_from: date | None
    valid_until: date | None
    approved: bool
    note: str
    version: int
    rooms: tuple[str, ...]
    ended: bool


class PassageShown(Shown):
    """A passage; `ways` are the ways to ask for an entry."""

    heading: str
    text: str
    ways: list[str]


class DocumentWhole(DocumentShown):
    """A document with its passages and the text they were read from."""

    source: str
    passages: list[PassageShown]


class Added(Shown):
    """What a file brought.

    Attributes:
        documents: How many, of which `replaced` were there before under the same id and
            `unchanged` word for word.
        staff: How many of them only staff may read.
        rooms: How many of them only those who are in certain rooms may read.
        idle: How many of them do not hold today: not yet, or no more.
        notes: What could not be read, a sentence each.
    """

    documents: int
    passages: int
    replaced: int
    staff: int
    rooms: int = 0
    idle: int = 0
    unchanged: int = 0
    notes: tuple[str, ...] = ()


class PageWanted(Wanted):
    """A page of the web to add.

    Attributes:
        rooms: For those who are in one of these alone, in place of the audience.
    """

    url: str = Field(min_length=1, max_length=2_000)
    audience: Anywhere = Audience.STAFF
    rooms: tuple[str, ...] = ()


class Searching(Wanted):
    """A search of the knowledge as a role may read it."""

    query: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    role: Role = Role.OWNER
    limit: int = Field(default=6, ge=1, le=50)


class Promising(Wanted):
    """A follow-up in words.

    Attributes:
        now: When the words are said; None: now. Without an offset it is the zone's wall clock.
        zone: The speaker's IANA zone, "" for the business's.
        dry_run: Only tell what the words mean.
    """

    text: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    now: datetime | None = None
    zone: str = Field(default="", max_length=MAX_NAME_CHARS)
    dry_run: bool = False


class Understood(Shown):
    """What words for a time mean: `due_at`, or `rule` and `due_at`, or `ask`.

    Attributes:
        due_at: In the speaker's zone.
        ask: Why it has to be asked: "ambiguous", "past", "none" or "unclear".
        candidates: What may be meant, likeliest first.
        moved: The time falls into the hour skipped in spring and was moved behind it.
        subject: What is left of the words.
        by: It is a limit: something has to be done by then.
        warns_at: When the limit is told of first, in the speaker's zone. A promise is then made
            even where `ask` says that the hour is open: once more it comes on that day.
    """

    due_at: datetime | None = None
    rule: str | None = None
    ask: str | None = None
    candidates: list[datetime] | None = None
    moved: bool | None = None
    subject: str | None = None
    by: bool | None = None
    warns_at: datetime | None = None


class Promised(Shown):
    """What became of a wish for a follow-up: the promise, or what has to be asked.

    Attributes:
        question: What has to be asked, as a sentence; "" when nothing.
        follow_up: None on a dry run and when something has to be asked.
    """

    understood: Understood
    question: str = ""
    follow_up: FollowUpShown | None = None


class Snoozing(Wanted):
    """A new moment for a follow-up, in words."""

    when: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)


class Moving(Wanted):
    """Where a follow-up is moved, in words: "to Thursday" keeps its time of day.

    Attributes:
        every_time: Of a repeated one, all its times and not the next alone.
    """

    when: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    every_time: bool = False


class QuestionShown(Shown):
    """An open question, as one or several people asked it.

    Attributes:
        question: In the words of who asked first.
        asked: How often.
        reasons: Why it is open: "corrected", "rated", "unknown", "doubtful".
        wordings: Everybody's words, each once, oldest first.
        asked_at: When last.
        asked_by: By whom last.
        answer_id: What was said last.
    """

    id: int
    question: str
    language: str
    asked: int
    reasons: list[str]
    wordings: list[str]
    first_asked_at: datetime
    asked_at: datetime
    asked_by: str
    answer_id: int | None


class Answering(Wanted):
    """An answer to an open question.

    Attributes:
        question: A better wording of the question; "" takes the asker's, without what says who it
            is.
    """

    answer: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    question: str = Field(default="", max_length=MAX_TEXT_CHARS)
    audience: Anywhere = Audience.STAFF


class Answered(Shown):
    """The entry an answered question became."""

    document_id: str


class Evaluating(Wanted):
    """A questions file to be scored, or the owner's own list.

    Attributes:
        questions: The file's text, JSON lines; None for the list.
        role: As whom all are asked; None: as the public, and of the list each as it says itself.
        model: A model for this run only; None for the one in use.
    """

    questions: str | None = None
    role: Role | None = None
    model: str | None = Field(default=None, max_length=MAX_NAME_CHARS)


class Counts(Shown):
    """How many questions came out how."""

    right: int = 0
    wrong: int = 0
    refused: int = 0


class VerdictShown(Shown):
    """What became of one question.

    Attributes:
        kind: The question's own, "" when it has none.
        result: "right", "wrong" or "refused".
        rank: The expected passage's place in the search alone, 1 first; None when not found.
    """

    question: str
    kind: str
    expected: str
    result: str
    answered: str
    document_ids: list[str]
    rank: int | None


class EvaluationShown(Shown):
    """The counts over questions files.

    Attributes:
        by_kind: By the questions' own `kind`, "" for those without.
        said: Kinds of answers given, for "answerable" and "unknown".
        hit_1, hit_3: Answerable questions whose passage the search had first, or among three.
        mrr: Mean reciprocal rank; 0.0 when nothing is answerable.
    """

    model: str
    answerable: Counts
    unknown: Counts
    by_kind: dict[str, Counts]
    said: dict[str, dict[str, int]]
    hit_1: int
    hit_3: int
    mrr: float
    verdicts: list[VerdictShown]


class ModelShown(Shown):
    """A model on the box."""

    name: str
    size_bytes: int
    parameters: str
    quantization: str
    in_use: bool


class Naming(Wanted):
    """A model by its name."""

    name: str = Field(min_length=1, max_length=MAX_NAME_CHARS)


class Figures(Shown):
    """What was right of the owner's questions; `known` should be known, `unknown` should not."""

    model: str
    known_right: int
    known: int
    unknown_right: int
    unknown: int


class Consent(StrEnum):
    """Whether a larger import may take effect where it was tried on the owner's questions."""

    ASK = "ask"
    UNLESS_WORSE = "unless-worse"
    UNTRIED = "untried"
    """It is not tried."""


class Decision(Wanted):
    """What was decided on an import that asks; `token` came with the question."""

    token: str
    take: bool


class ImportTried(Shown):
    """How the search does on the owner's questions, now and with an import.

    Attributes:
        questions: How many expect something.
        first: How many of what they expect is found first, now and then.
        shown: Likewise among those that are shown.
        fallen: The questions for which it would be further down or nowhere.
    """

    questions: int
    first: tuple[int, int]
    shown: tuple[int, int]
    worse: bool
    fallen: list[str]


class ComparisonShown(Shown):
    """How a model does on the owner's questions beside the one in use.

    Attributes:
        worse: Less is right with it.
        lost: The questions that are right now and would not be.
    """

    before: Figures
    after: Figures
    worse: bool
    lost: list[str]


class Compared(Shown):
    """What a trial before a change came to; None where there was nothing to try."""

    comparison: ComparisonShown | None = None


class Tried(Shown):
    """A model that answered a test."""

    name: str
    seconds: float


class Setting(Wanted):
    """A setting's new value."""

    value: JsonValue


class Importing(Wanted):
    """Groups of settings by name, such as `business`."""

    values: dict[str, JsonValue]


class Imported(Shown):
    """Which groups were set, and which names are no setting."""

    set: list[str]
    ignored: list[str]


class PartShown(Shown):
    """The health of one part."""

    part: str
    ok: bool
    needed: bool
    text: str
    todo: str
    took_ms: float


class Token(Shown):
    """A one-time token that opens the page's set-up."""

    token: str


class Password(Wanted):
    """The owner's new password."""

    password: str = Field(min_length=1, max_length=1_000)


class Done(Shown):
    """It is done."""

    done: bool = True
