"""The team's reminders that nobody has marked done: said again, and then to a second person.

In business hours alone, and only those that were promised so, while the owner wants it. The second
person is who asked for the reminder, where that was somebody else; else whom the owner has named.
"""

import contextlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.business.calendar import BusinessCalendar, NoBusinessDayError
from bot.choices import Choices
from bot.domain.followups import FollowUp
from bot.domain.people import Person
from bot.followups.quiet import Quiet
from bot.followups.receivers import OutOfReachError, Reachable, ReceiverError, Receivers
from bot.followups.second import SecondPerson
from bot.followups.wording import in_time
from bot.language.sentences import Phrasebook
from bot.outbox.buttons import under_reminder, under_unfinished
from bot.storage.followups import FollowUpRows
from bot.storage.outbox import NewOutgoing

log = logging.getLogger(__name__)

# Once to who was reminded, once to a second person.
MAX_NUDGES = 2
# What nobody has done for so long is no news any more; a box that was off for a week tells it.
GIVEN_UP_AFTER = timedelta(days=14)
BATCH = 100


class Unfinished:
    """Says again what nobody has marked done."""

    def __init__(
        self,
        rows: FollowUpRows,
        receivers: Receivers,
        quiet: Quiet,
        choices: Choices,
        phrasebook: Phrasebook,
        *,
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Say it as the owner has chosen.

        Args:
            rows: Where promises are kept.
            receivers: Who may be told.
            quiet: When nobody is.
            choices: After how long, and whom besides.
            phrasebook: The words.
            sent: Called when there is something new in the outbox.
            now: The clock.
        """
        self._rows = rows
        self._receivers = receivers
        self._second_person = SecondPerson(receivers, choices)
        self._quiet = quiet
        self._choices = choices
        self._phrasebook = phrasebook
        self._sent = sent
        self._now = now

    async def tell(self) -> int:
        """Say again each reminder that has waited for long enough; return how many.

        Raises:
            StorageError: What is left is said by the next call.
        """
        minutes, now = self._choices.follow_ups.again_min, self._now()
        if minutes is None or not self._calendar.is_open(now):
            return 0
        told = 0
        for each in await self._rows.unfinished(
            delivered_after=now - GIVEN_UP_AFTER, nudges=MAX_NUDGES, limit=BATCH
        ):
            waited = self._waited(each, timedelta(minutes=minutes), now)
            if waited and await self._quiet.until(replace(each, own_time=False), now) is None:
                say = self._second if each.nudged else self._again
                told += await say(each, now)
        if told:
            self._sent()
            log.info("said again follow_ups=%s", told)
        return told

    @property
    def _calendar(self) -> BusinessCalendar:
        return BusinessCalendar(self._choices.business)

    def _waited(self, follow_up: FollowUp, span: timedelta, now: datetime) -> bool:
        """Return whether it is time: once the span for itself, twice for a second person."""
        since = follow_up.delivered_at
        if since is None:
            return False
        try:
            return self._calendar.add_open_time(since, span * (follow_up.nudged + 1)) <= now
        except NoBusinessDayError:
            return False

    async def _again(self, follow_up: FollowUp, now: datetime) -> bool:
        sentences = self._phrasebook.sentences(follow_up.language)
        message = NewOutgoing(
            origin=_origin(follow_up),
            nonce=secrets.token_hex(8),
            address=follow_up.address,
            text=sentences.still_open(in_time(follow_up, sentences)),
            follow_up_id=follow_up.follow_up_id,
            buttons=under_reminder(
                follow_up.follow_up_id, sentences, series_id=None, by_team=follow_up.by_team
            ),
        )
        return await self._rows.nudge(follow_up, message, second_id=None, now=now)

    async def _second(self, follow_up: FollowUp, now: datetime) -> bool:
        second = await self._second_person.of(follow_up)
        if second is None:
            await self._rows.nudge(follow_up, None, second_id=None, now=now)
            return False
        try:
            to = await self._place(follow_up, second)
        except ReceiverError:
            # The platform does not tell its rooms just now: looked at again.
            return False
        if to is None:
            log.warning("no second person reached follow_up=%s", follow_up.follow_up_id)
            await self._rows.nudge(follow_up, None, second_id=None, now=now)
            return False
        team = await self._receivers.team(follow_up.address.platform)
        own = next((each.name for each in team if each.person_id == follow_up.person_id), "")
        first = follow_up.receiver.name if follow_up.receiver else own
        message = self._told(follow_up, first, to)
        return await self._rows.nudge(follow_up, message, second_id=second.person_id, now=now)

    async def _place(self, follow_up: FollowUp, second: Person) -> Reachable | None:
        """Return where a second person is told, None where nothing reaches them.

        Directly, else by name where the reminder came, else in the team's room.
        """
        places = (follow_up.address, self._choices.staff_room(follow_up.address.platform))
        for here in filter(None, places):
            with contextlib.suppress(OutOfReachError):
                return await self._receivers.person(second.person_id, asker=second, here=here)
        return None

    def _told(self, follow_up: FollowUp, first: str, to: Reachable) -> NewOutgoing:
        sentences = self._phrasebook.sentences(follow_up.language)
        due = sentences.moment(follow_up.due_at, to.zone or follow_up.zone)
        return NewOutgoing(
            origin=_origin(follow_up),
            nonce=secrets.token_hex(8),
            address=to.address,
            text=sentences.not_done_by(first, follow_up.subject, due, second=to.receiver.name),
            follow_up_id=follow_up.follow_up_id,
            buttons=under_unfinished(follow_up.follow_up_id, sentences),
        )


def _origin(follow_up: FollowUp) -> str:
    number, nudged = follow_up.follow_up_id, follow_up.nudged + 1
    return f"unfinished {number} {nudged} due {follow_up.due_at:%Y%m%dT%H%M%S.%f}"
