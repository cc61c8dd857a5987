"""Overviews that come again and again, for the team, in plain words."""

from dataclasses import replace

from bot.domain.conversations import Kind, Turn
from bot.domain.followups import FollowUpKind
from bot.domain.people import Role
from bot.followups.digest_words import digest_wish
from bot.followups.receivers import ReceiverError, Receivers
from bot.language.sentences import Phrasebook
from bot.wishes.done import Done
from bot.wishes.promises import Promises
from bot.wishes.refusals import refused
from connectors.local.connector import PLATFORM as LOCAL


class Digests:
    """Promises overviews."""

    def __init__(self, promises: Promises, receivers: Receivers, phrasebook: Phrasebook) -> None:
        """Promise through `promises`, to where `receivers` finds somebody alone."""
        self._promises = promises
        self._receivers = receivers
        self._phrasebook = phrasebook

    async def answer(self, turn: Turn, language: str) -> Done | None:
        """Promise the overview a message wishes for; None when it wishes for none.

        A customer has none: it tells what waits for the team. It goes to its person alone, since
        what they were promised elsewhere is in it.
        """
        when = digest_wish(turn.text)
        if when is None or turn.person.role is Role.PUBLIC:
            return None
        sentences, here = self._phrasebook.sentences(language), turn.conversation.address
        try:
            alone = await self._receivers.person(
                turn.person.person_id, asker=turn.person, here=here
            )
        except ReceiverError as error:
            return refused(error, sentences, action="")
        if not alone.direct and here.platform != LOCAL:
            return Done(Kind.REFUSED, sentences.digest_only_directly())
        done = await self._promises.promise(
            sentences.digest_subject(),
            self._promises.read(when, turn),
            replace(turn, conversation=replace(turn.conversation, address=alone.address)),
            language,
            0,
            words=when,
            kind=FollowUpKind.DIGEST,
        )
        if done.kind is Kind.ACTION and alone.address != here:
            told = sentences.written_to(turn.person.name, direct=True)
            return replace(done, text=f"{done.text}. {told}")
        return done
