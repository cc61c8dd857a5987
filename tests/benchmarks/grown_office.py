"""An office after half a year: its rows as the product writes them, the same ones each time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection, Table

from bot.domain.conversations import Kind, TurnState
from bot.domain.followups import FollowUpState
from bot.domain.gaps import QuestionState, Reason
from bot.domain.hand_overs import HandOverState
from bot.domain.outgoing import OutgoingState
from bot.domain.people import Role
from bot.storage import tables
from knowledge.documents import Audience, Document
from knowledge.readers.files import read
from tests.benchmarks.sample import WORDS, invented_entries

PERSONS = 1_000
# The first of them.
TEAM = 20
ANSWERS = 100_000
DAYS = 180
FOLLOW_UPS = 5_000
GAPS = 300
HAND_OVERS = 400
ENTRIES, TEXTS, SECTIONS = 2_000, 1_000, 8
PROMPT_CHARS = 2_000
# So many rows a statement: a bulk is fastest, and all at once takes memory.
_BULK = 5_000

KINDS = (
    *([Kind.COMPOSED] * 45),
    *([Kind.VERBATIM] * 20),
    *([Kind.PASSAGE] * 10),
    *([Kind.UNKNOWN] * 8),
    *([Kind.ACTION] * 7),
    *([Kind.SOCIAL] * 5),
    *([Kind.HANDOVER] * 3),
    *([Kind.ASKED] * 2),
)
_FIRST = ("Ann", "Ben", "Carla", "Dilek", "Erik", "Fatma", "Gerd", "Hanna", "Ida", "Jörg", "Özlem")
_LAST = ("Keller", "Mayer", "Nowak", "Okafor", "Pohl", "Quast", "Roth", "Sommer", "Ünal", "Vogt")
_OVER = (FollowUpState.SENT,) * 8 + (FollowUpState.CANCELLED, FollowUpState.FAILED)
_WAITING, _REPEATED = 2_000, 150

Row = dict[str, object]


def knowledge() -> list[Document]:
    """Return 3,000 documents with 10,000 passages: entries, and texts with a heading a passage."""
    audiences = (Audience.PUBLIC, Audience.STAFF)
    draw = random.Random(1)
    texts = [
        document
        for number in range(TEXTS)
        for document in read(
            f"handbook-{number:04}.md",
            _handbook(draw, number).encode(),
            audience=audiences[number % 2],
            origin="benchmark",
        )
    ]
    return [*invented_entries(ENTRIES, audiences), *texts]


def _handbook(draw: random.Random, number: int) -> str:
    sections = (
        f"## {_words(draw, 3).capitalize()}\n\n{_words(draw, 110).capitalize()}."
        for _ in range(SECTIONS)
    )
    return f"# Handbook {number}\n\n" + "\n\n".join(sections)


@dataclass(frozen=True, slots=True)
class _Said:
    """One message with its answer."""

    number: int
    person: int
    sent_at: datetime
    kind: Kind

    @property
    def by_model(self) -> bool:
        return self.kind in (Kind.COMPOSED, Kind.PASSAGE)


def fill(connection: Connection, now: datetime) -> None:
    """Write the rows of half a year up to a moment into empty tables."""
    draw = random.Random(2)
    said = list(_talk(draw, now))
    for table, rows in (
        (tables.accounts, iter([{"name": "Dora", "role": "editor", "password_hash": ""}])),
        (tables.persons, _persons(draw)),
        (tables.rooms, _rooms()),
        (tables.conversations, _conversations()),
        (tables.messages, (_message(draw, each) for each in said)),
        (tables.turns, (_turn(each) for each in said)),
        (tables.answers, (_answer(draw, each) for each in said)),
        (tables.outbox, (_outgoing(draw, each) for each in said)),
        (tables.ratings, _ratings(draw, said)),
        (tables.gaps, _gaps(now)),
        (tables.open_questions, _questions(said)),
        (tables.hand_overs, _hand_overs(said)),
        (tables.follow_ups, _follow_ups(draw, now)),
    ):
        _insert(connection, table, rows)


def _insert(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    bulk: list[Row] = []
    for row in rows:
        bulk.append(row)
        if len(bulk) == _BULK:
            connection.execute(table.insert(), bulk)
            bulk = []
    if bulk:
        connection.execute(table.insert(), bulk)


def _talk(draw: random.Random, now: datetime) -> Iterator[_Said]:
    # Some write every day and many once: the share of each falls with their number.
    persons = range(1, PERSONS + 1)
    weights = [1 / (10 + person) for person in persons]
    writers = draw.choices(persons, weights, k=ANSWERS)
    moments = sorted(
        now - timedelta(seconds=draw.uniform(60, DAYS * 86_400)) for _ in range(ANSWERS)
    )
    for number, (person, sent_at) in enumerate(zip(writers, moments, strict=True), 1):
        yield _Said(number, person, sent_at, draw.choice(KINDS))


def _platform(person: int) -> str:
    return "slack" if person % 3 else "discord"


def _place(person: int) -> Row:
    return {"platform": _platform(person), "channel": f"D{person:05}", "thread": ""}


def _persons(draw: random.Random) -> Iterator[Row]:
    for person in range(1, PERSONS + 1):
        yield {
            "platform": _platform(person),
            "user_id": f"U{person:05}",
            "name": f"{draw.choice(_FIRST)} {draw.choice(_LAST)} {person}",
            "role": Role.STAFF if person <= TEAM else Role.PUBLIC,
            "zone": "Europe/Berlin" if person % 4 else "",
            "introduced": True,
        }


def _rooms() -> Iterator[Row]:
    for person in range(1, PERSONS + 1):
        place = _place(person)
        yield {
            "platform": place["platform"],
            "channel": place["channel"],
            "name": "",
            "direct": True,
        }


def _conversations() -> Iterator[Row]:
    for person in range(1, PERSONS + 1):
        audience = Audience.STAFF if person <= TEAM else Audience.PUBLIC
        yield {**_place(person), "audience": audience, "language": "en"}


def _message(draw: random.Random, said: _Said) -> Row:
    return {
        "platform": _platform(said.person),
        "channel": f"D{said.person:05}",
        "message_id": f"{said.number}",
        "conversation_id": said.person,
        "person_id": said.person,
        "text": f"{_words(draw, 9)}?",
        "files": [],
        "to_bot": True,
        "reply_to": "",
        "sent_at": said.sent_at,
        "received_at": said.sent_at + timedelta(seconds=1),
    }


def _turn(said: _Said) -> Row:
    state = TurnState.PARKED if said.number % 20_000 == 0 else TurnState.DONE
    return {"message_pk": said.number, "conversation_id": said.person, "state": state}


def _answer(draw: random.Random, said: _Said) -> Row:
    sources = [
        {
            "title": f"Handbook {place}",
            "document_id": f"handbook-{place:04}",
            "passage": _words(draw, 30),
            "score": 0.9 - place / 2_000,
        }
        for place in range(6)
    ]
    took_s = draw.lognormvariate(2.5, 0.7) if said.by_model else draw.uniform(0.05, 0.6)
    return {
        "turn_id": said.number,
        "conversation_id": said.person,
        "answered_at": said.sent_at + timedelta(seconds=took_s),
        "kind": said.kind,
        "text": _words(draw, 40),
        "language": "en",
        "searched": _words(draw, 9),
        "sources": sources[:1],
        "found": sources,
        "follow_up_ids": [],
        "model": "tiny:1b" if said.by_model else "",
        "prompt": _words(draw, PROMPT_CHARS // 6) if said.by_model else "",
        "raw": _words(draw, 40) if said.by_model else "",
        "timings_ms": {"search": 12.0, "model": took_s * 1_000, "all": took_s * 1_000 + 12},
        "by_team": said.person <= TEAM,
        "took_s": took_s,
    }


def _outgoing(draw: random.Random, said: _Said) -> Row:
    state = OutgoingState.FAILED if said.number % 5_000 == 0 else OutgoingState.SENT
    return {
        "origin": f"turn {said.number} piece 0",
        "nonce": f"n{said.number}",
        **_place(said.person),
        "text": _words(draw, 40),
        "sources": [],
        "answer_id": said.number,
        "state": state,
        "posted_id": f"p{said.number}",
        "next_at": said.sent_at,
        "created_at": said.sent_at,
        "sent_at": said.sent_at,
        "run": "benchmark",
    }


def _ratings(draw: random.Random, said: list[_Said]) -> Iterator[Row]:
    for each in draw.sample(said, ANSWERS // 20):
        yield {
            "answer_id": each.number,
            "person_id": each.person,
            "good": draw.random() < 0.8,
            "rated_at": each.sent_at,
        }


def _gaps(now: datetime) -> Iterator[Row]:
    for number in range(GAPS):
        yield {"state": QuestionState.OPEN, "opened_at": now - timedelta(hours=number + 1)}


def _questions(said: list[_Said]) -> Iterator[Row]:
    unknown = [each for each in reversed(said) if each.kind is Kind.UNKNOWN][: GAPS * 2]
    for place, each in enumerate(unknown):
        yield {
            "turn_id": each.number,
            "text": f"do you have number {place} in another colour?",
            "language": "en",
            "asked_at": each.sent_at,
            "state": QuestionState.OPEN,
            "reason": Reason.UNKNOWN,
            "gap_id": place % GAPS + 1,
        }


def _hand_overs(said: list[_Said]) -> Iterator[Row]:
    wished = [each for each in reversed(said) if each.kind is Kind.HANDOVER][:HAND_OVERS]
    for place, each in enumerate(wished):
        yield {
            "turn_id": each.number,
            "conversation_id": each.person,
            "text": "a person, please",
            "reason": "asked",
            "asked_at": each.sent_at,
            "state": HandOverState.WAITING if place < 5 else HandOverState.DONE,
            "changed_at": each.sent_at,
        }


def _follow_ups(draw: random.Random, now: datetime) -> Iterator[Row]:
    for number in range(FOLLOW_UPS):
        person = draw.randint(1, 200)
        waits = number < _WAITING
        days = draw.uniform(0.5, 60) if waits else -draw.uniform(0.1, DAYS)
        day = (now + timedelta(days=days)).date()
        due_at = datetime.combine(day, time(draw.randint(7, 17)), UTC)
        repeated = number < _REPEATED
        yield {
            "person_id": person,
            **_place(person),
            "subject": _words(draw, 5),
            "due_at": due_at,
            "zone": "UTC",
            "language": "en",
            "rule": draw.choice(("FREQ=WEEKLY", "FREQ=DAILY", "FREQ=MONTHLY")) if repeated else "",
            "dtstart": due_at.replace(tzinfo=None) if repeated else None,
            "state": FollowUpState.PENDING if waits else draw.choice(_OVER),
            "created_at": min(due_at, now) - timedelta(days=2),
            "delivered_at": None if waits else due_at,
            "receiver": "Ben" if number % 5 == 0 else "",
            "receiver_id": draw.randint(1, 20) if number % 5 == 0 else None,
            "asked_by": "Ann" if number % 5 == 0 else "",
        }


def _words(draw: random.Random, count: int) -> str:
    return " ".join(draw.choices(WORDS, k=count))
