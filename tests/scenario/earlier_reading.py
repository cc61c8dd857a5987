"""What a database holds, read as the product reads it: a line each, by kind."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from bot.app.rows import Rows, rows_of
from bot.domain.changes import What
from bot.domain.conversations import Answer
from bot.domain.followups import FollowUp, FollowUpKind, FollowUpState
from bot.domain.hand_overs import HandOver, HandOverState
from bot.domain.outgoing import Outgoing
from bot.domain.people import Person
from bot.domain.whole_persons import WholePerson
from bot.storage.database import Database
from bot.storage.entrance import Entrance
from bot.storage.whole_persons import WholePersonRows
from connectors.messages import Address
from knowledge.documents import Document
from tests.fakes.answers import newest_answers
from tests.scenario.earlier_data import KEY
from tests.scenario.room import START

ROOMS = (Address("slack", "C1"), Address("discord", "900"), Address("discord", "901"))
Lines = dict[str, list[str]]


async def read(database: Database) -> Lines:
    """Return every line, those of a kind in order of the alphabet."""
    rows = rows_of(database, KEY, lambda: START)
    people = await _people(database)
    of_people = [_of_person(each) for each in people]
    lines: dict[str, list[str]] = {}
    for part in (
        await _house(rows),
        await _knowledge(rows),
        await _talk(rows, database),
        *of_people,
    ):
        for kind, told in part.items():
            lines.setdefault(kind, []).extend(told)
    lines["quiet"] = [line for each in people for line in await _quiet(rows, each.person)]
    lines["form"] = [line for each in people for line in await _form(rows, each.person)]
    return {kind: sorted(told) for kind, told in lines.items() if told}


async def _people(database: Database) -> list[WholePerson]:
    persons = WholePersonRows(database)
    everybody = [f"{platform}/{user_id}" for _, platform, user_id in await persons.everybody()]
    return [await persons.whole((await persons.find(each))[0]) for each in everybody]


async def _house(rows: Rows) -> Lines:
    business: Any = (await rows.settings.all())["business"]
    return {
        **await _entrance(rows.entrance),
        "setting": [f"business: {business['name']}"],
        "secret": [f"{name}: {each}" for name, each in (await rows.secrets.all()).items()],
        "change": [
            f"{each.name or each.actor.by}: {each.what} {each.subject}, {each.was} to {each.became}"
            for each in await rows.changes.newest(limit=99)
            # A restore adds its own.
            if each.what is not What.BACKUP
        ],
        "skill that is on": list(await rows.skills.approved()),
        "trial": [
            f"{each.scope} of {each.documents}: {each.results[0].result}"
            for each in await rows.trials.newest(limit=99)
        ],
        "own question": [
            f"{each.text} {each.document_id}" for each in await rows.own_questions.all()
        ],
    }


async def _entrance(entrance: Entrance) -> Lines:
    return {
        "account": [
            ", ".join(
                word for word in (f"{each.name}: {each.role}", each.language, each.zone) if word
            )
            for each in await entrance.accounts.all()
        ],
        "session": [
            f"account {each.account_id}: {each.whence.browser} on {each.whence.system},"
            f" seen {_at(each.seen_at)}"
            for each in await entrance.sessions.open_ones(now=START)
            if each.whence.browser
        ],
        "invitation": [
            f"account {account_id}: until {_at(until)}"
            for account_id, until in (await entrance.accounts.invited(now=START)).items()
        ],
        "second factor": [
            f"account {account_id}: since {_at(since)},"
            f" {await entrance.second_factors.codes_left(account_id)} recovery code left"
            for account_id, since in (await entrance.second_factors.in_force()).items()
        ],
    }


async def _knowledge(rows: Rows) -> Lines:
    ids = [each.document_id for each in await rows.documents.documents()]
    untold = await rows.endings.near(today=date(2026, 1, 1), until=date(2027, 12, 31), untold=True)
    return {
        "document": [_document(each) for each in await rows.documents.whole(ids)],
        "end to tell of": [f"{each.document_id}: {each.ends_on}" for each in untold],
        "file of the folder": [
            f"{each.path}: {', '.join(each.document_ids)}"
            for each in await rows.folder.all("/srv/texts")
        ],
        "open question": [f"{each.text} ({each.reason})" for each in await rows.gaps.questions()],
    }


async def _talk(rows: Rows, database: Database) -> Lines:
    follow_ups = await rows.follow_ups.list(states=list(FollowUpState), limit=99)
    answers = await newest_answers(database, limit=99)
    watches = [await rows.watches.of(each.follow_up_id) for each in follow_ups]
    return {
        "answer": [f"{each.outcome.kind}: {each.outcome.text}{_private(each)}" for each in answers],
        "check": [
            f"{check.name}: {check.said}" for each in answers for check in each.outcome.checks
        ],
        "version": [
            f"{each.outcome.versions.deskhand} {each.outcome.versions.knowledge}"
            for each in answers
            if each.outcome.versions.deskhand
        ],
        "wait": [f"{each.outcome.text} after {each.took_s:g} s" for each in answers],
        "follow-up": [_follow_up(each) for each in follow_ups],
        "watch": [f"{each.kind}: {each.name} since {_at(each.since)}" for each in watches if each],
        "hand-over": [
            _hand_over(each) for each in await rows.hand_overs.listed(list(HandOverState))
        ],
        "outgoing": [
            _outgoing(each)
            for room in ROOMS
            for each in await rows.outbox.room(room, limit=99, under_way=True)
        ],
    }


def _of_person(whole: WholePerson) -> Lines:
    person, rows = whole.person, whole.rows
    states: dict[object, Any] = {
        each["message_pk"]: each["state"] for each in rows.get("turns", ())
    }
    [of_them] = rows["persons"]
    known = [person.name, person.role, person.zone, of_them["introduced"] and "introduced"]
    return {
        "person": [f"{person.platform}/{person.user_id}: {', '.join(filter(None, known))}"],
        "message": [
            f"{person.name}: {_message(each, states)}" for each in rows.get("messages", ())
        ],
        "rating": [
            f"{person.name}: {'good' if each['good'] else 'bad'}"
            for each in rows.get("ratings", ())
        ],
        "upload": [
            f"{person.name}: for {each['audience']}, {each['state']}"
            for each in rows.get("uploads", ())
        ],
        "draft": [
            f"{each['question']} {each['answer']} ({each['state']})"
            for each in rows.get("drafts", ())
        ],
        "wish to be told": [
            f"{person.name}: {each['answer_id']}" for each in rows.get("answer_wishes", ())
        ],
        "carried": [
            f"{'outward' if each['outward'] else 'inward'}: {each['turn_id']} of"
            f" {each['hand_over_id']}"
            for each in rows.get("hand_over_words", ())
        ],
    }


async def _quiet(rows: Rows, person: Person) -> list[str]:
    found = await rows.quiet_hours.of(person.person_id)
    return [f"{person.name}: {found[0].starts:%H:%M} to {found[0].ends:%H:%M}"] if found else []


async def _form(rows: Rows, person: Person) -> list[str]:
    found = await rows.forms.open(2, person.person_id, now=START)
    if found is None:
        return []
    told = ", ".join(f"{name} {value}" for name, value in found.values.items())
    return [f"{person.name}: {found.skill}, {told}, asked for {found.asked}"]


def _message(row: Mapping[str, Any], states: Mapping[object, Any]) -> str:
    files = [" ".join(filter(None, (each["name"], each["file_id"]))) for each in row["files"]]
    state = states.get(row["message_pk"])
    return (
        row["text"]
        + _listed(files)
        + (f" to {row['reply_to']}" if row["reply_to"] else "")
        + ("" if state in {None, "done"} else f" ({state})")
    )


def _document(document: Document) -> str:
    [passage] = document.passages
    more = [
        f"from {document.valid_from}" if document.valid_from else "",
        document.note,
        f"{document.version}th" if document.version > 1 else "",
        ", ".join(document.rooms),
        f"also {', '.join(passage.drafted)}" if passage.drafted else "",
    ]
    told = ", ".join(filter(None, more))
    words = f"{document.document_id}: {document.title} {passage.text} ({document.audience})"
    return f"{words} {told}".strip()


def _follow_up(each: FollowUp) -> str:
    return ", ".join(
        filter(
            None,
            (
                f"{each.subject}: {each.state}",
                _at(each.due_at),
                f"{each.rule} since {each.dtstart:%Y-%m-%d %H:%M}" if each.dtstart else "",
                f"of {each.series_id}" if each.series_id else "",
                f"for {each.receiver.name}" if each.receiver else "",
                "insists" if each.insists else "",
                f"until {_at(each.limit_at)}" if each.limit_at else "",
                "" if each.kind is FollowUpKind.REMINDER else each.kind,
            ),
        )
    )


def _hand_over(each: HandOver) -> str:
    told = [
        f"{each.state} by {each.taken_by}" if each.taken_by else each.state,
        "answered" if each.answered else "",
        "with one word" if each.once else "",
    ]
    return f"{each.asker.name}: {each.text} ({', '.join(filter(None, told))})"


def _private(each: Answer) -> str:
    return f" (private{', shown' if each.shared else ''})" if each.private else ""


def _outgoing(each: Outgoing) -> str:
    message = each.message
    below = _listed([*(one.label for one in message.buttons), *(one.name for one in message.files)])
    room = f"{message.address.platform} {message.address.channel}"
    return f"{room}: {message.text} ({each.state}){below}"


def _listed(names: Iterable[str]) -> str:
    told = ", ".join(names)
    return f" [{told}]" if told else ""


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
