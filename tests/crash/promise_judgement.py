"""Compares what was promised with what came of it. It knows the product's words, and nothing else.

What was promised is what a person was told ("Reminder set: …"), not what they asked for.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.fakes.witness import Shown

# Later than this is late and says so.
LATE = timedelta(minutes=2)
# Between the product's look at the clock and the arrival of what it says, for a busy machine.
ON_ITS_WAY = timedelta(minutes=1)
# "Again in an hour" counts from when the press was seen to; it was made this much before at most.
PRESSED_WITHIN = timedelta(seconds=30)

# An answer may begin with why it comes late.
_SET = re.compile(r"^Reminder set: (?P<subject>[^,]+), .+ \(no\. (?P<number>\d+)\)", re.MULTILINE)
_CANCELLED = re.compile(r"^Cancelled: (?P<subject>[^,]+) \(no\. \d+\)", re.MULTILINE)
_CAME = re.compile(r"Reminder: (?P<subject>[^(]+?)(?: \((?P<why>.+)\))?")
_TIMES = re.compile(r"(\d+) times while the box was off")


@dataclass
class Wanted:
    """What somebody asked to be reminded of.

    Attributes:
        message_id: Of the letter that asked for it.
        subject: Theirs alone.
        times: When, aware; several for what comes again.
        known_since: How much the witness had seen when each of the times was known to the product.
    """

    message_id: str
    channel: str
    subject: str
    times: list[datetime]
    known_since: list[int] = field(default_factory=list)

    def move(self, to: datetime, seen: int) -> None:
        """Have it come at another time instead, as was confirmed."""
        self.times[0] = to
        self.known_since = [seen]

    def again(self, at: datetime, seen: int) -> None:
        """Have it come once more, as was confirmed."""
        self.times.append(at)
        self.known_since = [*(self.known_since or [0]), seen]


@dataclass(frozen=True)
class Came:
    """A reminder as it reached a person.

    Attributes:
        place: Its place among all that was shown.
        first: Which of its times is the first that it stands for.
        count: For how many it stands.
        highest: The latest moment the clock had shown by then.
    """

    shown: Shown
    place: int
    first: int
    count: int
    why: str
    at: datetime
    highest: datetime


@dataclass(frozen=True)
class Verdict:
    """What is wrong, a sentence each, and what came how often: once, late, cancelled, …"""

    wrong: list[str]
    lost: list[str]
    counts: dict[str, int]


def numbers(shown: Sequence[Shown]) -> dict[str, int]:
    """Return the number of each confirmed promise, by its subject."""
    found = (_SET.search(one.text) for one in shown if one.final and one.reply_to)
    return {each["subject"]: int(each["number"]) for each in found if each}


def cancelled(shown: Sequence[Shown]) -> set[str]:
    """Return what was confirmed to be cancelled."""
    found = (_CANCELLED.search(one.text) for one in shown if one.final and one.reply_to)
    return {each["subject"] for each in found if each}


def arrivals(shown: Sequence[Shown]) -> dict[str, list[Came]]:
    """Return what came, by its subject, in order."""
    came, highest = defaultdict[str, list[Came]](list), datetime.min.replace(tzinfo=UTC)
    for place, one in enumerate(shown):
        at = datetime.fromisoformat(one.at)
        highest = max(highest, at)
        found = _CAME.fullmatch(one.text)
        if found is None or one.reply_to or one.edit:
            continue
        earlier = came[found["subject"]]
        why = found["why"] or ""
        times = _TIMES.match(why)
        first = earlier[-1].first + earlier[-1].count if earlier else 0
        count = int(times[1]) if times else 1
        earlier.append(Came(one, place, first, count, why, at, highest))
    return came


def judge(wanted: Sequence[Wanted], shown: Sequence[Shown]) -> Verdict:
    """Return what is wrong, once the clock is past everything that was promised."""
    came, promised = arrivals(shown), numbers(shown)
    void = cancelled(shown)
    known = {each.subject: each for each in wanted}
    lost, wrong = list[str](), [*_posts(shown), *_order(known, came, shown)]
    for each in wanted:
        due = [] if each.subject in void or each.subject not in promised else each.times
        arrived = came.get(each.subject, [])
        times = sum(one.count for one in arrived)
        if times < len(due):
            lost.append(f"{each.subject} came {times} of {len(due)} times")
        elif times > len(due):
            wrong.append(f"{each.subject} came {times} times instead of {len(due)}")
        wrong += [words for one in arrived for words in _one(each, one)]
    wrong += [f"nobody asked for {subject}" for subject in came if subject not in known]
    every = [one for arrived in came.values() for one in arrived]
    counts = {
        "promised": len(promised),
        "cancelled": len(void),
        "came": len(every),
        "late": sum(bool(one.why) for one in every),
        "at once for several": sum(one.count > 1 for one in every),
        "more than once": sum(len(arrived) > 1 for arrived in came.values()),
    }
    return Verdict([*wrong, *lost], lost, counts)


def _one(wanted: Wanted, came: Came) -> Iterator[str]:
    """Yield what is wrong with one arrival."""
    last = came.first + came.count - 1
    if last >= len(wanted.times):
        return
    due = wanted.times[last]
    if came.shown.channel != wanted.channel:
        yield f"{wanted.subject} came to another room"
    if came.highest < due:
        yield f"{wanted.subject} came at {came.at:%d %H:%M:%S}, before {due:%d %H:%M}"
    if not came.why and came.at - due > LATE + ON_ITS_WAY:
        yield f"{wanted.subject} came at {came.at:%d %H:%M:%S} without a word, due {due:%d %H:%M}"
    if came.why and came.count == 1 and came.highest - due < LATE:
        yield f"{wanted.subject} came in time and said to be late"


def _order(
    known: dict[str, Wanted], came: dict[str, list[Came]], shown: Sequence[Shown]
) -> Iterator[str]:
    """Yield what overtook something in its room that was due before it, and known by then."""
    confirmed = {
        found["subject"]: place
        for place, one in reversed(list(enumerate(shown)))
        if (found := _SET.search(one.text))
    }
    rooms = defaultdict[str, list[tuple[Wanted, Came]]](list)
    for subject, arrived in came.items():
        for one in arrived:
            if subject in known and one.first < len(known[subject].times):
                rooms[one.shown.channel].append((known[subject], one))
    for told in rooms.values():
        told.sort(key=lambda each: each[1].place)
        for at, (other, later) in enumerate(told):
            since = _known_since(other, later, came[other.subject], confirmed)
            for wanted, earlier in told[:at]:
                before = other.times[later.first] + PRESSED_WITHIN
                if earlier.place > since and wanted.times[earlier.first] > before:
                    yield f"{wanted.subject} overtook {other.subject}"


def _known_since(
    wanted: Wanted, came: Came, arrived: Sequence[Came], confirmed: dict[str, int]
) -> int:
    """Return how much had been shown when a time was surely known to the product."""
    at = arrived.index(came)
    before = arrived[at - 1].place if at else confirmed.get(wanted.subject, 0)
    told = wanted.known_since[came.first] if came.first < len(wanted.known_since) else 0
    return max(before, told)


def _posts(shown: Sequence[Shown]) -> Iterator[str]:
    nonces = Counter(one.nonce for one in shown if not one.edit)
    yield from (f"{nonce} was posted {times} times" for nonce, times in nonces.items() if times > 1)
