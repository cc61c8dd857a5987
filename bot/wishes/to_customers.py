"""Wishes that a customer be written to again, from the team's room: whom, when, in which words."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.choices import Choices
from bot.domain.conversations import Kind, Turn
from bot.domain.followups import FollowUp, FollowUpKind, Receiver, Watch, WatchKind
from bot.domain.hand_overs import OPEN, HandOver
from bot.domain.people import Role
from bot.followups import changes
from bot.followups.edits import Edits
from bot.followups.service import MAX_SUBJECT_CHARS, FollowUps
from bot.followups.to_customers import (
    Reworded,
    ToCustomer,
    may_be_to_customer,
    reworded,
    to_customer,
)
from bot.followups.when import Ask, Due, Rule, Why
from bot.language.sentences import Phrasebook, Sentences
from bot.storage.exchanges import ExchangeRows, Said
from bot.storage.followups import Call, NewFollowUp
from bot.wishes.asked_back import Begun, begun, may_go_on
from bot.wishes.done import Done
from bot.wishes.promises import NAME, Promises, last_time
from bot.wishes.waiting import WhoWaits
from connectors.messages import Button

REWORD = "reword"
_NAME = "reword_message"
MAX_NAMES = 5


class ToCustomers:
    """Promises to write to customers."""

    def __init__(
        self,
        promises: Promises,
        follow_ups: FollowUps,
        edits: Edits,
        waits: WhoWaits,
        exchanges: ExchangeRows,
        choices: Choices,
        phrasebook: Phrasebook,
    ) -> None:
        """Promise through `promises`; `edits` gives other words."""
        self._promises = promises
        self._follow_ups = follow_ups
        self._edits = edits
        self._waits = waits
        self._exchanges = exchanges
        self._choices = choices
        self._phrasebook = phrasebook

    async def answer(self, turn: Turn, language: str) -> Done | None:
        """Promise what one of the team wishes for, or give it other words; None for neither."""
        if turn.person.role is Role.PUBLIC:
            return None
        sentences = self._phrasebook.sentences(language)
        if (other := reworded(turn.text)) is not None:
            return await self._reword(other, turn, sentences)
        if not may_go_on(turn, may_be_to_customer):
            return None
        wish = await begun(self._exchanges, turn, to_customer)
        return None if wish is None else await self._wished(wish, turn, sentences)

    async def _wished(
        self, wish: Begun[ToCustomer], turn: Turn, sentences: Sentences
    ) -> Done | None:
        # "Write to Dan on Friday" may be anything, in a room where no customer is spoken of.
        sure = wish.meant.unless_written or bool(wish.meant.words)
        if not self._choices.is_staff_room(turn.conversation.address):
            return Done(Kind.REFUSED, sentences.only_in_team_room()) if sure else None
        if not self._promises.allowed:
            return Done(Kind.REFUSED, sentences.reminding_is_off())
        whom = await self._whom(wish.meant, turn, sentences)
        if isinstance(whom, Done):
            return whom if sure or not wish.meant.name else None
        return await self._promise(wish, whom, turn, sentences)

    async def _whom(self, meant: ToCustomer, turn: Turn, sentences: Sentences) -> HandOver | Done:
        """Return the hand-over whose customer is meant, or the question whose."""
        found = await self._waits.customers(meant.name, now=turn.sent_at)
        if not meant.name:
            here = turn.conversation.address
            above = self._choices.above_in_staff_room(here, turn.reply_to)
            if (below := await self._waits.below(here, above)) is not None:
                return below
            # Below none, "them" are whose conversation is the only open one.
            found = [each for each in found if each.state in OPEN]
        if len(found) == 1:
            return found[0]
        known = found or await self._waits.customers("", now=turn.sent_at)
        names = list(dict.fromkeys(each.asked_by for each in known))[:MAX_NAMES]
        return Done(Kind.ASKED, sentences.which_customer(names))

    async def _promise(
        self, wish: Begun[ToCustomer], hand_over: HandOver, turn: Turn, sentences: Sentences
    ) -> Done:
        zone, name = self._promises.zone(turn), hand_over.asked_by
        told = (Said(wish.meant.when, wish.said.at), *wish.answers)
        read, _ = last_time(self._promises, turn, *told)
        if isinstance(read, Rule):
            return Done(Kind.REFUSED, sentences.watched_once())
        if isinstance(read, Ask):
            return Done(Kind.ASKED, _question(read, name, zone, sentences))
        business = self._choices.business
        theirs = self._phrasebook.sentences(hand_over.asker.language or business.language)
        words = wish.meant.words
        if not words and (wish.meant.about or not wish.meant.unless_written):
            return Done(Kind.ASKED, sentences.what_to_write(name))
        words = (words or theirs.message_default(name))[:MAX_SUBJECT_CHARS]
        new = self._new(wish.meant, hand_over, words, read, turn, theirs.language)
        call = Call(turn.turn_id, 0, NAME, {"what": words, "to": name})
        follow_up = await self._promises.commit(new, call, zone, sentences)
        if isinstance(follow_up, Done):
            return follow_up
        said = [self._confirmed(follow_up, zone, sentences)]
        if wish.meant.unless_written:
            said.append(sentences.unless_written(name))
        if read.moved:
            said.append(sentences.follow_up_moved(follow_up.due_at, zone))
        if follow_up.due_at != read.due_at:
            said.append(sentences.follow_up_quiet())
        number = follow_up.follow_up_id
        change = Button(sentences.label("change"), f"{REWORD}:{number}")
        return Done(Kind.ACTION, " ".join(said), (number,), buttons=(change,))

    def _new(
        self,
        meant: ToCustomer,
        hand_over: HandOver,
        words: str,
        read: Due,
        turn: Turn,
        language: str,
    ) -> NewFollowUp:
        asker = hand_over.asker
        watch = Watch(
            WatchKind.PERSON if meant.unless_written else WatchKind.NOTHING,
            asker.name,
            turn.sent_at,
            # Wherever in the room they write.
            address=replace(asker.address, thread=""),
            person_id=asker.person_id,
            conversation_id=asker.conversation_id,
        )
        return NewFollowUp(
            person_id=turn.person.person_id,
            address=asker.address,
            subject=words,
            due_at=read.due_at,
            zone=self._choices.business.zone or "UTC",
            language=language,
            # A name alone: it is not for them to see, or to stop, before it comes.
            receiver=Receiver(asker.name, None),
            asked_by=turn.person.name,
            kind=FollowUpKind.MESSAGE,
            watch=watch,
        )

    def _confirmed(self, follow_up: FollowUp, zone: ZoneInfo, sentences: Sentences) -> str:
        name = follow_up.receiver.name if follow_up.receiver else ""
        when = sentences.moment(follow_up.due_at, zone)
        return f"{sentences.message_set(name, follow_up.subject, when, follow_up.follow_up_id)}."

    async def _reword(self, other: Reworded, turn: Turn, sentences: Sentences) -> Done | None:
        """Give a message of theirs other words; None where the number is of none."""
        call = Call(turn.turn_id, 0, _NAME, {"what": other.words})
        changed = await self._edits.made(call)
        if changed is None:
            found = await self._follow_ups.get(other.number)
            if found is None or found.kind is not FollowUpKind.MESSAGE:
                return None
            if not found.concerns(turn.person.person_id):
                return Done(Kind.REFUSED, sentences.follow_up_not_found(other.number))
            edit = changes.reworded(found, other.words)
            changed = await self._edits.put(found, edit, call)
        if changed is None:
            return Done(Kind.REFUSED, sentences.follow_up_not_found(other.number))
        zone = self._promises.zone(turn)
        text = self._confirmed(changed, zone, sentences)
        return Done(Kind.ACTION, text, (changed.follow_up_id,), promised=True)


def _question(ask: Ask, name: str, zone: ZoneInfo, sentences: Sentences) -> str:
    choices = [sentences.moment(each, zone) for each in ask.candidates]
    match ask.why:
        case Why.PAST:
            return sentences.when_to_write_past(choices[0] if choices else "")
        case _ if choices:
            return sentences.when_unclear(choices)
        case _:
            return sentences.when_to_write(name)
