"""Reminders listed, moved, reworded and cancelled in plain words, without a model.

A person's words reach their own reminders only. One that fits is changed and confirmed from its
row; where several fit, or the words leave something open, it is asked, with buttons that do it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.business.calendar import BusinessCalendar
from bot.domain.conversations import Kind, Turn
from bot.domain.followups import FollowUp
from bot.domain.people import Role
from bot.followups.edits import Edits
from bot.followups.named import Asker, Named, due_then, named_by, touched
from bot.followups.offers import Managed, Offers
from bot.followups.requests import Act, Request, agrees, answer_to, points, proposal, requests
from bot.followups.service import FollowUps
from bot.language.sentences import Phrasebook
from bot.storage.followups import Call

NAME = "manage_follow_ups"


@dataclass(frozen=True, slots=True)
class _Read:
    """A way to understand a message, and which reminders it names."""

    request: Request
    named: Named

    @property
    def doubt(self) -> int:
        """Return how little it is understood: 0 of one or all, 1 of several, 2 nearly, 3 not."""
        if self.named.sure and self.named.found:
            listed = self.request.act is Act.LIST
            return 0 if listed or self.named.everything or self.named.one else 1
        return 2 if self.named.found else 3

    @property
    def explicit(self) -> bool:
        """Return whether only reminders can be meant."""
        request = self.request
        return request.named or request.hinted or self.named.everything or not self.named.by_words


class Managing:
    """Understands requests about a person's own reminders and carries them out.

    Attributes:
        calendar: Returns the business's calendar.
    """

    def __init__(
        self,
        follow_ups: FollowUps,
        edits: Edits,
        phrasebook: Phrasebook,
        calendar: Callable[[], BusinessCalendar],
    ) -> None:
        """Manage these follow-ups, changed by `edits`."""
        self._follow_ups = follow_ups
        self._edits = edits
        self._phrasebook = phrasebook
        self.calendar = calendar

    async def answer(self, turn: Turn, language: str) -> Managed | None:
        """Return what a request comes to; None when the message is none.

        Args:
            turn: Whose message, and when.
            language: Of the answer.

        Returns:
            One that is not sure may as well be a question for the business.
        """
        found, agreed = self._understood(turn)
        if not found:
            return None
        call = Call(turn.turn_id, 0, NAME, {"words": turn.text})
        offers = self._offers(turn, language, call)
        if (made := await self._edits.made(call)) is not None:
            return offers.confirmed(made)
        asker = await self._asker(turn)
        reads = [_Read(each, _named(each, asker)) for each in found]
        best = min(reads, key=lambda read: read.doubt)
        if agreed:
            best = replace(best, request=replace(best.request, named=True))
        if not asker.waiting or best.doubt > 1:
            return self._unclear(reads, asker, offers)
        if agreed and best.named.everything:
            return await offers.end_all(asker.waiting)
        return await self._settled(best, turn, asker, offers)

    async def proposed(
        self, act: Act, which: str, to: str, *, turn: Turn, language: str, number: int
    ) -> Managed | None:
        """Return what a model's proposal comes to, as far as the person's own words carry it.

        Args:
            act: What it takes the person to want.
            which: Its words for the reminder, or a number.
            to: Its words for the new time; they count where the person said them.
            turn: Whose message.
            language: Of the answer.
            number: Of the call in the turn; each is done once.

        Returns:
            None where nothing the person said is about a reminder of theirs. Where they do not say
            themselves what is to be done, it is asked first.
        """
        offers = self._offers(turn, language, Call(turn.turn_id, number, NAME, {"which": which}))
        if (made := await self._edits.made(offers.call)) is not None:
            return offers.confirmed(made)
        asker = await self._asker(turn)
        request = proposal(act, which, to, text=turn.text, language=language)
        found = _carried(request, turn.text, asker)
        if not found:
            return None
        named = Named(tuple(found), sure=True, by_words=True)
        sure = request.plain and (request.named or turn.person.role is not Role.PUBLIC)
        if sure or act is Act.LIST:
            return await offers.carried_out(request, named, asker)
        return offers.meant(request, named.found, asker)

    async def touches(self, turn: Turn, text: str, language: str) -> bool:
        """Return whether a text has a word of what one of the person's own reminders is about."""
        if not turn.has_reminders:
            return False
        waiting = await self._follow_ups.waiting(person_id=turn.person.person_id)
        return bool(touched(text, language, waiting))

    async def _asker(self, turn: Turn) -> Asker:
        """Return from where who wrote a message looks at their reminders."""
        person = turn.person
        return Asker(
            await self._follow_ups.waiting(person_id=person.person_id),
            await self._edits.last_told(
                turn.conversation.conversation_id, person_id=person.person_id
            ),
            turn.sent_at,
            self._zone(turn),
            self.calendar(),
        )

    def _zone(self, turn: Turn) -> ZoneInfo:
        return ZoneInfo(turn.person.zone) if turn.person.zone else self.calendar().zone

    def _offers(self, turn: Turn, language: str, call: Call) -> Offers:
        sentences = self._phrasebook.sentences(language)
        return Offers(
            self._follow_ups,
            self._edits,
            sentences,
            self._zone(turn),
            call,
            turn.person.person_id,
        )

    def _understood(self, turn: Turn) -> tuple[list[Request], bool]:
        """Return the ways to understand a message, and whether it agrees to one asked before."""
        preferred = turn.conversation.language or None
        if found := requests(turn.text, preferred):
            return found, False
        last = turn.history.last[-1] if turn.history.last else None
        if last is None or last.kind is not Kind.ASKED:
            return [], False
        begun = requests(last.asked, preferred)
        if begun and agrees(turn.text, begun[0].language):
            return begun, True
        return [answer_to(each, turn.text) for each in begun], False

    def _unclear(self, reads: list[_Read], asker: Asker, offers: Offers) -> Managed | None:
        """Return that none fits, or which nearly do, where surely a reminder is meant."""
        meant = [read for read in reads if read.request.named and read.request.act is not Act.LIST]
        listed = [read for read in reads if read.request.named and read.request.act is Act.LIST]
        first = next(iter(meant or listed), None)
        if first is None or (not asker.waiting and not meant):
            return None
        if (number := first.named.number) is not None:
            return offers.not_found(number)
        if first.named.found:
            return replace(offers.which(first.request, first.named.found, asker), sure=False)
        return replace(offers.unknown(first.request.about, asker.waiting), sure=False)

    async def _settled(
        self, read: _Read, turn: Turn, asker: Asker, offers: Offers
    ) -> Managed | None:
        """Do what is asked for, or ask whether that was meant."""
        request, named = read.request, read.named
        if request.act is Act.LIST:
            return replace(offers.listed(named.found), sure=request.named)
        public = turn.person.role is Role.PUBLIC
        if not read.explicit and public and (request.own or request.weak or not request.plain):
            return None  # What is theirs at a business is its own appointment, order, account.
        if read.explicit or (request.plain and not public):
            return await offers.carried_out(request, named, asker)
        if request.act is Act.REWORD:
            return None
        return replace(offers.meant(request, named.found, asker), sure=not public)


def _carried(request: Request, text: str, asker: Asker) -> list[FollowUp]:
    """Return the reminders that a proposal names and the person's own words speak of."""
    touching = touched(text, request.language, asker.waiting)
    if request.act is Act.LIST:
        return touching or (list(asker.waiting) if request.named else [])
    spoken_of = {each.follow_up_id for each in touching}
    if points(text, request.language):
        spoken_of |= set(asker.last)
    named = named_by(request.about, request.language, asker)
    return [each for each in named.found if each.follow_up_id in spoken_of] or touching


def _named(request: Request, asker: Asker) -> Named:
    by_name = request.named or request.hinted
    named = named_by(request.about, request.language, asker, by_name=by_name)
    if request.act is Act.LIST and named.unspecified:
        return Named(tuple(asker.waiting), sure=True, everything=True)
    if request.act is Act.CANCEL and not (request.about or request.named):
        return Named()  # "Never mind" ends nothing.
    if request.instead_of and named.one is None:
        among = named.found or tuple(asker.waiting)
        then = due_then(request.instead_of, request.language, replace(asker, waiting=among))
        return Named(then, sure=True) if then else named
    return named
