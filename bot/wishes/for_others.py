"""Reminders for somebody else, in plain words: whom, when, and may the asker write there."""

from bot.domain.conversations import Answer, Kind, Turn
from bot.domain.people import Person, Role
from bot.followups.for_others import ForOther, for_other
from bot.followups.receivers import NobodyError, Reachable, ReceiverError, Receivers
from bot.followups.when import Ask, Due, Rule, tells_time
from bot.language.sentences import Phrasebook, Sentences
from bot.outbox.buttons import WHOM
from bot.storage.exchanges import ExchangeRows, Said
from bot.storage.outbox import ANSWER
from bot.wishes.asked_back import Begun, begun
from bot.wishes.done import Done
from bot.wishes.promises import Promises, last_time
from bot.wishes.refusals import refused

_WHOM = f"{WHOM}:{ANSWER}"


_Wish = Begun[ForOther]


class ForOthers:
    """Promises to remind people of the team, and rooms."""

    def __init__(
        self,
        promises: Promises,
        receivers: Receivers,
        exchanges: ExchangeRows,
        phrasebook: Phrasebook,
    ) -> None:
        """Promise through `promises` to those that `receivers` finds."""
        self._promises = promises
        self._receivers = receivers
        self._exchanges = exchanges
        self._phrasebook = phrasebook

    async def wished(self, turn: Turn, language: str) -> Done | None:
        """Promise what a message wishes for somebody else, or completes after our question.

        Returns:
            None when it is no such wish; what has to be asked, or why it cannot be, otherwise.
        """
        wish = await self._wish(turn)
        if wish is None:
            return None
        sentences = self._phrasebook.sentences(language)
        if turn.person.role is Role.PUBLIC:
            return Done(Kind.REFUSED, sentences.only_yourself())
        try:
            name, whom = await self._whom(wish, turn)
        except ReceiverError as error:
            if wish.answers and not self._tells_when(wish.answers[-1], turn):
                # What was said tells neither whom nor when: it is no answer to our question.
                return None
            return refused(error, sentences, action=_WHOM)
        return await self._promise(wish, name, whom, turn, language)

    async def chosen(
        self, answer: Answer, person_id: int, presser: Person, sentences: Sentences
    ) -> str:
        """Promise what an answer asked about, to whom a button below it names.

        Returns:
            A sentence for who pressed it.
        """
        turn = Turn(
            answer.turn_id,
            answer.conversation,
            presser,
            answer.message_id,
            answer.asked,
            answer.asked_at,
        )
        if answer.person.person_id != presser.person_id or presser.role is Role.PUBLIC:
            return sentences.not_allowed()
        wish = await self._begun(turn)
        if wish is None:
            return sentences.button_unknown()
        here = answer.conversation.address
        try:
            whom = await self._receivers.person(person_id, asker=presser, here=here)
            name = await self._said_name(wish, turn)
        except ReceiverError as error:
            return refused(error, sentences, action="").text
        done = await self._promise(wish, name, whom, turn, sentences.language)
        return done.text

    async def _promise(
        self, wish: _Wish, name: str, whom: Reachable, turn: Turn, language: str
    ) -> Done:
        own = whom.receiver.person_id == turn.person.person_id
        subject = wish.meant.wish(name).subject or wish.said.text
        read, words = self._when(wish, name, turn)
        return await self._promises.promise(
            subject,
            read,
            turn,
            language,
            0,
            words=words,
            to=None if own else whom,
        )

    async def _wish(self, turn: Turn) -> _Wish | None:
        """Return the wish that a message is, or goes on with."""
        last = turn.history.last[-1] if turn.history.last else None
        if for_other(turn.text) is None and (last is None or last.kind is not Kind.ASKED):
            return None
        return await self._begun(turn)

    async def _begun(self, turn: Turn) -> _Wish | None:
        return await begun(self._exchanges, turn, for_other)

    async def _whom(self, wish: _Wish, turn: Turn) -> tuple[str, Reachable]:
        """Return the name in the wish, and whom it means: the last answer that is a name decides.

        Raises:
            ReceiverError: It means nobody who can be reached.
        """
        for said in reversed(wish.answers):
            if (whom := await self._named(said.text, turn)) is not None:
                return await self._said_name(wish, turn), whom
        return await self._find(wish.meant.after, turn)

    async def _named(self, text: str, turn: Turn) -> Reachable | None:
        """Return whom a text names that says nothing else."""
        text = text.strip(" .!?,")
        try:
            name, whom = await self._find(text, turn)
        except NobodyError:
            return None
        return whom if name == text else None

    async def _said_name(self, wish: _Wish, turn: Turn) -> str:
        try:
            name, _ = await self._find(wish.meant.after, turn)
        except NobodyError as error:
            return error.name
        return name

    async def _find(self, text: str, turn: Turn) -> tuple[str, Reachable]:
        return await self._receivers.find(text, asker=turn.person, here=turn.conversation.address)

    def _when(self, wish: _Wish, name: str, turn: Turn) -> tuple[Due | Rule | Ask, str]:
        """Return what the last words mean that tell a time, and those words."""
        first = Said(wish.meant.for_oneself(name), wish.said.at)
        return last_time(self._promises, turn, first, *wish.answers)

    def _tells_when(self, said: Said, turn: Turn) -> bool:
        return tells_time(self._promises.read(said.text, turn, said.at))
