"""What was said before in a conversation, as far as it may still be said there.

An earlier answer may hold sentences of a document that has ended since, was changed or removed, or
is for other readers by now. The model would say them again.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.business.calendar import BusinessCalendar
from bot.choices import Choices
from bot.domain.conversations import Conversation, Exchange, History, Source, Turn
from bot.domain.people import Role, readable, room_read
from knowledge.base import KnowledgeBase
from knowledge.quotes import Quote

# In the place of such an answer, for the model.
GONE = "(This answer does not hold any more.)"


class Past:
    """Looks at what earlier answers were made of."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        choices: Choices,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Look with these parts."""
        self._knowledge = knowledge
        self._choices = choices
        self._now = now

    async def of(self, turn: Turn) -> History:
        """Return a turn's history as a model may read it: an answer that holds no more is `GONE`.

        What was asked stays: it is the person's own words.
        """
        last = turn.history.last
        if not last:
            return turn.history
        sources = [source for exchange in last for source in exchange.made_of]
        standing = await self.standing(sources, turn.person.role, turn.conversation)
        kept = (
            exchange if standing.issuperset(exchange.made_of) else _gone(exchange)
            for exchange in last
        )
        return replace(turn.history, last=tuple(kept))

    async def standing(
        self, sources: Sequence[Source], role: Role, conversation: Conversation
    ) -> frozenset[Source]:
        """Return the sources of answers that a person may be told of in a conversation today."""
        address = conversation.address
        room = self._choices.readers(address) or conversation.audience
        quotes = {each: Quote(each.document_id, each.passage) for each in sources}
        found = await self._knowledge.standing(
            [quote for quote in quotes.values() if quote.document_id],
            audiences=readable(role, room),
            today=BusinessCalendar(self._choices.business).day(self._now()),
            room=room_read(role, address),
        )
        # Without a document it is the business's hours, which are its own to tell.
        return frozenset(
            source for source, quote in quotes.items() if not quote.document_id or quote in found
        )


def _gone(exchange: Exchange) -> Exchange:
    return replace(exchange, said=GONE)
