"""From what a person said to a promise, in words rendered from the committed row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar
from bot.choices import Choices
from bot.domain.conversations import Kind, Turn
from bot.domain.followups import FollowUp, FollowUpKind, Watch
from bot.domain.people import Role
from bot.followups.deadlines import deadline
from bot.followups.own_time import names_clock
from bot.followups.plain import limited, new_follow_up
from bot.followups.receivers import Reachable
from bot.followups.second import SecondPerson
from bot.followups.service import (
    MAX_PENDING,
    MAX_SUBJECT_CHARS,
    CustomerWaitsError,
    FollowUps,
    PastError,
    ReceiverFullError,
    TooManyError,
    TooOftenError,
)
from bot.followups.when import Ask, Due, Rule, Why, tells_time, understand
from bot.language.courtesies import agrees
from bot.language.sentences import Phrasebook, Sentences
from bot.storage.exchanges import Said
from bot.storage.followups import Call, NewFollowUp
from bot.wishes.done import Done

NAME = "schedule_follow_up"


class Promises:
    """Commits follow-ups that were asked for in a conversation, and says so."""

    def __init__(
        self,
        follow_ups: FollowUps,
        phrasebook: Phrasebook,
        choices: Choices,
        second_person: SecondPerson,
        *,
        allowed: Callable[[], bool],
    ) -> None:
        """Promise through `follow_ups` while the owner allows it."""
        self._follow_ups = follow_ups
        self._phrasebook = phrasebook
        self._choices = choices
        self._second_person = second_person
        self._allowed = allowed

    @property
    def _calendar(self) -> BusinessCalendar:
        return BusinessCalendar(self._choices.business)

    def zone(self, turn: Turn) -> ZoneInfo:
        """Return the zone a person speaks of: their own, else the business's."""
        return ZoneInfo(turn.person.zone) if turn.person.zone else self._calendar.zone

    def read(self, words: str, turn: Turn, said_at: datetime | None = None) -> Due | Rule | Ask:
        """Return what words of a turn's person mean.

        From when they were said, `said_at` or the turn's own moment: "in ten minutes" does not
        start anew when the turn runs again.
        """
        now = said_at or turn.sent_at
        return understand(words, now=now, zone=self.zone(turn), calendar=self._calendar)

    async def promise(
        self,
        subject: str,
        read: Due | Rule | Ask,
        turn: Turn,
        language: str,
        call_number: int,
        *,
        words: str = "",
        kind: FollowUpKind = FollowUpKind.REMINDER,
        to: Reachable | None = None,
    ) -> Done:
        """Promise what was understood, or ask what was not; neither where the owner has that off.

        Args:
            subject: What to remind of, "" where it was not said.
            read: When.
            turn: Whose wish it is.
            language: Of the confirmation and of the reminder.
            call_number: Under which it is promised once for the turn.
            words: Those that tell when; "": the turn's.
            kind: A reminder, or an overview.
            to: Whom it is for; None for the person who asks.
        """
        sentences = self._phrasebook.sentences(language)
        if not self.allowed:
            return Done(Kind.REFUSED, sentences.reminding_is_off())
        zone = self.zone(turn)
        limit = deadline(
            read, words or turn.text, now=turn.sent_at, zone=zone, calendar=self._calendar
        )
        if limit is not None:
            read = limit.warning(read)
        if isinstance(read, Ask):
            return Done(Kind.ASKED, question(read, sentences, zone))
        new = self._new(subject, read, turn, language, to, words)
        if kind is FollowUpKind.DIGEST:
            # It says by itself what is still open.
            new = replace(new, kind=kind, insists=False)
        if limit is not None:
            new = limited(new, limit, zone, sentences)
        call = Call(turn.turn_id, call_number, NAME, {"what": subject})
        return await self._committed(new, call, read, zone, to, sentences)

    async def watch(
        self,
        subject: str,
        read: Due | Rule | Ask,
        turn: Turn,
        language: str,
        watch: Watch,
        *,
        to: Reachable | None = None,
    ) -> Done:
        """Promise what is said only if something does not happen, or ask what was not understood.

        A limit is then no deadline to be warned of, but the moment at which it is looked at.

        Args:
            subject: What it is about.
            read: When.
            turn: Whose wish it is.
            language: Of the confirmation and of what is said.
            watch: What keeps it from being said.
            to: Whom it is for; None for the person who asks.
        """
        sentences, zone = self._phrasebook.sentences(language), self.zone(turn)
        if not self.allowed:
            return Done(Kind.REFUSED, sentences.reminding_is_off())
        if isinstance(read, Rule):
            return Done(Kind.REFUSED, sentences.watched_once())
        if isinstance(read, Ask):
            return Done(Kind.ASKED, question(read, sentences, zone))
        new = self._new(subject, read, turn, language, to)
        new = replace(new, kind=FollowUpKind.CONDITION, watch=watch)
        call = Call(turn.turn_id, 0, NAME, {"what": subject})
        return await self._committed(new, call, read, zone, to, sentences)

    async def _committed(
        self,
        new: NewFollowUp,
        call: Call,
        read: Due | Rule,
        zone: ZoneInfo,
        to: Reachable | None,
        sentences: Sentences,
    ) -> Done:
        """Commit a promise and word it by its row, or say why there is none."""
        follow_up = await self.commit(new, call, zone, sentences)
        if isinstance(follow_up, Done):
            return follow_up
        text = _said(follow_up, read, zone, to, sentences)
        if follow_up.insists:
            # Told now, since it may be something between the person and the bot.
            second = await self._second_person.of(follow_up)
            told = sentences.follow_up_insists(second.name if second else "")
            text = f"{text.removesuffix('.')}. {told}"
        return Done(Kind.ACTION, text, (follow_up.follow_up_id,))

    async def commit(
        self, new: NewFollowUp, call: Call, zone: ZoneInfo, sentences: Sentences
    ) -> FollowUp | Done:
        """Commit a promise and return its row, or why there is none.

        Args:
            new: What is promised.
            call: Under which it is promised once.
            zone: Of the reader.
            sentences: In their language.
        """
        name = new.receiver.name if new.receiver else ""
        try:
            return await self._follow_ups.promise(new, call)
        except PastError:
            return Done(Kind.ASKED, sentences.when_past(sentences.moment(new.due_at, zone)))
        except TooManyError:
            return Done(Kind.REFUSED, sentences.too_many_waiting(MAX_PENDING))
        except ReceiverFullError:
            return Done(Kind.REFUSED, sentences.too_many_for(name))
        except TooOftenError:
            return Done(Kind.REFUSED, sentences.too_many_at_once())
        except CustomerWaitsError:
            return Done(Kind.REFUSED, sentences.written_to_enough(name))

    async def made(self, turn: Turn) -> FollowUp | None:
        """Return what a turn that runs once more has promised before, or None."""
        return await self._follow_ups.made(Call(turn.turn_id, 0, NAME, {}))

    @property
    def allowed(self) -> bool:
        """Return whether the owner allows it."""
        return self._allowed()

    def _new(
        self,
        subject: str,
        read: Due | Rule,
        turn: Turn,
        language: str,
        to: Reachable | None,
        words: str = "",
    ) -> NewFollowUp:
        new = new_follow_up(
            read,
            self.zone(turn),
            person_id=turn.person.person_id,
            address=turn.conversation.address,
            subject=(subject or turn.text)[:MAX_SUBJECT_CHARS],
            language=language,
            to=to,
            asked_by=turn.person.name,
        )
        team = turn.person.role is not Role.PUBLIC
        return replace(
            new,
            own_time=to is None and names_clock(words or turn.text),
            insists=team and self._choices.follow_ups.again_min is not None,
        )


