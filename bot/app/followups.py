"""What promises reminders, sees to them once delivered, and tells what became of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.app.mind import Mind
from bot.app.rows import Now, Rows
from bot.followups.digest import TeamCounts
from bot.followups.edits import Edits
from bot.followups.managing import Managing
from bot.followups.quiet import Quiet
from bot.followups.receivers import Receivers
from bot.followups.second import SecondPerson
from bot.followups.service import FollowUps
from bot.followups.standing import History, Standings
from bot.followups.undelivered import Undelivered
from bot.followups.unfinished import Unfinished
from bot.followups.watch_words import WatchWords
from bot.followups.watching import Watching
from bot.handover.service import HandOvers
from bot.questions.service import OpenQuestions
from bot.tools.registry import GROUP as TOOLS
from bot.wishes.conditions import Conditions
from bot.wishes.digests import Digests
from bot.wishes.for_others import ForOthers
from bot.wishes.plain import PlainWishes
from bot.wishes.promises import NAME as SCHEDULES
from bot.wishes.promises import Promises
from bot.wishes.quieting import Quieting
from bot.wishes.replies import Replies
from bot.wishes.to_customers import ToCustomers
from bot.wishes.waiting import WhoWaits
from connectors.base import Platform
from connectors.errors import ConnectorError
from connectors.local.connector import PLATFORM as LOCAL
from connectors.messages import Address, IncomingMessage, Room

# Somebody waits for the answer meanwhile.
ROOMS_S = 15.0
MAX_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class SaidBelow:
    """What does what is said, or pressed, below reminders and questions about them."""

    for_others: ForOthers
    replies: Replies
    edits: Edits


@dataclass(frozen=True, slots=True)
class Reminding:
    """What people wish for, and what is told of it later."""

    promises: Promises
    plain: PlainWishes
    managing: Managing
    said_below: SaidBelow
    undelivered: Undelivered
    unfinished: Unfinished
    receivers: Receivers
    watching: Watching

    async def tell(self) -> None:
        """Tell of what could not be delivered, and of what nobody has marked done.

        What watches for something is looked at besides.
        """
        self.watching.wake()
        await self.undelivered.tell()
        await self.unfinished.tell()


def reminding_of(
    rows: Rows,
    mind: Mind,
    follow_ups: FollowUps,
    connected: Callable[[str], Platform | None],
    platforms: Sequence[str],
    sent: Callable[[], None],
    now: Now,
) -> Reminding:
    """Return what sees to reminders.

    Args:
        rows: Every table's.
        mind: What understands.
        follow_ups: What keeps promises.
        connected: A platform's connector while it is connected, by name.
        platforms: By name, this process's own among them.
        sent: Called when there is something new in the outbox.
        now: The clock.
    """
    choices, phrasebook = mind.choices, mind.phrasebook
    quiet = Quiet(rows.quiet_hours, choices)
    follow_ups.quiet_until = quiet.until
    receivers = Receivers(rows.receivers, choices, _rooms(connected))
    promises = Promises(
        follow_ups,
        phrasebook,
        choices,
        SecondPerson(receivers, choices),
        allowed=lambda: choices.get(f"{TOOLS}.{SCHEDULES}") is True,
    )
    for_others = ForOthers(promises, receivers, rows.exchanges, phrasebook)
    replies = Replies(follow_ups, rows.follow_ups, promises, receivers, phrasebook)
    edits = Edits(rows.follow_up_edits, follow_ups, now=now)
    waits = WhoWaits(rows.hand_overs, rows.gaps)
    watching = Watching(
        rows.follow_ups,
        rows.watches,
        Standings(rows.watches, _history(connected)),
        WatchWords(choices, phrasebook, started_at=now()),
        quiet,
        sent=sent,
        now=now,
    )
    return Reminding(
        promises,
        PlainWishes(
            replies,
            Quieting(rows.quiet_hours, phrasebook),
            Digests(promises, receivers, phrasebook),
            ToCustomers(promises, follow_ups, edits, waits, rows.exchanges, choices, phrasebook),
            Conditions(promises, receivers, waits, rows.watches, rows.exchanges, phrasebook),
            promises,
            for_others,
            rows.exchanges,
        ),
        Managing(follow_ups, edits, phrasebook, mind.calendar),
        SaidBelow(for_others, replies, edits),
        Undelivered(rows.follow_ups, choices, phrasebook, platforms=platforms, sent=sent, now=now),
        Unfinished(rows.follow_ups, receivers, quiet, choices, phrasebook, sent=sent, now=now),
        receivers,
        watching,
    )


def team_counts_of(
    questions: OpenQuestions, hand_overs: HandOvers
) -> Callable[[], Awaitable[TeamCounts]]:
    """Return what counts what waits for anybody of the team."""

    async def counts() -> TeamCounts:
        people = await hand_overs.open(limit=MAX_COUNTED)
        return TeamCounts(await questions.count(), len(people))

    return counts


def _rooms(
    connected: Callable[[str], Platform | None],
) -> Callable[[str], Awaitable[Sequence[Room]]]:
    async def rooms(name: str) -> Sequence[Room]:
        platform = connected(name)
        if platform is None:
            return ()
        async with asyncio.timeout(ROOMS_S):
            return await platform.rooms()

    return rooms


def _history(connected: Callable[[str], Platform | None]) -> History:
    async def history(room: Address, since: datetime) -> Sequence[IncomingMessage] | None:
        if room.platform == LOCAL:
            return None
        platform = connected(room.platform)
        if platform is None:
            raise ConnectorError(f"{room.platform} is not connected.")
        async with asyncio.timeout(ROOMS_S):
            return await platform.history(room, since=since)

    return history
