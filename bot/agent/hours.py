"""When the business is open: answered by code from what its owner has told, without a model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.agent.asked_hours import AskedHours, Asker, Topic, asked_hours
from bot.agent.part import Asked, Piece, Told
from bot.business.calendar import BusinessCalendar
from bot.business.facts import WEEKDAYS
from bot.choices import Choices
from bot.domain.conversations import Kind, Source
from bot.language.sentences import Phrasebook, Sentences

# What differs from the usual hours within so many days is told beside them.
_NEAR_DAYS = 14


class OpeningHours:
    """Answers questions for the business's hours, where they have been told."""

    def __init__(
        self, choices: Choices, phrasebook: Phrasebook, *, now: Callable[[], datetime]
    ) -> None:
        """Answer from the facts in force."""
        self._choices = choices
        self._phrasebook = phrasebook
        self._now = now

    def answer(self, asked: Asked, question: str, before: str) -> Told | None:
        """Return the answer to a question for the hours.

        Args:
            asked: The message.
            question: One question of it.
            before: The question before that one, "" where there is none.

        Returns:
            None for a question about anything else, and for all while the facts cannot answer it.
        """
        facts = self._choices.business
        if not facts.hours:
            return None
        calendar = BusinessCalendar(facts)
        zone = ZoneInfo(asked.turn.person.zone) if asked.turn.person.zone else calendar.zone
        asker = Asker(asked.turn.sent_at.astimezone(zone).date(), zone, asked.language)
        found = asked_hours(question, before=before, asker=asker, calendar=calendar)
        if found is None:
            return None
        telling = _Telling(calendar, self._phrasebook.sentences(asked.language), self._now())
        said = telling.answer(found)
        if not said:
            return None
        piece = Piece(Kind.COMPOSED, telling.with_zone(said, zone), (telling.source(),))
        return Told(piece, found.text, found.standing)


@dataclass(frozen=True, slots=True)
class _Telling:
    """The business's hours, told in one language at one instant."""

    calendar: BusinessCalendar
    sentences: Sentences
    at: datetime

    @property
    def now(self) -> datetime:
        return self.at.astimezone(self.calendar.zone)

    @property
    def today(self) -> date:
        return self.now.date()

    def source(self) -> Source:
        # No document has an empty id: the source is no document, but the owner's settings.
        return Source(self.sentences.hours_title(), "", self._week(range(7)), 1.0)

    def with_zone(self, said: str, zone: ZoneInfo) -> str:
        """Return the answer with whose times it tells, where the asker's clock shows another."""
        if self.at.astimezone(zone).utcoffset() == self.now.utcoffset():
            return said
        return f"{said}\n\n{self.sentences.times_in(self.calendar.zone)}"

    def answer(self, question: AskedHours) -> str:
        """Return the answer; "" about public holidays where none is known, or all are open."""
        match question.topic:
            case Topic.NOW:
                return self._present()
            case Topic.DATES:
                return self._dates(question.dates)
            case Topic.NEXT_OPENING:
                opens = self._opens_after(self.now) if self.calendar.is_open(self.now) else ""
                return _joined(self._present(), opens)
            case Topic.NEXT_CLOSED:
                return self._next_closed()
            case Topic.NEXT_HOLIDAY | Topic.HOLIDAYS:
                return self._holidays(question)
            case _:
                return self._usual(question)

    def _present(self) -> str:
        if said := self._open_now():
            # With a break still to come, "until" alone would be half of the day.
            several = len(self.calendar.openings(self.today)) > 1
            return _joined(said, self._date(self.today) if several else "")
        why = self.calendar.closed_out_of_turn(self.today)
        closed = self._date(self.today) if why else self.sentences.closed_now()
        return _joined(closed, self._opens_after(self.now))

    def _dates(self, days: Sequence[date]) -> str:
        if len(days) > 1:
            lines = "\n".join(f"- {self._date(day)}" for day in days)
            closed = not any(self.calendar.openings(day) for day in days)
            return "\n\n".join(filter(None, [lines, self._opens_after_day(days[-1], closed)]))
        [day] = days
        opens = bool(self.calendar.openings(day))
        if day == self.today and opens:
            return _joined(self._date(day), self._now_briefly())
        return _joined(self._date(day), self._opens_after_day(day, not opens))

    def _now_briefly(self) -> str:
        closed = _joined(self.sentences.closed_now(), self._opens_after(self.now))
        return self._open_now() or closed

    def _open_now(self) -> str:
        """Return that it is open and until when; "" while it is closed."""
        until = self.calendar.open_until(self.now)
        if until is None:
            return ""
        same_day = until.date() == self.today
        return self.sentences.open_now(until, self.calendar.zone, same_day=same_day)

    def _date(self, day: date) -> str:
        openings = self.calendar.openings(day)
        if not openings:
            return self.sentences.closed_on(day, self._reason(day))
        hours = [(each.start.time(), each.end.time()) for each in openings]
        return self.sentences.open_on(day, hours, early=self.calendar.closes_early(day))

    def _reason(self, day: date) -> str:
        """Return why the business is closed on a date; "" where it is so every week."""
        if holiday := self.calendar.holiday(day, self.sentences.language):
            return holiday
        return self.sentences.closing_day() if self.calendar.closed_out_of_turn(day) else ""

    def _opens_after_day(self, day: date, closed: bool) -> str:
        midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=self.calendar.zone)
        return self._opens_after(midnight - timedelta(microseconds=1)) if closed else ""

    def _opens_after(self, instant: datetime) -> str:
        opens = self.calendar.next_opening(instant)
        return "" if opens is None else self.sentences.opens_next(opens, self.calendar.zone)

    def _holidays(self, question: AskedHours) -> str:
        day = self.calendar.next_holiday(self.today)
        if day is None:
            return ""
        if question.topic is Topic.NEXT_HOLIDAY:
            return self._dates((day,))
        if self.calendar.facts.open_on_holidays:
            return ""
        return self.sentences.closed_on_holidays(day, self._reason(day))

    def _usual(self, question: AskedHours) -> str:
        if question.weekdays:
            return self._week(question.weekdays)
        return "\n\n".join([self._week(range(7)), *self._exceptions()])

    def _next_closed(self) -> str:
        day = self.calendar.next_closed_day(self.today)
        said = (
            self.sentences.no_closing_day()
            if day is None
            else self.sentences.next_closed(day, self._reason(day))
        )
        weekly = [weekday for weekday in range(7) if not self._hours(weekday)]
        return _joined(said, self.sentences.closed_every_week(weekly) if weekly else "")

    def _week(self, weekdays: Sequence[int]) -> str:
        return self.sentences.week([(each, self._hours(each)) for each in weekdays])

    def _hours(self, weekday: int) -> Sequence[tuple[time, time]]:
        return self.calendar.facts.hours.get(WEEKDAYS[weekday], ())

    def _exceptions(self) -> list[str]:
        near = (self.today + timedelta(days=ahead) for ahead in range(_NEAR_DAYS))
        lines = [
            self._date(day)
            for day in near
            if self.calendar.closed_out_of_turn(day) or self.calendar.closes_early(day)
        ]
        return [self.sentences.soon_different(lines)] if lines else []


def _joined(*said: str) -> str:
    return " ".join(filter(None, said))
