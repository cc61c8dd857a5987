"""Wishes to be reminded in plain words, which need no model."""

from bot.domain.conversations import Kind, Turn
from bot.followups.conditions import condition
from bot.followups.for_others import for_other
from bot.followups.when import Ask, Due, Rule, tells_time
from bot.followups.wish import wish
from bot.storage.exchanges import ExchangeRows
from bot.wishes.asked_back import begun
from bot.wishes.conditions import Conditions
from bot.wishes.digests import Digests
from bot.wishes.done import Done
from bot.wishes.for_others import ForOthers
from bot.wishes.promises import Promises, agreed, last_time
from bot.wishes.quieting import Quieting
from bot.wishes.replies import Replies
from bot.wishes.to_customers import ToCustomers


def is_wish(text: str) -> bool:
    """Return whether a message wishes that somebody be reminded."""
    return any(meant(text) is not None for meant in (wish, for_other, condition))


class PlainWishes:
    """Promises what people wish for in plain words, for themselves or for others."""

    def __init__(
        self,
        replies: Replies,
        quieting: Quieting,
        digests: Digests,
        to_customers: ToCustomers,
        conditions: Conditions,
        promises: Promises,
        for_others: ForOthers,
        exchanges: ExchangeRows,
    ) -> None:
        """Promise through these."""
        # "Remind me" may be half of a condition: what is more than a wish for oneself comes first.
        self._first = (replies, quieting, digests, to_customers, conditions)
        self._promises = promises
        self._for_others = for_others
        self._exchanges = exchanges

    def names_time(self, turn: Turn, text: str) -> bool:
        """Return whether a text of a turn's person has words of time in it."""
        return tells_time(self._promises.read(text, turn))

    async def fulfil(self, turn: Turn, language: str) -> Done | None:
        """Promise what a message wishes for, or completes after our question.

        What is said below a reminder is about that one.

        Returns:
            None when it is no such wish.
        """
        for part in self._first:
            if (done := await part.answer(turn, language)) is not None:
                return done
        if (own := await self._own(turn)) is not None:
            subject, read, words = own
            return await self._promises.promise(subject, read, turn, language, 0, words=words)
        return await self._for_others.wished(turn, language)

    async def _own(self, turn: Turn) -> tuple[str, Due | Rule | Ask, str] | None:
        """Return what to be reminded of oneself and when, and the words that tell when.

        By a message, or by one together with our question that it answers.
        """
        if (found := wish(turn.text.strip())) is not None:
            # The whole message is read: what stands around the time can make it another one.
            return found.subject, self._promises.read(turn.text, turn), turn.text
        last = turn.history.last[-1] if turn.history.last else None
        if last is None or last.kind is not Kind.ASKED:
            return None
        wished = await begun(self._exchanges, turn, wish)
        if wished is None:
            return None
        *before, answer = wished.said, *wished.answers
        read = self._promises.read(answer.text, turn, answer.at)
        if not isinstance(read, Ask):
            return wished.meant.subject, read, answer.text
        asked, words = last_time(self._promises, turn, *before)
        due = agreed(asked, answer.text)
        return None if due is None else (wished.meant.subject, due, words)