def _said(
    follow_up: FollowUp,
    read: Due | Rule,
    zone: ZoneInfo,
    to: Reachable | None,
    sentences: Sentences,
) -> str:
    """Return what a row promises, and how it will be kept."""
    said = [_confirmation(follow_up, sentences, zone, to)]
    if read.moved:
        said.append(sentences.follow_up_moved(follow_up.due_at, zone))
    if follow_up.due_at != read.due_at:
        said.append(sentences.follow_up_quiet())
    if follow_up.limit_at is not None and follow_up.due_at < follow_up.limit_at:
        said.append(sentences.follow_up_warns(sentences.moment(follow_up.limit_at, zone)))
    if to is not None and to.receiver.person_id is not None:
        said.append(sentences.written_to(to.receiver.name, direct=to.direct))
    first, *others = said
    return " ".join([f"{first}.", *others]) if others else first


def _confirmation(
    follow_up: FollowUp, sentences: Sentences, zone: ZoneInfo, to: Reachable | None
) -> str:
    """Return what is promised for whom, when and under which number."""
    when = sentences.coming(follow_up.rule, follow_up.due_at, zone)
    number = follow_up.follow_up_id
    if to is None:
        return sentences.follow_up_set(follow_up.subject, when, number)
    name = to.receiver.name
    if to.zone:
        theirs = sentences.moment(follow_up.due_at, to.zone)
        if theirs != sentences.moment(follow_up.due_at, zone):
            when = sentences.times_apart(theirs, name, when)
    return sentences.follow_up_set_for(name, follow_up.subject, when, number)


def last_time(
    promises: Promises, turn: Turn, first: Said, *others: Said
) -> tuple[Due | Rule | Ask, str]:
    """Return what the last of some words mean that tell a time, and those words.

    A yes to the one time that we asked about stands for it.
    """
    read: Due | Rule | Ask = Ask(Why.NONE)
    words = first.text
    for each in (first, *others):
        told = promises.read(each.text, turn, each.at)
        if tells_time(told):
            read, words = told, each.text
        elif (due := agreed(read, each.text)) is not None:
            read = due
    return read, words


def agreed(asked: Due | Rule | Ask, text: str) -> Due | None:
    """Return the only time that we asked about, where a text is a yes to it."""
    if not isinstance(asked, Ask) or len(asked.candidates) != 1 or not agrees(text):
        return None
    return Due(asked.candidates[0], (), by=asked.by)


def question(ask: Ask, sentences: Sentences, zone: ZoneInfo) -> str:
    """Return what has to be asked before anything can be promised."""
    choices = [sentences.moment(candidate, zone) for candidate in ask.candidates]
    match ask.why:
        case Why.PAST:
            return sentences.when_over(choices)
        case Why.NONE:
            return sentences.when_missing()
        case _:
            return sentences.when_unclear(choices)
