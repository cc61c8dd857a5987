"""Words below a reminder: done, later, somebody else."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.conversations import Kind, Turn
from bot.domain.followups import FollowUp
from bot.domain.people import Person, Role
from bot.followups.receivers import Reachable, ReceiverError, Receivers
from bot.followups.replies import Finished, Handed, Later, reply
from bot.followups.service import FollowUps, PastError, ReceiverFullError
from bot.followups.when import Ask, Rule
from bot.language.sentences import Phrasebook, Sentences
from bot.outbox.buttons import GIVE
from bot.storage.followups import FollowUpRows
from bot.wishes.done import Done
from bot.wishes.promises import Promises, question
from bot.wishes.refusals import refused
from connectors.messages import Address


class Replies:
    """Does what people say below a reminder, or right after it."""

    def __init__(
        self,
        follow_ups: FollowUps,
        rows: FollowUpRows,
        promises: Promises,
        receivers: Receivers,
        phrasebook: Phrasebook,
    ) -> None:
        """See to reminders through these parts."""
        self._follow_ups = follow_ups
        self._rows = rows
        self._promises = promises
        self._receivers = receivers
        self._phrasebook = phrasebook

    async def answer(self, turn: Turn, language: str) -> Done | None:
        """Do what a message says of the reminder it stands below; None when it says nothing of one.

        It stands below one as a reply or in its thread, or when nothing was said since.
        """
        said = reply(turn.text)
        if said is None:
            return None
        follow_up = await self._below(turn)
        if follow_up is None:
            return None
        sentences = self._phrasebook.sentences(language)
        match said:
            case Finished():
                return await self._finish(follow_up, sentences)
            case Later(when):
                return await self._put_off(follow_up, when, turn, sentences)
            case Handed(name):
                return await self._hand_to(follow_up, name, turn, sentences)

    async def hand(
        self, follow_up: FollowUp, person_id: int, by: Person, here: Address, sentences: Sentences
    ) -> str:
        """Hand a reminder to one of the team; return a sentence for who does."""
        if by.role is Role.PUBLIC:
            return sentences.not_allowed()
        try:
            to = await self._receivers.person(person_id, asker=by, here=here)
        except ReceiverError as error:
            return refused(error, sentences, action="").text
        return (await self._handed(follow_up, to, by, sentences)).text

    async def _below(self, turn: Turn) -> FollowUp | None:
        address = turn.conversation.address
        number = await self._rows.said_in(address, (turn.reply_to, address.thread))
        if number is None:
            number = await self._rows.said_last(address, back=self._asked_back(turn))
        if number is None:
            return None
        return await self._follow_ups.theirs(number, turn.person, address)

    def _asked_back(self, turn: Turn) -> int:
        """Return how many of our questions about it stand between a reminder and a reply."""
        last: Sequence[bool] = [
            each.kind is Kind.ASKED and reply(each.asked) is not None for each in turn.history.last
        ]
        return 1 if last and last[-1] else 0

    async def _finish(self, follow_up: FollowUp, sentences: Sentences) -> Done | None:
        number = follow_up.follow_up_id
        done = await self._follow_ups.done(number, person_id=follow_up.person_id)
        if done is None:
            return None
        return Done(Kind.ACTION, sentences.follow_up_done(done.subject), (number,), promised=False)

    async def _put_off(
        self, follow_up: FollowUp, when: str, turn: Turn, sentences: Sentences
    ) -> Done | None:
        zone = self._promises.zone(turn)
        read = self._promises.read(when, turn)
        if isinstance(read, Ask):
            return Done(Kind.ASKED, question(read, sentences, zone))
        if isinstance(read, Rule):
            return None
        number = follow_up.follow_up_id
        try:
            promised = await self._follow_ups.put_off(
                number, read.due_at, person_id=follow_up.person_id
            )
        except PastError:
            return Done(Kind.ASKED, sentences.when_past(sentences.moment(read.due_at, zone)))
        if promised is None:
            return None
        text = again(promised, zone, sentences)
        return Done(Kind.ACTION, text, (number,), promised=False)

    async def _hand_to(
        self, follow_up: FollowUp, name: str, turn: Turn, sentences: Sentences
    ) -> Done | None:
        if turn.person.role is Role.PUBLIC:
            return Done(Kind.REFUSED, sentences.not_allowed())
        here = turn.conversation.address
        try:
            said, to = await self._receivers.find(name, asker=turn.person, here=here)
        except ReceiverError as error:
            return refused(error, sentences, action=f"{GIVE}:{follow_up.follow_up_id}")
        if said != name:
            return None
        return await self._handed(follow_up, to, turn.person, sentences)

    async def _handed(
        self, follow_up: FollowUp, to: Reachable, by: Person, sentences: Sentences
    ) -> Done:
        number, name = follow_up.follow_up_id, to.receiver.name
        try:
            handed = await self._follow_ups.hand(number, to.receiver, to.address, by=by)
        except ReceiverFullError:
            return Done(Kind.REFUSED, sentences.too_many_for(name))
        if handed is None:
            return Done(Kind.REFUSED, sentences.follow_up_not_found(number))
        said = [sentences.follow_up_handed(handed.subject, name, number)]
        if to.receiver.person_id is not None:
            said.append(sentences.written_to(name, direct=to.direct))
        if await self._follow_ups.quiet_until(handed, handed.due_at) is not None:
            said.append(sentences.follow_up_quiet())
        return Done(Kind.ACTION, ". ".join(said), (number,), promised=False)


def again(promised: FollowUp, zone: ZoneInfo, sentences: Sentences) -> str:
    """Return when a follow-up comes next, from its row."""
    when = sentences.coming(promised.rule, promised.due_at, zone)
    return sentences.follow_up_again(promised.subject, when, promised.follow_up_id)
