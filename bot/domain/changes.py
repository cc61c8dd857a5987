"""Changes that people make, each with who made it."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class By(StrEnum):
    """What kind of somebody makes a change."""

    ACCOUNT = "account"
    """Somebody signed in on the page."""
    PERSON = "person"
    """Somebody in a chat, by a button or by words."""
    TERMINAL = "terminal"
    LINK = "link"
    """Whoever has the set-up link."""
    FOLDER = "folder"
    """Whoever changes files in the watched folder."""
    DESKHAND = "deskhand"
    """Nobody: it was time."""


class What(StrEnum):
    """What kind of thing was changed; its id is the change's subject."""

    SETTING = "setting"
    """The subject is the group's name."""
    SECRET = "secret"  # noqa: S105 - a kind, not a value
    ENTRY = "entry"
    DOCUMENT = "document"
    IMPORT = "import"
    """Documents that came together; the subject is what they came in."""
    OWN_QUESTION = "own_question"
    """Of those that it is tried on; the subject is empty."""
    MODEL = "model"
    """What was decided on one that waited."""
    SKILL = "skill"
    QUESTION = "question"
    FOLLOW_UP = "follow_up"
    HAND_OVER = "hand_over"
    PERSON = "person"
    ACCOUNT = "account"
    BACKUP = "backup"
    """The subject is of when it is, in ISO 8601."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change.

    Attributes:
        account: The name somebody is signed in with, as it is then; "" for all others.
        person_id: Of somebody in a chat; None for all others.
    """

    by: By
    account: str = ""
    person_id: int | None = None

    def __str__(self) -> str:
        """Return it as one word, as `read` takes it."""
        key = self.account if self.person_id is None else str(self.person_id)
        return f"{self.by}:{key}" if key else self.by.value

    @classmethod
    def read(cls, word: str) -> "Actor | None":
        """Return who is meant by a word; None when nobody is."""
        by, _, key = word.partition(":")
        if by == By.ACCOUNT and key:
            return cls(By.ACCOUNT, key)
        if by == By.PERSON and key.isdecimal() and len(key) <= _MAX_DIGITS:
            return cls(By.PERSON, person_id=int(key))
        return cls(By(by)) if by in _ALONE and not key else None


_ALONE = frozenset(By) - {By.ACCOUNT, By.PERSON}
# Ids fit PostgreSQL's integer.
_MAX_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        name: Of whoever made it: the account's or the person's; "" where none is known.
        subject: The id of what was changed.
        title: What people call it; "" where the subject says it.
        was: What it was by field, shortened; without those that were empty.
        became: What it is since, likewise.
    """

    change_id: int
    at: datetime
    actor: Actor
    name: str
    what: What
    subject: str
    title: str
    was: Mapping[str, str]
    became: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents that come together, however many transactions that takes: one change."""

    key: str
    subject: str


# Carried along by the task, and by those it begins: a change passes parts on its way to the rows,
# knowledge among them, which know no people.
_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)
_together: ContextVar[Batch | None] = ContextVar("together", default=None)


def act_as(actor: Actor | None) -> None:
    """Have whatever this task changes from here on be somebody's; None: nobody's."""
    _acting.set(actor)


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    """Have whatever is changed inside the block be somebody's; None: nobody's."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


def who_acts() -> Actor | None:
    """Return whose the changes are that this task makes; None: of nobody, and not told."""
    return _acting.get()


@contextmanager
def together(subject: str) -> Iterator[None]:
    """Have all documents that change inside the block be one change.

    Args:
        subject: What they came in, such as a file's name.
    """
    token = _together.set(Batch(secrets.token_hex(8), subject))
    try:
        yield
    finally:
        _together.reset(token)


def batch() -> Batch | None:
    """Return with what the documents come that change now; None: each by itself."""
    return _together.get()
