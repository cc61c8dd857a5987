"""Quiet hours, as people tell theirs in plain words."""

from bot.domain.conversations import Kind, Turn
from bot.followups.quiet_words import quiet_wish, wishes_no_quiet
from bot.language.sentences import Phrasebook
from bot.storage.quiet_hours import QuietRows
from bot.wishes.done import Done


class Quieting:
    """Keeps when people do not wish to be written to."""

    def __init__(self, rows: QuietRows, phrasebook: Phrasebook) -> None:
        """Keep it in `rows`."""
        self._rows = rows
        self._phrasebook = phrasebook

    async def answer(self, turn: Turn, language: str) -> Done | None:
        """Keep the quiet hours a message asks for, or end them; None when it is about neither."""
        sentences = self._phrasebook.sentences(language)
        person_id = turn.person.person_id
        if wishes_no_quiet(turn.text):
            await self._rows.forget(person_id)
            return Done(Kind.ACTION, sentences.quiet_ended())
        wish = quiet_wish(turn.text)
        if wish is None:
            return None
        known = await self._rows.of(person_id)
        hours = wish.beside(known[0] if known else None)
        if hours.starts == hours.ends:
            return Done(Kind.ASKED, sentences.quiet_unclear())
        await self._rows.put(person_id, hours)
        return Done(Kind.ACTION, sentences.quiet_set(hours.starts, hours.ends))
