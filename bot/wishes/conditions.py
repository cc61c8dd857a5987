"""Wishes that somebody be told if nobody answers: what is watched, until when, and who is told.

Whether somebody was answered is known of hand-overs and open questions. Of a room it is known
whether anybody else has written there, which the confirmation says in so many words. Of anything
else it is said that it cannot be seen.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.conversations import Kind, Turn
from bot.domain.followups import Watch, WatchKind
from bot.domain.hand_overs import HandOver, HandOverState
from bot.domain.people import Person, Role
from bot.followups.conditions import Condition, Of, condition, may_be_condition
from bot.followups.receivers import Reachable, ReceiverError, Receivers, named
from bot.followups.when import Ask, Due, Rule
from bot.language.sentences import Phrasebook, Sentences
from bot.storage.exchanges import ExchangeRows, Said
from bot.storage.watches import WatchRows
from bot.wishes.asked_back import Begun, begun, may_go_on
from bot.wishes.done import Done
from bot.wishes.promises import Promises, last_time
from bot.wishes.refusals import refused
from bot.wishes.waiting import WhoWaits
from connectors.messages import Address
from knowledge.documents import Audience


class Conditions:
    """Promises to tell somebody if nobody answers."""

    def __init__(
        self,
        promises: Promises,
        receivers: Receivers,
        waits: WhoWaits,
        watches: WatchRows,
        exchanges: ExchangeRows,
        phrasebook: Phrasebook,
    ) -> None:
        """Promise through `promises`."""
        self._promises = promises
        self._receivers = receivers
        self._waits = waits
        self._watches = watches
        self._exchanges = exchanges
        self._phrasebook = phrasebook

    async def answer(self, turn: Turn, language: str) -> Done | None:
        """Promise what a message wishes for, or completes after our question.

        Returns:
            None when it is no such wish; what has to be asked, or why it cannot be, otherwise.
        """
        if not may_go_on(turn, may_be_condition):
            return None
        wish = await begun(self._exchanges, turn, condition)
        if wish is None:
            return None
        sentences = self._phrasebook.sentences(language)
        if turn.person.role is Role.PUBLIC:
            return Done(Kind.REFUSED, sentences.watched_for_team())
        try:
            name, to = await self._told(wish, turn)
            watch = await self._watch(wish.meant, turn, sentences)
        except ReceiverError as error:
            return refused(error, sentences, action="")
        if not isinstance(watch, Watch):
            return watch
        return await self._promise(wish, name, to, watch, turn, sentences)

    async def _promise(
        self,
        wish: Begun[Condition],
        name: str,
        to: Reachable | None,
        watch: Watch,
        turn: Turn,
        sentences: Sentences,
    ) -> Done:
        kind, what = watch.kind.value, (watch.name, watch.place)
        done = await self._promises.watch(
            wish.meant.told(name) or sentences.awaited(kind, *what),
            self._when(wish, turn),
            turn,
            sentences.language,
            watch,
            to=to,
        )
        if done.kind is not Kind.ACTION:
            return done
        said = f"{done.text.removesuffix('.')}. {sentences.only_unless(kind, *what)}"
        return replace(done, text=said)

    async def _told(self, wish: Begun[Condition], turn: Turn) -> tuple[str, Reachable | None]:
        """Return the words of whom to tell, and how to reach them; None: who wishes it.

        Raises:
            ReceiverError: They mean nobody who can be reached.
        """
        after = wish.meant.after
        if not after:
            return "", None
        here = turn.conversation.address
        for said in reversed(wish.answers):
            # Of what was answered, what is a name and nothing else says whom.
            text = said.text.strip(" .!?,")
            try:
                name, to = await self._receivers.find(text, asker=turn.person, here=here)
            except ReceiverError:
                continue
            if name == text:
                return named(after, ())[0], self._unless_own(to, turn)
        name, to = await self._receivers.find(after, asker=turn.person, here=here)
        return name, self._unless_own(to, turn)

    def _unless_own(self, to: Reachable, turn: Turn) -> Reachable | None:
        return None if to.receiver.person_id == turn.person.person_id else to

    def _when(self, wish: Begun[Condition], turn: Turn) -> Due | Rule | Ask:
        """Return what the last words mean that tell a time."""
        said = Said(wish.meant.when, wish.said.at)
        return last_time(self._promises, turn, said, *wish.answers)[0]

    # What is watched

    async def _watch(
        self, meant: Condition, turn: Turn, sentences: Sentences
    ) -> Watch | Done | None:
        """Return what is watched for, or why it cannot be; None where it is no such wish at all.

        Raises:
            ReceiverError: The room cannot be found, or is closed to who asks.
        """
        if (before := await self._promises.made(turn)) is not None:
            # The turn runs once more: what it has promised stands, whatever has happened since.
            return await self._watches.of(before.follow_up_id)
        if meant.of is Of.ANSWERED and not meant.room and _inside(turn):
            found = await self._answered(meant.name, sentences)
            if found is not None:
                return found
        return await self._of_room(meant, turn, sentences)

    async def _answered(self, name: str, sentences: Sentences) -> Watch | Done | None:
        """Return the watch of a hand-over or an open question of somebody's, None for neither."""
        handed_over = await self._waits.handed_over(name)
        waiting = [each for each in handed_over if each.state is HandOverState.WAITING]
        if len({each.asker.person_id for each in waiting}) > 1:
            return Done(Kind.REFUSED, sentences.several_wait(name))
        if waiting:
            return _of_hand_over(waiting[0])
        if handed_over:
            return Done(Kind.REFUSED, sentences.somebody_has_it(handed_over[0].taken_by))
        questions = await self._waits.questions(name)
        if len({each.asked_by for each in questions}) > 1:
            return Done(Kind.REFUSED, sentences.several_wait(name))
        if not questions:
            return None
        asked = questions[0]
        return Watch(
            WatchKind.TAKEN_UP, asked.asked_by, asked.asked_at, question_id=asked.question_id
        )

    async def _of_room(
        self, meant: Condition, turn: Turn, sentences: Sentences
    ) -> Watch | Done | None:
        person = None if meant.of is Of.ROOM else await self._person(meant.name, turn)
        if meant.of is Of.PERSON and person is None and _inside(turn):
            return await self._customer(meant.name, turn, sentences)
        if meant.of is not Of.ROOM and person is None:
            return Done(Kind.REFUSED, sentences.nothing_waits(meant.name))
        room = await self._room(meant.room, turn)
        if room is None:
            return Done(Kind.REFUSED, sentences.replies_unseen())
        called, address = room
        if not called:
            return None
        return Watch(
            WatchKind.PERSON if meant.of is Of.PERSON else WatchKind.OTHERS,
            called if person is None else person.name,
            turn.sent_at,
            place="" if person is None else called,
            address=address,
            person_id=(person or turn.person).person_id,
        )

    async def _room(self, said: str, turn: Turn) -> tuple[str, Address] | None:
        """Return what a room is called, and it; "": more than its name was said; None: unseen."""
        here = turn.conversation.address
        if not said:
            called = await self._receivers.called(here)
            return None if called is None else (called, here)
        name, to = await self._receivers.find(said, asker=turn.person, here=here)
        return to.receiver.name if name == said.strip() else "", to.address

    async def _person(self, name: str, turn: Turn) -> Person | None:
        """Return who of the team bears a name, None for nobody or several."""
        team = await self._receivers.team(turn.person.platform)
        said, found = named(name, team)
        return found[0] if len(found) == 1 and said == name else None

    async def _customer(self, name: str, turn: Turn, sentences: Sentences) -> Watch | Done:
        found: Sequence[HandOver] = await self._waits.customers(name, now=turn.sent_at)
        if len(found) > 1:
            return Done(Kind.REFUSED, sentences.several_wait(name))
        if not found:
            return Done(Kind.REFUSED, sentences.nothing_waits(name))
        asker = found[0].asker
        return Watch(
            WatchKind.PERSON,
            asker.name,
            turn.sent_at,
            place=sentences.their_conversation(),
            address=replace(asker.address, thread=""),
            person_id=asker.person_id,
        )


def _inside(turn: Turn) -> bool:
    """Return whether only the team reads it, who may hear of customers."""
    return turn.conversation.audience is Audience.STAFF


def _of_hand_over(hand_over: HandOver) -> Watch:
    return Watch(
        WatchKind.TAKEN_UP,
        hand_over.asked_by,
        hand_over.asked_at,
        hand_over_id=hand_over.hand_over_id,
    )
