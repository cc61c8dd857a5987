"""Sixty plain requests about reminders, and what became of each: right, asked back, or wrong."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.conversations import Kind, Outcome
from bot.domain.followups import FollowUp, FollowUpState
from bot.domain.people import Role
from bot.inbox.talk import Answered, room_address
from bot.storage.followups import NewFollowUp
from tests.scenario.room import Room

Request = dict[str, Any]
Say = Callable[[Room, str, str], Awaitable[Outcome]]
"""Says something in a room as a colleague; returns what it came to, with its buttons."""


@cache
def told() -> dict[str, Any]:
    """Return the file: the requests, and what waits when each is said."""
    file = Path(__file__).with_name("requests.json")
    return json.loads(file.read_text(encoding="utf-8"))


ZONE = ZoneInfo(told()["zone"])
HOURS = {day: [["08:00", "18:00"]] for day in ("MO", "TU", "WE", "TH", "FR")}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a request.

    Attributes:
        result: "right", "asked" (nothing was changed and it asks back) or "wrong".
        false: It tells of a deed that was not done.
        said: Its answer.
    """

    request: Request
    result: str
    false: bool
    said: str


async def opened(room: Room) -> None:
    """Set the business's hours and the clock as the requests need them."""
    room.clock.at = _at(told()["now"])
    for name, value in {"zone": ZONE.key, "hours": HOURS, "language": "en"}.items():
        await room.app.services.choices.set(f"business.{name}", value)


async def said(room: Room, text: str, who: str) -> Outcome:
    """Say something as anybody does, and return what it came to."""
    last = (await room.events(text, room=who, person=who, role=Role.STAFF))[-1]
    assert isinstance(last, Answered)
    assert last.answer is not None, last.text
    return replace(last.answer.outcome, buttons=last.heard.buttons)


async def tried(room: Room, number: int, say: Say) -> Verdict:
    """Say a request as a colleague who has the file's reminders waiting, and judge it."""
    request = told()["requests"][number]
    follow_ups, who = room.app.services.follow_ups, f"colleague-{number}"
    person = (await room.says("hello", room=who, person=who, role=Role.STAFF)).person
    names: dict[int, str] = {}
    for each in told()["waiting"]:
        due = _at(each["due"])
        made = await follow_ups.promise(
            NewFollowUp(
                person_id=person.person_id,
                address=room_address(who, Role.STAFF),
                subject=each["subject"],
                due_at=due,
                zone=ZONE.key,
                language="en" if each["subject"].isascii() else "de",
                rule=each["rule"],
                dtstart=due.astimezone(ZONE).replace(tzinfo=None) if each["rule"] else None,
            )
        )
        names[made.follow_up_id] = each["id"]
    if "before" in request:
        [made_before] = (await said(room, request["before"], who)).follow_up_ids
        names[made_before] = request["which"]
    before = await _all(room, person.person_id)
    outcome = await say(room, request["say"], who)
    after = await _all(room, person.person_id)
    return _judged(request, names, before, after, outcome)


async def _all(room: Room, person_id: int) -> dict[int, FollowUp]:
    every = await room.app.services.follow_ups.all(limit=100_000)
    return {each.follow_up_id: each for each in every if each.person_id == person_id}


def _judged(
    request: Request,
    names: dict[int, str],
    before: dict[int, FollowUp],
    after: dict[int, FollowUp],
    outcome: Outcome,
) -> Verdict:
    changed = {number: each for number, each in after.items() if before.get(number) != each}
    act = {"schedule": _scheduled, "list": _listed, "move": _moved, "cancel": _cancelled}
    asked = outcome.kind is Kind.ASKED and not changed
    if request.get("asks"):
        right = asked and bool(outcome.buttons)
    else:
        right = act[request["wants"]](request, names, before, changed, outcome)
    result = "right" if right else "asked" if asked else "wrong"
    deed = request["wants"] != "list" and outcome.kind is Kind.ACTION
    listed = not outcome.promised and set(outcome.follow_up_ids) != set(changed)
    return Verdict(request, result, deed and not changed and not listed, outcome.text)


def _scheduled(
    request: Request,
    _names: dict[int, str],
    before: dict[int, FollowUp],
    changed: dict[int, FollowUp],
    _outcome: Outcome,
) -> bool:
    if len(changed) != 1 or set(changed) & set(before):
        return False
    [made] = changed.values()
    words = all(each.casefold() in made.subject.casefold() for each in request["words"])
    return words and made.due_at == _at(request["due"]) and made.rule == request.get("rule", "")


def _listed(
    request: Request,
    names: dict[int, str],
    _before: dict[int, FollowUp],
    changed: dict[int, FollowUp],
    outcome: Outcome,
) -> bool:
    shown = {names.get(each) for each in outcome.follow_up_ids}
    return not changed and outcome.kind is Kind.ACTION and shown == set(request["shows"])


def _moved(
    request: Request,
    names: dict[int, str],
    before: dict[int, FollowUp],
    changed: dict[int, FollowUp],
    _outcome: Outcome,
) -> bool:
    number = next(each for each, name in names.items() if name == request["which"])
    times = [each for each in changed.values() if each.due_at == _at(request["due"])]
    if request.get("once"):
        return set(changed) - {number} == set(changed) - set(before) and [
            each.series_id for each in times
        ] == [number]
    return set(changed) == {number} and len(times) == 1


def _cancelled(
    request: Request,
    names: dict[int, str],
    _before: dict[int, FollowUp],
    changed: dict[int, FollowUp],
    _outcome: Outcome,
) -> bool:
    ended = {
        names[number] for number, each in changed.items() if each.state is FollowUpState.CANCELLED
    }
    return len(changed) == 1 and ended == {request["which"]}


def _at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZONE)
