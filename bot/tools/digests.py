"""Overviews that come again and again, for the team, in plain words."""

from bot.domain.conversations import Turn
from bot.domain.followups import FollowUpKind
from bot.domain.people import Role
from bot.followups.digest_words import digest_wish
from bot.language.sentences import Phrasebook
from bot.tools.promises import Promises
from bot.tools.tool import Done


class Digests:
    """Promises overviews."""

    def __init__(self, promises: Promises, phrasebook: Phrasebook) -> None:
        """Promise through `promises`."""
        self._promises = promises
        self._phrasebook = phrasebook

    async def answer(self, turn: Turn, language: str) -> Done | None:
        """Promise the overview a message wishes for; None when it wishes for none.

        A customer has none: it tells what waits for the team.
        """
        when = digest_wish(turn.text)
        if when is None or turn.person.role is Role.PUBLIC:
            return None
        subject = self._phrasebook.sentences(language).digest_subject()
        read = self._promises.read(when, turn)
        return await self._promises.promise(
            subject, read, turn, language, 0, words=when, kind=FollowUpKind.DIGEST
        )
