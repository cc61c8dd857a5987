"""Who waits for an answer, by the name that people say."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.gaps import OpenQuestion
from bot.domain.hand_overs import ENDED, OPEN, HandOver
from bot.storage.gaps import GapRows
from bot.storage.hand_overs import HandOverRows
from connectors.messages import Address
from knowledge.terms import fold

_WORD = re.compile(r"\w[\w'-]*")
# Whose conversation ended before that is not meant by a name any more.
_REMEMBERED = timedelta(days=60)
_MANY = 1_000

T = TypeVar("T")


class WhoWaits:
    """Finds hand-overs and open questions by the names of who asked."""

    def __init__(self, hand_overs: HandOverRows, gaps: GapRows) -> None:
        """Look in these rows."""
        self._hand_overs = hand_overs
        self._gaps = gaps

    async def handed_over(self, name: str) -> Sequence[HandOver]:
        """Return the open hand-overs of who bears a name, the latest first."""
        found = await self._hand_overs.listed(OPEN, limit=_MANY)
        return _bearing(name, [(each.asked_by, each) for each in reversed(found)])

    async def customers(self, name: str, *, now: datetime) -> Sequence[HandOver]:
        """Return the latest hand-over of each customer who bears a name; "" for all of them.

        Open ones come first, then what ended in the last 60 days, the latest first.
        """
        opened = list(reversed(await self._hand_overs.listed(OPEN, limit=_MANY)))
        ended = await self._hand_overs.listed(ENDED, limit=_MANY, newest_first=True)
        recent = [each for each in ended if now - each.changed_at < _REMEMBERED]
        latest: dict[int, HandOver] = {}
        for each in [*opened, *recent]:
            latest.setdefault(each.asker.person_id, each)
        known = [(each.asked_by, each) for each in latest.values()]
        return _bearing(name, known) if name else [each for _, each in known]

    async def questions(self, name: str) -> Sequence[OpenQuestion]:
        """Return the open questions of who bears a name, the latest first."""
        found = await self._gaps.questions()
        return _bearing(name, [(each.asked_by, each) for each in found])

    async def below(self, room: Address, posted_ids: Sequence[str]) -> HandOver | None:
        """Return the hand-over that one of some posts of ours in a room belongs to, or None."""
        return await self._hand_overs.of_posts(room, posted_ids) if posted_ids else None


def _bearing(said: str, known: Sequence[tuple[str, T]]) -> list[T]:
    """Return what belongs to who bears a name: the whole one, else a part of it."""
    whole = [each for name, each in known if _words(name) == _words(said)]
    return whole or [each for name, each in known if _is_part(_words(said), _words(name))]


def _is_part(said: list[str], name: list[str]) -> bool:
    alone = len(said) == 1 and said[0] in name
    return bool(said) and (alone or name[: len(said)] == said)


def _words(name: str) -> list[str]:
    return _WORD.findall(fold(name))
